"""Values of many rows on their way from a cursor to the fields' Python values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from django.db import connections, models
from django.db.backends.base.base import BaseDatabaseWrapper

from batching.columns import MOMENTS, Column, Columns, Values


def selected(alias: str, column: Column, table: str) -> str:
    """A column of a table, or of its alias, as `converted` expects it.

    PostgreSQL's moments come as text: psycopg has Django read them in Python, one by one.
    """
    connection = connections[alias]
    name = f"{table}.{connection.ops.quote_name(str(column.column))}"
    return f"CAST({name} AS text)" if _comes_as_text(connection, column) else name


def converted(connection: BaseDatabaseWrapper, columns: Columns, rows: Sequence[Values]) -> Sequence[Values]:
    """Rows of what was `selected`, with the fields' Python values."""
    converters = _converters(connection.alias, columns)
    if not converters:
        return rows
    found = [list(row) for row in rows]
    for place, expression, convert in converters:
        if type(columns[place]) in MOMENTS:  # which rows that were written together share
            known = {value: convert(value, expression, connection) for value in {row[place] for row in found}}
            for row in found:
                row[place] = known[row[place]]
        else:
            for row in found:
                row[place] = convert(row[place], expression, connection)
    return found


@cache
def _converters(alias: str, columns: Columns) -> list[tuple[int, Any, Callable[..., Any]]]:
    """What must be done with values from a cursor: the place of the column, the column in SQL, and the converter."""
    connection = connections[alias]
    found = []
    for place, column in enumerate(columns):
        expression = column.get_col(column.model._meta.db_table)
        both = [*connection.ops.get_db_converters(expression), *column.get_db_converters(connection)]
        found += [(place, expression, convert) for convert in both]
        if _comes_as_text(connection, column):
            found.append((place, expression, _moment))
    return found


def _comes_as_text(connection: BaseDatabaseWrapper, column: Column) -> bool:
    return connection.vendor == "postgresql" and type(column) is models.DateTimeField


def _moment(text: str | None, expression: Any, connection: BaseDatabaseWrapper) -> datetime | None:
    """A moment in the connection's time zone, as Django's loader makes it; naive without USE_TZ."""
    return None if text is None else datetime.fromisoformat(text).replace(tzinfo=connection.timezone)
