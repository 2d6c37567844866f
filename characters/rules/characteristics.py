"""The eight Characteristics as they are bought."""

from __future__ import annotations

from collections.abc import Mapping

ABBREVIATIONS = {
    "intelligence": "Int",
    "perception": "Per",
    "strength": "Str",
    "stamina": "Sta",
    "presence": "Pre",
    "communication": "Com",
    "dexterity": "Dex",
    "quickness": "Qik",
}
"""Names in the order of the character sheet, and how tables abbreviate them."""

NAMES = {abbreviation: name for name, abbreviation in ABBREVIATIONS.items()}

POINTS = 7
"""What a character may spend before Virtues and Flaws (core rules, Characteristics)."""

LOWEST, HIGHEST = -3, 3


def cost(value: int) -> int:
    """Points a bought value costs: 6 for +3, and as many back for -3."""
    triangle = abs(value) * (abs(value) + 1) // 2
    return triangle if value > 0 else -triangle


def spent(values: Mapping[str, int]) -> int:
    """Points the bought values cost together."""
    return sum(cost(value) for value in values.values())
