"""The effects of all Virtues and Flaws of a character, by type.

`COMPUTED`, `SHOWN` and `PROSE` together name every type of effect that the catalogue knows: those that change
a number or a limit, those that are shown beside the totals because they only apply within a scope in words,
and those that are only words.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from characters.rules.catalogue import Catalogue, VirtueEntry
from characters.rules.effects import Reference, parameter, targets
from characters.rules.facts import Virtue
from characters.rules.results import Modifier, Part

COMPUTED: Mapping[str, str] = {
    "ability_access": "access",
    "ability_block": "access",
    "ability_cap": "caps",
    "affinity": "effects",
    "age_cap_exempt": "caps",
    "age_cap_multiplier": "caps",
    "aging_rate": "aging",
    "aging_roll": "aging",
    "aging_start_age": "aging",
    "apprenticeship_spell_levels": "budget",
    "apprenticeship_xp": "budget",
    "casting_score": "magic",
    "characteristic": "characteristics",
    "characteristic_cap": "findings/characteristics",
    "characteristic_points": "case",
    "confidence": "traits",
    "elemental_magic": "state",
    "fatigue_penalty": "health",
    "gifted": "state",
    "grant_ability": "state",
    "grant_flaw": "powers",
    "grant_spell": "budget",
    "grant_virtue": "powers",
    "halve": "magic",
    "hermetic_magus": "state",
    "includes_virtue": "powers",
    "living_conditions": "aging",
    "magic_resistance": "magic",
    "magical_focus": "magic",
    "might": "magic",
    "mythic_companion": "findings/virtues",
    "no_aging_characteristic_loss": "aging",
    "no_form_resistance": "magic",
    "no_specialties": "state",
    "personality_trait": "traits",
    "personality_trait_cap": "findings/traits",
    "puissant": "effects",
    "replace_apprenticeship": "budget",
    "replace_early_childhood": "budget",
    "reputation": "findings/traits",
    "same_as": "powers",
    "size": "characteristics",
    "soak": "health",
    "specialty_bonus": "state",
    "spell_mastery": "budget",
    "warping": "traits",
    "wound_penalty_total": "health",
    "xp_multiplier": "budget",
    "xp_per_year": "budget",
    "xp_pool": "budget",
    "xp_required_spend": "findings/spending",
}
"""Types that change a number or a limit, and the module that looks at them."""

SHOWN: Mapping[str, str] = {
    "ability_modifier": "rolls with the Ability",
    "advancement_multiplier": "all Advancement Totals are multiplied",
    "advancement_total": "Advancement Totals",
    "as_the_gift_social_penalties": "social penalties as of The Gift",
    "bonus_xp": "extra experience after study",
    "book_quality_written": "Quality of books written",
    "botch_dice": "botch dice",
    "casting_penalty_removed": "penalty for voice or gestures",
    "casting_score": "Casting Scores",
    "casting_total": "Casting Totals",
    "characteristic_temporary": "a Characteristic for a short while",
    "free_seasons": "free seasons a year",
    "halve": "halved",
    "initiative": "Initiative",
    "lab_total": "Lab Totals",
    "magic_item_levels": "levels of enchanted items at the start",
    "magic_resistance": "Magic Resistance",
    "no_gift_penalty": "no social penalty for The Gift",
    "relic_true_faith": "Faith points of the relic",
    "roll_bonus": "rolls",
    "source_quality": "Source Quality",
    "source_quality_of_students": "Source Quality of own students",
    "true_faith": "Faith Points",
    "warping_rate": "extra Warping a year in each aura",
}
"""Types that apply within a scope in words, and what they apply to where an entry does not say."""

PROSE: Mapping[str, str] = {}
"""Types that a program can do nothing about, with the reason. There is none at present."""


class Power(NamedTuple):
    """One effect, the row it comes from and the entry that has it."""

    effect: Mapping[str, Any]
    row: Virtue
    entry: VirtueEntry
    parameters: Sequence[Any]

    @property
    def amount(self) -> int:
        return int(self.effect.get("amount") or 0)

    def part(self, amount: int | None = None) -> Part:
        return Part(self.entry.name, self.amount if amount is None else amount, self.row.ref)

    def art(self) -> str | None:
        """The Art that the player chose, if the effect asks for one."""
        index = self.effect.get("art_from_parameter")
        value = parameter(self.parameters, index) if index is not None else None
        return value.get("art") if isinstance(value, dict) else None


class Powers:
    """The effects of the rows, of what they include, and of what they are the same as."""

    def __init__(self, rows: Iterable[Virtue], catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._by_type: defaultdict[str, list[Power]] = defaultdict(list)
        self.held = [(row, catalogue.virtue(row.virtue)) for row in rows]
        self.ids = {row.virtue for row, _entry in self.held}
        for row, entry in self.held:
            self._add(row, entry, row.parameters)
        self._add_implied()

    def of(self, type: str) -> Sequence[Power]:
        """The effects of a type, in the order of the rows."""
        return self._by_type.get(type, ())

    def has(self, type: str) -> bool:
        return type in self._by_type

    def sum(self, type: str) -> int:
        """The amounts of a type added up."""
        return sum(power.amount for power in self.of(type))

    def parts(self, type: str) -> tuple[Part, ...]:
        return tuple(power.part() for power in self.of(type))

    def modifiers(self) -> Iterator[Modifier]:
        """What applies within a scope only."""
        for type, default in SHOWN.items():
            for power in self.of(type):
                if scope := _scope(power, default):
                    yield Modifier(type, power.effect.get("amount"), scope, power.entry.name, power.row.ref)

    def free_rows(self) -> set[int]:
        """Indices of rows that another Virtue brings along for nothing (Redcap: Well-Traveled)."""
        free: set[int] = set()
        for power in self.of("grant_virtue"):
            wanted = power.effect.get("any") or [power.effect.get("virtue")]
            found = (
                index
                for index, (row, _entry) in enumerate(self.held)
                if row.virtue in wanted and index not in free and row is not power.row
            )
            if (index := next(found, None)) is not None:
                free.add(index)
        return free

    def _add(self, row: Virtue, entry: VirtueEntry, parameters: Sequence[Any]) -> None:
        for effect in entry.effects:
            self._by_type[effect["type"]].append(Power(effect, row, entry, parameters))

    def _add_implied(self) -> None:
        """Virtues that come with others and have no row of their own."""
        waiting = [*self.of("same_as"), *self.of("includes_virtue"), *self.of("grant_virtue")]
        while waiting:
            power = waiting.pop()
            implied = power.effect.get("virtue")
            if implied and implied not in self.ids:
                self.ids.add(implied)
                entry = self._catalogue.virtue(implied)
                self._add(power.row, entry, ())
                waiting += [
                    other
                    for type in ("same_as", "includes_virtue", "grant_virtue")
                    for other in self.of(type)
                    if other.entry is entry
                ]


def references(power: Power) -> list[Reference]:
    """The Abilities that an effect lists, with those that come from a parameter."""
    choices = [_word(value) for value in power.parameters]
    listed = power.effect.get("abilities") or ()
    wanted = [item for item in listed if "if_choice" not in item or any(word in item["if_choice"] for word in choices)]
    return targets(wanted, power.parameters)


def categories(power: Power) -> set[str]:
    """The categories of Abilities that an effect lists, with the one that the player chose."""
    found = set(power.effect.get("categories") or ())
    if (index := power.effect.get("categories_from_parameter")) is not None:
        found.add(_word(parameter(power.parameters, index)))
    return found - {""}


def word_of(parameters: Sequence[Any], index: int) -> str:
    """The text or choice given as a parameter; "" if there is none."""
    return _word(parameter(parameters, index))


def _word(value: Any) -> str:
    if isinstance(value, dict):
        return str(value.get("choice") or value.get("text") or value.get("realm") or "")
    return ""


def _scope(power: Power, default: str) -> str:
    effect = power.effect
    match effect["type"]:
        case "casting_score" if "scope" not in effect:
            return ""  # applies always, and is part of the totals
        case "magic_resistance" if "scope" not in effect:
            return ""
        case "halve" if effect["scope"] in IN_TOTALS or "art_from_parameter" in effect:
            return ""
        case "bonus_xp":
            return str(effect.get("when", default))
    return str(effect.get("scope") or effect.get("uses") or default)


PARMA_AGAINST_FORM = "Parma Magica resistance against the Form"
PENETRATION = "Penetration Total"
IN_TOTALS = frozenset({PARMA_AGAINST_FORM, PENETRATION})
"""Scopes of `halve` that the totals take into account."""
