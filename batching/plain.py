"""Values that a field would accept as they are.

Most values are of the right type and within bounds, and the framework's validation gives them back unchanged. A test
for that costs a tenth; whatever does not pass it goes through the field itself, which accepts, converts or words the
error.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core import validators
from rest_framework import fields
from rest_framework.validators import ProhibitSurrogateCharactersValidator

from batching.columns import LEAST, MOST

Accepts = Callable[[Any], bool]

BIG = getattr(fields, "BigIntegerField", fields.IntegerField)
TEXT_ALWAYS = (validators.ProhibitNullCharactersValidator, ProhibitSurrogateCharactersValidator)


def plain_values(field: Any) -> Accepts | None:
    """A test for values that the field accepts unchanged; None where there is no cheap one."""
    if type(field) in (fields.IntegerField, BIG):
        return _integers(field)
    if type(field) is fields.CharField:
        return _texts(field)
    if type(field) is fields.BooleanField:
        return lambda value: type(value) is bool
    return None


def _integers(field: Any) -> Accepts | None:
    low, high = _bound(field, validators.MinValueValidator, max), _bound(field, validators.MaxValueValidator, min)
    if low is None or high is None:
        return None
    least, most = low, high
    return lambda value: type(value) is int and least <= value <= most


def _texts(field: Any) -> Accepts | None:
    most = _bound(field, validators.MaxLengthValidator, min, TEXT_ALWAYS)
    if most is None or any(isinstance(validator, validators.MinLengthValidator) for validator in field.validators):
        return None
    longest, blank = most, field.allow_blank
    trims = field.trim_whitespace

    def accepts(value: Any) -> bool:
        return (
            type(value) is str
            and len(value) <= longest
            and value.isascii()  # so there are no surrogates
            and "\0" not in value
            and (bool(value.strip()) or (blank and not value))
            and (not trims or value == value.strip())
        )

    return accepts


def _bound(field: Any, kind: type, choose: Any, beside: tuple[type, ...] = ()) -> int | None:
    """The bound that the field's validators of one kind set; None if there are validators of another kind."""
    others = (validators.MinValueValidator, validators.MaxValueValidator, validators.MaxLengthValidator, *beside)
    if not all(type(validator) in others for validator in field.validators):
        return None
    bounds: list[Any] = [
        getattr(validator, "limit_value", None) for validator in field.validators if type(validator) is kind
    ]
    if not all(type(bound) is int for bound in bounds):
        return None
    nothing = LEAST if choose is max else MOST
    return int(choose(bounds, default=nothing))
