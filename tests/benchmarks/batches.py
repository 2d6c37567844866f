"""Operations per second: batches against single PATCH requests of a plain Django REST framework viewset.

Each round sends some single requests and some batches of each size, one after the other, so that noise of the machine
meets all alike; the ratio is taken per round, and its median and range over the rounds are told.
"""

from __future__ import annotations

import random
import time
from statistics import median
from typing import Any
from uuid import UUID

from tests.benchmarks.server import Server, databases, running

SIZES = (1, 10, 100, 500)
ROUNDS = 7
SINGLES = 60  # requests a round
BUDGET = 0.35  # seconds a round for each size, about


def run() -> dict[str, Any]:
    result: dict[str, Any] = {}
    for name, url in databases():
        with running(url) as server:
            rounds = [_round(server) for _ in range(ROUNDS + 1)][1:]  # the first warms up
        result[name] = {
            "single": [one["single"] for one in rounds],
            **{str(n): [one[n] for one in rounds] for n in SIZES},
        }
    return result


def table(result: dict[str, Any]) -> str:
    lines = [
        "| operations per second (times single requests, with range) | single PATCH | "
        + " | ".join(f"batch of {n}" for n in SIZES)
        + " |"
    ]
    lines.append("|---" * (len(SIZES) + 2) + "|")
    for name, rates in result.items():
        cells = [f"{median(rates['single']):.0f}"]
        for n in SIZES:
            ratios = [rate / single for rate, single in zip(rates[str(n)], rates["single"], strict=True)]
            cells.append(f"{median(rates[str(n)]):.0f} ({median(ratios):.1f} x, {min(ratios):.1f}-{max(ratios):.1f})")
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _round(server: Server) -> dict[Any, float]:
    rates: dict[Any, float] = {"single": _singles(server)}
    for size in SIZES:
        rates[size] = _batches(server, size)
    return rates


def _singles(server: Server) -> float:
    targets = random.sample(server.rows["plain"], SINGLES)
    started = time.perf_counter()
    for target in targets:
        status, body = server.send("PATCH", f"/plain/traits/{target}/", _change())
        assert status == 200, body
    return SINGLES / (time.perf_counter() - started)


def _batches(server: Server, size: int) -> float:
    sent, started = 0, time.perf_counter()
    while time.perf_counter() - started < BUDGET:
        targets = random.sample(server.rows["batch"], size)
        operations = [
            {"id": uuid7(), "resource": "traits", "action": "update", "target": target, "data": _change()}
            for target in targets
        ]
        status, body = server.send("POST", "/batch/", {"operations": operations})
        assert status == 200, body
        sent += size
    return sent / (time.perf_counter() - started)


def uuid7() -> str:
    """A time-ordered operation id (RFC 9562), as the browser queue makes them."""
    moment = int(time.time() * 1000)
    return str(
        UUID(int=(moment << 80) | (7 << 76) | (random.getrandbits(12) << 64) | (2 << 62) | random.getrandbits(62))
    )


def _change() -> dict[str, int]:
    return {"score": random.randrange(100), "experience_points": random.randrange(10_000)}
