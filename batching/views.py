"""The batch endpoint."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, ClassVar

from rest_framework.metadata import SimpleMetadata
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from batching.bindings import Binding, Bindings
from batching.conf import conf
from batching.envelope import limits, read_batch, render, wants_minimal
from batching.exceptions import CONTENT_TYPE, NotThere, problem_handler
from batching.executor import execute
from batching.keys import key_of
from batching.parsers import StrictJSONParser
from batching.planning import make_plan
from batching.reports import report
from batching.resources import Registry, Resource
from batching.throttling import OperationBudget, ReadBudget, WriteBudget
from batching.transactions import own_transaction


class BatchView(APIView):
    """Takes many operations in one request (POST), and describes what it takes (OPTIONS).

    One class serves all mounts: with only a `registry` the whole site, with a `root` one tree (the address names its
    key), with a `resource` one kind of row below that root.
    """

    registry: ClassVar[Registry] = Registry()
    root: ClassVar[Resource | None] = None
    resource: ClassVar[Resource | None] = None
    parser_classes: list[type[BaseParser]] = [StrictJSONParser]
    throttle_classes = [ReadBudget, WriteBudget]

    def post(self, request: Request, **kwargs: Any) -> Response:
        started = time.perf_counter()
        resource = self.resource
        batch = read_batch(
            request.data,
            resource=None if resource is None else resource.name,
            target_key=None if resource is None else resource.target_key,
            minimal=wants_minimal(request.headers.get("Prefer", "")),
        )
        with Bindings(request) as bindings:
            plan = make_plan(batch, self.registry, bindings, self._root())
            OperationBudget().charge(request, len(batch.operations))
            outcome = execute(plan, bindings, self.registry)
        milliseconds = (time.perf_counter() - started) * 1000
        report(request, outcome, milliseconds)
        status, body = render(outcome, milliseconds=milliseconds)
        headers = {"Preference-Applied": "return=minimal"} if batch.minimal else {}
        return Response(body, status=status, content_type=CONTENT_TYPE if status >= 400 else None, headers=headers)

    def options(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        with Bindings(request) as bindings:
            resources = {resource.name: self._describe(resource, bindings) for resource in self._resources()}
        budgets = {"writes": conf().WRITES, "reads": conf().READS, "operations": conf().OPERATIONS}
        return Response({"resources": resources, "limits": limits(), "budgets": budgets})

    def _describe(self, resource: Resource, bindings: Bindings) -> dict[str, Any]:
        actions = {action.name: self._fields(bindings.get(resource, action)) for action in resource.actions.values()}
        return {
            "actions": actions,
            "target_key": resource.target_key,
            "root": None if resource.root_field is None else resource.root_field.name,
            "max_operations": resource.max_operations or conf().MAX_OPERATIONS,
            "requires_if_match": bool(getattr(resource.viewset, "batch_requires_if_match", False)),
            "include": sorted(resource.includes),
        }

    def _fields(self, binding: Binding) -> dict[str, Any]:
        """What the data of an action may hold, as the framework's own OPTIONS describes it; related rows by key."""
        if not binding.takes_data:
            return {}
        info: dict[str, Any] = SimpleMetadata().get_serializer_info(binding.kit.serializer)
        return {name: field for name, field in info.items() if not field["read_only"]}

    def _resources(self) -> list[Resource]:
        if self.resource is not None:
            return [self.resource]
        if self.root is not None:
            return [self.root, *self.registry.children(self.root)]
        return list(self.registry)

    def _root(self) -> tuple[Resource, Any] | None:
        if self.root is None:
            return None
        key = key_of(self.root, self.kwargs["root"])
        if key is None:
            raise NotThere()
        return self.root, key

    def get_exception_handler(self) -> Callable[..., Response | None]:
        return problem_handler

    @own_transaction
    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        return super().dispatch(request, *args, **kwargs)
