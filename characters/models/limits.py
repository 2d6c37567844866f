"""Bounds that the database keeps, and the validators that say so before it has to."""

from __future__ import annotations

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from characters.rules.experience import MAX_EXPERIENCE

MAX_AGE = 2000
"""Old enough for an ancient faerie; a guard against slips of the keyboard."""

MAX_CONFIDENCE = 100
"""Far more than any saga gives; the same kind of guard."""

MAX_WOUNDS = 100
MAX_LOAD = 1000
MAX_FATIGUE = 5
"""Fresh, Winded, Weary, Tired, Dazed, Unconscious: five levels can be lost (core rules, Fatigue)."""


def between(lowest: int, highest: int) -> list[Any]:
    """Validators of a column."""
    return [MinValueValidator(lowest), MaxValueValidator(highest)]


def keep_between(lowest: int, highest: int, name: str, field: str) -> models.CheckConstraint:
    """The constraint `name`: `field` is null, or between the two."""
    return models.CheckConstraint(condition=Q(**{f"{field}__gte": lowest, f"{field}__lte": highest}), name=name)


def keep_up_to(highest: int, name: str, field: str) -> models.CheckConstraint:
    """The same for columns that cannot be negative anyway."""
    return models.CheckConstraint(condition=Q(**{f"{field}__lte": highest}), name=name)


def points(label: Any, **options: Any) -> models.PositiveIntegerField[Any, Any]:
    """A column of experience, or of other points that grow without end."""
    return models.PositiveIntegerField(label, default=0, validators=[MaxValueValidator(MAX_EXPERIENCE)], **options)


def count(label: Any, highest: int, **options: Any) -> models.PositiveSmallIntegerField[Any, Any]:
    """A column of a small number, 0 where nothing else is said."""
    options.setdefault("default", 0)
    return models.PositiveSmallIntegerField(label, validators=[MaxValueValidator(highest)], **options)


def maybe(label: Any, highest: int, **options: Any) -> models.PositiveSmallIntegerField[Any, Any]:
    """A column of a small number that may be unknown."""
    return count(label, highest, null=True, blank=True, default=None, **options)
