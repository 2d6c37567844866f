"""A serializer with all that was worked out about it, kept from one request to the next.

Building a ModelSerializer and analysing its fields takes as long as ten operations. Where nothing in its construction
depends on the request, a thread keeps it and lends it out again. It is returned empty: no request, no row, no data.
"""

from __future__ import annotations

import threading
from functools import cache
from typing import Any

from rest_framework.generics import GenericAPIView
from rest_framework.serializers import ModelSerializer, Serializer

from batching import speed
from batching.actions import UPDATE, Action
from batching.lookups import Lookups
from batching.resources import Resource
from batching.serialization import Representation, Validation

CONSTRUCTION = (
    "__init__",
    "__new__",
    "fields",
    "get_fields",
    "get_field_names",
    "get_default_field_names",
    "get_extra_kwargs",
    "get_uniqueness_extra_kwargs",
    "get_validators",
    "get_unique_together_validators",
    "get_unique_for_date_validators",
    "build_field",
    "build_standard_field",
    "build_relational_field",
    "build_nested_field",
    "build_property_field",
    "build_url_field",
    "build_unknown_field",
    "include_extra_kwargs",
)


class Kit:
    """A serializer, its validation, its representation, and the look-ups that stand in for its querysets."""

    def __init__(self, serializer: Any, resource: Resource, action: Action) -> None:
        self.serializer = serializer
        self.validation = Validation(serializer, partial=action is UPDATE)
        self.representation = Representation(serializer, resource.model)
        self.slow_reasons = speed.lasting_reasons(resource.viewset, action, resource.model, serializer)
        self.lookups: Lookups | None = None
        if self.validation.standard and isinstance(serializer, Serializer):
            self.lookups = Lookups(serializer)

    def lend(self, context: dict[str, Any]) -> None:
        self.serializer._context = context

    def empty(self) -> None:
        self.serializer._context = {}
        self.serializer.instance = None
        self.serializer.initial_data = {}


class Kits(threading.local):
    """The kits that a thread has at hand."""

    def __init__(self) -> None:
        self._idle: dict[tuple[Any, ...], Kit] = {}

    def borrow(self, view: Any, resource: Resource, action: Action) -> Kit:
        key = (type(view), action.name, view.get_serializer_class())
        kit = self._idle.pop(key, None)
        if kit is None:
            kit = Kit(view.get_serializer(data={}), resource, action)
        kit.lend(view.get_serializer_context())
        return kit

    def give_back(self, kit: Kit, view: Any, action: Action) -> None:
        kit.empty()
        viewset, serializer = type(view), type(kit.serializer)
        if is_same_for_all(viewset, serializer):  # type: ignore[arg-type]  # the stubs cannot hash Any
            self._idle[viewset, action.name, serializer] = kit


kits = Kits()


@cache
def is_same_for_all(view: type, serializer: type) -> bool:
    """Whether the serializer is built in the framework's own way, in which no request has a say."""
    return (
        view.get_serializer is GenericAPIView.get_serializer  # type: ignore[attr-defined]
        and issubclass(serializer, ModelSerializer)
        and all(getattr(serializer, name) is getattr(ModelSerializer, name) for name in CONSTRUCTION)
    )
