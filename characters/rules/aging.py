"""What aging has done so far, and what goes into the next roll (core rules, Aging)."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod

from characters.rules.results import Aging, Part, total
from characters.rules.state import State
from characters.rules.texts import text as _

STARTS_AFTER = 35


def aging(state: State) -> Aging:
    """What goes into aging rolls."""
    powers = state.powers
    decades = Part(_("Age / 10"), -(-state.character.age // 10))
    return Aging(
        max((power.effect["value"] for power in powers.of("aging_start_age")), default=STARTS_AFTER),
        prod(power.effect["multiplier"] for power in powers.of("aging_rate")),
        total((decades, *powers.parts("aging_roll"))),
        powers.sum("living_conditions"),
        not powers.has("no_aging_characteristic_loss"),
    )


def counted(score: int, points: int) -> tuple[int, int]:
    """Score and aging points after a look at them: points that exceed |score| are gone, and cost 1."""
    return (score - 1, 0) if points > abs(score) else (score, points)


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
