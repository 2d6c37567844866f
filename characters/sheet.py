"""A character's derived sheet.

`sheets()` reads everything the given characters have in a fixed number of queries and answers one dict for
each, made of plain JSON values (totals and findings as in `characters.rendering`):

    {"id": 12, "revision": 41, "name": "…", "type": "magus", "type_name": "Magus", "mode": "advisory",
     "house": {"id": "house.bonisagus", "name": "Bonisagus"} or None, "size": total,
     "stored": {"age": 25, "fatigue": 0, …},      # the character's own columns, as the API shows them
     "characteristics": [{"name": "strength", "abbr": "Str", "label": "Strength", "value": 3, "cost": 6,
                          "total": total, "aging_points": 0}, …],                # `value` is as bought
     "characteristic_points": {"spent": 7, "available": 7},
     "abilities": [row, …], "arts": [row, …],     # rows as the API shows them, with `paid`, `parts`, `cap` …
     "virtues": [row, …], "flaws": [row, …], "spells": [row, …], "traits": …, "reputations": …, "possessions": …,
     "attacks": …,                                # rows as the API shows them; spells with `casting`, `penetration` …
     "virtue_points": {"spent": 7, "limit": 10}, "flaw_points": {…}, "spell_levels": {…},
     "experience": {"abilities": 325, "arts": 145, "total": 470, "paid": 445, "budget": {…}},
     "castings": {"shared": {"casting": parts, "ritual": parts, "lab": parts},
                  "pairs": [{"technique": "art.creo", "form": "art.ignem", "parts": parts, "formulaic": 21, …}, … 50]},
     "resistances": […], "combat": […], "health": {…}, "load": {…}, "aging": {…}, "might": […], "modifiers": […],
     "confidence": {"score": 1, "points": 3, "initial_score": 1, "initial_points": 3},
     "warping": {"points": 7, "score": 1, "remainder": 2, "next_cost": 10}, "decrepitude": {…},
     "findings": [{"code": "over_budget", "severity": "error", "message": "…", "refs": […], "excess": 1}, …]}

`paid` is what counted experience cost: before Affinity, without what Elemental Magic gave. `parts` explain an
effective score: `[{"name": "Score", "value": 5}, {"name": "Puissant Music", "value": 2}]`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from characters import rendering
from characters.catalogue.reference import reference
from characters.models import Ability, Art, Attack, Character, Possession, Reputation, Spell, Trait, Virtue
from characters.models.aging import AGING_LOSSES, AGING_POINTS
from characters.models.condition import WOUNDS
from characters.models.scored import Scored
from characters.plain import Rows, describe
from characters.reading import read_rows
from characters.reminders import reminders
from characters.rules import naming, parameters, results
from characters.rules.catalogue import Catalogue
from characters.rules.characteristics import ABBREVIATIONS
from characters.rules.evaluation import evaluate
from characters.rules.findings import findings
from characters.rules.results import Finding

Row = dict[str, Any]
Lines = Mapping[Any, Any]
"""Lines of the rules by the key of the row that they are about."""

STORED = (
    "age",
    "apparent_age",
    "apprenticed_at",
    "years_after_apprenticeship",
    "lab_seasons",
    "extra_experience",
    "size",
    *ABBREVIATIONS,
    *AGING_POINTS,
    *AGING_LOSSES,
    "aging_settled",
    "decrepitude_points",
    "confidence_score",
    "confidence_points",
    "warping_points",
    *WOUNDS,
    "fatigue",
    "long_term_fatigue",
    "notes",
)
"""Columns of a character that a sheet shows besides its heading."""

LABELS = {field.name: field.verbose_name for field in Character._meta.concrete_fields}


def sheets(characters: Sequence[Character], catalogue: Catalogue | None = None) -> list[Row]:
    """The derived sheet of each character, in order. The number of queries does not depend on how many."""
    characters = list(characters)
    if not characters:
        return []
    catalogue = reference().rules if catalogue is None else catalogue
    rows = read_rows([character.pk for character in characters])
    return [_sheet(character, rows[character.pk], catalogue) for character in characters]


def findings_of(character: Character, rows: Rows, catalogue: Catalogue) -> list[Finding]:
    """What the rules have to say about a character whose rows are at hand."""
    return list(findings(describe(character, rows, catalogue), catalogue))


def _sheet(character: Character, rows: Mapping[Any, list[Any]], catalogue: Catalogue) -> Row:
    derived = evaluate(describe(character, rows, catalogue), catalogue)
    abilities = _by_key(derived.abilities)
    arts = _by_key(derived.arts)
    spells = _by_key(derived.spells)
    order = {art: position for position, art in enumerate(catalogue.arts)}
    ability_rows = [_ability(row, abilities[row.pk], catalogue) for row in rows[Ability]]
    art_rows = [_art(row, arts[row.pk], catalogue) for row in sorted(rows[Art], key=lambda row: order[row.art_id])]
    virtues, flaws = _virtues(rows[Virtue], catalogue)
    spent = derived.characteristic_points
    return {
        **_heading(character, catalogue),
        "stored": {name: getattr(character, name) for name in STORED},
        "size": rendering.total(derived.size),
        "characteristics": [_characteristic(line) for line in derived.characteristics],
        "characteristic_points": {"spent": spent.spent, "available": spent.limit},
        "abilities": sorted(ability_rows, key=lambda row: row["ability_name"].casefold()),
        "arts": art_rows,
        "virtues": virtues,
        "flaws": flaws,
        "spells": [_spell(row, spells[row.pk]) for row in sorted(rows[Spell], key=lambda row: row.name.casefold())],
        "traits": [_trait(row) for row in sorted(rows[Trait], key=lambda row: (-row.score, row.name))],
        "reputations": [_reputation(row) for row in rows[Reputation]],
        "possessions": [_plain(row) for row in rows[Possession]],
        "attacks": [_plain(row) for row in rows[Attack]],
        "virtue_points": rendering.points(derived.virtue_points),
        "flaw_points": rendering.points(derived.flaw_points),
        "spell_levels": rendering.points(derived.spell_levels),
        "experience": {**_totals(ability_rows, art_rows), "budget": rendering.budget(derived.experience)},
        "castings": rendering.castings(derived.castings),
        "resistances": rendering.resistances(derived.resistances),
        "combat": rendering.combat(derived.combat),
        "health": rendering.health(derived.health),
        "load": rendering.load(derived.load),
        "confidence": derived.confidence._asdict(),
        "warping": derived.warping._asdict(),
        "decrepitude": derived.decrepitude._asdict(),
        "aging": rendering.aging(derived.aging),
        "might": rendering.mights(derived.might),
        "modifiers": rendering.modifiers(derived.modifiers),
        "findings": [rendering.finding(found) for found in [*derived.findings, *reminders(character, rows, catalogue)]],
    }


def _by_key(lines: Iterable[Any]) -> Lines:
    return {line.ref.id: line for line in lines}


def _heading(character: Character, catalogue: Catalogue) -> Row:
    house = character.house_id
    return {
        "id": character.pk,
        "revision": character.revision,
        "name": character.name,
        "type": character.type,
        "type_name": character.get_type_display(),
        "mode": character.mode,
        "house": {"id": house, "name": catalogue.house_name(house)} if house else None,
    }


def _characteristic(line: results.CharacteristicLine) -> Row:
    return {
        "name": line.name,
        "abbr": line.abbr,
        "label": str(LABELS[line.name]),
        "value": line.bought,
        "cost": line.cost,
        "total": rendering.total(line.total),
        "aging_points": line.aging_points,
    }


# --- rows as the API shows them ---


def _ability(row: Ability, line: results.ScoreLine, catalogue: Catalogue) -> Row:
    return {
        "id": row.pk,
        "revision": row.revision,
        "character": row.character_id,
        "ability": row.ability_id,
        "ability_name": line.name,
        "category": catalogue.ability(row.ability_id).category,
        "instance": row.instance,
        "specialty": row.specialty,
        "native": row.native,
        **_score(line),
        "cap": line.cap,
        "granted_score": line.granted_score,
    }


def _art(row: Art, line: results.ScoreLine, catalogue: Catalogue) -> Row:
    entry = catalogue.art(row.art_id)
    return {
        "id": row.pk,
        "revision": row.revision,
        "character": row.character_id,
        "art": row.art_id,
        "art_name": entry.name,
        "abbr": entry.abbr,
        "kind": entry.kind,
        "bonus_experience": row.bonus_experience,
        **_score(line),
        "expected_bonus_experience": line.expected_bonus_experience,
    }


def _score(line: results.ScoreLine) -> Row:
    return {
        "experience_points": line.experience,
        "score": line.score,
        "remainder": line.remainder,
        "bonus": line.bonus,
        "effective_score": line.effective.value,
        "next_cost": line.next_cost,
        "paid": line.paid,
        "parts": rendering.parts(line.effective.parts),
    }


def _virtues(rows: Iterable[Virtue], catalogue: Catalogue) -> tuple[list[Row], list[Row]]:
    """Virtues and Flaws, each in the order of the catalogue's names."""
    kinds: defaultdict[str, list[Row]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: (catalogue.virtue(row.virtue_id).name, row.pk)):
        kinds[catalogue.virtue(row.virtue_id).kind].append(_virtue(row, catalogue))
    return kinds["virtue"], kinds["flaw"]


