"""Inside one request, without a network: how many SQL statements it takes, and where a batch spends its time."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from tests.benchmarks.server import ROOT, databases, environment


def run() -> dict[str, Any]:
    """By database: `statements` by contender and size, `milliseconds` by size and phase."""
    return {database: _look(environment(url)) for database, url in databases()}


def table(result: dict[str, Any]) -> str:
    return "\n\n".join((_statements(result), *(_phases(result, size) for size in ("1", "100"))))


def _look(variables: dict[str, str]) -> Any:
    for module, *arguments in (("django", "migrate", "--verbosity", "0"), ("tests.benchmarks.project.inside",)):
        command = [sys.executable, "-m", module, *arguments]
        done = subprocess.run(command, cwd=ROOT, env=variables, check=True, stdout=subprocess.PIPE)
    return json.loads(done.stdout)


def _statements(result: dict[str, Any]) -> str:
    lines = ["| SQL statements, all of them | " + " | ".join(result) + " |", "|---" * (len(result) + 1) + "|"]
    for label in next(iter(result.values()))["statements"]:
        numbers = [str(found["statements"][label]) for found in result.values()]
        lines.append(f"| {label} | {' | '.join(numbers)} |")
    return "\n".join(lines)


def _phases(result: dict[str, Any], size: str) -> str:
    title = f"a batch of {size}, milliseconds (share)"
    lines = [f"| {title} | " + " | ".join(result) + " |", "|---" * (len(result) + 1) + "|"]
    times = [found["milliseconds"][size] for found in result.values()]
    for phase in times[0]:
        cells = [f"{one[phase]:.2f} ({one[phase] / sum(one.values()):.0%})" for one in times]
        lines.append(f"| {phase} | {' | '.join(cells)} |")
    return "\n".join([*lines, f"| together | {' | '.join(f'{sum(one.values()):.2f}' for one in times)} |"])
