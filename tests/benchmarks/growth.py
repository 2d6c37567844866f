"""What a table that grows does to a batch: the same writes of one person among a thousand and among a million rows."""

from __future__ import annotations

import subprocess
import sys
from statistics import median
from typing import Any

from tests.benchmarks.batches import turn
from tests.benchmarks.contenders import OURS, SINGLE
from tests.benchmarks.server import PEOPLE, ROOT, ROWS, databases, environment, running

TABLES = (1_000, 10_000, 100_000, 1_000_000)  # rows of others
ROUNDS = 5
MEASURED = ((SINGLE, 1), (OURS, 10), (OURS, 100))


def run() -> dict[str, Any]:
    """Milliseconds of one request by database, then rows in the table, then contender and size."""
    result: dict[str, Any] = {}
    for database, url in databases():
        with running(url) as server:
            for rows in TABLES:
                _grow(url, rows)
                found = [[_milliseconds(server, *one) for one in MEASURED] for _ in range(ROUNDS + 1)][1:]
                result.setdefault(database, {})[str(rows + PEOPLE * ROWS)] = [
                    median(times) for times in zip(*found, strict=True)
                ]
    return result


def table(result: dict[str, Any]) -> str:
    labels = ["single PATCH", *(f"batch of {size}" for contender, size in MEASURED if contender is OURS)]
    lines = ["| rows in the table, milliseconds a request | " + " | ".join(labels) + " |", "|---" * 4 + "|"]
    for database, sizes in result.items():
        for rows, times in sizes.items():
            lines.append(f"| {database}, {int(rows):,} | " + " | ".join(f"{time:.1f}" for time in times) + " |")
    return "\n".join(lines)


def _grow(url: str, rows: int) -> None:
    command = [sys.executable, "-m", "tests.benchmarks.project.grow", str(rows)]
    subprocess.run(command, cwd=ROOT, env=environment(url), check=True)


def _milliseconds(server: Any, contender: Any, size: int) -> float:
    return 1000 * size / turn(server, contender, size, connections=1, seconds=0.35).rate
