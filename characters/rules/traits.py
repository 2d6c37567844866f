"""Confidence, Warping and Decrepitude; what Virtues and Flaws say of Personality."""

from __future__ import annotations

from collections.abc import Iterator

from characters.rules.experience import next_cost, remainder_of, score_of
from characters.rules.powers import Power
from characters.rules.results import Confidence, PointScore
from characters.rules.state import State

CONFIDENCE = (1, 3)


def point_score(points: int) -> PointScore:
    """Warping, Decrepitude: points that make a score at the price of an Ability."""
    return PointScore(
        points, score_of("ability", points), remainder_of("ability", points), next_cost("ability", points)
    )


def confidence(state: State) -> Confidence:
    """Confidence as it stands, and the one the character starts with (core rules, Confidence)."""
    default = CONFIDENCE if state.limits.get("confidence_score", 1) else (0, 0)
    score, points = default
    for power in state.powers.of("confidence"):
        if "only" not in power.effect:
            score, points = power.effect["score"], power.effect["points"]
    character = state.character
    return Confidence(
        score if character.confidence_score is None else character.confidence_score,
        points if character.confidence_points is None else character.confidence_points,
        score,
        points,
    )


def warping_at_start(state: State) -> int:
    """Warping Points that Virtues, Flaws and the House bring along."""
    points: int = sum(power.effect["points"] for power in state.powers.of("warping"))
    return points + (1 if _untouched_by_faerie(state) else 0)


def wanted_traits(state: State) -> Iterator[tuple[Power, str, int]]:
    """Personality Traits that Virtues ask for, with the least score."""
    for power in state.powers.of("personality_trait"):
        yield power, power.effect["name"], power.effect["min"]


def _untouched_by_faerie(state: State) -> bool:
    """Members of House Merinita without a faerie-related Virtue or Flaw start with a Warping Point.

    What is related to faerie is told by the name, since the catalogue does not say it otherwise.
    """
    if state.character.house != "house.merinita":
        return False
    own = (entry.name for row, entry in state.powers.held if not row.granted_by_house)
    return not any(word in name for name in own for word in ("Faerie", "Fae"))
