"""Writes of many rows in one statement each, fed by one JSON parameter.

`bulk_create` and `bulk_update` build an expression per value in Python and, on SQLite, are cut into chunks, so that
their cost in time and statements grows. Here the rows travel as one JSON text that the database takes apart: json_each
on SQLite (3.35 or later), json_to_recordset on PostgreSQL.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache
from operator import attrgetter
from typing import Any, NamedTuple, TypeAlias

from django.db import DataError, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from django.db.models.lookups import Lookup

Column: TypeAlias = "models.Field[Any, Any]"
Columns: TypeAlias = "tuple[models.Field[Any, Any], ...]"
Rows = Sequence[models.Model]
Values = Sequence[Any]
Encoder = Callable[[Values, BaseDatabaseWrapper], Values]
"""Makes the values of a column ready for JSON."""

INTEGERS: frozenset[type[Column]] = frozenset(
    {
        models.AutoField,
        models.BigAutoField,
        models.BigIntegerField,
        models.IntegerField,
        models.PositiveBigIntegerField,
        models.PositiveIntegerField,
        models.PositiveSmallIntegerField,
        models.SmallAutoField,
        models.SmallIntegerField,
    }
)
TEXTS: frozenset[type[Column]] = frozenset(
    {models.CharField, models.EmailField, models.SlugField, models.TextField, models.URLField}
)
PREPARED: frozenset[type[Column]] = frozenset(
    {models.DateField, models.DateTimeField, models.DecimalField, models.TimeField, models.UUIDField}
)
"""Stored in a form of the database's own, which the field prepares."""
MOMENTS: frozenset[type[Column]] = frozenset({models.DateField, models.DateTimeField, models.TimeField})
VENDORS = frozenset({"sqlite", "postgresql"})


def travels(column: Column) -> bool:
    """Whether values of a column are known to arrive through JSON as they would through `save()`.

    Floats are not: SQLite's JSON reader may miss the last bit.
    """
    kind = type(_stored(column))
    return kind in INTEGERS | TEXTS | PREPARED | {models.BooleanField, models.JSONField}


def hold_nul(column: Column, rows: Rows) -> bool:
    """Whether a text holds NUL, at which SQLite's JSON functions would cut it."""
    if type(_stored(column)) in INTEGERS:
        return False
    values = map(attrgetter(column.attname), rows)
    return any(isinstance(value, str) and "\0" in value for value in values)


class Statement(NamedTuple):
    text: str
    parameters: list[Any]


def run(connection: BaseDatabaseWrapper, statements: Sequence[Statement]) -> None:
    """Run updates of different tables, on PostgreSQL in one round trip."""
    if not statements:
        return
    if connection.vendor == "postgresql":
        *before, last = statements
        named = ", ".join(f"u{place} AS ({statement.text})" for place, statement in enumerate(before))
        text = f"WITH {named} {last.text}" if before else last.text
        statements = [Statement(text, [value for statement in statements for value in statement.parameters])]
    with connection.cursor() as cursor:
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
    source = _source(connection.alias, (*model._meta.pk_fields, *columns))
    parameters = [column.get_db_prep_save(value, connection) for column, value in scalars.items()]
    text = _update_text(connection.alias, model, tuple(columns), tuple(scalars))
    return Statement(text, [*parameters, source.parameter(rows, connection)])


@cache
def _update_text(alias: str, model: type[models.Model], columns: Columns, scalars: Columns) -> str:
    keys: Columns = tuple(model._meta.pk_fields)
    source = _source(alias, (*keys, *columns))
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
    source = _source(connection.alias, columns, ordered=True)
    text = _insert_text(connection.alias, type(rows[0]), columns, ())
    with connection.cursor() as cursor:
        cursor.execute(
            text.format(conflict="", returning=_quoted(connection.alias, meta.pk.column)),
            [source.parameter(rows, connection)],
        )
        _take_keys(cursor, rows, meta.pk, connection)
    for row in rows:
        row._state.adding = False
        row._state.db = connection.alias


def claim(
    connection: BaseDatabaseWrapper, model: type[models.Model], rows: Sequence[Any], scalars: Mapping[str, Any]
) -> list[str]:
    """Insert rows whose primary key is not there yet; answers the key's last column of those that were not inserted.

    `rows` are any objects with the columns' attributes, `scalars` holds the columns that are the same for all. Waits
    for other transactions that are inserting the same keys. Rows must come sorted, so that two claims that overlap
    wait for each other in one order.
    """
    alike = tuple(column for column in model._meta.local_concrete_fields if column.attname in scalars)
    columns = tuple(column for column in model._meta.local_concrete_fields if column.attname not in scalars)
    source = _source(connection.alias, columns, ordered=True)
    key: Column = model._meta.pk_fields[-1]
    text = _insert_text(connection.alias, model, columns, alike)
    parameters = [column.get_db_prep_save(scalars[column.attname], connection) for column in alike]
    with connection.cursor() as cursor:
        returning = f"CAST({_quoted(connection.alias, key.column)} AS text)"  # cheaper to read than UUIDs
        cursor.execute(
            text.format(conflict="ON CONFLICT DO NOTHING", returning=returning),
            [*parameters, source.parameter(rows, connection)],
        )
        inserted = cursor.fetchall()
    if len(inserted) == len(rows):
        return []
    new = {str(value) for (value,) in converted(connection, (key,), inserted)}
    return [name for row in rows if (name := str(getattr(row, key.attname))) not in new]


