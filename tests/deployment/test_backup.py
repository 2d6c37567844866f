"""The commands of ARCHITECTURE.md, "Backup": taken while people write, a copy holds each operation with its receipt."""

from __future__ import annotations

import random
import re
import shutil
import subprocess

import pytest

from tests.deployment.conftest import full
from tests.faults.campaign import Stage, judge
from tests.faults.players import Player, increments
from tests.service import ROOT, Service, missing_services


def documented(heading):
    """[(backup command, restore command)] of the section below a heading."""
    text = (ROOT / "ARCHITECTURE.md").read_text()
    (block,) = re.search(rf"^### {heading}\n.*?```sh\n(.*?)```", text, re.DOTALL | re.MULTILINE).groups()
    return [line for line in block.splitlines() if line and not line.startswith("#")]


def test_a_backup_of_sqlite_and_the_way_back(tmp_path):
    if shutil.which("sqlite3") is None:
        pytest.skip("sqlite3 is not installed")
    with Service(tmp_path, database=f"sqlite:///{tmp_path}/db.sqlite3", workers=1) as service:
        there_and_back(service, tmp_path, *documented("Backup of SQLite"))


def test_a_backup_of_postgresql_and_the_way_back(tmp_path):
    if reason := missing_services():
        pytest.skip(reason)
    with full(tmp_path) as service:
        there_and_back(service, tmp_path, *documented("Backup of PostgreSQL"))


def there_and_back(service, folder, backup, restore):
    (person,) = service.people(1, 12)
    jobs = increments(person["rows"], random.Random(1))
    writer = Player(service, person["token"], jobs, 1)
    writer.start()
    while not writer.acknowledged:
        writer.join(0.01)
    run(backup, folder, service)
    writer.join(60)
    assert writer.trouble is None
    service.stop()
    run(restore, folder, service)
    stage = Stage(service, None)
    then = judge(0, jobs, [], stage.stored(person))
    assert 0 < then.applied_unacknowledged <= len(jobs)
    assert (then.stray_receipts, then.doubled) == (0, [])
    service.start()
    again = Player(service, person["token"], jobs, 2)  # who asks again gets what is missing, once
    again.run()
    assert again.trouble is None
    assert again.replayed == then.applied_unacknowledged
    verdict = judge(0, jobs, [again], stage.stored(person))
    assert verdict.good, verdict
    assert verdict.acknowledged == len(jobs)


def run(command, folder, service):
    done = subprocess.run(command, shell=True, cwd=folder, env=service.environment, capture_output=True, text=True)
    assert done.returncode == 0, f"{command}\n{done.stderr}"
