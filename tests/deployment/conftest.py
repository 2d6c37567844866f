from __future__ import annotations

import contextlib
import tempfile

import pytest

from tests.service import Redis, Service, missing_services, new_postgres_database

# A proxy stands before the site in production; here the tests speak for it.
PROXY = {"BEHIND_PROXY": "true", "SECURE_SSL_REDIRECT": "true"}


def embedded(folder, **variables):
    return Service(folder, database=f"sqlite:///{folder}/site.sqlite3", workers=1, **variables)


@contextlib.contextmanager
def full(folder, **variables):
    with (
        new_postgres_database() as database,
        Redis(folder) as redis,
        Service(folder, database=database, cache=redis.url, **variables) as service,
    ):
        service.redis = redis
        yield service


@pytest.fixture(scope="session")
def service():
    """The embedded default, in production: one worker, SQLite, a cache in the process."""
    with tempfile.TemporaryDirectory() as folder, embedded(folder, **PROXY) as service:
        yield service


@pytest.fixture(scope="session")
def full_service():
    """Several workers, PostgreSQL and Redis."""
    if reason := missing_services():
        pytest.skip(reason)
    with tempfile.TemporaryDirectory() as folder, full(folder, **PROXY) as service:
        yield service


@pytest.fixture(params=["service", "full_service"])
def any_service(request):
    return request.getfixturevalue(request.param)


@pytest.fixture
def by_https():
    """What the proxy adds for somebody at 203.0.113.7 who came by HTTPS."""
    return {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.7"}
