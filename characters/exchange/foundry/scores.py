"""Characteristics, Size and Confidence: in use, as Foundry keeps them, and as bought, as this site does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from characters.exchange.foundry.lexicon import Lexicon
from characters.exchange.parcel import Data
from characters.rules import characteristics, facts, traits
from characters.rules.characteristics import ABBREVIATIONS, HIGHEST, LOWEST
from characters.rules.facts import Ref
from characters.rules.results import Confidence
from characters.rules.state import State


@dataclass(frozen=True, slots=True)
class InUse:
    characteristics: dict[str, int]
    size: int
    confidence: Confidence


def in_use(own: Data, virtues: Sequence[Data], lexicon: Lexicon) -> InUse:
    """Characteristics, Size and Confidence after Virtues, Flaws and age."""
    character = facts.Character(
        type=own["type"],
        age=own["age"],
        characteristics={name: own[name] for name in ABBREVIATIONS},
        aging_losses={name: lost for name in ABBREVIATIONS if (lost := own.get(f"{name}_lost", 0))},
        size=own["size"],
        confidence_score=own["confidence_score"],
        confidence_points=own["confidence_points"],
        virtues=[_taken(index, row) for index, row in enumerate(virtues)],
    )
    state = State(character, lexicon.catalogue)
    totals = characteristics.totals(character, state.powers)
    return InUse(
        {name: found.value for name, found in totals.items()},
        characteristics.size(character, state.powers).value,
        traits.confidence(state),
    )


def _taken(index: int, row: Data) -> facts.Virtue:
    parameters = row.get("parameters") or []
    return facts.Virtue(ref=Ref("virtues", index), virtue=row["virtue"], size=row["size"], parameters=parameters)


def as_bought(own: Data, virtues: Sequence[Data], lexicon: Lexicon) -> tuple[dict[str, int | None], int]:
    """What must have been bought for these Characteristics in use, None where nothing comes to that; and Size."""
    by_bought = {
        bought: in_use({**own, **dict.fromkeys(ABBREVIATIONS, bought), "size": 0}, virtues, lexicon)
        for bought in range(LOWEST, HIGHEST + 1)
    }
    found = {
        name: next((bought for bought, found in by_bought.items() if found.characteristics[name] == own[name]), None)
        for name in ABBREVIATIONS
    }
    return found, own["size"] - by_bought[0].size
