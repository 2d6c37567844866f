"""Rows and keys as parameters of one statement, whose text does not depend on how many there are.

SQLite takes one JSON text apart (json_each, since 3.35 with all that is needed here), PostgreSQL one array a column
(unnest). The arrays are written here: psycopg would write them item by item, in Python.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from operator import attrgetter
from typing import Any

from django.db import connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.lookups import Lookup

from batching.columns import INTEGERS, TEXTS, Column, Columns, Values, encoder, stored_column, travels


class Source:
    """SQL for a row source called j, and its parameters for some rows."""

    text: str
    reads: list[str]
    """Expressions for the columns."""
    order: str
    """Expression for the place of a row among them; only of a source that was made `ordered`."""

    def __init__(self, connection: BaseDatabaseWrapper, columns: Columns) -> None:
        self._columns = [(attrgetter(column.attname), encoder(column, connection)) for column in columns]

    def parameters(self, rows: Sequence[Any], connection: BaseDatabaseWrapper) -> list[str]:
        raise NotImplementedError

    def _values(self, rows: Sequence[Any], connection: BaseDatabaseWrapper) -> Iterator[Values]:
        """The values of each column, ready to travel."""
        for read, encode in self._columns:
            values = list(map(read, rows))
            yield values if encode is None else encode(values, connection)


class JSONSource(Source):
    text = "json_each(%s) AS j"
    order = "j.key"

    def __init__(self, connection: BaseDatabaseWrapper, columns: Columns) -> None:
        super().__init__(connection, columns)
        self.reads = [f"json_extract(j.value, '$[{place}]')" for place in range(len(columns))]

    def parameters(self, rows: Sequence[Any], connection: BaseDatabaseWrapper) -> list[str]:
        return [_json(list(zip(*self._values(rows, connection), strict=True)))]


class ArraySource(Source):
    order = "j.n"

    def __init__(self, connection: BaseDatabaseWrapper, columns: Columns, *, ordered: bool) -> None:
        super().__init__(connection, columns)
        self.reads = [f"j.c{place}{_cast(column)}" for place, column in enumerate(columns)]
        arrays = ", ".join(f"%s::{_type(column, connection)}[]" for column in columns)
        names = [f"c{place}" for place in range(len(columns))] + ["n"] * ordered
        self.text = f"unnest({arrays}){' WITH ORDINALITY' if ordered else ''} AS j({', '.join(names)})"

    def parameters(self, rows: Sequence[Any], connection: BaseDatabaseWrapper) -> list[str]:
        return list(map(_array, self._values(rows, connection)))


@cache
def source_of(alias: str, columns: Columns, *, ordered: bool = False) -> Source:
    connection = connections[alias]
    if connection.vendor == "postgresql":
        return ArraySource(connection, columns, ordered=ordered)
    return JSONSource(connection, columns)


_json: Callable[[Any], str] = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _array(values: Values) -> str:
    """An array as PostgreSQL writes it."""
    kinds = set(map(type, values))
    if kinds == {int}:
        return "{" + ",".join(map(str, values)) + "}"
    if kinds == {str}:
        text = '","'.join(values)
        if "\\" not in text and text.count('"') == 2 * len(values) - 2:
            return '{"' + text + '"}'
    return "{" + ",".join(map(_item, values)) + "}"


def _item(value: Any) -> str:
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return "NULL" if value is None else _json(value)


def _type(column: Column, connection: BaseDatabaseWrapper) -> str:
    """Type to read a value as. Text and numbers without their limits, so that the column's own limit is enforced."""
    stored = stored_column(column)
    if type(stored) in TEXTS or isinstance(stored, models.JSONField):
        return "text"
    return "numeric" if isinstance(stored, models.DecimalField) else str(stored.rel_db_type(connection))


def _cast(column: Column) -> str:
    return "::jsonb" if isinstance(stored_column(column), models.JSONField) else ""


# --- keys ---


class Among(Lookup):
    """A condition: a column has one of these values, which travel as one parameter.

    Compiling a list of a hundred values takes Django as long as reading the rows.
    """

    lookup_name = "among"
    prepare_rhs = False

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        column, parameters = self.process_lhs(compiler, connection)
        return f"{column} IN (SELECT value FROM json_each(%s))", [*parameters, _json(self._values(connection))]

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        column, parameters = self.process_lhs(compiler, connection)
        stored = stored_column(self.lhs.output_field)
        # A key that is too large for its column is not found, rather than refused by the database.
        kind = "bigint" if type(stored) in INTEGERS else _type(stored, connection)
        return f"{column} = ANY(%s::{kind}[])", [*parameters, _array(self._values(connection))]

    def _values(self, connection: Any) -> Values:
        encode = encoder(self.lhs.output_field, connection)
        return self.rhs if encode is None else encode(self.rhs, connection)


def among(model: type[models.Model], name: str, values: Sequence[Any]) -> Any:
    """A condition for `filter()`: the column `name` has one of these values."""
    column: Any = model._meta.get_field(name)
    if travels(column) and not column.is_relation:
        return Among(models.F(name), list(values))
    return models.Q((f"{name}__in", list(values)))
