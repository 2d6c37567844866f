"""A character's derived numbers.

`sheets()` reads everything the given characters have in a fixed number of queries and answers one dict for
each, made of plain JSON values:

    {"id": 12, "revision": 41, "name": "…", "type": "magus", "type_name": "Magus",
     "house": {"id": "house.bonisagus", "name": "Bonisagus"} or None,
     "characteristics": [{"name": "strength", "abbr": "Str", "label": "Strength", "value": 3, "cost": 6}, …],
     "characteristic_points": {"spent": 7, "available": 7},
     "abilities": [row, …], "arts": [row, …],           # rows as the API shows them, with `paid` and `parts`
     "virtues": [row, …], "flaws": [row, …],            # rows as the API shows them
     "virtue_points": {"spent": 7, "limit": 10},        # without what the House granted
     "flaw_points": {"spent": 7, "limit": 10},
     "experience": {"abilities": 325, "arts": 145, "total": 470, "paid": 445},
     "confidence": {"score": 1, "points": 3},
     "warping": {"points": 7, "score": 1, "remainder": 2, "next_cost": 10}, "decrepitude": {…}}

`paid` is what counted experience cost: before Affinity, without what Elemental Magic gave. `parts` explain an
effective score: `[{"name": "Score", "value": 5}, {"name": "Puissant Music", "value": 2}]`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import QuerySet, prefetch_related_objects
from django.utils.translation import gettext as _

from characters.catalogue.lookup import CatalogueLookup
from characters.catalogue.tables import character_type
from characters.models import Ability, Art, Character, Virtue
from characters.models.scored import Scored
from characters.models.virtue import attach_names
from characters.rules import characteristics, experience
from characters.rules.effects import ScoreEffects, Taken, characteristic_points
from characters.rules.virtues import points

Row = dict[str, Any]

LABELS = {field.name: field.verbose_name for field in Character._meta.concrete_fields}


def sheets(characters: Sequence[Character]) -> list[Row]:
    """The derived numbers of each character, in order. The number of queries does not depend on how many."""
    prefetch_related_objects(characters, "house")
    ids = [character.pk for character in characters]
    abilities = _by_character(Ability.objects.select_related("ability").defer("ability__facts"), ids)
    arts = _by_character(Art.objects.select_related("art").defer("art__facts"), ids)
    virtues = _by_character(Virtue.objects.select_related("virtue").defer("virtue__facts"), ids)
    attach_names([virtue for rows in virtues.values() for virtue in rows], CatalogueLookup())
    return [
        _sheet(character, abilities[character.pk], arts[character.pk], virtues[character.pk])
        for character in characters
    ]


def _by_character(rows: QuerySet[Any], ids: Iterable[int]) -> defaultdict[int, list[Any]]:
    grouped: defaultdict[int, list[Any]] = defaultdict(list)
    for row in rows.filter(character_id__in=ids):
        grouped[row.character_id].append(row)
    return grouped


def _sheet(character: Character, abilities: list[Ability], arts: list[Art], taken: list[Virtue]) -> Row:
    powers = [Taken(row.printed, row.virtue.effects, row.parameters) for row in taken]
    effects = ScoreEffects(powers)
    ability_rows = [_ability(row, effects) for row in sorted(abilities, key=lambda row: row.name.casefold())]
    art_rows = [_art(row, effects) for row in arts]
    virtues = [row for row in taken if row.virtue.kind == "virtue"]
    flaws = [row for row in taken if row.virtue.kind == "flaw"]
    limits = character_type(character.type)
    return {
        **_heading(character),
        "characteristics": [_characteristic(character, *pair) for pair in characteristics.ABBREVIATIONS.items()],
        "characteristic_points": {
            "spent": characteristics.spent(character.characteristics),
            "available": characteristics.POINTS + characteristic_points(powers),
        },
        "abilities": ability_rows,
        "arts": art_rows,
        "virtues": [_virtue(row) for row in virtues],
        "flaws": [_virtue(row) for row in flaws],
        "virtue_points": {"spent": _balance(virtues), "limit": limits["virtue_points"]},
        "flaw_points": {"spent": _balance(flaws), "limit": limits["flaw_points"]},
        "experience": _totals(ability_rows, art_rows),
        "confidence": {"score": character.confidence_score, "points": character.confidence_points},
        "warping": _points(character.warping_points),
        "decrepitude": _points(character.decrepitude_points),
    }


def _heading(character: Character) -> Row:
    return {
        "id": character.pk,
        "revision": character.revision,
        "name": character.name,
        "type": character.type,
        "type_name": character.get_type_display(),
        "house": {"id": character.house.pk, "name": character.house.name} if character.house else None,
    }


def _characteristic(character: Character, name: str, abbreviation: str) -> Row:
    value = getattr(character, name)
    cost = characteristics.cost(value)
    return {"name": name, "abbr": abbreviation, "label": str(LABELS[name]), "value": value, "cost": cost}


def _ability(row: Ability, effects: ScoreEffects) -> Row:
    return {
        "id": row.pk,
        "revision": row.revision,
        "character": row.character_id,
        "ability": row.ability_id,
        "ability_name": row.name,
        "category": row.ability.category,
        "instance": row.instance,
        "specialty": row.specialty,
        **_score(row, effects, free=0),
    }


def _art(row: Art, effects: ScoreEffects) -> Row:
    return {
        "id": row.pk,
        "revision": row.revision,
        "character": row.character_id,
        "art": row.art_id,
        "art_name": row.art.name,
        "abbr": row.art.abbr,
        "kind": row.art.kind,
        "bonus_experience": row.bonus_experience,
        **_score(row, effects, free=row.bonus_experience),
    }


def _score(row: Scored, effects: ScoreEffects, *, free: int) -> Row:
    row.score_bonus = effects.bonus(*row.reference)
    parts = [{"name": _("Score"), "value": row.score}]
    if row.bonus:
        parts.append({"name": row.score_bonus.source, "value": row.bonus})
    return {
        "experience_points": row.experience_points,
        "score": row.score,
        "remainder": row.remainder,
        "bonus": row.bonus,
        "effective_score": row.effective_score,
        "next_cost": row.next_cost,
        "paid": experience.raw_of(row.experience_points - free, effects.multiplier(*row.reference)),
        "parts": parts,
    }


def _virtue(row: Virtue) -> Row:
    return {
        "id": row.pk,
        "revision": row.revision,
        "character": row.character_id,
        "virtue": row.virtue_id,
        "virtue_name": row.printed,
        "kind": row.virtue.kind,
        "category": row.virtue.category,
        "size": row.size,
        "points": row.points,
        "parameters": row.parameters,
        "granted_by_house": row.granted_by_house,
        "notes": row.notes,
    }


def _balance(rows: Iterable[Virtue]) -> int:
    """Points that count: what the House granted stands outside the balance (core rules, Houses)."""
    return points(row.size for row in rows if not row.granted_by_house)


def _totals(abilities: list[Row], arts: list[Row]) -> Row:
    counted = {
        "abilities": sum(row["experience_points"] for row in abilities),
        "arts": sum(row["experience_points"] for row in arts),
    }
    paid = sum(row["paid"] for row in [*abilities, *arts])
    return {**counted, "total": sum(counted.values()), "paid": paid}


def _points(total: int) -> Row:
    """Warping and Decrepitude: points that make a score at the price of an Ability (core rules, Warping)."""
    return {
        "points": total,
        "score": experience.score_of("ability", total),
        "remainder": experience.remainder_of("ability", total),
        "next_cost": experience.next_cost("ability", total),
    }
