"""Combat lines (core rules, Combat).

    Initiative  Qik + weapon - Encumbrance
    Attack      Dex + Ability + weapon      Defense  Qik + Ability + weapon      Damage  Str + weapon

A specialty that names the weapon or the shield adds 1 to Attack and Defense. A shield adds its own figures, and
is used with the weapon's Ability. Whoever fights mounted adds Ride, at most 3, to Attack and Defense.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

from characters.rules.facts import Fight, Ref, Weapon
from characters.rules.results import CombatLine, Part, Total, total
from characters.rules.state import Known, State
from characters.rules.texts import text as _

RIDE = "ability.ride"
MOUNTED_LIMIT = 3
UNARMED = ("weapon.dodge", "weapon.fist", "weapon.kick", "weapon.grapple")
ONE_HANDED = frozenset({"ability.brawl", "ability.single-weapon", "ability.thrown-weapon"})
"""Abilities whose weapons leave a hand for a shield."""

_FISTS = {"punch": "fist", "box": "fist", "wrestl": "grappl"}
"""Words that players use for what the weapon table calls otherwise."""


class Combat:
    """Lines of one character."""

    def __init__(self, state: State, encumbrance: int) -> None:
        self._state = state
        self._encumbrance = encumbrance

    def lines(self) -> tuple[CombatLine, ...]:
        """The fights that the player chose, or else all that hands and weapons allow."""
        chosen = self._state.character.fights
        lines = (self._fight(fight) for fight in chosen) if chosen else self._possible()
        return tuple(line for line in lines if line is not None)

    def line(
        self,
        weapon: Weapon,
        shield: Weapon | None = None,
        *,
        mounted: bool = False,
        specialty_applies: bool | None = None,
        ability: str = "",
        ref: Ref | None = None,
    ) -> CombatLine:
        """One way to fight."""
        used = ability or weapon.ability
        known = self._state.ability(used)
        applies = self._applies(known, weapon, shield) if specialty_applies is None else specialty_applies
        skill = self._skill(used, known, applies, mounted)
        return CombatLine(
            ref=ref,
            name=_("{weapon} and {shield}", weapon=weapon.name, shield=shield.name) if shield else weapon.name,
            weapon=weapon.weapon,
            shield=shield.weapon if shield else "",
            ability=used,
            mounted=mounted,
            specialty_applies=applies,
            init=self._total("init", "Qik", weapon, shield, self._burden),
            atk=self._total("atk", "Dex", weapon, shield, skill),
            dfn=self._total("dfn", "Qik", weapon, shield, skill),
            dam=self._total("dam", "Str", weapon, shield, ()),
            too_weak=any(self._too_heavy(thing) for thing in (weapon, shield)),
        )

    def _total(
        self, figure: str, characteristic: str, weapon: Weapon, shield: Weapon | None, skill: tuple[Part, ...]
    ) -> Total | None:
        base = getattr(weapon, figure)
        if base is None:
            return None
        parts = [self._state.characteristic(characteristic), *skill, Part(weapon.name, base, weapon.ref)]
        if shield and (added := getattr(shield, figure)):
            parts.append(Part(shield.name, added, shield.ref))
        return total(parts)

    def _skill(self, ability: str, known: Known | None, applies: bool, mounted: bool) -> tuple[Part, ...]:
        parts = list(self._state.ability_parts(ability))
        bonus = self._state.specialty_bonus(known) if applies else 0
        if known and bonus:
            parts.append(Part(_("Specialty: {specialty}", specialty=known.row.specialty), bonus, known.row.ref))
        if mounted:
            parts.append(self._riding)
        return tuple(parts)

    @cached_property
    def _riding(self) -> Part:
        known = self._state.ability(RIDE)
        return Part("Ride", min(MOUNTED_LIMIT, known.effective) if known else 0, known.row.ref if known else None)

    @cached_property
    def _burden(self) -> tuple[Part, ...]:
        return (Part(_("Encumbrance"), -self._encumbrance),) if self._encumbrance else ()

    def _too_heavy(self, thing: Weapon | None) -> bool:
        needed = thing.min_str if thing else None
        return needed is not None and self._state.characteristic("Str").value < needed

    def _applies(self, known: Known | None, weapon: Weapon, shield: Weapon | None) -> bool:
        if not self._state.specialty_bonus(known) or known is None:
            return False
        return any(names(known.row.specialty, self._names(thing)) for thing in (weapon, shield) if thing)

    def _names(self, thing: Weapon) -> list[str]:
        return [thing.name, *self._state.catalogue.weapon_aliases(thing.weapon)]

    def _fight(self, fight: Fight) -> CombatLine | None:
        weapon = self._thing(fight.weapon)
        if weapon is None:
            return None
        shield = self._thing(fight.shield) if fight.shield else None
        return self.line(
            weapon,
            shield,
            mounted=fight.mounted,
            specialty_applies=fight.specialty_applies,
            ability=fight.ability,
            ref=fight.ref,
        )

    def _thing(self, wanted: Ref | str) -> Weapon | None:
        if isinstance(wanted, str):
            return self._state.catalogue.weapon(Ref("catalogue", wanted), wanted)
        return next((thing for thing in self._state.character.weapons if thing.ref == wanted), None)

    def _possible(self) -> Iterator[CombatLine | None]:
        things = self._state.character.weapons
        shields = [thing for thing in things if thing.shield]
        riding = self._state.ability(RIDE) is not None
        for weapon in things:
            if weapon.shield:
                continue
            fitting = shields if weapon.ability in ONE_HANDED else []
            for shield in (None, *fitting):
                yield self.line(weapon, shield)
                if riding:
                    yield self.line(weapon, shield, mounted=True)
        for id in UNARMED:
            own = self._thing(id)
            yield self.line(own) if own else None


def names(specialty: str, things: list[str]) -> bool:
    """Whether the words of a specialty mean one of these weapons: `heater shield`, `swords`, `kicking`."""
    said = _stems(specialty)
    return any(wanted and (wanted <= said or said <= wanted) for wanted in map(_stems, things)) if said else False


def _stems(text: str) -> frozenset[str]:
    return frozenset(filter(None, map(_stem, re.findall(r"[a-z]+", text.casefold()))))


def _stem(word: str) -> str:
    for ending in ("ing", "es", "s", "e"):
        if len(word) > len(ending) + 2 and word.endswith(ending):
            word = word.removesuffix(ending)
            break
    return _FISTS.get(word, word)
