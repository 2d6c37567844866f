"""What Virtues and Flaws do to scores: Puissant, Student of (Realm), Affinity, Linguist, Flawless Magic.

Effects are plain data as the catalogue has them, for example
`{"type": "puissant", "target": {"from_parameter": 0}, "amount": 2}`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

REALM_LORES = {
    "Magic": "ability.magic-lore",
    "Faerie": "ability.faerie-lore",
    "Divine": "ability.dominion-lore",
    "Infernal": "ability.infernal-lore",
}

ON_SCORES = frozenset({"puissant", "affinity"})
"""Types of effects that this module understands."""

Reference = tuple[str, str]
"""An Ability or Art: catalogue id and instance (folded case, "" for none, "*" for any)."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A Virtue or Flaw as a character has it: its name, catalogue effects and the player's parameters."""

    name: str
    effects: Sequence[Mapping[str, Any]]
    parameters: Sequence[Any]


@dataclass(frozen=True, slots=True)
class Bonus:
    """A fixed bonus to a score in use, and the printed name of what gives it."""

    amount: int = 0
    source: str = ""


NO_BONUS = Bonus()

ONE = Fraction(1)


class ScoreEffects:
    """The bonuses and multipliers that a character's Virtues and Flaws give, ready to be asked for."""

    def __init__(self, taken: Iterable[Taken] = ()) -> None:
        self._bonuses: dict[Reference, Bonus] = {}
        self._multipliers: dict[Reference, Fraction] = {}
        for virtue in taken:
            for effect in virtue.effects:
                if effect["type"] == "puissant":
                    self._add_bonus(effect, virtue)
                elif effect["type"] == "affinity":
                    self._add_multiplier(effect, virtue)

    def bonus(self, entry: str, instance: str = "") -> Bonus:
        """What Puissant adds to this Ability or Art when it is used; never part of the score itself.

        Bonuses on one Ability do not add up: Puissant is taken once per Ability or Art, and Student of
        (Realm) not together with Puissant in the same Lore (core rules, Virtues). The highest stands.
        """
        of_one, of_any = (self._bonuses.get(key, NO_BONUS) for key in _keys(entry, instance))
        return of_any if of_any.amount > of_one.amount else of_one

    def multiplier(self, entry: str, instance: str = "") -> Fraction:
        """What gains of experience in this Ability or Art are multiplied by.

        The source does not say how Affinity and Linguist stack on one language; the higher multiplier
        stands.
        """
        of_one, of_any = (self._multipliers.get(key, ONE) for key in _keys(entry, instance))
        return of_one if of_any is ONE else max(of_one, of_any)

    def _add_bonus(self, effect: Mapping[str, Any], virtue: Taken) -> None:
        bonus = Bonus(effect["amount"], virtue.name)
        for target in targets(effect["target"], virtue.parameters):
            if bonus.amount > self._bonuses.get(target, NO_BONUS).amount:
                self._bonuses[target] = bonus

    def _add_multiplier(self, effect: Mapping[str, Any], virtue: Taken) -> None:
        # Through text: a multiplier is a float in JSON, and Fraction(float) would keep its binary noise.
        multiplier = Fraction(str(effect["multiplier"]))
        for target in targets(effect["target"], virtue.parameters):
            self._multipliers[target] = max(multiplier, self._multipliers.get(target, multiplier))


def targets(target: Any, parameters: Sequence[Any]) -> list[Reference]:
    """The Abilities or Arts that an effect's `target` means; none if the parameter it asks for is missing."""
    if isinstance(target, list):
        return [reference for item in target for reference in targets(item, parameters)]
    if not isinstance(target, Mapping):
        return []
    if "from_parameter" in target:
        return targets(parameter(parameters, target["from_parameter"]), parameters)
    if "realm_lore_from_parameter" in target:
        realm = parameter(parameters, target["realm_lore_from_parameter"])
        lore = REALM_LORES.get(realm.get("realm", "")) if isinstance(realm, dict) else None
        return [(lore, "")] if lore else []
    entry = target.get("ability") or target.get("art")
    return [(entry, (target.get("instance") or "").casefold())] if entry else []


def parameter(parameters: Sequence[Any], index: int) -> Any:
    """What the player gave as parameter `index`; an empty list if nothing."""
    value = parameters[index] if index < len(parameters) else None
    return value if value is not None else []


def _keys(entry: str, instance: str) -> tuple[Reference, Reference]:
    return (entry, instance.casefold()), (entry, "*")
