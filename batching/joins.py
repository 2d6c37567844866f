"""What comes along with a row through its foreign keys: `select_related`, one step far, and its `defer`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import connections, models
from django.db.models import ForeignKey, Model

from batching.columns import Columns, Values
from batching.conversion import converted, selected


@dataclass(frozen=True, slots=True)
class Join:
    """A foreign key of a row, and the columns to read of what it refers to."""

    field: Any
    columns: Columns

    def selected(self, using: str, alias: str) -> list[str]:
        return [selected(using, column, alias) for column in self.columns]

    def clause(self, using: str, table: str, alias: str) -> str:
        """Joins the other table, as `alias`, to the one with the foreign key."""
        quote = connections[using].ops.quote_name
        other, key = quote(self.field.related_model._meta.db_table), quote(self.field.target_field.column)
        return f"LEFT JOIN {other} {alias} ON {alias}.{key} = {table}.{quote(self.field.column)}"

    def attach(self, using: str, rows: Sequence[Model], found: Sequence[Values]) -> None:
        """Let each row refer to what was found with it; rows with the same key share it."""
        names = [column.attname for column in self.columns]
        place = self.columns.index(self.field.target_field)
        different = {values[place]: values for values in found if values[place] is not None}
        made = {
            key: self.field.related_model.from_db(using, names, values)
            for key, values in zip(
                different, converted(connections[using], self.columns, list(different.values())), strict=True
            )
        }
        for row, values in zip(rows, found, strict=True):
            self.field.set_cached_value(row, made.get(values[place]))


def joins_of(query: Any) -> tuple[Join, ...] | None:
    """What a query reads along with its rows; None where that is more than foreign keys, or less than whole rows."""
    deferred, listed_are_left_out = query.deferred_loading
    if query.select_related is True or not listed_are_left_out:
        return None
    found, left = [], set(deferred)
    for name, further in (query.select_related or {}).items():
        field = _foreign_key(query.model, name)
        if field is None or further:
            return None
        columns = {f"{name}__{column.name}": column for column in field.related_model._meta.concrete_fields}
        always = (field.target_field, field.related_model._meta.pk)
        kept = [column for path, column in columns.items() if path not in left or column in always]
        found.append(Join(field, tuple(kept)))
        left -= columns.keys()
    return None if left else tuple(found)


def _foreign_key(model: type[Model], name: str) -> ForeignKey[Any, Any] | None:
    """The foreign key of this name, if it leads to rows of one table with one key."""
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    if not isinstance(field, models.ForeignKey):
        return None
    meta = field.related_model._meta
    return None if meta.parents or len(meta.pk_fields) > 1 else field
