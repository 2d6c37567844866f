"""Applying one operation through the project's own code, as a single request would: the slow path.

What was pending is written before, because that code may read anything; what was held is forgotten after, because it
may have written anything.
"""

from __future__ import annotations

from typing import Any, cast

from django.db.models import Model
from rest_framework import mixins
from rest_framework.exceptions import APIException
from rest_framework.response import Response

from batching.bindings import Binding, set_data
from batching.exceptions import Unprocessable
from batching.planning import Step


class Answered(Exception):
    """A handler of the project's own answered with a response that is not the row."""

    def __init__(self, data: Any, status: int) -> None:
        self.data, self.status = data, status


def run(step: Step, row: Model | None, data: dict[str, Any]) -> Model | None:
    """Do what a step asks, with the row it addresses (none for a creation). Answers the row.

    Raises what the single request would answer, and Answered where the viewset answers in a way of its own.
    """
    if row is None:
        return _create(step, data)
    match step.binding.action.name:
        case "update":
            return _update(step, row, data)
        case "delete":
            _delete(step, row)
            return row
        case _:
            return _act(step, row, data)


def _create(step: Step, data: dict[str, Any]) -> Model | None:
    view, request = step.binding.view, step.binding.request
    set_data(request, data)
    if _has_own(step.binding, "create", mixins.CreateModelMixin):
        raise _answer(view.create(request))
    serializer = step.binding.serializer(data=data)
    serializer.is_valid(raise_exception=True)
    view.perform_create(serializer)
    return serializer.instance


def _update(step: Step, row: Model, data: dict[str, Any]) -> Model:
    view, request = step.binding.view, step.binding.request
    set_data(request, data)
    _address(step, row)
    if _has_own(step.binding, "update", mixins.UpdateModelMixin) or _has_own(
        step.binding, "partial_update", mixins.UpdateModelMixin
    ):
        raise _answer(view.partial_update(request, **view.kwargs))
    instance = view.get_object()
    serializer = step.binding.serializer(instance, data=data, partial=True)
    serializer.is_valid(raise_exception=True)
    view.perform_update(serializer)
    return cast(Model, serializer.instance)


def _delete(step: Step, row: Model) -> None:
    view, request = step.binding.view, step.binding.request
    set_data(request, {})
    _address(step, row)
    if _has_own(step.binding, "destroy", mixins.DestroyModelMixin):
        raise _answer(view.destroy(request, **view.kwargs))
    view.perform_destroy(view.get_object())


def _act(step: Step, row: Model, data: dict[str, Any]) -> Model:
    """Run a row action on a model that must be saved by its own `save()`."""
    set_data(step.binding.request, data)
    serializer = step.binding.serializer(data=data)
    serializer.is_valid(raise_exception=True)
    assert step.binding.action.row_method is not None
    step.binding.action.row_method(step.binding.view, row, serializer.validated_data)
    row.save()
    return row


def _address(step: Step, row: Model) -> None:
    view, field = step.binding.view, step.resource.lookup_field
    view.kwargs = {view.lookup_url_kwarg or view.lookup_field: getattr(row, field)}


def _has_own(binding: Binding, name: str, mixin: type) -> bool:
    """Whether the viewset answers the single route by a method of its own, rather than the usual steps."""
    from batching.viewsets import BatchModelViewSet

    method = getattr(binding.resource.viewset, name)
    return method not in (getattr(mixin, name), getattr(BatchModelViewSet, name, None))


def _answer(response: Any) -> Exception:
    """What a handler of the project's own answered, as an exception that carries it."""
    if not isinstance(response, Response):
        return Unprocessable("This action answers with something that cannot travel in a batch.", code="unsupported")
    if response.status_code >= 400:
        return _Refused(response)
    return Answered(response.data, response.status_code)


class _Refused(APIException):
    """A handler answered with an error response instead of raising."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.data, None)
        self.status_code = response.status_code
