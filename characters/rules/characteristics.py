"""The eight Characteristics: what they cost, and what Virtues, Flaws and age make of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from characters.rules.facts import Character
from characters.rules.powers import Power, Powers, word_of
from characters.rules.results import Part, Total, total
from characters.rules.texts import text as _

ABBREVIATIONS = {
    "intelligence": "Int",
    "perception": "Per",
    "strength": "Str",
    "stamina": "Sta",
    "presence": "Pre",
    "communication": "Com",
    "dexterity": "Dex",
    "quickness": "Qik",
}
"""Names in the order of the character sheet, and how tables abbreviate them."""

NAMES = {abbreviation: name for name, abbreviation in ABBREVIATIONS.items()}

POINTS = 7
"""What a character may spend before Virtues and Flaws (core rules, Characteristics)."""

LOWEST, HIGHEST = -3, 3

FINAL_LIMIT = 5
"""No Characteristic goes further from 0 than this by Great or Poor; giants and dwarfs reach 6."""

CHILDREN = ((7, -4, -2), (9, -3, -2), (11, -2, -2), (13, -1, -1))
"""Up to this age: modifiers of every Characteristic, and of Size (core rules, Children)."""


def cost(value: int) -> int:
    """Points a bought value costs: 6 for +3, and as many back for -3."""
    triangle = abs(value) * (abs(value) + 1) // 2
    return triangle if value > 0 else -triangle


def spent(values: Mapping[str, int]) -> int:
    """Points the bought values cost together."""
    return sum(cost(value) for value in values.values())


def bought(character: Character, name: str) -> int:
    return character.characteristics.get(name, 0)


def totals(character: Character, powers: Powers) -> dict[str, Total]:
    """Each Characteristic in use: bought, then Virtues and Flaws, then age."""
    changes = _changes(character, powers)
    return {
        name: total((*changes[name], *_of_age(character, name))) if name in changes else _plain(character, name)
        for name in ABBREVIATIONS
    }


def size(character: Character, powers: Powers) -> Total:
    """Size with its parts."""
    parts = [Part(_("Size"), character.size)]
    for power in powers.of("size"):
        grown = power.effect.get("per_century", 0) * (character.age // 100)
        parts.append(power.part(power.effect["value"] + grown))
    if child := _child(character.age):
        parts.append(Part(_("Age"), child[1]))
    return total(parts)


def _plain(character: Character, name: str) -> Total:
    return total((Part(_("Bought"), bought(character, name)), *_of_age(character, name)))


def _changes(character: Character, powers: Powers) -> dict[str, list[Part]]:
    changes: dict[str, list[Part]] = {}
    for power in powers.of("characteristic"):
        name = _target(power)
        if name is None or not _applies(power, bought(character, name)):
            continue
        parts = changes.setdefault(name, [Part(_("Bought"), bought(character, name))])
        value = sum(part.value for part in parts)
        parts.append(power.part(_within(power.effect, value, value + power.amount) - value))
    return changes


def _target(power: Power) -> str | None:
    """The Characteristic that an effect changes, by its full name."""
    effect = power.effect
    if effect.get("choose"):
        return picked(power)
    if (abbreviation := effect.get("characteristic")) is None:
        chosen = [value for value in power.parameters if isinstance(value, dict) and "characteristic" in value]
        abbreviation = chosen[0]["characteristic"] if chosen else None
    return NAMES.get(abbreviation) if isinstance(abbreviation, str) else None


def picked(power: Power) -> str | None:
    """The Characteristic that the player picked in the words of a parameter: `Magic Human (Stamina)`."""
    words = re.findall(r"[a-z]+", _words(power).casefold())
    return next((name for name, abbreviation in ABBREVIATIONS.items() if {name, abbreviation.lower()} & {*words}), None)


def offered(power: Power) -> bool:
    """Whether an effect is for what the player wrote as the parameter it asks about."""
    wanted = power.effect.get("if_parameter")
    if not wanted:
        return True
    said, meant = _words(power).casefold(), wanted["equals"].casefold()
    return said.startswith(meant) if power.effect.get("choose") else said == meant


def _words(power: Power) -> str:
    return word_of(power.parameters, power.effect.get("if_parameter", {}).get("index", 0)).strip()


def _applies(power: Power, base: int) -> bool:
    effect = power.effect
    if not offered(power):
        return False
    return bool(effect.get("requires_base_min", base) <= base <= effect.get("requires_base_max", base))


def _within(effect: Mapping[str, Any], before: int, after: int) -> int:
    """`after`, no further than the effect reaches; what is beyond that already stays."""
    if after > before:
        return max(before, min(after, int(effect.get("max", after))))
    return min(before, max(after, int(effect.get("min", after))))


def _of_age(character: Character, name: str) -> list[Part]:
    parts = []
    if lost := character.aging_losses.get(name, 0):
        parts.append(Part(_("Aging"), -lost))
    if child := _child(character.age):
        parts.append(Part(_("Age"), child[0]))
    return parts


def _child(age: int) -> tuple[int, int] | None:
    return next(((all, size) for up_to, all, size in CHILDREN if age <= up_to), None)
