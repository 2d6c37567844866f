"""Points of Virtues and Flaws."""

from __future__ import annotations

from collections.abc import Iterable

POINTS = {"free": 0, "minor": 1, "major": 3}
"""What a Virtue of a size costs, and a Flaw grants (core rules, Virtues and Flaws)."""


def points(sizes: Iterable[str]) -> int:
    """Points of several Virtues, or several Flaws, taken together."""
    return sum(POINTS[size] for size in sizes)
