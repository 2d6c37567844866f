"""The two kinds of set-up that faults are tried on."""

from __future__ import annotations

import contextlib
import tempfile

from tests.faults.campaign import Stage
from tests.faults.proxy import Network
from tests.service import Redis, Service, new_postgres_database

UNLIMITED = {"BATCHING_WRITES": "1000000/m", "BATCHING_OPERATIONS": "1000000/m", "BATCHING_READS": "1000000/m"}


@contextlib.contextmanager
def on_sqlite():
    """Two workers on one SQLite file."""
    with (
        tempfile.TemporaryDirectory() as folder,
        Network() as network,
        _service(folder, database=f"sqlite:///{folder}/site.sqlite3") as service,
    ):
        yield Stage(service, network)


@contextlib.contextmanager
def on_postgresql():
    """Two workers on PostgreSQL and a Redis server that may be killed."""
    with (
        tempfile.TemporaryDirectory() as folder,
        Network() as network,
        new_postgres_database() as database,
        Redis(folder) as redis,
        _service(folder, database=database, cache=redis.url) as service,
    ):
        yield Stage(service, network, redis)


def _service(folder, **options):
    return Service(folder, wsgi="tests.faults.saboteur", **options, **UNLIMITED)


STAGES = {"sqlite": on_sqlite, "postgresql": on_postgresql}
