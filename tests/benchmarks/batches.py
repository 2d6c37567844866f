"""Operations per second: batches against single PATCH requests of a plain Django REST framework viewset.

In each round every contender, with every size and number of connections, has several short turns in random order: a
machine that becomes slower for a second, and a disk that is busy with what was written before, meet all alike. The
ratio is taken per round, and its median and range over the rounds are told.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from statistics import median
from typing import Any

from tests.benchmarks import peers, pocketbase
from tests.benchmarks.contenders import BY_HAND, OURS, PACKAGES, POCKETBASE, SINGLE, Contender
from tests.benchmarks.server import Person, Server, databases, running

ROUNDS = 9
CONNECTIONS = (1, 4)  # each of a user of its own
TURNS = 7  # of a round
TURN = 0.05  # seconds, at least

Rates = dict[str, list[float]]


@dataclass(frozen=True)
class Work:
    """Operations sent, and the seconds that took."""

    sent: int = 0
    spent: float = 0.0

    def __add__(self, other: Work) -> Work:
        return Work(self.sent + other.sent, self.spent + other.spent)

    @property
    def rate(self) -> float:
        return self.sent / self.spent


def run() -> dict[str, dict[str, Rates]]:
    """Operations per second of each round, by database and connections, then contender and size."""
    installed = peers.install()
    result = {}
    for database, url in databases():
        with ExitStack() as stack:
            servers = {"django": stack.enter_context(running(url))}
            if installed and database == "SQLite":  # which PocketBase has inside
                servers["pocketbase"] = stack.enter_context(pocketbase.running())
            for _ in range(ROUNDS + 1):  # the first warms up
                _round(servers, database, result)
    return {place: {key: rates[1:] for key, rates in found.items()} for place, found in result.items()}


def table(result: dict[str, Any]) -> str:
    lines = ["| operations a second (times single requests, with range) | " + " | ".join(result) + " |"]
    lines.append("|---" * (len(result) + 1) + "|")
    for key in next(iter(result.values())):
        label = key.replace("batching", "**batching**")
        cells = [_cell(rates, key) for rates in result.values()]
        lines.append(f"| {label} | {' | '.join(cells)} |")
    return "\n".join(lines)


def ratios(rates: Rates, key: str) -> list[float]:
    """How many times as fast as single requests, in each round."""
    return [rate / one for rate, one in zip(rates[key], next(iter(rates.values())), strict=True)]


def _cell(rates: Rates, key: str) -> str:
    if key not in rates:
        return ""
    rate, times = median(rates[key]), ratios(rates, key)
    if key == next(iter(rates)):
        return f"{rate:.0f}"
    return f"{rate:.0f} ({median(times):.1f} x, {min(times):.1f}-{max(times):.1f})"


def _contenders(servers: dict[str, Server]) -> Iterator[tuple[Contender, int]]:
    for contender in (SINGLE, OURS, BY_HAND, *(PACKAGES if peers.install() else ()), POCKETBASE):
        if contender.host in servers:
            yield from ((contender, size) for size in contender.sizes)


def _round(servers: dict[str, Server], database: str, result: dict[str, dict[str, Rates]]) -> None:
    for connections in CONNECTIONS:
        place = f"{database}, {connections} connection{'s' if connections > 1 else ''}"
        done = {one: Work() for one in _contenders(servers)}
        for _ in range(TURNS):
            for contender, size in random.sample(list(done), len(done)):
                done[contender, size] += turn(servers[contender.host], contender, size, connections)
        for (contender, size), work in done.items():
            label = contender.name if contender is SINGLE else f"{contender.name}, {size} a batch"
            result.setdefault(place, {}).setdefault(label, []).append(work.rate)


def turn(server: Server, contender: Contender, size: int, connections: int, seconds: float = TURN) -> Work:
    """What so many connections get done side by side."""
    people = server.people[:connections]
    with ThreadPoolExecutor(connections) as pool:
        work = sum(pool.map(lambda person: _turn_of_one(server, contender, size, person, seconds), people), Work())
    return Work(work.sent, work.spent / connections)


def _turn_of_one(server: Server, contender: Contender, size: int, person: Person, seconds: float) -> Work:
    sent, spent = 0, 0.0
    while spent < seconds:
        method, path, body = contender.request(random.sample(person.rows[contender.table], size))
        text = json.dumps(body)  # the client's work, not the server's
        started = time.perf_counter()
        status, answer = server.send(person, method, path, text)
        spent += time.perf_counter() - started
        assert status == 200, answer
        sent += size
    return Work(sent, spent)
