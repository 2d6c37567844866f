"""Writes of many rows in one statement each.

`bulk_create` and `bulk_update` build an expression per value in Python and, on SQLite, are cut into chunks, so that
their cost in time and statements grows. Here the rows travel as parameters that the database takes apart (`sources`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from django.db import connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

from batching.columns import Column, Columns, Rows
from batching.conversion import converted, selected
from batching.pipeline import Pipeline
from batching.sources import source_of


class Statement(NamedTuple):
    text: str
    parameters: list[Any]


def run(pipeline: Pipeline, statements: Sequence[Statement]) -> None:
    """Run updates of different tables, on PostgreSQL in one round trip."""
    if not statements:
        return
    if pipeline.connection.vendor == "postgresql":
        *before, last = statements
        named = ", ".join(f"u{place} AS ({statement.text})" for place, statement in enumerate(before))
        text = f"WITH {named} {last.text}" if before else last.text
        statements = [Statement(text, [value for statement in statements for value in statement.parameters])]
    with pipeline.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement.text, statement.parameters)


def update_statement(
    connection: BaseDatabaseWrapper,
    model: type[models.Model],
    rows: Sequence[Any],
    columns: Sequence[Column],
    scalars: Mapping[Column, Any],
) -> Statement:
    """Sets `columns` of stored rows to what the objects hold, and `scalars` to one value for all of them."""
    source = source_of(connection.alias, (*model._meta.pk_fields, *columns))
    parameters = [column.get_db_prep_save(value, connection) for column, value in scalars.items()]
    text = _update_text(connection.alias, model, tuple(columns), tuple(scalars))
    return Statement(text, [*parameters, *source.parameters(rows, connection)])


@cache
def _update_text(alias: str, model: type[models.Model], columns: Columns, scalars: Columns) -> str:
    keys: Columns = tuple(model._meta.pk_fields)
    source = source_of(alias, (*keys, *columns))
    table = _quoted(alias, model._meta.db_table)
    reads = list(zip((*keys, *columns), source.reads, strict=True))
    assignments = [f"{_quoted(alias, column.column)} = {read}" for column, read in reads[len(keys) :]]
    assignments += [f"{_quoted(alias, column.column)} = %s" for column in scalars]
    same = [f"{table}.{_quoted(alias, column.column)} = {read}" for column, read in reads[: len(keys)]]
    return f"UPDATE {table} SET {', '.join(assignments)} FROM {source.text} WHERE {' AND '.join(same)}"


def insert(connection: BaseDatabaseWrapper, rows: Rows) -> None:
    """Insert rows of one model in order, and set the primary keys that the database gives them."""
    meta = rows[0]._meta
    assert meta.pk is not None
    columns = tuple(column for column in meta.local_concrete_fields if rows[0].pk is not None or not column.primary_key)
    key = selected(connection.alias, meta.pk, _quoted(connection.alias, meta.db_table))
    with connection.cursor() as cursor:
        cursor.execute(*_insert_statement(connection, columns, rows, {}, f"RETURNING {key}"))
        _take_keys(cursor, rows, meta.pk, connection)
    for row in rows:
        row._state.adding = False
        row._state.db = connection.alias


def insert_all(
    pipeline: Pipeline, model: type[models.Model], rows: Sequence[Any], scalars: Mapping[Column, Any]
) -> None:
    """Insert rows that bring their primary keys. An IntegrityError, now or later, tells that one is there already.

    `rows` are any objects with the columns' attributes, `scalars` holds the columns that are the same for all. Waits
    for other transactions that are inserting the same keys. Rows must come sorted, so that two writers whose keys
    overlap wait for each other in one order.
    """
    with pipeline.cursor() as cursor:
        cursor.execute(*_insert_statement(pipeline.connection, _others(model, scalars), rows, scalars))


def insert_new(
    connection: BaseDatabaseWrapper, model: type[models.Model], rows: Sequence[Any], scalars: Mapping[Column, Any]
) -> list[str]:
    """`insert_all` that leaves existing rows alone; answers the key's last column of those. Takes longer."""
    key: Column = model._meta.pk_fields[-1]
    returning = f"CAST({_quoted(connection.alias, key.column)} AS text)"  # cheaper to read than UUIDs
    ending = f"ON CONFLICT DO NOTHING RETURNING {returning}"
    with connection.cursor() as cursor:
        cursor.execute(*_insert_statement(connection, _others(model, scalars), rows, scalars, ending))
        new = {str(value) for (value,) in converted(connection, (key,), cursor.fetchall())}
    return [name for row in rows if (name := str(getattr(row, key.attname))) not in new]


def _others(model: type[models.Model], scalars: Mapping[Column, Any]) -> Columns:
    return tuple(column for column in model._meta.local_concrete_fields if column not in scalars)


def _insert_statement(
    connection: BaseDatabaseWrapper,
    columns: Columns,
    rows: Sequence[Any],
    scalars: Mapping[Column, Any],
    ending: str = "",
) -> Statement:
    source = source_of(connection.alias, columns, ordered=True)
    parameters = [column.get_db_prep_save(value, connection) for column, value in scalars.items()]
    text = _insert_text(connection.alias, columns, tuple(scalars), ending)
    return Statement(text, [*parameters, *source.parameters(rows, connection)])


@cache
def _insert_text(alias: str, columns: Columns, scalars: Columns, ending: str) -> str:
    """The statement. "WHERE true" keeps SQLite from taking ON CONFLICT for a join condition."""
    source = source_of(alias, columns, ordered=True)
    table = _quoted(alias, columns[0].model._meta.db_table)
    names = ", ".join(_quoted(alias, column.column) for column in (*columns, *scalars))
    reads = ", ".join([*source.reads, *["%s"] * len(scalars)])
    text = f"INSERT INTO {table} ({names}) SELECT {reads} FROM {source.text}"
    return f"{text} WHERE true ORDER BY {source.order} {ending}"


def delete(connection: BaseDatabaseWrapper, rows: Rows) -> None:
    """Delete rows that nothing in the database refers to."""
    meta = rows[0]._meta
    assert meta.pk is not None
    source = source_of(connection.alias, (meta.pk,))
    table, key = _quoted(connection.alias, meta.db_table), _quoted(connection.alias, meta.pk.column)
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {table} WHERE {key} IN (SELECT {source.reads[0]} FROM {source.text})",
            source.parameters(rows, connection),
        )


def any_row(
    connection: BaseDatabaseWrapper,
    columns: Sequence[Column],
    rows: Rows,
    condition: str,
    parameters: Sequence[Any],
) -> bool:
    """Whether a condition on unqualified column names holds for any of some rows, stored or not."""
    source = source_of(connection.alias, tuple(columns))
    named = zip(columns, source.reads, strict=True)
    reads = ", ".join(f"{read} AS {_quoted(connection.alias, column.column)}" for column, read in named)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT 1 FROM (SELECT {reads} FROM {source.text}) AS state WHERE {condition} LIMIT 1",
            [*source.parameters(rows, connection), *parameters],
        )
        return cursor.fetchone() is not None


def _take_keys(cursor: CursorWrapper, rows: Rows, pk: Column, connection: BaseDatabaseWrapper) -> None:
    # Django's bulk_create relies on the same order of RETURNING.
    if rows[0].pk is not None:
        return
    for row, (key,) in zip(rows, converted(connection, (pk,), cursor.fetchall()), strict=True):
        row.pk = key


@cache
def _quoted(alias: str, name: str | None) -> str:
    """A quoted name. Django's types know columns without a name; none is stored."""
    assert name is not None
    return connections[alias].ops.quote_name(name)
