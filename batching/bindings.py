"""A resource and action bound to one request: the view that decides on permissions, rows and serializers."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from django.db.models import Model, QuerySet
from django.http import QueryDict
from rest_framework import filters, permissions
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request, clone_request
from rest_framework.serializers import BaseSerializer

from batching import speed
from batching.actions import DELETE, RETRIEVE, Action
from batching.exceptions import Malformed
from batching.kits import Kit, kits
from batching.lookups import Lookups
from batching.resources import Resource
from batching.serialization import Representation, Validation

DATA_BLIND = (
    permissions.AllowAny,
    permissions.IsAuthenticated,
    permissions.IsAdminUser,
    permissions.IsAuthenticatedOrReadOnly,
    permissions.DjangoModelPermissions,
    permissions.DjangoModelPermissionsOrAnonReadOnly,
)
"""Permission classes that look at the user and the action alone: one answer serves all operations."""

NOT_FOR_OPERATIONS = ("HTTP_IF_MATCH", "HTTP_IF_NONE_MATCH", "HTTP_IDEMPOTENCY_KEY", "HTTP_PREFER", "QUERY_STRING")


class Binding:
    """Serves all operations of one action of one resource in a request.

    `view` is an instance of the viewset, set up as its own single route would set it up; only headers and query
    parameters of the outer request that could be taken for the operation's are left out.
    """

    def __init__(self, resource: Resource, action: Action, request: Request, view: Any = None) -> None:
        self.resource = resource
        self.action = action
        self.own_view = view is not None  # a single route brings its own, already permitted
        self.view = view if view is not None else _view(resource, action, request)
        self.request: Request = self.view.request
        self.takes_data = action not in (DELETE, RETRIEVE)

    # --- what the viewset decides ---

    def permit(self, data: Mapping[str, Any]) -> None:
        """Raise NotAuthenticated or PermissionDenied if the user may not do this at all."""
        if self.own_view or (self._data_blind and self._permitted):
            return
        set_data(self.request, data)
        self.view.check_permissions(self.request)
        self._permitted = True

    def permit_row(self, row: Model, data: Mapping[str, Any]) -> None:
        """Raise PermissionDenied if the user may not do this to this row."""
        if self._rows_need_permission:
            set_data(self.request, data)
            self.view.check_object_permissions(self.request, row)

    def queryset(self) -> QuerySet[Any]:
        """The rows that exist for this user."""
        queryset = self.view.get_queryset()
        if type(self.view).filter_queryset is not GenericAPIView.filter_queryset:
            return self.view.filter_queryset(queryset)  # type: ignore[no-any-return]
        for backend in self.view.filter_backends:
            if not _acts_on_parameters_only(backend, self.view):
                queryset = backend().filter_queryset(self.request, queryset, self.view)
        return queryset  # type: ignore[no-any-return]

    def defaults(self) -> dict[str, Any]:
        """Values that the server adds to a row that is created."""
        return getattr(self.view, "batch_defaults", dict)()

    def serializer(self, *args: Any, **kwargs: Any) -> BaseSerializer[Any]:
        return self.view.get_serializer(*args, **kwargs)  # type: ignore[no-any-return]

    # --- worked out once ---

    @cached_property
    def kit(self) -> Kit:
        return kits.borrow(self.view, self.resource, self.action)

    @cached_property
    def validation(self) -> Validation:
        return self.kit.validation

    @property
    def representation(self) -> Representation:
        return self.kit.representation

    @property
    def lookups(self) -> Lookups | None:
        """Stand-ins for the serializer's querysets; None where the serializer validates in a way of its own."""
        return self.kit.lookups

    def release(self) -> None:
        """Give back what was borrowed for the request."""
        self.__dict__.pop("validation", None)
        if "kit" in self.__dict__:
            kits.give_back(self.__dict__.pop("kit"), self.view, self.action)

    @cached_property
    def slow_reasons(self) -> list[str]:
        """Why the action's operations run one by one; empty for the fast path."""
        return [*self.kit.slow_reasons, *speed.passing_reasons(self.action, self.resource.model)]

    @cached_property
    def requires_if_match(self) -> bool:
        """Whether the viewset lets only those write who say which revision they have seen."""
        return self.action is not RETRIEVE and getattr(self.view, "batch_requires_if_match", False)

    @property
    def prepares_rows(self) -> bool:
        """Whether the viewset fills in what its serializer shows beyond the row."""
        from batching.viewsets import BatchModelViewSet

        method = getattr(type(self.view), "prepare_rows", BatchModelViewSet.prepare_rows)
        return method is not BatchModelViewSet.prepare_rows

    def prepare_rows(self, rows: Sequence[Model]) -> None:
        if rows and self.prepares_rows:
            self.view.prepare_rows(rows)

    @cached_property
    def _rows_need_permission(self) -> bool:
        if type(self.view).check_object_permissions is not GenericAPIView.check_object_permissions:
            return True
        plain = permissions.BasePermission.has_object_permission
        return any(
            getattr(type(permission), "has_object_permission", None) is not plain
            for permission in self.view.get_permissions()
        )

    @cached_property
    def _data_blind(self) -> bool:
        return type(self.view).check_permissions is GenericAPIView.check_permissions and all(
            type(permission) in DATA_BLIND for permission in self.view.get_permissions()
        )

    _permitted = False


