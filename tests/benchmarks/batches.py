"""Operations per second: batches against single PATCH requests of a plain Django REST framework viewset.

Each round sends some single requests and some batches of each kind and size, one after the other, so that noise of the
machine meets all alike; the ratio is taken per round, and its median and range over the rounds are told.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable
from statistics import median
from typing import Any

from batching.client.operations import new_id
from tests.benchmarks import peers
from tests.benchmarks.server import Server, databases, running

SIZES = (1, 10, 100, 500)
ROUNDS = 9
SINGLES = 60  # requests a round
BUDGET = 0.35  # seconds a round for each contender and size, about

Body = Callable[[list[int]], Any]
Rates = dict[str, list[float]]


def run() -> dict[str, Any]:
    """Operations per second by database, then contender and size (`"batching 100"`), one for each round."""
    result: dict[str, Any] = {}
    for name, url in databases():
        with running(url) as server:
            rounds = [_round(server) for _ in range(ROUNDS + 1)][1:]  # the first warms up
        result[name] = {key: [one[key] for one in rounds] for key in rounds[0]}
    return result


def table(result: dict[str, Any]) -> str:
    lines = ["| operations a second (times single requests, with range) | " + " | ".join(result) + " |"]
    lines.append("|---" * (len(result) + 1) + "|")
    for key in next(iter(result.values())):
        cells = [_cell(rates[key], rates["single"]) for rates in result.values()]
        lines.append(f"| {_label(key)} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _label(key: str) -> str:
    if key == "single":
        return "single PATCH, plain Django REST framework"
    contender, size = key.rsplit(" ", 1)
    return f"**{contender}**, {size} a batch" if contender == "batching" else f"{contender}, {size} a batch"


def _cell(rates: list[float], single: list[float]) -> str:
    ratios = [rate / one for rate, one in zip(rates, single, strict=True)]
    if rates is single:
        return f"{median(rates):.0f}"
    return f"{median(rates):.0f} ({median(ratios):.1f} x, {min(ratios):.1f}-{max(ratios):.1f})"


def _round(server: Server) -> dict[str, float]:
    rates = {"single": _singles(server)}
    for size in SIZES:
        rates[f"batching {size}"] = _batches(server, "POST", "/batch/", "batch", size, _operations)
    for size in (10, 100):
        rates[f"written by hand {size}"] = _batches(server, "POST", "/by-hand/", "batch", size, _operations)
    if peers.install():
        for name, path in (("drf-batch", "/peers/drf-batch/"), ("djangorestframework-bulk", "/peers/bulk/")):
            rates[f"{name} 100"] = _batches(server, "PATCH", path, "plain", 100, _rows)
    return rates


def _singles(server: Server) -> float:
    requests = [(target, json.dumps(_change())) for target in random.sample(server.rows["plain"], SINGLES)]
    started = time.perf_counter()
    for target, text in requests:
        status, body = server.send("PATCH", f"/plain/traits/{target}/", text)
        assert status == 200, body
    return SINGLES / (time.perf_counter() - started)


def _batches(server: Server, method: str, path: str, table: str, size: int, body_of: Body) -> float:
    sent, spent = 0, 0.0
    while spent < BUDGET:
        text = json.dumps(body_of(random.sample(server.rows[table], size)))  # the client's work, not the server's
        started = time.perf_counter()
        status, body = server.send(method, path, text)
        spent += time.perf_counter() - started
        assert status == 200, body
        sent += size
    return sent / spent


def _operations(targets: list[int]) -> Any:
    return {
        "operations": [
            {"id": new_id(), "resource": "traits", "action": "update", "target": target, "data": _change()}
            for target in targets
        ]
    }


def _rows(targets: list[int]) -> Any:
    return [{"id": target, **_change()} for target in targets]


def _change() -> dict[str, int]:
    return {"score": random.randrange(100), "experience_points": random.randrange(10_000)}
