"""Reads all that belongs to characters: one query per kind of row, without the time Django takes to put it together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import Model

from characters.plain import RESOURCES

Converter = tuple[int, Any, Any]
"""Position of a column, the function that converts what the database answers, and the expression it is told."""


def read_rows(characters: Sequence[int]) -> dict[int, dict[Any, list[Any]]]:
    """The rows of each character by model, in the order in which they were made."""
    found: dict[int, dict[Any, list[Any]]] = {pk: {model: [] for model in RESOURCES} for pk in characters}
    places = ", ".join(["%s"] * len(characters))
    with connection.cursor() as cursor:
        for model in RESOURCES:
            cursor.execute(_select(model).format(places), characters)
            for row in _instances(model, cursor.fetchall()):
                found[row.character_id][model].append(row)
    return found


def _instances(model: type[Model], answers: Iterable[Sequence[Any]]) -> Iterable[Any]:
    names = [field.attname for field in model._meta.concrete_fields]
    for answer in answers:
        values = list(answer)
        for position, convert, expression in _converters(model, connection.vendor):
            values[position] = convert(values[position], expression, connection)
        yield model.from_db(connection.alias, names, values)


@cache
def _select(model: type[Model]) -> str:
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in model._meta.concrete_fields)
    return f"SELECT {columns} FROM {quote(model._meta.db_table)} WHERE {quote('character_id')} IN ({{}}) ORDER BY id"


@cache
def _converters(model: type[Model], vendor: str) -> list[Converter]:
    """What fields and database do to the values of a query."""
    found: list[Converter] = []
    for position, field in enumerate(model._meta.concrete_fields):
        column = field.get_col(model._meta.db_table)
        own = [*connection.ops.get_db_converters(column), *field.get_db_converters(connection)]
        found += [(position, convert, column) for convert in own]
    return found
