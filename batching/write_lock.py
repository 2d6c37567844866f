"""The transaction around a batch, which gets its turn to write soon.

SQLite has one writer at a time. It lets whoever finds it busy sleep for 1, 2, 5, 10 and up to 100 ms, while the one
that has just written may begin again at once: four clients lose a sixth of what they could get done. Here they look
every fraction of a millisecond instead, and less often the longer they have waited.
"""

from __future__ import annotations

import random
import sqlite3
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from django.db import OperationalError, connections, transaction

LEAST, MOST = 0.0003, 0.002  # seconds between two looks
SHARE = 0.05  # of the time that was waited


@contextmanager
def write_transaction(using: str, *, durable: bool) -> Iterator[None]:
    """`transaction.atomic()`. Raises OperationalError when the database stays locked for the connection's `timeout`."""
    atomic = transaction.atomic(using=using, durable=durable)
    connection = connections[using]
    with ExitStack() as stack:
        if connection.vendor == "sqlite" and not connection.in_atomic_block:
            _enter_soon(stack, atomic, connection)
        else:
            stack.enter_context(atomic)
        yield


def is_locked(error: Exception) -> bool:
    """Whether SQLite refused because somebody else writes; it has no other sign than the text."""
    return "locked" in str(error)


def _enter_soon(stack: ExitStack, atomic: Any, connection: Any) -> None:
    connection.ensure_connection()
    raw: sqlite3.Connection = connection.connection
    patience = float(connection.settings_dict["OPTIONS"].get("timeout", 5))
    started = time.monotonic()
    raw.execute("PRAGMA busy_timeout = 0")
    try:
        while True:
            try:
                stack.enter_context(atomic)
                return
            except OperationalError as error:
                if not is_locked(error) or time.monotonic() - started > patience:
                    raise
            _wait_while_busy(raw, started, patience)
    finally:
        raw.execute(f"PRAGMA busy_timeout = {round(patience * 1000)}")


def _wait_while_busy(raw: sqlite3.Connection, started: float, patience: float) -> None:
    """Look past Django, which takes ten times as long for a BEGIN that fails."""
    while (waited := time.monotonic() - started) <= patience:
        time.sleep(random.uniform(0.5, 1) * min(max(waited * SHARE, LEAST), MOST))
        try:
            raw.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if not is_locked(error):
                return
        else:
            raw.execute("ROLLBACK")
            return
