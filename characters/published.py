"""Characters in the shape of `published_characters.json`: printed sheets with the inputs behind them.

Only what this program has columns for is read; printed results are there to be compared with, not to be
stored.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.db import transaction

from characters.catalogue import DATA
from characters.models import Ability, Art, Character, Virtue
from characters.rules.characteristics import ABBREVIATIONS
from characters.rules.experience import cost

FILE = DATA / "published_characters.json"

Printed = dict[str, Any]


def read(path: Path = FILE) -> list[Printed]:
    """The characters of a file."""
    characters: list[Printed] = json.loads(path.read_text(encoding="utf-8"))["characters"]
    return characters


@transaction.atomic
def create(printed: Printed, owner: Any) -> Character:
    """Store one character with Abilities, Arts, Virtues and Flaws. The catalogue must have been loaded."""
    character = Character(owner=owner, **character_fields(printed))
    character.save()
    # All rows belong to the change that made the character, hence its revision.
    common = {"character": character, "revision": character.revision}
    Ability.objects.bulk_create(Ability(**common, **fields) for fields in ability_fields(printed))
    Art.objects.bulk_create(Art(**common, **fields) for fields in art_fields(printed))
    Virtue.objects.bulk_create(Virtue(**common, **fields) for fields in virtue_fields(printed))
    return character


def character_fields(printed: Printed) -> Printed:
    """The columns of the character itself."""
    bought = printed["characteristics_bought"]
    return {
        "name": printed["template"],
        "type": printed["type"],
        "house_id": printed["house_id"],
        "age": printed["age"],
        "apparent_age": printed["apparent_age"],
        "apprenticed_at": printed["apprenticed_at"],
        **{name: bought[abbreviation] for name, abbreviation in ABBREVIATIONS.items()},
        "confidence_score": printed["confidence"]["score"],
        "confidence_points": printed["confidence"]["points"],
        "warping_points": _points(printed["warping"]),
        "decrepitude_points": _points(printed["decrepitude"]),
    }


def ability_fields(printed: Printed) -> Iterable[Printed]:
    """The columns of each Ability."""
    for entry in printed["abilities"]:
        yield {
            "ability_id": entry["ability_id"],
            "instance": entry["instance"] or "",
            "specialty": entry["specialty"] or "",
            "experience_points": entry["experience_points"],
        }


def art_fields(printed: Printed) -> Iterable[Printed]:
    """The columns of each Art; none for those who are not magi."""
    for entry in (printed["arts"] or {}).values():
        yield {
            "art_id": entry["art_id"],
            "experience_points": entry["experience_points"],
            "bonus_experience": entry["bonus_experience"],
        }


def virtue_fields(printed: Printed) -> Iterable[Printed]:
    """The columns of each Virtue and Flaw; one that is printed (x2) makes two rows."""
    for entry in [*printed["virtues"], *printed["flaws"]]:
        for _time in range(entry["times"]):
            yield {
                "virtue_id": entry["catalogue_id"],
                "size": entry["size"],
                "parameters": entry["parameters"],
                "granted_by_house": entry["free_from_house"],
                "notes": entry["note"] or "",
            }


def _points(score: Printed) -> int:
    """Sheets print Warping and Decrepitude as `1 (2)`: the score, and the points beyond it."""
    return cost("ability", score["score"]) + int(score["points"])
