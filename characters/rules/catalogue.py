"""The reference catalogue as the rules look things up in it.

Made once from the entries of the data files and kept: nothing in it changes. What is not known is answered
with a bare entry that has no effects, so that a sheet can be computed around it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from characters.rules import naming
from characters.rules.facts import Armor, Ref, Weapon

Entry = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class AbilityEntry:
    """An Ability of the catalogue."""

    id: str
    name: str
    category: str = ""
    needs_instance: bool = False
    display_template: str = ""
    requires: Entry | None = None

    def printed(self, instance: str) -> str:
        """The name on a sheet: `Provence Lore`."""
        return naming.ability_name(self.name, self.display_template, instance)


@dataclass(frozen=True, slots=True)
class ArtEntry:
    """A Technique or Form."""

    id: str
    name: str
    abbr: str
    kind: str


@dataclass(frozen=True, slots=True)
class VirtueEntry:
    """A Virtue or Flaw of the catalogue with what the rules know of it."""

    id: str
    name: str
    kind: str  # virtue, flaw
    size: str = "free"
    allowed_sizes: tuple[str, ...] = ()
    category: str = ""
    categories: frozenset[str] = frozenset()
    tainted: bool = False
    parameters: tuple[Entry, ...] = ()
    effects: tuple[Entry, ...] = ()
    repeatable: bool = False
    max_total: int | None = None
    max_per_parameter: int | None = None
    incompatible_with: frozenset[str] = frozenset()
    not_for_types: frozenset[str] = frozenset()
    requires: Entry | None = None
    social_status: Entry | None = None
    display_template: str = ""

    @property
    def is_virtue(self) -> bool:
        return self.kind == "virtue"


class Catalogue:
    """Entries by id, and the tables of the rules."""

    def __init__(
        self,
        *,
        abilities: Iterable[Entry] = (),
        arts: Iterable[Entry] = (),
        virtues: Iterable[Entry] = (),
        houses: Iterable[Entry] = (),
        types: Mapping[str, Entry] | None = None,
        tables: Entry | None = None,
    ) -> None:
        self.abilities = {entry["id"]: _ability(entry) for entry in abilities}
        self.arts = {entry["id"]: ArtEntry(*(entry[name] for name in ArtEntry.__slots__)) for entry in arts}
        self.virtues = {entry["id"]: _virtue(entry) for entry in virtues}
        self.houses = {entry["id"]: entry for entry in houses}
        self.types = dict(types or {})
        self.tables = dict(tables or {})

    @classmethod
    def of(cls, document: Entry) -> Catalogue:
        """The catalogue of a document in the shape of `catalogue.json`. Build it once and keep it."""
        return cls(
            abilities=document["abilities"],
            arts=document["arts"],
            virtues=document["virtues_and_flaws"],
            houses=document["houses"],
            types=document["character_types"],
            tables=document["tables"],
        )

    def ability(self, id: str) -> AbilityEntry:
        return self.abilities.get(id) or AbilityEntry(id, _name_of(id))

    def art(self, id: str) -> ArtEntry:
        return self.arts.get(id) or ArtEntry(id, _name_of(id), _name_of(id)[:2], "form")

    def virtue(self, id: str) -> VirtueEntry:
        return self.virtues.get(id) or VirtueEntry(id, _name_of(id), "flaw" if id.startswith("flaw.") else "virtue")

    def house(self, id: str | None) -> Entry | None:
        return self.houses.get(id) if id else None

    def house_name(self, id: str) -> str:
        house = self.houses.get(id)
        return house["name"] if house else _name_of(id)

    def weapon(self, ref: Ref, id: str, *, carried: bool = True) -> Weapon | None:
        """A weapon or shield of the table as a row of a character; None if there is no such weapon."""
        entry = self._weapons.get(id)
        if entry is None:
            return None
        figures = {name: entry[name] for name in ("name", "init", "atk", "dfn", "dam", "min_str", "shield")}
        ability, load = entry["ability"]["ability"], entry["load"] or 0
        return Weapon(ref=ref, weapon=id, ability=ability, load=load, carried=carried, **figures)

    def weapon_aliases(self, id: str) -> tuple[str, ...]:
        """Other names of a weapon in the table: `Kicking`."""
        return tuple(self._weapons.get(id, {}).get("aliases") or ())

    def suit(
        self, ref: Ref, id: str, coverage: str = "full", *, worn: bool = True, carried: bool = True
    ) -> Armor | None:
        """Armour of the table, partial or full; None if there is no such armour."""
        entry = self._armor.get(id)
        figures = entry and (entry.get(coverage) or entry["partial"])
        if not entry or not figures:
            return None
        return Armor(ref=ref, armor=id, name=entry["name"], worn=worn, carried=carried, **figures)

    @cached_property
    def _weapons(self) -> dict[str, Entry]:
        return {entry["id"]: entry for entry in self.tables.get("weapons", ())}

    @cached_property
    def _armor(self) -> dict[str, Entry]:
        return {entry["id"]: entry for entry in self.tables.get("armor", ())}

    @cached_property
    def techniques(self) -> tuple[ArtEntry, ...]:
        return tuple(art for art in self.arts.values() if art.kind == "technique")

    @cached_property
    def forms(self) -> tuple[ArtEntry, ...]:
        return tuple(art for art in self.arts.values() if art.kind == "form")

    # What parameters of Virtues and Flaws ask (`characters.rules.parameters.Catalogue`).

    def needs_instance(self, ability: str) -> bool | None:
        entry = self.abilities.get(ability)
        return entry.needs_instance if entry else None

    def kind_of_art(self, art: str) -> str | None:
        entry = self.arts.get(art)
        return entry.kind if entry else None

    def is_option(self, virtue: str, wanted: Mapping[str, str]) -> bool:
        entry = self.virtues.get(virtue)
        return entry is not None and all(getattr(entry, name) == value for name, value in wanted.items())

    def ability_name(self, ability: str, instance: str) -> str:
        return self.ability(ability).printed(instance)

    def art_name(self, art: str) -> str:
        return self.art(art).name

    def virtue_name(self, virtue: str) -> str:
        return self.virtue(virtue).name if virtue.startswith(("virtue.", "flaw.")) else virtue


def _ability(entry: Entry) -> AbilityEntry:
    return AbilityEntry(
        entry["id"],
        entry["name"],
        entry["category"],
        entry["needs_instance"],
        entry.get("display_template") or "",
        entry.get("requires"),
    )


def _virtue(entry: Entry) -> VirtueEntry:
    repeatable = entry.get("repeatable") or {}
    return VirtueEntry(
        id=entry["id"],
        name=entry["name"],
        kind=entry["kind"],
        size=entry["size"],
        allowed_sizes=tuple(entry.get("allowed_sizes") or (entry["size"],)),
        category=entry["category"],
        categories=frozenset(entry.get("categories") or (entry["category"],)),
        tainted=entry.get("tainted", False),
        parameters=tuple(entry.get("parameters") or ()),
        effects=tuple(entry.get("effects") or ()),
        repeatable=repeatable.get("allowed", False),
        max_total=repeatable.get("max_total"),
        max_per_parameter=repeatable.get("max_per_parameter"),
        incompatible_with=frozenset(entry.get("incompatible_with") or ()),
        not_for_types=frozenset(entry.get("not_for_types") or ()),
        requires=entry.get("requires"),
        social_status=entry.get("social_status"),
        display_template=entry.get("display_template") or "",
    )


def _name_of(id: str) -> str:
    """Something to print for an id that the catalogue does not know."""
    return id.partition(".")[2].replace("-", " ").title() or id