@cache
def _insert_text(alias: str, model: type[models.Model], columns: Columns, scalars: Columns) -> str:
    """An INSERT with room for {conflict} and {returning}.

    "WHERE true" keeps SQLite from taking ON CONFLICT for a join condition.
    """
    source = _source(alias, columns, ordered=True)
    names = ", ".join(_quoted(alias, column.column) for column in (*columns, *scalars))
    reads = ", ".join([*source.reads, *["%s"] * len(scalars)])
    text = f"INSERT INTO {_quoted(alias, model._meta.db_table)} ({names}) SELECT {reads} FROM {source.text}"
    return f"{text} WHERE true ORDER BY {source.order} {{conflict}} RETURNING {{returning}}"


def delete(connection: BaseDatabaseWrapper, rows: Rows) -> None:
    """Delete rows that nothing in the database refers to."""
    meta = rows[0]._meta
    assert meta.pk is not None
    source = _source(connection.alias, (meta.pk,))
    table, key = _quoted(connection.alias, meta.db_table), _quoted(connection.alias, meta.pk.column)
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {table} WHERE {key} IN (SELECT {source.reads[0]} FROM {source.text})",
            [source.parameter(rows, connection)],
        )


def any_row(
    connection: BaseDatabaseWrapper,
    columns: Sequence[Column],
    rows: Rows,
    condition: str,
    parameters: Sequence[Any],
) -> bool:
    """Whether a condition on unqualified column names holds for any of some rows, stored or not."""
    source = _source(connection.alias, tuple(columns))
    named = zip(columns, source.reads, strict=True)
    reads = ", ".join(f"{read} AS {_quoted(connection.alias, column.column)}" for column, read in named)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT 1 FROM (SELECT {reads} FROM {source.text}) AS state WHERE {condition} LIMIT 1",
            [source.parameter(rows, connection), *parameters],
        )
        return cursor.fetchone() is not None


def _take_keys(cursor: CursorWrapper, rows: Rows, pk: Column, connection: BaseDatabaseWrapper) -> None:
    # Django's bulk_create relies on the same order of RETURNING.
    if rows[0].pk is not None:
        return
    for row, (key,) in zip(rows, converted(connection, (pk,), cursor.fetchall()), strict=True):
        row.pk = key


def converted(connection: BaseDatabaseWrapper, columns: Columns, rows: Sequence[Values]) -> Sequence[Values]:
    """Rows from a cursor with the fields' Python values."""
    converters = _converters(connection.alias, columns)
    if not converters:
        return rows
    found = [list(row) for row in rows]
    for place, expression, convert in converters:
        if type(columns[place]) in MOMENTS:
            convert = _remembering(convert)
        for row in found:
            row[place] = convert(row[place], expression, connection)
    return found


def _remembering(convert: Callable[..., Any]) -> Callable[..., Any]:
    """Rows that were written together share their dates, which SQLite keeps as text."""
    known: dict[Any, Any] = {}

    def remembered(value: Any, expression: Any, connection: BaseDatabaseWrapper) -> Any:
        if value not in known:
            known[value] = convert(value, expression, connection)
        return known[value]

    return remembered


@cache
def _converters(alias: str, columns: Columns) -> list[tuple[int, Any, Callable[..., Any]]]:
    """What must be done with values from a cursor: the place of the column, the column in SQL, and the converter."""
    connection = connections[alias]
    found = []
    for place, column in enumerate(columns):
        expression = column.get_col(column.model._meta.db_table)
        both = [*connection.ops.get_db_converters(expression), *column.get_db_converters(connection)]
        found += [(place, expression, convert) for convert in both]
    return found


@cache
def _quoted(alias: str, name: str | None) -> str:
    """A quoted name. Django's types know columns without a name; none is stored."""
    assert name is not None
    return connections[alias].ops.quote_name(name)


# --- keys as one JSON parameter ---


