"""The site with a saboteur inside: a request may carry, as `X-Fault`, what shall go wrong while it is served.

    die:MOMENT          the worker is killed (SIGKILL): no handler runs, nothing is tidied up
    disconnect:MOMENT   PostgreSQL ends the connection (pg_terminate_backend)
    disk-full           SQLite may not use another page of the file: its own SQLITE_FULL, where it needs one
    read-only           SQLite may not write: its own SQLITE_READONLY
    clock:SECONDS       the wall clock of this worker jumps, for good

MOMENT is `statement-N` (before the N-th statement), `before-commit`, `after-commit` or `before-answer`. The clock is
the one that Python's `time.time` and Django's `timezone.now` show; those of the database and of Redis cannot be moved
from here. Nor can a disk really be filled by a process that must not harm its machine: SQLite itself is told to refuse.
"""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from datetime import timedelta

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.utils import timezone

from config.wsgi import application as site

SQLITE = {"disk-full": "PRAGMA max_page_count = 1", "read-only": "PRAGMA query_only = ON"}


class Plot(threading.local):
    """What is planned for the request that this thread serves."""

    fault, moment, statements = "", "", 0

    def read(self, header):
        self.fault, _, self.moment = header.partition(":")
        self.statements = 0

    def at(self, moment):
        if self.moment != moment:
            return
        if self.fault == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        elif self.fault == "disconnect" and connection.vendor == "postgresql" and connection.connection is not None:
            self.moment = ""
            _disconnect(connection.connection.info)


plot = Plot()


def application(environ, start_response):
    plot.read(environ.get("HTTP_X_FAULT", ""))
    if plot.fault == "clock":
        _jump(int(plot.moment))
    if plot.fault in SQLITE:
        connection.close()  # the next one is told
    answer = site(environ, start_response)
    plot.at("before-answer")
    if plot.fault in SQLITE:
        connection.close()  # and with it what was forbidden
    return answer


def _corrupt(connection, **kwargs):
    connection.execute_wrappers.append(_watch)
    if connection.vendor == "sqlite" and plot.fault in SQLITE:
        connection.connection.execute(SQLITE[plot.fault]).close()


def _watch(execute, sql, params, many, context):
    plot.statements += 1
    plot.at(f"statement-{plot.statements}")
    return execute(sql, params, many, context)


def _commit(self):
    plot.at("before-commit")
    commit(self)
    plot.at("after-commit")


def _disconnect(info):
    import psycopg

    with (
        contextlib.suppress(psycopg.Error),  # somebody else has ended the other connection
        psycopg.connect(info.dsn, password=info.password, autocommit=True) as other,
    ):
        other.execute("SELECT pg_terminate_backend(%s, 1000)", [info.backend_pid])


def _jump(seconds):
    global offset
    offset += seconds


offset = 0
real_time, real_now = time.time, timezone.now
time.time = lambda: real_time() + offset
timezone.now = lambda: real_now() + timedelta(seconds=offset)
commit, BaseDatabaseWrapper._commit = BaseDatabaseWrapper._commit, _commit
connection_created.connect(_corrupt, weak=False)
