"""Who is measured: ways to change many rows. Same table, same change, the right to it checked, whole rows back."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from batching.client.operations import new_id

Request = tuple[str, str, Any]
"""Method, path and body."""


@dataclass(frozen=True)
class Contender:
    name: str
    table: str  # that it writes, and has to itself but for the one written by hand
    sizes: tuple[int, ...]  # operations in one request
    request: Callable[[Sequence[Any]], Request]  # for these rows
    host: str = "django"


def change() -> dict[str, int]:
    return {"score": random.randrange(100), "experience_points": random.randrange(10_000)}


def _single(targets: Sequence[Any]) -> Request:
    return "PATCH", f"/plain/traits/{targets[0]}/", change()


def _operations(targets: Sequence[Any]) -> dict[str, Any]:
    asked = {"resource": "traits", "action": "update"}
    return {"operations": [{"id": new_id(), **asked, "target": target, "data": change()} for target in targets]}


def _rows(targets: Sequence[Any]) -> list[dict[str, Any]]:
    return [{"id": target, **change()} for target in targets]


def _requests(targets: Sequence[Any]) -> dict[str, Any]:
    path = "/plain/traits/{}/"
    return {"batch": [{"method": "PATCH", "relative_url": path.format(target), "body": change()} for target in targets]}


def _records(targets: Sequence[Any]) -> dict[str, Any]:
    path = "/api/collections/traits/records/{}"
    return {"requests": [{"method": "PATCH", "url": path.format(target), "body": change()} for target in targets]}


SINGLE = Contender("single PATCH, plain Django REST framework", "plain", (1,), _single)
OURS = Contender("batching", "batch", (1, 10, 50, 100, 500), lambda rows: ("POST", "/batch/", _operations(rows)))
BY_HAND = Contender(
    "written by hand, the same guarantees", "batch", (10, 100), lambda rows: ("POST", "/by-hand/", _operations(rows))
)
PACKAGES = (
    Contender("drf-batch 0.2.0", "plain", (100,), lambda rows: ("PATCH", "/peers/drf-batch/", _rows(rows))),
    Contender("djangorestframework-bulk 0.2.1", "plain", (100,), lambda rows: ("PATCH", "/peers/bulk/", _rows(rows))),
    Contender("drf-batch-requests 0.9.5", "plain", (100,), lambda rows: ("POST", "/peers/requests/", _requests(rows))),
)
POCKETBASE = Contender(
    "PocketBase 0.40 (Go)", "traits", (1, 10, 100), lambda rows: ("POST", "/api/batch", _records(rows)), "pocketbase"
)
