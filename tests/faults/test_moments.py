"""R63: one fault at a known moment, then the same request again: applied once, whatever the first answer was."""

from __future__ import annotations

import uuid

import pytest
import requests

from characters.rules.experience import score_of
from tests.service import TIMEOUT

DEATHS = ["die:statement-2", "die:statement-5", "die:before-commit", "die:after-commit", "die:before-answer"]
ENDINGS = ["disconnect:statement-1", "disconnect:statement-3", "disconnect:statement-5", "disconnect:before-commit"]
APPLIED = {"die:after-commit", "die:before-answer"}  # before the client heard of it


@pytest.fixture(scope="module")
def person(stage):
    (person,) = stage.service.people(1, 40)
    return person


@pytest.fixture
def row(person):
    return person["rows"].pop()


def post(stage, person, operations, fault=None):
    headers = {"Authorization": f"Token {person['token']}", **({"X-Fault": fault} if fault else {})}
    address = f"{stage.service.url}/api/batch/"
    return requests.post(address, json={"operations": operations}, headers=headers, timeout=TIMEOUT)


def raise_by_one(row):
    return {"resource": "abilities", "action": "increment", "target": row, "id": str(uuid.uuid4())}


def stored_score(stage, row):
    ((points,),) = stage.query(f"SELECT experience_points FROM characters_ability WHERE id = {row}")
    return score_of("ability", points)


@pytest.mark.parametrize("moment", DEATHS)
def test_a_worker_killed_at_this_moment(stage, person, row, moment):
    operations = [raise_by_one(row)]
    with pytest.raises(requests.ConnectionError):
        post(stage, person, operations, moment)
    assert stored_score(stage, row) == (moment in APPLIED)
    (result,) = post(stage, person, operations).json()["results"]
    assert (result["data"]["score"], result["replayed"]) == (1, moment in APPLIED)
    assert stored_score(stage, row) == 1


@pytest.mark.parametrize("moment", ENDINGS)
def test_a_database_connection_ended_at_this_moment(stage, person, row, moment):
    """The answer is 503 with a time to wait, the worker recovers, and no SQL is told."""
    if not stage.on_postgres:
        pytest.skip("SQLite has no connection that could end")
    operations = [raise_by_one(row)]
    refused(post(stage, person, operations, moment))
    assert stored_score(stage, row) == 0
    for _ in range(8):  # each worker, each thread: no connection is left broken
        assert post(stage, person, operations).status_code == 200
    assert stored_score(stage, row) == 1


@pytest.mark.parametrize("fault", ["disk-full", "read-only"])
def test_a_file_that_takes_nothing_more(stage, person, row, fault):
    if stage.on_postgres:
        pytest.skip("done to a SQLite file")
    larger = {"resource": "characters", "action": "update", "target": person["character"], "id": str(uuid.uuid4())}
    operations = [raise_by_one(row), {**larger, "data": {"notes": "x" * 5000}}]
    refused(post(stage, person, operations, fault))
    assert stored_score(stage, row) == 0
    answer = post(stage, person, operations)
    assert [result["replayed"] for result in answer.json()["results"]] == [False, False]
    assert stored_score(stage, row) == 1


@pytest.mark.parametrize("seconds", [+40 * 86400, -40 * 86400])
def test_a_wall_clock_that_jumps(stage, person, row, seconds):
    """Receipts are found by ids, revisions count, and time in a transaction is measured by a clock that only grows."""
    operations = [raise_by_one(row)]
    for fault, replayed in [(f"clock:{seconds}", False), (None, True), (f"clock:{-seconds}", True), (None, True)]:
        answer = post(stage, person, operations, fault)
        assert answer.status_code == 200, answer.text
        assert answer.json()["results"][0]["replayed"] is replayed
    assert stored_score(stage, row) == 1


def test_redis_gone_and_back(stage, person, row):
    """A budget protects the server and must not become its outage: without Redis requests pass."""
    if stage.redis is None:
        pytest.skip("no Redis on this stage")
    operations = [raise_by_one(row)]
    assert "RateLimit" in post(stage, person, operations).headers
    stage.redis.kill()
    answer = post(stage, person, operations)
    assert (answer.status_code, "RateLimit" in answer.headers) == (200, False)
    stage.redis.start()
    assert "RateLimit" in post(stage, person, operations).headers
    assert stored_score(stage, row) == 1


def refused(answer):
    assert answer.status_code == 503, answer.text
    assert int(answer.headers["Retry-After"]) >= 1
    problem = answer.json()
    assert (problem["code"], problem["success"]) == ("unavailable", False)
    assert not {"SELECT", "UPDATE", "INSERT", "sqlite", "psycopg", "Traceback"} & set(answer.text.split())
