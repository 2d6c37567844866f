"""What comes of casting a spell, and what voice and gestures do (core rules, Casting Spells)."""

from __future__ import annotations

from typing import NamedTuple

WORDS = {"loud": 1, "firm": 0, "quiet": -5, "none": -10}
GESTURES = {"exaggerated": 1, "bold": 0, "subtle": -2, "none": -5}

FORMULAIC_REACH = 10
"""A formulaic spell is still cast if the total is no further below its level."""

RITUAL_STEPS = ((0, 1), (-5, 2), (-10, 3), (-15, 4))
"""How far the total may lie from the level of a ritual, and the Fatigue levels that it then costs."""

RITUAL_REACH = 10
RITUAL_WORST = 5


class Outcome(NamedTuple):
    """Whether a spell was cast, and the Fatigue levels it cost; those of rituals are long-term."""

    cast: bool
    fatigue: int
    long_term: bool = False


def modifier(words: str = "firm", gestures: str = "bold") -> int:
    """What voice and gestures add to the Casting Total. KeyError for other words than those in the tables."""
    return WORDS[words] + GESTURES[gestures]


def formulaic(casting_total: int, level: int) -> Outcome:
    """A formulaic spell: free if the total reaches the level, else at the price of a Fatigue level."""
    short = level - casting_total
    return Outcome(cast=short <= FORMULAIC_REACH, fatigue=int(short > 0))


def ritual(casting_total: int, level: int) -> Outcome:
    """A ritual: one long-term Fatigue level at least."""
    above = casting_total - level
    fatigue = next((cost for least, cost in RITUAL_STEPS if above >= least), RITUAL_WORST)
    return Outcome(cast=above >= -RITUAL_REACH, fatigue=fatigue, long_term=True)


def magnitude(level: int) -> int:
    """Level / 5, rounded up: what rituals cost in pawns of vis and quarters of an hour."""
    return -(-level // 5)
