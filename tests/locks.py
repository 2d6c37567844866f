"""Seeing on PostgreSQL that another connection waits for a lock."""

from __future__ import annotations

import time

from django.db import connection

WAITING = "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock')"


def await_waiter(patience: float = 20) -> None:
    """Return once a connection to this database waits for a lock. Raises TimeoutError if none does."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(WAITING)
            if cursor.fetchone() == (True,):
                return
        time.sleep(0.02)
    raise TimeoutError("Nobody waits for a lock.")
