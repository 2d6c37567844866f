"""Soak, wounds, fatigue, and what a load does (core rules, Combat and Injury)."""

from __future__ import annotations

from math import isqrt

from characters.rules.facts import Armor, Character, Weapon
from characters.rules.results import FatigueLevel, Health, Load, Part, Total, WoundRange, total
from characters.rules.state import State
from characters.rules.texts import text as _

WOUNDS: tuple[tuple[str, int | None], ...] = (
    ("light", -1),
    ("medium", -3),
    ("heavy", -5),
    ("incapacitating", None),
    ("dead", None),
)
"""Kinds of wounds and the penalty of each; None: no actions at all."""

FATIGUE: tuple[tuple[str, int | None], ...] = (
    ("Fresh", 0),
    ("Winded", 0),
    ("Weary", -1),
    ("Tired", -3),
    ("Dazed", -5),
    ("Unconscious", None),
)


def wound_ranges(size: int) -> tuple[WoundRange, ...]:
    """Damage above Soak that makes a wound of each kind: steps of 5 + Size, at least 1."""
    step = max(1, 5 + size)
    return tuple(
        WoundRange(kind, index * step + 1, None if kind == "dead" else (index + 1) * step, penalty)
        for index, (kind, penalty) in enumerate(WOUNDS)
    )


def fatigue_levels(change: int) -> tuple[FatigueLevel, ...]:
    """Fatigue levels with their penalties; `change` is added to each of them, but makes none a bonus."""
    return tuple(FatigueLevel(level, _eased(penalty, change)) for level, penalty in FATIGUE)


def soak(state: State) -> Total:
    worn = [Part(suit.name, suit.protection, suit.ref) for suit in state.character.armor if suit.worn]
    return total((state.characteristic("Sta"), *worn, *state.powers.parts("soak")))


def health(state: State, size: int) -> Health:
    levels = fatigue_levels(state.powers.sum("fatigue_penalty"))
    lost = max(state.character.fatigue, state.character.long_term_fatigue)
    level = levels[min(max(0, lost), len(levels) - 1)]
    return Health(
        soak=soak(state),
        wounds=wound_ranges(size),
        fatigue=levels,
        wound_penalty=wound_penalty(state.character, state.powers.sum("wound_penalty_total")),
        fatigue_level=level,
        can_act=level.penalty is not None and not state.character.wounds.incapacitating,
    )


def wound_penalty(character: Character, change: int) -> int:
    """The penalties of all wounds together; Virtues and Flaws change their sum, which is never a bonus."""
    wounds = character.wounds
    suffered = -(wounds.light + 3 * wounds.medium + 5 * wounds.heavy)
    return min(0, suffered + change) if suffered else 0


def burden(load: int) -> int:
    """The largest k with k(k+1)/2 <= Load (core rules, Encumbrance)."""
    return (isqrt(8 * max(0, load) + 1) - 1) // 2


def load(state: State) -> Load:
    """What is carried, the Burden it makes, and the Encumbrance that Strength leaves of it."""
    carried = total(_loads(state.character))
    weight = burden(carried.value)
    return Load(load=carried, burden=weight, encumbrance=encumbrance(weight, state.characteristic("Str")))


def encumbrance(weight: int, strength: Part) -> Total:
    """Burden less Strength, if that is positive; never below 0."""
    eased = min(weight, max(0, strength.value))
    parts = [Part(_("Burden"), weight)]
    if eased:
        parts.append(Part("Str", -eased))
    return total(parts)


def _loads(character: Character) -> list[Part]:
    things: list[Armor | Weapon] = [*character.armor, *character.weapons]
    parts = [Part(thing.name, thing.load, thing.ref) for thing in things if thing.carried and thing.load]
    if character.other_load:
        parts.append(Part(_("Other"), character.other_load))
    return parts


def _eased(penalty: int | None, change: int) -> int | None:
    """A penalty with the change; what is no penalty stays as it is."""
    return min(0, penalty + change) if penalty else penalty
