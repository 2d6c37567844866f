"""/healthz, /readyz, and a stop that finishes what it has begun (R61)."""

from __future__ import annotations

import concurrent.futures
import contextlib
import sqlite3
import subprocess
import sys
import time
import uuid

import pytest
import requests

from config import gunicorn
from tests.deployment.conftest import embedded, full
from tests.service import missing_services, on_postgres


def test_a_process_that_lives_and_can_work(any_service):
    """Without a host name that is allowed, and without HTTPS: the machine asks itself."""
    for path, status in [("/healthz", "alive"), ("/readyz", "ready")]:
        answer = any_service.get(path, headers={"Host": "10.1.2.3"}, allow_redirects=False)
        assert (answer.status_code, answer.json()) == (200, {"status": status})
        assert answer.headers["Cache-Control"] == "no-store"


def test_health_is_only_read(service):
    assert service.post("/readyz").status_code == 405


@pytest.mark.parametrize("path", ["/healthz/", "/readyz/x", "/health"])
def test_other_addresses_are_pages(service, by_https, path):
    assert service.get(path, headers=by_https).status_code == 404


def test_what_is_missing_is_named_without_secrets(tmp_path):
    if reason := missing_services():
        pytest.skip(reason)
    with full(tmp_path, SECURE_SSL_REDIRECT="false") as service:
        service.redis.kill()
        answer = service.get("/readyz")
        assert (answer.status_code, answer.json()) == (503, {"status": "unready", "missing": ["cache"]})
        service.redis.start()
        assert service.get("/readyz").status_code == 200
        with _away(service.environment["DATABASE_URL"].rpartition("/")[2]):
            answer = service.get("/readyz")
            assert (answer.status_code, answer.json()) == (503, {"status": "unready", "missing": ["database"]})
            assert service.get("/healthz").status_code == 200  # a restart would not help
            assert service.get("/accounts/login/").status_code == 200  # needs no database
            refused = service.post("/api/token/", json={"username": "x", "password": "y"})
            assert (refused.status_code, refused.json()["code"]) == (503, "unavailable")
            assert int(refused.headers["Retry-After"]) >= 1
            page = service.get("/", cookies={"sessionid": "a" * 32})
            assert (page.status_code, "The database does not answer just now" in page.text) == (503, True)
        assert service.get("/readyz").status_code == 200


@contextlib.contextmanager
def _away(name):
    """For a while there is no database of this name."""
    on_postgres("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
    on_postgres(f"ALTER DATABASE {name} RENAME TO {name}_away")
    try:
        yield
    finally:
        on_postgres(f"ALTER DATABASE {name}_away RENAME TO {name}")


def test_a_stop_finishes_requests_in_flight(tmp_path):
    """SIGTERM while a batch waits for the database: it is answered, and what it was told is stored."""
    with embedded(tmp_path) as service:
        (person,) = service.people(1, 1)
        operation = {"resource": "abilities", "action": "increment", "target": person["rows"][0]}
        body = {"operations": [{**operation, "id": str(uuid.uuid4())}]}
        headers = {"Authorization": f"Token {person['token']}"}
        with (
            contextlib.closing(sqlite3.connect(tmp_path / "site.sqlite3", isolation_level=None)) as other,
            concurrent.futures.ThreadPoolExecutor() as pool,
        ):
            other.execute("BEGIN IMMEDIATE")
            answer = pool.submit(service.post, "/api/batch/", json=body, headers=headers)
            time.sleep(0.5)
            service.process.terminate()
            time.sleep(0.5)
            assert not answer.done()
            with pytest.raises(requests.RequestException):  # nobody else is served
                requests.get(f"{service.url}/healthz", timeout=0.5)
            other.execute("ROLLBACK")
            assert answer.result(10).status_code == 200
            assert service.process.wait(10) == 0
            ((points,),) = other.execute("SELECT experience_points FROM characters_ability").fetchall()
            assert points == 5


def test_a_stop_has_more_time_than_a_request():
    assert gunicorn.graceful_timeout < gunicorn.timeout


def test_the_probe_of_a_container(service):
    service.run("-m", "config.probe")
    service.run("-m", "config.probe", "/readyz")
    command = ["-m", "config.probe", "/nowhere"]
    with pytest.raises(AssertionError):
        service.run(*command)
    nobody = {**service.environment, "BIND": "127.0.0.1:1"}
    assert subprocess.run([sys.executable, "-m", "config.probe"], env=nobody).returncode == 1
