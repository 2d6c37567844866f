"""Which tests are worth repeating: those that use a database, on each database that is there (`-m database`)."""

from __future__ import annotations

import pytest

DATABASES = {"db", "transactional_db"}


@pytest.hookimpl(tryfirst=True)  # before tests are chosen by their marks
def pytest_collection_modifyitems(items):
    for item in items:
        if item.get_closest_marker("django_db") or not DATABASES.isdisjoint(item.fixturenames):
            item.add_marker("database")