class Bindings:
    """The bindings of one request, for the time of a `with` block."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self._made: dict[tuple[str, str], Binding] = {}

    def get(self, resource: Resource, action: Action) -> Binding:
        key = (resource.name, action.name)
        if key not in self._made:
            self._made[key] = Binding(resource, action, self.request)
        return self._made[key]

    def put(self, binding: Binding) -> Binding:
        return self._made.setdefault((binding.resource.name, binding.action.name), binding)

    def showing(self, binding: Binding) -> Binding:
        """The binding whose serializer represents the row after an action.

        The serializer of a row action describes the action's data; its row is shown as `retrieve` shows it.
        """
        return binding if binding.action.row_method is None else self.get(binding.resource, RETRIEVE)

    def __enter__(self) -> Bindings:
        return self

    def __exit__(self, *exc: object) -> None:
        for binding in self._made.values():
            binding.release()


def set_data(request: Request, data: Any) -> None:
    """Let `request.data` be an operation's data, for permissions and serializers that look there."""
    request._full_data = request._data = data  # type: ignore[attr-defined]


def json_object(data: Any) -> Mapping[str, Any]:
    """The body of a single write, where no body at all has become an empty object. Raises Malformed otherwise."""
    if not isinstance(data, Mapping):
        raise Malformed("Expected a JSON object.", field="body")
    return data


def _view(resource: Resource, action: Action, request: Request) -> Any:
    view = resource.viewset(**{**action.initkwargs, "detail": action.targeted})
    view.request = _sub_request(request, action.verb)
    view.args, view.kwargs, view.format_kwarg = (), {}, None
    view.action = action.handler
    view.action_map = {action.verb.lower(): action.handler}
    view.headers = {}
    return view


def _sub_request(request: Request, verb: str) -> Request:
    inner = copy.copy(request._request)
    inner.method = verb
    inner.GET = QueryDict()
    inner.META = {name: value for name, value in request.META.items() if name not in NOT_FOR_OPERATIONS}
    inner.META["REQUEST_METHOD"] = verb
    clone = clone_request(request, verb)
    clone._request = inner
    set_data(clone, {})
    return clone


def _acts_on_parameters_only(backend: Any, view: Any) -> bool:
    """Whether a filter backend lets everything through when there are no query parameters, as in an operation."""
    if backend in (filters.SearchFilter, filters.OrderingFilter):
        return True
    ours = f"{backend.__module__}.{backend.__qualname__}"
    own_filterset = getattr(view, "filterset_class", None) is not None
    return ours == "django_filters.rest_framework.backends.DjangoFilterBackend" and not own_filterset
