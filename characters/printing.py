"""A character on paper: two pages of what is on the sheet, as the book writes it, with room for a pen.

A paper is made of texts alone, and a blank one of empty texts: the template fills in whatever it is given. Lists that
are short get empty lines, long ones a smaller type (`density`), so that two pages hold up to 60 Abilities, 30 Virtues
and Flaws, and 40 spells with a few lines of notes. What is beyond that goes on on a third page; nothing is left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from characters.catalogue.reference import reference
from characters.models import Character, Possession, Reputation
from characters.models.limits import MAX_FATIGUE
from characters.rules.catalogue import Catalogue
from characters.sheet import sheets
from characters.templatetags.sheet import signed, size_name
from characters.words import FATIGUE_NAMES, WOUND_NAMES

Row = dict[str, Any]

WOUND_BOXES = 5
LEAST = {"abilities": 0, "virtues": 9, "flaws": 6, "traits": 4, "reputations": 3, "combat": 4, "spells": 15}
"""Lines of each list, empty ones included."""

BLANK = {"abilities": 0, "virtues": 9, "flaws": 7, "traits": 4, "reputations": 3, "combat": 4, "spells": 20}
"""The same where nothing is filled in."""


def printed(character: Character) -> Row:
    """The paper of a character."""
    (paper,) = printed_all([character])
    return paper


def printed_all(characters: Sequence[Character]) -> list[Row]:
    """A paper for each; the number of queries does not depend on how many."""
    catalogue = reference().rules
    found = sheets(characters, catalogue)
    return [_paper(*pair, catalogue) for pair in zip(characters, found, strict=True)]


def blank(kind: str) -> Row:
    """A paper to fill in with a pen, for this type of character."""
    catalogue = reference().rules
    nobody = Character(type=kind)
    arts: list[Row] = [
        {"art": art, "art_name": entry.name, "abbr": entry.abbr, "kind": entry.kind}
        for art, entry in catalogue.arts.items()
    ]
    return {
        "blank": True,
        "kind": nobody.get_type_display(),
        "density": {"person": "roomy", "rest": "roomy"},
        "facts": [(label, "") for label, _value in _facts(nobody, _NOTHING)],
        "characteristics": [{"label": str(label)} for label in _characteristic_labels()],
        **{name: [{} for _ in range(number)] for name, number in BLANK.items()},
        "body": [(label, "") for label, _value in _body(_NOTHING)],
        "wounds": _wounds(nobody, _NOTHING),
        "fatigue": _fatigue(nobody, _NOTHING),
        **(_magic(arts, {}, {}) if kind == Character.Type.MAGUS else {}),
    }


def _paper(character: Character, sheet: Row, catalogue: Catalogue) -> Row:
    arts = sheet["arts"]
    resistances = {row["form"]: row for row in sheet["resistances"]}
    pairs = {(pair["technique"], pair["form"]): pair for pair in sheet["castings"]["pairs"]}
    abbreviations = {art: entry.abbr for art, entry in catalogue.arts.items()}
    lists = {
        "abilities": [_ability(row) for row in sheet["abilities"]],
        "virtues": [_virtue(row) for row in sheet["virtues"]],
        "flaws": [_virtue(row) for row in sheet["flaws"]],
        "traits": [{"name": row["name"], "score": signed(row["score"])} for row in sheet["traits"]],
        "reputations": [_reputation(row) for row in sheet["reputations"]],
        "combat": [_fight(row) for row in sheet["combat"]],
        "spells": [_spell(row, abbreviations) for row in sheet["spells"]],
    }
    return {
        "character": character,
        "name": character.name,
        "kind": sheet["type_name"],
        "house": sheet["house"]["name"] if sheet["house"] else "",
        "density": _density(lists, max(len(sheet["possessions"]), len(sheet["modifiers"]) + _lines(character.notes))),
        "facts": _facts(character, sheet),
        "characteristics": [_characteristic(row) for row in sheet["characteristics"]],
        **{name: _filled_up(rows, LEAST[name]) for name, rows in lists.items()},
        "body": _body(sheet),
        "wounds": _wounds(character, sheet),
        "fatigue": _fatigue(character, sheet),
        "equipment": [_thing(row) for row in sheet["possessions"]],
        "modifiers": [_modifier(row) for row in sheet["modifiers"]],
        "might": [_("%(realm)s Might %(value)s") % _might(row) for row in sheet["might"]],
        "notes": character.notes,
        **(_magic(arts, resistances, pairs) if arts else {}),
    }


_NOTHING: Row = {}


def _filled_up(rows: list[Row], least: int) -> list[Row]:
    return [*rows, *({} for _ in range(least - len(rows)))]


# Lines that fit on each page of a Letter sheet, which is the shorter one; beyond them the type is smaller still.
ROOMY = {"abilities": 25, "side": 25, "rest": 26}
DENSE = {"abilities": 56, "side": 35, "rest": 36}


def _density(lists: Mapping[str, Sequence[Row]], rest: int) -> Row:
    """How small the type of each page must be: `roomy`, `dense` or `tight`. `rest` are the lines below the spells."""
    side = sum(max(len(lists[name]), LEAST[name]) for name in ("virtues", "flaws", "traits", "reputations"))
    magic = max(len(lists["spells"]), LEAST["spells"])
    return {
        "person": _type({"abilities": len(lists["abilities"]), "side": side}),
        "rest": _type({"rest": magic + rest}),
    }


def _type(lines: Mapping[str, int]) -> str:
    for name, most in (("roomy", ROOMY), ("dense", DENSE)):
        if all(lines[part] <= most[part] for part in lines):
            return name
    return "tight"


def _lines(text: str) -> int:
    """About how many lines of half a page a text takes."""
    return sum(1 + len(line) // 55 for line in text.splitlines())


# --- page one ---


def _facts(character: Character, sheet: Row) -> list[tuple[str, str]]:
    return [
        (_("Age"), _age(character)),
        (_("Size"), signed(sheet["size"]["value"]) if sheet else ""),
        (_("Confidence"), _points(sheet.get("confidence"))),
        (_("Warping"), _points(sheet.get("warping"))),
        (_("Decrepitude"), _points(sheet.get("decrepitude"))),
    ]


def _age(character: Character) -> str:
    if character.apparent_age in (None, character.age):
        return str(character.age)
    return _("%(age)s, looks %(apparent)s") % {"age": character.age, "apparent": character.apparent_age}


def _points(found: Row | None) -> str:
    """A score and the points that it is made of, or used up: `1 (3)`."""
    return f"{found['score']} ({found['points']})" if found else ""


def _characteristic_labels() -> list[str]:
    return [str(field.verbose_name) for field in Character._meta.concrete_fields if field.name in _CHARACTERISTICS]


_CHARACTERISTICS = tuple(Character().characteristics)


def _characteristic(row: Row) -> Row:
    return {
        "label": row["label"],
        "abbr": row["abbr"],
        "value": signed(row["total"]["value"]),
        "aging": _("aging %(points)s") % {"points": row["aging_points"]} if row["aging_points"] else "",
    }


def _notation(row: Row) -> str:
    """As the book writes a score: `5+2 (3)`."""
    bonus = signed(row["bonus"]) if row["bonus"] else ""
    remainder = f" ({row['remainder']})" if row["remainder"] else ""
    return f"{row['score']}{bonus}{remainder}"


def _ability(row: Row) -> Row:
    return {
        "name": row["ability_name"],
        "specialty": row["specialty"],
        "score": _notation(row),
        "xp": row["experience_points"],
    }


def _virtue(row: Row) -> Row:
    return {
        "name": row["virtue_name"],
        "size": _("House") if row["granted_by_house"] else size_name(row["size"]),
        "notes": row["notes"],
    }


def _reputation(row: Row) -> Row:
    return {
        "name": row["content"],
        "type": Reputation.Type(row["type"]).label if row["type"] else "",
        "score": row["score"],
    }


def _fight(row: Row) -> Row:
    totals = {name: _value(row[name]) for name in ("init", "atk", "dfn", "dam")}
    return {"name": row["name"], **totals}


def _number(value: int) -> str:
    return str(value).replace("-", "\N{MINUS SIGN}")


def _value(total: Row | None) -> str:
    return "\N{EN DASH}" if total is None else signed(total["value"])


def _body(sheet: Row) -> list[tuple[str, str]]:
    """Soak and what is carried."""
    load = sheet.get("load")
    return [
        (_("Soak"), signed(sheet["health"]["soak"]["value"]) if sheet else ""),
        (_("Load"), str(load["load"]["value"]) if load else ""),
        (_("Burden"), str(load["burden"]) if load else ""),
        (_("Encumbrance"), str(load["encumbrance"]["value"]) if load else ""),
    ]


def _wounds(character: Character, sheet: Row) -> list[Row]:
    """Damage by kind of wound, with a box for each, ticked if it has been taken."""
    ranges: list[Row] = sheet["health"]["wounds"] if sheet else [{"kind": kind} for kind in WOUND_NAMES]
    return [
        {
            "name": WOUND_NAMES[row["kind"]],
            "range": _range(row),
            "penalty": signed(row["penalty"]) if row.get("penalty") else "",
            "boxes": _ticked(getattr(character, f"{row['kind']}_wounds", None)),
        }
        for row in ranges
    ]


def _range(row: Row) -> str:
    if "from" not in row:
        return ""
    return f"{row['from']}\N{EN DASH}{row['to']}" if row["to"] is not None else f"{row['from']}+"


def _ticked(number: int | None) -> list[bool]:
    """Boxes, more of them where more are ticked; none for what has no count."""
    if number is None:
        return []
    return [box < number for box in range(max(WOUND_BOXES, number))]


def _fatigue(character: Character, sheet: Row) -> list[Row]:
    levels: list[Row] = sheet["health"]["fatigue"] if sheet else [{"level": name} for name in FATIGUE_NAMES]
    lost = character.fatigue if sheet else 0
    return [
        {
            "name": FATIGUE_NAMES[row["level"]],
            "penalty": signed(row["penalty"]) if row.get("penalty") else "",
            "lost": 0 < position <= lost,
            "box": 0 < position <= MAX_FATIGUE,
        }
        for position, row in enumerate(levels)
    ]


# --- page two ---


def _magic(arts: Sequence[Row], resistances: Mapping[str, Row], pairs: Mapping[tuple[str, str], Row]) -> Row:
    techniques = [row for row in arts if row["kind"] == "technique"]
    forms = [row for row in arts if row["kind"] == "form"]
    return {
        "is_magus": True,
        "techniques": [_art(row) for row in techniques],
        "grid": [
            {
                **_art(form),
                "resistance": _number(resistances[form["art"]]["resistance"]["value"]) if resistances else "",
                "cells": [_cell(pairs.get((technique["art"], form["art"]))) for technique in techniques],
            }
            for form in forms
        ],
    }


def _art(row: Row) -> Row:
    return {"name": row["art_name"], "abbr": row["abbr"], "score": _notation(row) if "score" in row else ""}


def _cell(pair: Row | None) -> Row:
    if pair is None:
        return {}
    names = ("formulaic", "spontaneous", "spontaneous_without_fatigue", "lab")
    return {name: _number(pair[name]) for name in names}


def _spell(row: Row, abbreviations: Mapping[str, str]) -> Row:
    return {
        "name": row["name"],
        "arts": _arts(row, abbreviations),
        "level": row["level"],
        "ritual": row["ritual"],
        "parameters": ", ".join(filter(None, [row["range"], row["duration"], row["target"]])),
        "casting": _number(row["casting"]["value"]),
        "penetration": _value(row["penetration"]),
        "mastery": _mastery(row),
        "notes": row["notes"],
    }


def _arts(row: Row, abbreviations: Mapping[str, str]) -> str:
    """`CrIg`, with requisites in brackets: `Mu(Re)An(Co)`."""

    def written(art: str, kind: str) -> str:
        others = "".join(abbreviations.get(other, other) for other in row["requisites"].get(kind, ()))
        return abbreviations[art] + (f"({others})" if others else "")

    return written(row["technique"], "technique") + written(row["form"], "form")


def _mastery(row: Row) -> str:
    known = ", ".join(row["mastery_abilities"])
    return f"{row['mastery']}{f': {known}' if known else ''}" if row["mastery"] else ""


def _thing(row: Row) -> Row:
    kind = "" if row["kind"] == Possession.Kind.OTHER else str(Possession.Kind(row["kind"]).label)
    coverage = Possession.Coverage(row["coverage"]).label if row["coverage"] else ""
    where = "" if row["carried"] else pgettext("possession", "not carried")
    worn = _("not worn") if row["kind"] == Possession.Kind.ARMOR and row["carried"] and not row["worn"] else ""
    return {"name": row["name"], "more": ", ".join(filter(None, [kind, str(coverage), where, worn, row["notes"]]))}


def _modifier(row: Row) -> Row:
    amount = "" if row["amount"] is None else signed(row["amount"])
    return {"source": row["source"], "amount": amount, "scope": row["scope"]}


def _might(row: Row) -> Row:
    form = f" ({row['form']})" if row["form"] else ""
    return {"realm": row["realm"], "value": f"{row['total']['value']}{form}"}


# --- cards ---


def cards(characters: Sequence[Character]) -> list[list[Row]]:
    """Papers of those who fight, four to a page."""
    papers = printed_all(characters)
    return [papers[start : start + 4] for start in range(0, len(papers), 4)]