def _virtue(row: Virtue, catalogue: Catalogue) -> Row:
    entry = catalogue.virtue(row.virtue_id)
    words = parameters.words(row.parameters, catalogue)
    return {
        "id": row.pk,
        "revision": row.revision,
        "character": row.character_id,
        "virtue": row.virtue_id,
        "virtue_name": naming.virtue_name(entry.name, entry.display_template, words),
        "kind": entry.kind,
        "category": entry.category,
        "size": row.size,
        "points": row.points,
        "parameters": row.parameters,
        "granted_by_house": row.granted_by_house,
        "assumed": row.assumed,
        "granted": row.granted,
        "notes": row.notes,
    }


def _spell(row: Spell, line: results.SpellLine) -> Row:
    return {**_plain(row), **_mastered(row), **rendering.spell(line)}


def _trait(row: Trait) -> Row:
    return _plain(row)


def _reputation(row: Reputation) -> Row:
    return {**_plain(row), **_mastered(row)}


def _mastered(row: Scored) -> Row:
    return {"score": row.score, "remainder": row.remainder, "next_cost": row.next_cost}


def _plain(row: Any) -> Row:
    """The columns of a row under the names of the API, which for relations are those of the fields."""
    values = row.__dict__
    return {field.name: values[field.attname] for field in row._meta.concrete_fields}


def _totals(abilities: list[Row], arts: list[Row]) -> Row:
    counted = {
        "abilities": sum(row["experience_points"] for row in abilities),
        "arts": sum(row["experience_points"] for row in arts),
    }
    paid = sum(row["paid"] for row in [*abilities, *arts])
    return {**counted, "total": sum(counted.values()), "paid": paid}
