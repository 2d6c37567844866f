"""Columns whose values travel to the database many rows at once, and what makes a value ready for the journey."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from operator import attrgetter
from typing import Any, TypeAlias

from django.db import DataError, models
from django.db.backends.base.base import BaseDatabaseWrapper

Column: TypeAlias = "models.Field[Any, Any]"
Columns: TypeAlias = "tuple[models.Field[Any, Any], ...]"
Rows = Sequence[models.Model]
Values = Sequence[Any]
Encoder = Callable[[Values, BaseDatabaseWrapper], Values]
"""Makes the values of a column numbers, truth values and texts, which every way to travel knows; null stays None."""

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
LEAST, MOST = -(2**63), 2**63 - 1
"""The integers that a column can hold at all."""


def travels(column: Column) -> bool:
    """Whether values of a column are known to arrive as they would through `save()`.

    Floats are not: SQLite's JSON reader may miss the last bit.
    """
    kind = type(stored_column(column))
    return kind in INTEGERS | TEXTS | PREPARED | {models.BooleanField, models.JSONField}


def hold_nul(column: Column, rows: Rows) -> bool:
    """Whether a text holds NUL, at which SQLite's JSON functions would cut it."""
    if type(stored_column(column)) in INTEGERS:
        return False
    values = map(attrgetter(column.attname), rows)
    return any(isinstance(value, str) and "\0" in value for value in values)


def stored_column(column: Column) -> Column:
    """The column that a foreign key, possibly to a foreign key, has the type of."""
    while isinstance(column, models.ForeignKey):
        column = column.target_field
    return column


def encoder(column: Column, connection: BaseDatabaseWrapper) -> Encoder | None:
    """What makes the values of a column ready to travel; None where they are ready."""
    stored = stored_column(column)
    kind = type(stored)
    if kind in INTEGERS:
        return None if connection.vendor == "postgresql" else _small_integers
    if kind in TEXTS or kind is models.BooleanField:
        return None
    if isinstance(stored, models.JSONField):
        own = stored.encoder
        return _each(lambda value, connection: json.dumps(value, cls=own))
    if kind is models.UUIDField:
        return _uuids if connection.features.has_native_uuid_field else _bare_uuids
    prepare = stored.get_db_prep_save
    return _each(lambda value, connection: _as_text(prepare(value, connection)))


def _each(encode: Callable[[Any, BaseDatabaseWrapper], Any]) -> Encoder:
    """Encodes one value after the other; null stays null."""

    def encode_all(values: Values, connection: BaseDatabaseWrapper) -> Values:
        return [None if value is None else encode(value, connection) for value in values]

    return encode_all


def _uuids(values: Values, connection: BaseDatabaseWrapper) -> Values:
    return [None if value is None else str(value) for value in values]


def _bare_uuids(values: Values, connection: BaseDatabaseWrapper) -> Values:
    return [None if value is None else str(value).replace("-", "") for value in values]


def _small_integers(values: Values, connection: BaseDatabaseWrapper) -> Values:
    numbers = [value for value in values if value is not None]
    if numbers and not LEAST <= min(numbers) <= max(numbers) <= MOST:
        raise DataError("integer out of range")  # SQLite would make it a float
    return values


def _as_text(value: Any) -> Any:
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
