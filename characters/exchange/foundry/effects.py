"""What Virtues and Flaws do to scores, as Foundry says it: Puissant as a bonus, Affinity as a factor of experience."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from characters.exchange.foundry.lexicon import Lexicon
from characters.exchange.parcel import Data
from characters.rules.effects import ScoreEffects, Taken, targets

MEANS = {"puissant": ("bonus", "amount", "add"), "affinity": ("xpCoeff", "multiplier", "override")}
"""By type of effect: the member that changes, the member of the effect that says how much, and the way."""


def score_effects(virtues: Iterable[Data], lexicon: Lexicon) -> ScoreEffects:
    """The bonuses and multipliers of a character with these Virtues and Flaws."""
    entries = ((lexicon.catalogue.virtue(row["virtue"]), row) for row in virtues)
    return ScoreEffects(Taken(entry.name, entry.effects, row.get("parameters") or []) for entry, row in entries)


def active_effects(name: str, row: Data, abilities: Sequence[Data], lexicon: Lexicon) -> list[Data]:
    """The effects of one Virtue or Flaw, as part of its item."""
    changes = list(_changes(row, abilities, lexicon))
    if not changes:
        return []
    marks: Mapping[str, Any] = {"arm5e": {"type": [], "subtype": [], "option": []}}
    return [{"name": name, "flags": marks, "system": {"changes": changes}}]


def _changes(row: Data, abilities: Sequence[Data], lexicon: Lexicon) -> Iterator[Data]:
    for effect in lexicon.catalogue.virtue(row["virtue"]).effects:
        if effect["type"] not in MEANS:
            continue
        member, amount, way = MEANS[effect["type"]]
        for place in _places(targets(effect["target"], row["parameters"]), abilities, lexicon):
            yield {"key": f"system.{place}.{member}", "value": effect[amount], "type": way}


def _places(found: Iterable[tuple[str, str]], abilities: Sequence[Data], lexicon: Lexicon) -> Iterator[str]:
    for id, instance in found:
        if id in lexicon.art_keys:
            kind = "techniques" if lexicon.catalogue.kind_of_art(id) == "technique" else "forms"
            yield f"arts.{kind}.{lexicon.art_keys[id]}"
            continue
        own = [
            row["instance"]
            for row in abilities
            if row["ability"] == id and instance in ("*", row["instance"].casefold())
        ]
        for which in own or ([] if instance == "*" else [instance]):
            if (known := lexicon.ability_key(id, which)) is not None:
                yield f"bonuses.skills.{known.key}" + (f"_{known.option}" if known.option else "")
