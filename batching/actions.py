"""What can be done to a resource: the four standard actions, and the row actions that its viewset declares."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer, Serializer

RowMethod = Callable[[Any, Any, dict[str, Any]], None]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Action:
    """An action of a resource, as a batch and as a single route know it."""

    name: str  # in a batch
    handler: str  # method of the viewset that serves the single route
    verb: str  # HTTP method of the single route
    status: int = 200  # of success
    initkwargs: Mapping[str, Any] = field(default_factory=dict)  # what the single route sets on its view
    row_method: RowMethod | None = None
    reads: tuple[type[Model], ...] = ()  # kinds of rows below the same root that the row method looks at
    targeted: bool = True  # whether it is done to a row that exists


CREATE = Action(name="create", handler="create", verb="POST", status=201, targeted=False)
UPDATE = Action(name="update", handler="partial_update", verb="PATCH")
DELETE = Action(name="delete", handler="destroy", verb="DELETE", status=204)
RETRIEVE = Action(name="retrieve", handler="retrieve", verb="GET")
STANDARD = (CREATE, UPDATE, DELETE, RETRIEVE)


class NoData(Serializer[Any]):
    """The data of a row action that takes none."""


def row_action(
    serializer_class: type[BaseSerializer[Any]] = NoData, reads: Sequence[type[Model]] = (), **initkwargs: Any
) -> Callable[[RowMethod], Any]:
    """Declare a method of a viewset as a row action.

    The method gets the locked row and the data that `serializer_class` validated. It changes the row in memory, does
    not save it, and raises `Unprocessable` (422) or `ValidationError` (400) to refuse. It is reached both as
    `POST /abilities/4/increment/` and as an operation of a batch; both run the same code under the same lock.
    An action that looks at other rows below the same root names their models (`reads=[Rule]`), and finds them, as
    they are by then, in `self.batch_rows[Rule]`. Further keywords (`permission_classes=…`) are set on the view, as
    with Django REST framework's `@action`.
    """

    def declare(method: RowMethod) -> Any:
        def view(self: Any, request: Request, **kwargs: Any) -> Response:
            from batching.viewsets import write_one

            return write_one(self, request, method.__name__)

        view.__name__ = method.__name__
        view.__doc__ = method.__doc__
        declared = action(detail=True, methods=["post"], serializer_class=serializer_class, **initkwargs)(view)
        declared.row_method = method  # type: ignore[attr-defined]
        declared.reads = tuple(reads)  # type: ignore[attr-defined]
        return declared

    return declare


def actions_of(viewset: type) -> dict[str, Action]:
    """All actions of a viewset class by their name in a batch, as far as its `http_method_names` admit them."""
    verbs = {name.upper() for name in getattr(viewset, "http_method_names", ())}
    standard = [action for action in STANDARD if callable(getattr(viewset, action.handler, None))]
    return {action.name: action for action in [*standard, *_row_actions(viewset)] if action.verb in verbs}


def _row_actions(viewset: type) -> list[Action]:
    declared = ((name, getattr(viewset, name, None)) for name in dir(viewset))
    return [
        Action(
            name=name,
            handler=name,
            verb="POST",
            initkwargs=method.kwargs,
            row_method=method.row_method,
            reads=method.reads,
        )
        for name, method in declared
        if method is not None and hasattr(method, "row_method")
    ]
