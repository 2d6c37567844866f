"""Which operations may share statements, and why others may not.

The fast path applies an operation in memory and writes it together with the rest. It is open to whatever behaves as
Django's and Django REST framework's own code does. Code of the project's own (an overridden `perform_create`, a
`save()`, a signal receiver) must run as if the operation had come alone, and so does, at its place in the order.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from django.db import models
from django.db.models import signals
from rest_framework import fields, generics, mixins, relations, serializers
from rest_framework.validators import UniqueTogetherValidator, UniqueValidator

from batching import deletions
from batching.actions import Action
from batching.models import Revisioned

OWN_STEPS = {
    "create": ("create", "perform_create", "get_success_headers"),
    "update": ("update", "partial_update", "perform_update", "get_object"),
    "delete": ("destroy", "perform_destroy", "get_object"),
}
FRAMEWORK = (
    mixins.CreateModelMixin,
    mixins.UpdateModelMixin,
    mixins.DestroyModelMixin,
    generics.GenericAPIView,
)
SIGNALS = {
    "create": (signals.pre_save, signals.post_save),
    "update": (signals.pre_save, signals.post_save),
    "delete": (signals.pre_delete, signals.post_delete),
}


def reasons(viewset: type, action: Action, model: type[models.Model], serializer: Any) -> list[str]:
    """Why operations of this action run one by one; empty for the fast path.

    `serializer` is an instance of the viewset's serializer for the action.
    """
    return [*lasting_reasons(viewset, action, model, serializer), *passing_reasons(action, model)]


def lasting_reasons(viewset: type, action: Action, model: type[models.Model], serializer: Any) -> list[str]:
    """The reasons that lie in the code."""
    kind = _kind(action)
    if kind == "retrieve":
        return []
    found = list(_of_model(model, kind))
    if action.row_method is None:
        found += _of_viewset(viewset, kind)
        if kind != "delete":
            found += _of_serializer(serializer, kind)
    return found


def passing_reasons(action: Action, model: type[models.Model]) -> list[str]:
    """The reasons that may come and go: receivers of signals."""
    kind = _kind(action)
    return [] if kind == "retrieve" else list(_of_signals(model, kind))


def _kind(action: Action) -> str:
    """Which of a model's own steps an action would run through; a row action saves its row."""
    return "update" if action.row_method else action.name


def _of_viewset(viewset: type, kind: str) -> Iterator[str]:
    for name in OWN_STEPS[kind]:
        method = getattr(viewset, name, None)
        if method is not None and not _is_ours_or_the_frameworks(name, method):
            yield f"{viewset.__name__} has its own {name}()"


def _is_ours_or_the_frameworks(name: str, method: Any) -> bool:
    from batching.viewsets import BatchModelViewSet

    return any(getattr(owner, name, None) is method for owner in (*FRAMEWORK, BatchModelViewSet))


def _of_serializer(serializer: Any, kind: str) -> Iterator[str]:
    owner = type(serializer).__name__
    if not isinstance(serializer, serializers.ModelSerializer):
        yield f"{owner} is not a ModelSerializer"
        return
    for name in (kind, "save"):
        if getattr(type(serializer), name) not in (
            getattr(serializers.ModelSerializer, name),
            getattr(serializers.BaseSerializer, name),
        ):
            yield f"{owner} has its own {name}()"
    for field in serializer._writable_fields:
        if why := _not_flat(field):
            yield f"{owner}.{field.field_name} {why}"
    for validator in serializer.validators:
        if not _answered_by_lookup(validator):
            yield f"{owner} is validated by {type(validator).__name__}, which asks the database"


def _not_flat(field: Any) -> str | None:
    if isinstance(field, serializers.BaseSerializer):
        return "is nested"
    if isinstance(field, relations.ManyRelatedField):
        return "relates to many rows"
    if isinstance(field, fields.FileField):
        return "is a file"
    if isinstance(field, relations.HyperlinkedRelatedField):
        return "is looked up by its address"
    if field.source == "*" or "." in field.source:
        return f"writes to {field.source!r}"
    return None


def _answered_by_lookup(validator: Any) -> bool:
    """Whether `lookups` stands in for the validator's queryset, or the validator has none."""
    if isinstance(validator, UniqueTogetherValidator):
        return type(validator) is UniqueTogetherValidator and getattr(validator, "condition", None) is None
    return type(validator) is UniqueValidator or not hasattr(validator, "queryset")


@cache
def _of_model(model: type[models.Model], kind: str) -> tuple[str, ...]:
    return tuple(_check_model(model, kind))


def _check_model(model: type[models.Model], kind: str) -> Iterator[str]:
    name = model.__name__
    if model._meta.parents:
        yield f"{name} inherits another model's table"
    method = "delete" if kind == "delete" else "save"
    if getattr(model, method) not in (getattr(models.Model, method), getattr(Revisioned, method)):
        yield f"{name} has its own {method}()"
    if kind == "delete":
        yield from (f"{other} refers to {name}" for other in _referring(model))
        return
    if model.save_base is not models.Model.save_base:
        yield f"{name} has its own save_base()"
    for column in model._meta.local_concrete_fields:
        if column.generated or getattr(column, "db_default", models.NOT_PROVIDED) is not models.NOT_PROVIDED:
            yield f"{name}.{column.name} is computed by the database"
        elif type(column).pre_save not in _PRE_SAVE:
            yield f"{name}.{column.name} prepares itself for saving"


def _referring(model: type[models.Model]) -> Iterator[str]:
    """Names of the models whose rows are deleted, emptied or in the way when a row of `model` goes."""
    for relation in model._meta.get_fields(include_hidden=True):
        if relation.auto_created and not relation.concrete and (relation.one_to_many or relation.one_to_one):
            yield relation.related_model.__name__  # type: ignore[union-attr]
    for field in model._meta.private_fields:
        if hasattr(field, "bulk_related_objects"):
            yield field.related_model.__name__


_PRE_SAVE = (
    models.Field.pre_save,
    models.DateField.pre_save,
    models.DateTimeField.pre_save,
    models.TimeField.pre_save,
)


def _has_receivers(signal: Any, model: type[models.Model]) -> bool:
    """Whether anybody but this app listens; has_listeners() would not tell who."""
    return any(receiver not in deletions.OWN for some in signal._live_receivers(model) for receiver in some)


def _of_signals(model: type[models.Model], kind: str) -> Iterator[str]:
    # Asked anew each time: receivers can be connected at any moment.
    for signal, name in zip(SIGNALS[kind], (f"pre_{kind}", f"post_{kind}"), strict=True):
        if _has_receivers(signal, model):
            yield f"{model.__name__} has {name.replace('create', 'save').replace('update', 'save')} receivers"