class Among(Lookup):
    """A condition: a column has one of these values, which travel as one parameter.

    The statement's text does not depend on their number; compiling a list of a hundred values takes Django as long as
    reading the rows. On PostgreSQL an array rather than a subquery, which its planner would meet by reading the table.
    """

    lookup_name = "among"
    prepare_rhs = False

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        column, parameters = self.process_lhs(compiler, connection)
        return f"{column} IN (SELECT value FROM json_each(%s))", [*parameters, self._parameter(connection)]

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        column, parameters = self.process_lhs(compiler, connection)
        kind = _stored(self.lhs.output_field).rel_db_type(connection)
        array = f"ARRAY(SELECT json_array_elements_text(%s::json)::{kind})"
        return f"{column} = ANY({array})", [*parameters, self._parameter(connection)]

    def _parameter(self, connection: Any) -> str:
        encode = _encoder(self.lhs.output_field, connection)
        return _json(self.rhs if encode is None else encode(self.rhs, connection))


def among(model: type[models.Model], name: str, values: Sequence[Any]) -> Any:
    """A condition for `filter()`: the column `name` has one of these values."""
    column: Any = model._meta.get_field(name)
    if travels(column) and not column.is_relation:
        return Among(models.F(name), list(values))
    return models.Q((f"{name}__in", list(values)))


# --- rows as one JSON parameter ---


class Source:
    """SQL that takes a JSON parameter apart into a row source called j, and the parameter for some rows."""

    def __init__(self, connection: BaseDatabaseWrapper, columns: Columns, *, ordered: bool) -> None:
        self._names = [column.attname for column in columns]
        self._encoders = [_encoder(column, connection) for column in columns]
        self._recordset = connection.vendor == "postgresql"
        self._ordered = ordered
        self._members = [f"c{place}" for place in range(len(columns))] + (["n"] if ordered else [])
        if self._recordset:
            self.reads = [f"j.c{place}{_cast(column)}" for place, column in enumerate(columns)]
            types = [f"c{place} {_json_type(column, connection)}" for place, column in enumerate(columns)]
            self.text = f"json_to_recordset(%s::json) AS j({', '.join([*types, *(['n integer'] if ordered else [])])})"
            self.order = "j.n"
        else:
            self.reads = [f"json_extract(j.value, '$[{place}]')" for place in range(len(columns))]
            self.text = "json_each(%s) AS j"
            self.order = "j.key"

    def parameter(self, rows: Sequence[Any], connection: BaseDatabaseWrapper) -> str:
        columns: list[Values] = []
        for name, encode in zip(self._names, self._encoders, strict=True):
            values = list(map(attrgetter(name), rows))
            columns.append(values if encode is None else encode(values, connection))
        if not self._recordset:
            return _json(list(zip(*columns, strict=True)))
        if self._ordered:
            columns.append(range(len(rows)))
        return _json([dict(zip(self._members, record, strict=True)) for record in zip(*columns, strict=True)])


@cache
def _source(alias: str, columns: Columns, *, ordered: bool = False) -> Source:
    return Source(connections[alias], columns, ordered=ordered)


def _stored(column: Column) -> Column:
    """The column that a foreign key, possibly to a foreign key, has the type of."""
    while isinstance(column, models.ForeignKey):
        column = column.target_field
    return column


_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _encoder(column: Column, connection: BaseDatabaseWrapper) -> Encoder | None:
    """What makes the values of a column ready for JSON; None where they are ready."""
    stored = _stored(column)
    kind = type(stored)
    if kind in INTEGERS:
        return None if connection.vendor == "postgresql" else _small_integers
    if kind in TEXTS or kind is models.BooleanField:
        return None
    if isinstance(stored, models.JSONField):
        encoder = stored.encoder
        return _each(lambda value, connection: json.dumps(value, cls=encoder))
    if kind is models.UUIDField:
        native = connection.features.has_native_uuid_field
        return _each(lambda value, connection: str(value) if native else str(value).replace("-", ""))
    prepare = stored.get_db_prep_save
    return _each(lambda value, connection: _as_text(prepare(value, connection)))


def _each(encode: Callable[[Any, BaseDatabaseWrapper], Any]) -> Encoder:
    """Encodes one value after the other; null stays null."""

    def encode_all(values: Values, connection: BaseDatabaseWrapper) -> Values:
        return [None if value is None else encode(value, connection) for value in values]

    return encode_all


def _small_integers(values: Values, connection: BaseDatabaseWrapper) -> Values:
    numbers = [value for value in values if value is not None]
    if numbers and not -(2**63) <= min(numbers) <= max(numbers) < 2**63:
        raise DataError("integer out of range")  # SQLite would make it a float
    return values


def _as_text(value: Any) -> Any:
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def _json_type(column: Column, connection: BaseDatabaseWrapper) -> str:
    """Type to read a value as. Text and numbers without their limits, so that the column's own limit is enforced."""
    stored = _stored(column)
    if type(stored) in TEXTS or isinstance(stored, models.JSONField):
        return "text"
    return "numeric" if isinstance(stored, models.DecimalField) else str(stored.rel_db_type(connection))


def _cast(column: Column) -> str:
    return "::jsonb" if isinstance(_stored(column), models.JSONField) else ""
