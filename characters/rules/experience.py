"""Experience and scores of Abilities and Arts.

With T(n) = n(n+1)/2, score n costs 5*T(n) experience for an Ability and T(n) for an Art, without limit
(core rules, Advancement Table). Warping, Decrepitude, Spell Mastery and Reputations cost as Abilities do.

`experience` is counted experience throughout: what Affinity multiplied is already multiplied.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, isqrt
from typing import Literal

Kind = Literal["ability", "art"]

FACTOR: dict[Kind, int] = {"ability": 5, "art": 1}

MAX_EXPERIENCE = 1_000_000
"""More than a thousand years of study. A guard against slips of the keyboard, not a rule of the game."""


class ImpossibleScore(ValueError):
    """A move that ends, or passes, where no score can be."""


class BelowZero(ImpossibleScore):
    """Scores start at 0."""


class TooMuchExperience(ImpossibleScore):
    """More experience than `MAX_EXPERIENCE`."""


@dataclass(frozen=True, slots=True)
class Move:
    """Clicks on + and - taken together: their sum, and the lowest partial sum on the way (never above 0).

    The low point matters because a score that goes down can lose part of its remainder, which no later +
    brings back.
    """

    net: int
    low: int

    @classmethod
    def of(cls, by: int, low: int | None = None) -> Move:
        """One step of `by`. ValueError if `low` lies above the start or the end of the step."""
        lowest = min(0, by)
        if low is not None and low > lowest:
            raise ValueError(f"low must be at most {lowest}")
        return cls(by, lowest if low is None else low)

    def then(self, later: Move) -> Move:
        """This move followed by `later`, as one."""
        return Move(self.net + later.net, min(self.low, self.net + later.low))


def cost(kind: Kind, score: int) -> int:
    """The experience of exactly `score`: cost("ability", 5) == 75, cost("art", 5) == 15."""
    return FACTOR[kind] * score * (score + 1) // 2


def step_cost(kind: Kind, score: int) -> int:
    """What the step from `score - 1` to `score` costs."""
    return FACTOR[kind] * score


def score_of(kind: Kind, experience: int) -> int:
    """The highest score that `experience` pays for, in whole numbers only."""
    return (isqrt(8 * (experience // FACTOR[kind]) + 1) - 1) // 2


def remainder_of(kind: Kind, experience: int) -> int:
    """The experience beyond the score: what sheets print in brackets after it."""
    return experience - cost(kind, score_of(kind, experience))


def next_cost(kind: Kind, experience: int) -> int:
    """The price of the next score; the remainder counts towards it."""
    return step_cost(kind, score_of(kind, experience) + 1)


def at_score(kind: Kind, experience: int, score: int) -> int:
    """The experience after a move to `score`, keeping as much of the remainder as fits below the next one.

    Raises BelowZero and TooMuchExperience.
    """
    if score < 0:
        raise BelowZero
    result = cost(kind, score) + min(remainder_of(kind, experience), step_cost(kind, score + 1) - 1)
    if result > MAX_EXPERIENCE:
        raise TooMuchExperience
    return result


def increment(kind: Kind, experience: int, move: Move) -> int:
    """The experience after `move`: down to its lowest point first, then to its end.

    Gives what the moves it was made of give one by one, and is BelowZero exactly when one of them would be.
    (The upper bound is looked at where the move ends, not on its way.)
    """
    score = score_of(kind, experience)
    at_lowest = at_score(kind, experience, score + move.low)
    return at_score(kind, at_lowest, score + move.net)


def counted(raw: int, multiplier: Fraction) -> int:
    """What a gain of `raw` counts as: multiplied once and rounded up (Affinity, core rules)."""
    return ceil(raw * multiplier)


def raw_of(experience: int, multiplier: Fraction) -> int:
    """The least raw experience that counts as much as `experience`: raw_of(78, Fraction(3, 2)) == 52."""
    if experience <= 0:
        return 0
    return (experience - 1) * multiplier.denominator // multiplier.numerator + 1


def gain(experience: int, amount: int, multiplier: Fraction) -> int:
    """Counted experience after a gain in play: the gain is multiplied and rounded up once, on its own.

    Two gains can so come to more than their sum would (core rules, Affinity): 5 and 5 count 8 and 8.
    Raises BelowZero and TooMuchExperience.
    """
    result = experience + counted(amount, multiplier)
    if amount < 0 or result < 0:
        raise BelowZero
    if result > MAX_EXPERIENCE:
        raise TooMuchExperience
    return result
