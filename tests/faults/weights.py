"""Increments whose sum says of each one how often it was applied: each has a digit of its own, to base 3.

Five operations on a row raise its score by 1, 3, 9, 27 and 81. A score of 32 is 1012 to base 3, read from the right:
the first was applied twice, the second once, the third never, the fourth once. What is applied three times looks like
the next one applied once more: still wrong, though named wrongly.
"""

from __future__ import annotations

BASE = 3
PER_ROW = 5


def weight(place):
    return BASE**place


def times_applied(score):
    """How often each of the operations on a row was applied, by place."""
    return [score // weight(place) % BASE for place in range(PER_ROW - 1)] + [score // weight(PER_ROW - 1)]
