"""Points of Virtues and Flaws."""

from __future__ import annotations

POINTS = {"free": 0, "minor": 1, "major": 3}
"""What a Virtue of a size costs, and a Flaw grants (core rules, Virtues and Flaws)."""
