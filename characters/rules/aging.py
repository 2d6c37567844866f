"""What aging has done so far (core rules, Aging)."""

from __future__ import annotations

from collections.abc import Mapping


def points_behind(score: int, losses: int) -> int:
    """The aging points that took `losses` points from a Characteristic of `score`.

    A Characteristic drops by one when its aging points exceed its absolute value, and starts anew at no points.
    """
    return sum(abs(score - lost) + 1 for lost in range(losses))


def decrepitude_points(
    characteristics: Mapping[str, int], aging_points: Mapping[str, int], aging_losses: Mapping[str, int]
) -> int:
    """Every aging point is a Decrepitude point too: those that stand, and those that losses have used up.

    `characteristics` are the scores before aging.
    """
    gone = sum(points_behind(characteristics.get(name, 0), losses) for name, losses in aging_losses.items())
    return gone + sum(aging_points.values())
