"""Whoever wants to write to SQLite waits for its one writer, and looks often."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from django.db import DatabaseError, OperationalError, connections
from django.db.backends.sqlite3.base import DatabaseWrapper

from batching.write_lock import write_transaction

SECONDS = 1.5


@pytest.fixture
def elsewhere(tmp_path, django_db_blocker):
    """A database in a file, as projects have it."""
    settings = {
        **connections.settings["default"],
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(tmp_path / "site.sqlite3"),
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": SECONDS},
    }
    connections["elsewhere"] = connection = DatabaseWrapper(settings, "elsewhere")
    with django_db_blocker.unblock():
        connection.ensure_connection()
        yield connection
        connection.close()
    del connections["elsewhere"]


@pytest.fixture
def writer(elsewhere):
    """Somebody else, who is writing."""
    with closing(sqlite3.connect(elsewhere.settings_dict["NAME"], isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield other


def patience(connection):
    return connection.connection.execute("PRAGMA busy_timeout").fetchone()[0] / 1000


def test_it_looks_many_times_before_sqlite_itself_would_have_looked_twice(elsewhere, writer):
    looks = []

    def count(statement):
        if statement.startswith("BEGIN"):
            looks.append(statement)
            if len(looks) == 20:
                writer.execute("COMMIT")

    elsewhere.connection.set_trace_callback(count)
    with write_transaction("elsewhere", durable=True):
        assert elsewhere.in_atomic_block
        assert patience(elsewhere) == SECONDS
        assert len(looks) >= 20
    assert elsewhere.get_autocommit()


def test_its_patience_ends_with_that_of_the_connection(elsewhere, writer):
    with pytest.raises(OperationalError, match="locked"), write_transaction("elsewhere", durable=True):
        raise AssertionError("somebody else is writing")
    assert patience(elsewhere) == SECONDS
    writer.execute("COMMIT")
    with write_transaction("elsewhere", durable=True):
        assert elsewhere.in_atomic_block


def test_what_is_wrong_otherwise_is_told(elsewhere, tmp_path):
    (tmp_path / "site.sqlite3").write_text("This is not a database, but long enough to be taken for one. " * 20)
    with pytest.raises(DatabaseError, match="not a database"), write_transaction("elsewhere", durable=True):
        raise AssertionError("there is nothing to write to")
    assert patience(elsewhere) == SECONDS
