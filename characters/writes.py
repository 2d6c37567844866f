"""Writes of pages without a script, and of commands. They go the way of the API's: same checks, locks, revisions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest
from rest_framework.exceptions import Throttled
from rest_framework.request import Request

from batching.bindings import Bindings
from batching.envelope import read_batch
from batching.exceptions import NotThere, problem
from batching.executor import execute
from batching.keys import key_of
from batching.operations import Batch, Operation, Outcome
from batching.planning import make_plan
from batching.resources import Registry, Resource
from batching.throttling import OperationBudget, WriteBudget
from characters.api.urls import registry

Data = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What became of a write: the key of the row, or the problem document of a refusal."""

    target: Any = None
    error: dict[str, Any] | None = None


def write(request: HttpRequest, character: int | None, operation: Data) -> Written:
    """Run an operation (as on the wire) as a batch of one for the user, confined to one of their characters if given.

    Raises Http404 if the user has no such character.
    """
    return write_group(request, character, [operation])


def write_group(request: HttpRequest, character: int | None, operations: Sequence[Data]) -> Written:
    """The same for several operations that succeed or fail together; answers the first of them, or what went wrong."""
    try:
        seen = counted(request, len(operations))
        bindings = Bindings(seen)
        plan = make_plan(read_batch({"operations": [*operations]}), registry, bindings, _confined(character))
        results = execute(plan, bindings, registry).results
    except Throttled as error:
        return Written(error=problem(error))
    except NotThere as error:
        raise Http404 from error
    errors = (result.error for result in results if result.error is not None and not result.skipped)
    return Written(target=results[0].target, error=next(errors, None))


def write_all(
    owner: Any,
    operations: Sequence[Operation],
    *,
    dry_run: bool = False,
    include: Sequence[str] = ("sheet",),
    resources: Registry = registry,
) -> Outcome:
    """Run operations as one atomic batch of a user, whatever their number; answers the sheet with the results."""
    request = HttpRequest()
    request.method = "POST"
    request.META = {"SERVER_NAME": "localhost", "SERVER_PORT": "80"}
    seen = Request(request)
    seen.user = owner
    with Bindings(seen) as bindings:
        batch = Batch(operations=tuple(operations), include=tuple(include), dry_run=dry_run)
        return execute(make_plan(batch, resources, bindings), bindings, resources)


def counted(request: HttpRequest, operations: int = 1) -> Request:
    """The request as the API sees it, counted as one write of so many operations. Raises Throttled."""
    seen = Request(request)
    seen.user = request.user
    budget = WriteBudget()
    if not budget.allow_request(seen, None):
        raise Throttled(wait=budget.wait())
    OperationBudget().charge(seen, operations)
    return seen


def _confined(character: int | None) -> tuple[Resource, Any] | None:
    if character is None:
        return None
    root = registry.get("characters")
    assert root is not None
    key = key_of(root, character)
    if key is None:
        raise NotThere
    return root, key
