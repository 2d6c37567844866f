"""The reference catalogue in memory, as the rules look things up in it.

A process keeps what it has read until the tables change, which one short query tells.
"""

from __future__ import annotations

import gc
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from characters.catalogue.tables import character_types, tables
from characters.models.catalogue import (
    CatalogueAbility,
    CatalogueArt,
    CatalogueEdition,
    CatalogueEntry,
    CatalogueHouse,
    CatalogueSpell,
    CatalogueVirtue,
)
from characters.rules.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class Reference:
    """The catalogue of the rules, and the grimoire by id."""

    edition: str
    rules: Catalogue
    spells: Mapping[str, CatalogueSpell]


_kept: Reference | None = None


def reference() -> Reference:
    """The catalogue as the database has it."""
    global _kept
    edition = CatalogueEdition.objects.values_list("stamp", flat=True).first() or ""
    if _kept is None or _kept.edition != edition:
        _kept = Reference(edition, _rules(), CatalogueSpell.objects.in_bulk())
        gc.freeze()  # it is here to stay: the collector need not look through it again and again
    return _kept


def at_hand() -> Reference:
    """The catalogue as this process read it last, at no cost: for choices in forms, which are checked anyway."""
    return _kept or reference()


def _rules() -> Catalogue:
    return Catalogue(
        abilities=map(_entry, CatalogueAbility.objects.all()),
        arts=map(_entry, CatalogueArt.objects.all()),
        virtues=map(_entry, CatalogueVirtue.objects.all()),
        houses=map(_entry, CatalogueHouse.objects.all()),
        types=character_types(),
        tables=tables(),
    )


def _entry(row: CatalogueEntry) -> dict[str, Any]:
    """The entry as the data file has it: the columns, and the rest of the facts."""
    columns = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    return {**columns.pop("facts"), **columns}
