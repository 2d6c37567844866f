"""Statements that PostgreSQL works on while Python goes on: its pipeline mode.

A batch waits for its database nearly as long as it computes. What does not need the answer at once is sent and not
waited for: while PostgreSQL inserts the receipts, the operations are applied in memory, and while it updates the rows,
the results are put together. Whoever fetches rows waits for all statements sent before, and `finish` waits for the
rest; each of them raises the first error of those.

Nobody else meets this mode. A statement of anybody else ends it before it runs, because some things do not work in it:
numbers of rows are not known yet, and cursors on the server and COPY are refused. On other databases, and with other
drivers than psycopg 3, statements are waited for as usual.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import cache
from typing import Any

from django.db import DatabaseError, connections
from django.db.backends.utils import CursorWrapper


class Pipeline:
    """The statements of one transaction on one database. Nothing is sent ahead if they are `awaited`."""

    def __init__(self, using: str, *, awaited: bool = False) -> None:
        self.connection = connections[using]
        self.sends_ahead = not awaited and self.connection.vendor == "postgresql" and _driver_can()
        self._mode: Any = None  # psycopg's, while it lasts
        self._exit = ExitStack()
        self._own: CursorWrapper | None = None
        self._failure: DatabaseError | None = None

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Watch the statements of a transaction; what is under way when it fails is not waited for."""
        if not self.sends_ahead:
            yield
            return
        with self.connection.execute_wrapper(self._end_before_others):
            try:
                yield
                self.finish()
            finally:
                self._leave()

    @contextmanager
    def cursor(self) -> Iterator[CursorWrapper]:
        """A cursor whose statements are sent ahead."""
        self._raise_failure()
        with self.connection.cursor() as cursor:
            self._own = cursor
            if self.sends_ahead and self._mode is None:
                self._enter()
            yield cursor

    def finish(self) -> None:
        """Wait for all statements. Raises what the first of them that failed would have raised."""
        self._raise_failure()
        if self._mode is None:
            return
        try:
            with self.connection.wrap_database_errors:
                self._mode.sync()
        except DatabaseError as error:
            self._failure = error
            raise
        finally:
            self._leave()

    def _raise_failure(self) -> None:
        """A failure is told again to whoever goes on, although somebody may have caught it."""
        if self._failure is not None:
            raise self._failure

    def _enter(self) -> None:
        raw: Any = self.connection.connection
        with self.connection.wrap_database_errors:
            self._mode = self._exit.enter_context(raw.pipeline())

    def _leave(self) -> None:
        self._mode = None
        with suppress(Exception):  # psycopg's: the first error was told, and the others follow from it
            self._exit.close()

    def _end_before_others(self, execute: Any, sql: Any, parameters: Any, many: bool, context: dict[str, Any]) -> Any:
        if context["cursor"] is not self._own:
            self.finish()
        return execute(sql, parameters, many, context)


@cache
def _driver_can() -> bool:
    from django.db.backends.postgresql.psycopg_any import is_psycopg3

    if not is_psycopg3:
        return False
    from psycopg import Pipeline as Mode

    return Mode.is_supported()
