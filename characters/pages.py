"""What the page of a character shows: its sheet, in the order and grouping of the page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from characters.catalogue.reference import reference
from characters.models import Character
from characters.rules.characteristics import HIGHEST, LOWEST
from characters.rules.experience import MAX_EXPERIENCE, step_cost
from characters.sheet import sheets

Row = dict[str, Any]

CATEGORIES = ("General", "Academic", "Arcane", "Martial", "Supernatural", "Spell Mastery")
"""Kinds of Abilities in the order of the sheet; what the catalogue may have beyond them comes last."""


def sheet_page(character: Character) -> dict[str, Any]:
    """The context of the sheet's template."""
    catalogue = reference().rules
    (sheet,) = sheets([character], catalogue)
    abilities = sorted(catalogue.abilities.values(), key=lambda entry: entry.name)
    categories = _in_order({ability.category for ability in abilities})
    return {
        "sheet": sheet,
        "groups": [(name, _of(sheet["abilities"], "category", name)) for name in categories],
        "arts": [
            (_("Techniques"), _of(sheet["arts"], "kind", "technique")),
            (_("Forms"), _of(sheet["arts"], "kind", "form")),
        ],
        "choices": [(name, [entry for entry in abilities if entry.category == name]) for name in categories],
        "blank": {"score": 0, "experience_points": 0, "next_cost": step_cost("ability", 1)},
        "lowest": LOWEST,
        "highest": HIGHEST,
        "max_experience": MAX_EXPERIENCE,
    }


def _in_order(categories: set[str]) -> Sequence[str]:
    known = [name for name in CATEGORIES if name in categories]
    return [*known, *sorted(categories.difference(known))]


def _of(rows: Sequence[Row], name: str, value: str) -> list[Row]:
    return [row for row in rows if row[name] == value]
