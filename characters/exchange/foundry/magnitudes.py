"""Levels of spells: up to 5 a magnitude adds 1, beyond that 5 (core rules, Spell Design)."""

from __future__ import annotations


def raised(level: int, magnitudes: int) -> int:
    """The level so many magnitudes higher, or lower if there are less than 0."""
    for _ in range(magnitudes):
        level += 1 if level < 5 else 5
    for _ in range(-magnitudes):
        level -= 1 if level <= 5 else 5
    return level
