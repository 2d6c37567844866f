"""Prints what `tests.benchmarks.inside` tells of this database, as JSON."""

from __future__ import annotations

import json
import random
import time
from collections import defaultdict
from collections.abc import Callable
from functools import wraps
from statistics import median
from typing import Any

from tests.benchmarks.project.wsgi import application  # noqa: F401  (sets Django up)

# isort: split
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.benchmarks import peers
from tests.benchmarks.contenders import BY_HAND, OURS, PACKAGES, SINGLE, Contender
from tests.benchmarks.project.fill import person

SIZES = (1, 100)
ROUNDS = 60

PHASES = {
    "routing, authentication, budgets": ["django.core.handlers.base.BaseHandler.get_response"],
    "reading and planning the body": [
        "batching.parsers.StrictJSONParser.parse",
        "batching.views.read_batch",
        "batching.views.make_plan",
        "batching.executor._prepare",
    ],
    "locking and reading rows": [
        "batching.locking.Loader.__init__",
        "batching.locking.Loader.lock_roots",
        "batching.locking.Loader.read_rows",
    ],
    "receipts": ["batching.receipts.Receipts.claim", "batching.receipts.Receipts.complete"],
    "changing rows in memory": ["batching.executor.Run._run_group"],
    "writing rows": ["batching.executor.Run._flush"],
    "BEGIN, COMMIT and the rest of the transaction": ["batching.views.execute"],
    "results and JSON": [
        "batching.executor.Run._outcome",
        "batching.views.render",
        "rest_framework.renderers.JSONRenderer.render",
    ],
}


class Stopwatch:
    """Time by phase; what one phase spends inside another counts for the inner one only."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = defaultdict(float)
        self._inner: list[float] = []

    def watch(self, path: str, phase: str) -> None:
        owner, name = _resolve(path)
        setattr(owner, name, self._timed(getattr(owner, name), phase))

    def _timed(self, function: Callable[..., Any], phase: str) -> Callable[..., Any]:
        @wraps(function)
        def timed(*arguments: Any, **options: Any) -> Any:
            self._inner.append(0.0)
            started = time.perf_counter()
            try:
                return function(*arguments, **options)
            finally:
                took = time.perf_counter() - started
                self.spent[phase] += took - self._inner.pop()
                if self._inner:
                    self._inner[-1] += took

        return timed


def _resolve(path: str) -> tuple[Any, str]:
    """The module or class that holds what a dotted path names, and the name there."""
    from django.utils.module_loading import import_string

    holder, _, name = path.rpartition(".")
    try:
        return import_string(holder), name
    except ImportError:
        return __import__(holder, fromlist=[name]), name


def main() -> None:
    somebody = person(0, 1000)
    client = Client(headers={"Authorization": somebody["authorization"]})

    def send(contender: Contender, size: int) -> None:
        method, path, body = contender.request(random.sample(somebody["rows"][contender.table], size))
        text = json.dumps(body)
        answer = client.generic(method, path, text, content_type="application/json")
        assert answer.status_code == 200, answer.content

    contenders = [SINGLE, OURS, BY_HAND, *(PACKAGES if peers.install() else ())]
    statements = {
        contender.name if contender is SINGLE else f"{contender.name}, {size} a batch": _statements(
            lambda contender=contender, size=size: send(contender, size)
        )
        for contender in contenders
        for size in contender.sizes
    }
    stopwatch = Stopwatch()
    for phase, paths in PHASES.items():
        for path in paths:
            stopwatch.watch(path, phase)
    milliseconds = {size: _milliseconds(stopwatch, lambda size=size: send(OURS, size)) for size in SIZES}
    print(json.dumps({"statements": statements, "milliseconds": milliseconds}))


def _statements(work: Callable[[], None]) -> int:
    work()  # what is looked up once only
    with CaptureQueriesContext(connection) as captured:
        work()
    return len(captured)


def _milliseconds(stopwatch: Stopwatch, work: Callable[[], None]) -> dict[str, float]:
    found: dict[str, list[float]] = {phase: [] for phase in PHASES}
    for _ in range(ROUNDS + 5):
        stopwatch.spent.clear()
        work()
        for phase, times in found.items():
            times.append(1000 * stopwatch.spent[phase])
    return {phase: median(times[5:]) for phase, times in found.items()}


main()
