"""What one machine carries, clients included: the figures of ARCHITECTURE.md, "Capacity".

Each client is a process that sends batches of ten increments on a character of its own, one after another. Everything
is switched on: authentication, receipts, revisions, budgets, logs. Where other programs run on the machine, rates and
waits say little; the processor time of a batch stays the same.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import statistics
import tempfile
import time
import uuid
from http.client import HTTPConnection
from pathlib import Path

from tests.faults.stages import UNLIMITED
from tests.service import Redis, Service, new_postgres_database, on_postgres

PER_BATCH = 10

SECONDS = 8
CLIENTS = (1, 4, 16)
STAGES = (("SQLite", 1), ("SQLite", 2), ("PostgreSQL", 1), ("PostgreSQL", 2), ("PostgreSQL", 4))


def run():
    """Figures of each stage and number of clients."""
    found = []
    with tempfile.TemporaryDirectory() as folder, new_postgres_database() as postgres, Redis(folder) as redis:
        urls = {"SQLite": f"sqlite:///{folder}/site.sqlite3", "PostgreSQL": postgres}
        for database, workers in STAGES:
            with Service(folder, database=urls[database], cache=redis.url, workers=workers, **UNLIMITED) as service:
                for clients in CLIENTS:
                    stage = {"database": database, "workers": workers, "clients": clients}
                    found.append(stage | measure(service, clients, SECONDS))
    return found


def table(result):
    heads = ["batches/s", "operations/s", "median ms", "95 % ms", "processor ms: site", "database"]
    lines = [f"| database, workers of 4 threads, clients | {' | '.join(heads)} |", "|---" * (len(heads) + 1) + "|"]
    for one in result:
        figures = [one["rate"], one["rate"] * PER_BATCH, one["median"], one["p95"]]
        cells = [f"{figure:.0f}" for figure in figures] + [f"{one[name]:.1f}" for name in ("site_cpu", "database_cpu")]
        lines.append(f"| {one['database']}, {one['workers']}, {one['clients']} | {' | '.join(cells)} |")
    return "\n".join(lines)


def client(port, person, seconds, results):
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Authorization": f"Token {person['token']}", "Content-Type": "application/json"}
    took, end, by = [], time.monotonic() + seconds, 1
    while time.monotonic() < end:
        one = {"resource": "abilities", "action": "increment", "data": {"by": by}}
        operations = [{**one, "target": row, "id": str(uuid.uuid4())} for row in person["rows"]]
        by = -by  # up and down again: scores stay where they are
        started = time.monotonic()
        connection.request("POST", "/api/batch/", json.dumps({"operations": operations}), headers)
        answer = connection.getresponse()
        body = answer.read()
        assert answer.status == 200, body
        took.append(time.monotonic() - started)
    results.put(took)


def measure(service, clients, seconds):
    people = service.people(clients, PER_BATCH)
    results = multiprocessing.Queue()
    before = processor_time(service)
    jobs = [multiprocessing.Process(target=client, args=(service.port, one, seconds, results)) for one in people]
    for job in jobs:
        job.start()
    took = sorted(time for _ in jobs for time in results.get(timeout=seconds + 60))
    for job in jobs:
        job.join()
    spent = [after - start for start, after in zip(before, processor_time(service), strict=True)]
    site, database = (1000 * seconds / len(took) for seconds in spent)
    percentiles = statistics.quantiles(took, n=100)
    return {
        "rate": len(took) / seconds,
        "median": percentiles[49] * 1000,
        "p95": percentiles[94] * 1000,
        "site_cpu": site,
        "database_cpu": database,
    }


def processor_time(service):
    """Seconds that the workers, and the connections of PostgreSQL, have used so far."""
    database = service.environment["DATABASE_URL"]
    connections = []
    if database.startswith("postgres"):
        name = database.rpartition("/")[2]
        connections = on_postgres("SELECT pid FROM pg_stat_activity WHERE datname = %s", [name])
    return [sum(map(_used, service.workers)), sum(_used(pid) for (pid,) in connections)]


def _used(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
