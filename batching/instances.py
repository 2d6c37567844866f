"""Model instances for rows that were read, at the least cost.

Django sets each column of a new instance by itself, so that signals, descriptors and constructors of a project's own
can have their say. Where a model has none of these, that comes to the same as filling the instance's dictionary.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from django.db.models import Model
from django.db.models.base import ModelState
from django.db.models.fields.related_descriptors import ForeignKeyDeferredAttribute
from django.db.models.query_utils import DeferredAttribute
from django.db.models.signals import post_init, pre_init

PASSIVE = (DeferredAttribute, ForeignKeyDeferredAttribute)
"""Descriptors of columns that do nothing when the value of a new instance is set."""


def instances(model: type[Model], using: str, rows: Iterable[Sequence[Any]]) -> list[Model]:
    """Instances as `Model.from_db` makes them, of rows with a value for each concrete field, in order."""
    names = _names(model)
    if not _is_passive(model) or pre_init.has_listeners(model) or post_init.has_listeners(model):
        return [model.from_db(using, names, values) for values in rows]
    return [_filled(model, using, names, values) for values in rows]


def _filled(model: type[Model], using: str, names: Sequence[str], values: Sequence[Any]) -> Model:
    row = model.__new__(model)
    state: Any = ModelState()
    state.adding, state.db, state.fields_cache = False, using, {}
    row.__dict__.update(zip(names, values, strict=True), _state=state)
    return row


@cache
def _names(model: type[Model]) -> list[str]:
    return [column.attname for column in model._meta.concrete_fields]


@cache
def _is_passive(model: type[Model]) -> bool:
    """Whether nothing of the project's own runs when an instance is made."""
    return (
        model.from_db.__func__ is Model.from_db.__func__  # type: ignore[attr-defined]
        and all(getattr(model, name) is getattr(Model, name) for name in ("__init__", "__new__", "__setattr__"))
        and not any(
            "__init__" in vars(base) for base in model.__mro__ if not issubclass(base, Model) and base is not object
        )
        and all(type(inspect.getattr_static(model, name)) in PASSIVE for name in _names(model))
    )
