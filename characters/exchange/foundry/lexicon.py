"""The catalogue under the names and keys of Foundry."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from characters.exchange.foundry import keys
from characters.rules.catalogue import AbilityEntry, Catalogue, VirtueEntry
from characters.rules.characteristics import NAMES
from characters.rules.effects import REALM_LORES

Spell = Mapping[str, Any]
Parameters = list[dict[str, Any]]

_PLACE = re.compile(r"\\\{[^{}]*\\\}")
_IN_BRACKETS = re.compile(r"(?P<name>.+?) *[(:] *(?P<word>[^()]+?)\)?\Z")


def plain(text: str) -> str:
    """A name without what people write in different ways: case, spaces, hyphens, apostrophes."""
    return re.sub(r"[^0-9a-z]+", "", text.casefold())


@dataclass(frozen=True, slots=True)
class Ability:
    key: str
    option: str


class Lexicon:
    """Made once for a document. `spells` are the entries of the grimoire by id, as plain data."""

    def __init__(self, catalogue: Catalogue, spells: Mapping[str, Spell]) -> None:
        self.catalogue = catalogue
        self.spells = spells

    # --- Arts and Houses ---

    @cached_property
    def arts(self) -> dict[str, str]:
        """Ids of Arts by key."""
        return {keys.ARTS[art.name]: art.id for art in self.catalogue.arts.values() if art.name in keys.ARTS}

    @cached_property
    def art_keys(self) -> dict[str, str]:
        return {id: key for key, id in self.arts.items()}

    @cached_property
    def houses(self) -> dict[str, str]:
        """Ids of Houses by key."""
        return {keys.HOUSES[house["name"]]: id for id, house in self.catalogue.houses.items()}

    @cached_property
    def house_keys(self) -> dict[str, str]:
        return {id: key for key, id in self.houses.items()}

    # --- Abilities ---

    def ability_key(self, ability: str, instance: str) -> Ability | None:
        """Key and option of an Ability; None if Foundry has none like it."""
        entry = self.catalogue.ability(ability)
        known = keys.ABILITIES.get(entry.name)
        if known is None:
            return None
        if entry.needs_instance:
            return Ability(known["key"], instance)
        return Ability(known["key"], known.get("option_value", entry.name) if known["option"] else "")

    def ability(self, key: str, option: str, name: str) -> tuple[str, str] | None:
        """Id and instance of an Ability, by its key, or else by its name."""
        with_key = self._by_key.get(key, [])
        fixed = [entry for entry in with_key if not entry.needs_instance]
        for entry in fixed:
            if plain(self.ability_key(entry.id, "").option) in ("", plain(option)):  # type: ignore[union-attr]
                return entry.id, ""
        for entry in with_key:
            if entry.needs_instance:
                return entry.id, option or self._instance(entry, name)
        return self.ability_named(name)

    def ability_named(self, name: str) -> tuple[str, str] | None:
        """Id and instance of an Ability by its printed name: `Provence Lore`."""
        if (entry := self._abilities_by_name.get(plain(name))) is not None:
            return entry.id, name if entry.needs_instance else ""
        for entry in self.catalogue.abilities.values():
            if entry.needs_instance and (found := _fitting(entry.display_template or "", name)):
                return entry.id, found
        return None

    def _instance(self, entry: AbilityEntry, name: str) -> str:
        return _fitting(entry.display_template, name) or name

    @cached_property
    def _abilities_by_name(self) -> dict[str, AbilityEntry]:
        return {plain(entry.name): entry for entry in self.catalogue.abilities.values()}

    @cached_property
    def _by_key(self) -> dict[str, list[AbilityEntry]]:
        found: dict[str, list[AbilityEntry]] = {}
        for entry in self.catalogue.abilities.values():
            if entry.name in keys.ABILITIES:
                found.setdefault(keys.ABILITIES[entry.name]["key"], []).append(entry)
        return found

    # --- Virtues and Flaws ---

    def virtue(self, kind: str, name: str) -> tuple[VirtueEntry, Parameters] | None:
        """A Virtue or Flaw by the name it is printed with, and what the name says of its parameters."""
        named = self._virtues_by_name.get((kind, plain(name)))
        if named is not None:
            return named, []
        found = next(self._printed(kind, name), None)
        if found is None and (parts := _IN_BRACKETS.match(name)):
            entry = self._virtues_by_name.get((kind, plain(parts["name"])))
            found = None if entry is None else (entry, self._parameters(entry, parts["word"]))
        return found

    def _printed(self, kind: str, name: str) -> Iterator[tuple[VirtueEntry, Parameters]]:
        """Entries whose printed form the name has, with a parameter that they take: `Puissant Creo` is the Art's."""
        for entry in self.catalogue.virtues.values():
            word = _fitting(entry.display_template, name) if entry.kind == kind else None
            if word and (parameters := self._parameters(entry, word.strip("()"))):
                yield entry, parameters

    def _parameters(self, entry: VirtueEntry, word: str) -> Parameters:
        """What a word means as the first parameter; nothing if it means nothing there."""
        if not entry.parameters or not word:
            return []
        found = self.value(entry.parameters[0], word)
        return [] if found is None else [found]

    def value(self, parameter: Mapping[str, Any], word: str) -> dict[str, Any] | None:
        """A word as the value of a parameter."""
        kind = parameter["kind"]
        if kind == "ability":
            found = self.ability_named(word)
            return None if found is None else {"ability": found[0], "instance": found[1] or None}
        if kind in ("art", "technique", "form"):
            art = self._arts_by_name.get(plain(word))
            return None if art is None or kind not in ("art", self.catalogue.arts[art].kind) else {"art": art}
        if kind == "characteristic":
            short = {plain(long): short for short, long in NAMES.items()}.get(plain(word))
            return None if short is None else {"characteristic": short}
        if kind == "realm":
            return {"realm": word} if word in REALM_LORES else None
        if kind == "choice":
            return {"choice": word} if parameter["open"] or word in (parameter.get("options") or ()) else None
        return {"text": word}

    @cached_property
    def _virtues_by_name(self) -> dict[tuple[str, str], VirtueEntry]:
        return {(entry.kind, plain(entry.name)): entry for entry in self.catalogue.virtues.values()}

    @cached_property
    def _arts_by_name(self) -> dict[str, str]:
        return {plain(art.name): art.id for art in self.catalogue.arts.values()}

    # --- spells, weapons and armour ---

    def spell(self, name: str) -> tuple[Spell, str | None] | None:
        """A spell of the grimoire by its name, and the Form that the name fills in."""
        return self._spells_by_name.get(plain(name))

    @cached_property
    def _spells_by_name(self) -> dict[str, tuple[Spell, str | None]]:
        found: dict[str, tuple[Spell, str | None]] = {}
        for spell in self.spells.values():
            for name in (*(spell.get("aliases") or ()), spell["name"]):
                found[plain(name)] = (spell, None)
            if spell.get("placeholder"):
                for form in self.catalogue.forms:
                    found[plain(spell["name"].replace("(Form)", form.name))] = (spell, form.id)
        return found

    @cached_property
    def items(self) -> dict[str, Mapping[str, Any]]:
        """Weapons, shields and armour of the tables by name."""
        tables: Sequence[Mapping[str, Any]] = [
            *self.catalogue.tables.get("armor", ()),
            *self.catalogue.tables.get("weapons", ()),
        ]
        return {plain(name): entry for entry in tables for name in (*(entry.get("aliases") or ()), entry["name"])}


def _fitting(template: str, name: str) -> str | None:
    """The word at the place of the template, if the name is of this form."""
    if not plain(_PLACE.sub("", re.escape(template))):
        return None  # nothing but a place: any name would be of this form
    found = re.fullmatch(_PLACE.sub("(.+)", re.escape(template)), name, re.IGNORECASE)
    return found[1] if found and found.groups() else None
