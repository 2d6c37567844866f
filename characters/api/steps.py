"""`increment` and `decrement` of Abilities, Arts and Characteristics: what they take, and what they do."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Model
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from batching.exceptions import Unprocessable
from characters.api.documentation import request_example
from characters.api.fields import StrictIntegerField
from characters.models.aging import AGING_LOSSES, AGING_POINTS
from characters.models.condition import WOUNDS
from characters.models.scored import Scored
from characters.rules import experience
from characters.rules.characteristics import ABBREVIATIONS
from characters.rules.experience import MAX_EXPERIENCE, BelowZero, ImpossibleScore, Move

LARGEST_STEP = 1000
MOST_GAINS = 100
COUNTERS = (
    *ABBREVIATIONS,
    *AGING_POINTS,
    *AGING_LOSSES,
    *WOUNDS,
    "fatigue",
    "long_term_fatigue",
    "warping_points",
    "decrepitude_points",
    "age",
    "lab_seasons",
    "extra_experience",
    "size",
)
"""Numbers of a character that can be stepped."""

STEP = {"by", "low"}
STATE = {"score", "experience_points"}

Data = dict[str, Any]


@extend_schema_serializer(examples=[request_example("Two levels", by=2)])
class StepSerializer(serializers.Serializer[Any]):
    """Nothing (one level), `{"by": n}`, `{"by": n, "low": m}`, or the final score, experience or both."""

    by = StrictIntegerField(required=False, min_value=-LARGEST_STEP, max_value=LARGEST_STEP)
    low = StrictIntegerField(required=False, min_value=-LARGEST_STEP, max_value=0)
    score = StrictIntegerField(required=False, min_value=0)
    experience_points = StrictIntegerField(required=False, min_value=0, max_value=MAX_EXPERIENCE)

    def validate(self, attrs: Data) -> Data:
        if STEP & attrs.keys() and (state := STATE & attrs.keys()):
            text = _("Give either a step or a final state.")
            raise serializers.ValidationError({name: [text] for name in state})
        return attrs


@extend_schema_serializer(examples=[request_example("Stronger", field="strength", by=1)])
class CounterStepSerializer(serializers.Serializer[Any]):
    """Which Characteristic or other number, and by how much."""

    field = serializers.ChoiceField(choices=list(COUNTERS))
    by = StrictIntegerField(required=False, min_value=-LARGEST_STEP, max_value=LARGEST_STEP)


class TraitStepSerializer(serializers.Serializer[Any]):
    """By how much."""

    by = StrictIntegerField(required=False, min_value=-LARGEST_STEP, max_value=LARGEST_STEP)


class GainSerializer(serializers.Serializer[Any]):
    """A gain of experience before Affinity, or several: two that are told together count as one by one."""

    amount = StrictIntegerField(required=False, min_value=0, max_value=MAX_EXPERIENCE)
    amounts = serializers.ListField(
        child=StrictIntegerField(min_value=0, max_value=MAX_EXPERIENCE), required=False, max_length=MOST_GAINS
    )

    def validate(self, attrs: Data) -> Data:
        if len(attrs) != 1:
            raise serializers.ValidationError({"amount": [_("Give either an amount or several amounts.")]})
        return attrs


def step(row: Scored, data: Data, direction: int) -> None:
    """Raise (`direction` 1) or lower (-1) a score by validated data. ValidationError, Unprocessable."""
    if STATE & data.keys():
        row.experience_points = _final(row, data, direction)
    else:
        row.experience_points = _moved(row, data, direction)


def step_counter(row: Model, name: str, by: int) -> None:
    """Raise or lower a number of a row. Unprocessable outside the bounds of its column."""
    lowest, highest = bounds(type(row), name)
    value = getattr(row, name) + by
    if not lowest <= value <= highest:
        limits = {"lowest": lowest, "highest": highest}
        text = str(_("This number lies between %(lowest)s and %(highest)s.") % limits)
        if name in ABBREVIATIONS:
            text = str(_("A Characteristic is bought between -3 and +3."))
        raise Unprocessable(text, code="out_of_range", fields={"by": [text]})
    setattr(row, name, value)


def gain(row: Scored, data: Data, multiplier: Fraction) -> None:
    """Add what was gained, each gain multiplied and rounded up once (core rules, Affinity). Unprocessable."""
    points = row.experience_points
    for amount in data.get("amounts", [data.get("amount")]):
        try:
            points = experience.gain(points, amount, multiplier)
        except ImpossibleScore as error:
            text = str(_("This is more experience than can be kept."))
            raise Unprocessable(text, code="too_much_experience", fields={"amount": [text]}) from error
    row.experience_points = points


@cache
def bounds(model: type[Model], name: str) -> tuple[int, int]:
    """What the validators of a column say."""
    validators = model._meta.get_field(name).validators  # type: ignore[union-attr]
    lowest = max((v.limit_value for v in validators if isinstance(v, MinValueValidator)), default=0)
    highest = min(v.limit_value for v in validators if isinstance(v, MaxValueValidator))
    return lowest, highest


def experience_for(kind: experience.Kind, data: Data) -> int | None:
    """The experience that `score` and `experience_points` of a client mean; None if neither is given.

    A score alone stands for exactly its price. Raises ValidationError if the two contradict each other.
    """
    score: int | None = data.get("score")
    points: int | None = data.get("experience_points")
    if score is None:
        return points
    if score > experience.score_of(kind, MAX_EXPERIENCE):
        raise serializers.ValidationError({"score": [_("This score is too high.")]})
    if points is None:
        return experience.cost(kind, score)
    if experience.score_of(kind, points) != score:
        text = _("%(points)s experience points make score %(right)s, not %(score)s.") % {
            "points": points,
            "right": experience.score_of(kind, points),
            "score": score,
        }
        raise serializers.ValidationError({"score": [text], "experience_points": [text]})
    return points


def _final(row: Scored, data: Data, direction: int) -> int:
    points = experience_for(row.kind_of_cost, data)
    assert points is not None
    if "experience_points" not in data:  # a score alone: go there as a step would, keeping the remainder
        points = experience.at_score(row.kind_of_cost, row.experience_points, data["score"])
    if direction * (experience.score_of(row.kind_of_cost, points) - row.score) < 0:
        text = _("The score is %(score)s already.") % {"score": row.score}
        fields = {name: [text] for name in STATE & data.keys()}
        raise Unprocessable(text, code="wrong_side", fields=fields)
    return points


def _moved(row: Scored, data: Data, direction: int) -> int:
    try:
        move = Move.of(direction * data.get("by", 1), data.get("low"))
    except ValueError as error:
        raise serializers.ValidationError({"low": [str(error)]}) from error
    try:
        return experience.increment(row.kind_of_cost, row.experience_points, move)
    except ImpossibleScore as error:
        below = isinstance(error, BelowZero)
        text = str(_("A score cannot fall below 0.") if below else _("This is more experience than can be kept."))
        code = "below_zero" if below else "too_much_experience"
        raise Unprocessable(text, code=code, fields={"by": [text]}) from error
