"""Keys as strangers write them: whether a column could hold them at all."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError

from batching.columns import INTEGERS, LEAST, MOST, stored_column
from batching.resources import Resource


def key_of(resource: Resource, raw: Any) -> Any:
    """A target as the look-up column holds it, or None if no row can have that key."""
    return column_value(resource.lookup_column, raw)


def column_value(field: Any, raw: Any) -> Any:
    """A JSON value as a column holds it, or None if it cannot: 4 and "4" are the integer 4; "04" and true are not."""
    if type(raw) is int and type(field) in INTEGERS:
        return raw if LEAST <= raw <= MOST else None
    if isinstance(raw, bool | float | list | dict) or raw is None:
        return None
    field = stored_column(field)
    try:
        value = field.to_python(raw)
    except (ValidationError, TypeError, ValueError):
        return None
    if type(field) in INTEGERS and str(value) != str(raw):
        return None
    if isinstance(value, str) and (not isinstance(raw, str) or "\0" in value):
        return None
    return value if fits(value) else None


def fits(value: Any) -> bool:
    """Whether a column can hold an integer; SQLite raises OverflowError even in a comparison with a larger one."""
    return not isinstance(value, int) or LEAST <= value <= MOST
