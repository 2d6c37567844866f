"""A model viewset whose single writes are batches of one."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from django.db.models import Model
from django.urls import NoReverseMatch
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet, ModelViewSet

from batching import preconditions
from batching.bindings import Binding, Bindings, json_object
from batching.envelope import wants_minimal
from batching.exceptions import CONTENT_TYPE, Malformed, problem_handler
from batching.executor import execute
from batching.operations import Operation, Result
from batching.parsers import StrictJSONParser
from batching.planning import check_include, single
from batching.resources import Registry, home_of
from batching.throttling import OperationBudget, ReadBudget, WriteBudget
from batching.transactions import own_transaction


class BatchModelViewSet(ModelViewSet[Any]):
    """A `ModelViewSet` for batches: the same locks, revisions and preconditions hold for single writes and batches.

    Serializers, permissions, filters and `get_queryset()` are declared as usual. PUT is not offered: an update is
    partial, because a full replacement undoes what others changed meanwhile.
    """

    batch_root: ClassVar[str | None] = None
    """Name of the foreign key to the root, for models that do not say so themselves."""
    batch_includes: ClassVar[Mapping[str, str]] = {}
    """Derived state that clients may ask for (`include`), and the method that tells it for a list of roots."""
    batch_requires_if_match: ClassVar[bool] = False
    """Whether a row can be changed only with a precondition; without one it is 428."""
    batch_max_operations: ClassVar[int | None] = None
    """The most operations on this resource in one batch, where that is less than the general limit."""
    batch_rows: Mapping[type[Model], Sequence[Any]] = {}
    """In a row action that `reads` other rows below the same root: those rows by model, as they are by then."""
    http_method_names = ["get", "post", "patch", "delete", "head", "options"]
    parser_classes: Sequence[type[BaseParser]] = [StrictJSONParser]
    throttle_classes = [ReadBudget, WriteBudget]

    def batch_defaults(self) -> dict[str, Any]:
        """Values that the server adds to a new row: `{"owner": self.request.user}`."""
        return {}

    def batch_judges(self, root: Any) -> bool:
        """Whether groups are refused that newly break a rule about the whole tree of this root.

        For roots whose viewset defines `batch_findings(root, rows)`: what is wrong with the tree, where `rows` are the
        rows below the root by model, as they are now. It must not write, nor read these rows from the database.
        """
        return True

    def batch_new_findings(self, before: Any, after: Any) -> Sequence[Any]:
        """What is wrong after a group and was not before, to be told to the client. Here for findings by key."""
        return [after[key] for key in after if key not in before]

    def prepare_rows(self, rows: Sequence[Any]) -> None:
        """Attach to all rows at once what the serializer shows beyond their columns, in a few queries."""

    def perform_create(self, serializer: Any) -> None:
        serializer.save(**self.batch_defaults())

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return write_one(self, request, "create")

    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return write_one(self, request, "update")

    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return write_one(self, request, "delete")

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        row = self.get_object()
        self.prepare_rows([row])
        response = Response(self.get_serializer(row).data)
        etag = preconditions.etag_of(row)
        if etag is not None:
            response["ETag"] = etag
        return response

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        queryset = self.filter_queryset(self.get_queryset())
        page = self.paginate_queryset(queryset)
        rows: Sequence[Any] = list(queryset) if page is None else page
        self.prepare_rows(rows)
        data = self.get_serializer(rows, many=True).data
        return Response(data) if page is None else self.get_paginated_response(data)

    def get_exception_handler(self) -> Callable[..., Response | None]:
        return problem_handler

    @own_transaction
    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        return super().dispatch(request, *args, **kwargs)


def write_one(view: GenericViewSet[Any], request: Request, action: str) -> Response:
    """Serve a single write as a batch of one: `Idempotency-Key` is the operation's id, `If-Match` its precondition."""
    registry, resource = home_of(type(view))
    binding = Binding(resource, resource.actions[action], request, view)
    minimal = wants_minimal(request.headers.get("Prefer", ""))
    plan = single(_operation(binding, request), binding, included_names(request, registry), minimal=minimal)
    OperationBudget().charge(request, 1)
    with Bindings(request) as bindings:
        bindings.put(binding)
        outcome = execute(plan, bindings, registry)
    response = _response(view, outcome.results[0], outcome.included)
    if minimal:
        response["Preference-Applied"] = "return=minimal"
    return response


def included_names(request: Request, registry: Registry) -> tuple[str, ...]:
    """The names in `?include=sheet,…`. Raises Malformed for one that nothing offers."""
    raw = request.query_params.get("include", "")
    return check_include(tuple(name for name in raw.split(",") if name), registry)


def _operation(binding: Binding, request: Request) -> Operation:
    view = binding.view
    if_match = request.headers.get("If-Match")
    if if_match is not None:
        preconditions.check_form(if_match)
    return Operation(
        index=0,
        id=_idempotency_key(request),
        resource=binding.resource.name,
        action=binding.action.name,
        target=view.kwargs.get(view.lookup_url_kwarg or view.lookup_field),
        data=json_object(request.data),
        if_match=if_match,
    )


def _idempotency_key(request: Request) -> str | None:
    """The operation's id: a UUID, bare or in quotes as the draft of the header field wants it."""
    raw = request.headers.get("Idempotency-Key")
    if raw is None:
        return None
    try:
        return str(uuid.UUID(raw.strip().strip('"')))
    except ValueError:
        raise Malformed("Idempotency-Key: expected a UUID.", field="Idempotency-Key") from None


def _response(view: Any, result: Result, included: dict[str, list[Any]]) -> Response:
    """The single route's answer: the row itself, with what was included as one more member."""
    if result.error is not None:
        error = {name: value for name, value in result.error.items() if name != "operation"}
        return Response({**error, "success": False}, status=result.status, content_type=CONTENT_TYPE)
    data, status = result.data, result.status
    if result.gone:
        data = {"gone": True}
    if data is None and status == 200:
        status = 204
    if included:
        data = {**(data if isinstance(data, Mapping) else {}), "included": included}
        status = 200 if status == 204 else status
    headers = (
        {**_location(view, result), **view.get_success_headers(result.data or {})}
        if status == 201 and not result.gone
        else {}
    )
    if result.etag is not None:
        headers["ETag"] = result.etag
    if result.replayed:
        headers["Idempotent-Replayed"] = "true"
    return Response(data, status=status, headers=headers)


def _location(view: Any, result: Result) -> dict[str, str]:
    """Where a new row is: all that an answer without a body tells of it."""
    try:
        return {"Location": view.reverse_action("detail", args=[result.target])}
    except NoReverseMatch:  # the project routes rows in a way of its own
        return {}
