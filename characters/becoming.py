"""What goes and what comes when a character in the making changes its type or House.

`operations()` does it for forms; `static/site/becoming.js` does the same with the `plan` of the page, so that it can be
done without a connection. What the House lets one choose is left open, and chosen on its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from characters.birth import OF_MAGI
from characters.models import Character
from characters.rules import naming, parameters
from characters.rules.catalogue import Catalogue
from characters.rules.experience import cost
from characters.rules.houses import Choice, Grant, grants
from characters.wording import in_words

Row = dict[str, Any]
MAGUS, GROG = Character.Type.MAGUS, Character.Type.GROG


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """A House and its gifts: all of them in words, a list of new rows for each choice, and what is quite free."""

    id: str
    name: str
    gives: str
    choices: list[list[Row]]
    free: list[str]

    @classmethod
    def of(cls, catalogue: Catalogue, id: str) -> House:
        given = grants(catalogue, id)
        return cls(
            id=id,
            name=catalogue.house_name(id),
            gives="; ".join(in_words(grant.describe(catalogue)) for grant in given),
            choices=[_rows(grant, catalogue) for grant in given if grant.only is None and _is_listed(grant)],
            free=[in_words(grant.describe(catalogue)) for grant in given if not _is_listed(grant)],
        )


@lru_cache(maxsize=4)
def plan(catalogue: Catalogue) -> Row:
    """New rows: those of every magus, and with each House those that come by themselves or are to be chosen. Shared."""
    return {
        "magus": [_gift(catalogue, id, (), by_house=False) for id in OF_MAGI],
        "arts": [
            {"art": art.id, "art_name": art.name, "abbr": art.abbr, "kind": art.kind} for art in catalogue.arts.values()
        ],
        "houses": {id: _gifts(catalogue, id) for id in catalogue.houses},
    }


def _gifts(catalogue: Catalogue, house: str) -> Row:
    return {
        "virtues": _sure(catalogue, house),
        "abilities": _skills(catalogue, house),
        "choices": House.of(catalogue, house).choices,
    }


def operations(sheet: Row, catalogue: Catalogue, kind: str, house: str | None) -> list[Row]:
    """The batch, as on the wire, that makes the character of a sheet become this."""
    house = None if kind == GROG else house
    key, before = sheet["id"], sheet["house"] and sheet["house"]["id"]
    if (kind, house) == (sheet["type"], before):
        return []
    own = {"resource": "characters", "action": "update", "target": key, "data": {"type": kind, "house": house}}
    steps = [*_gone(sheet, catalogue, kind, before), *_come(sheet, catalogue, kind, house)]
    return [own, *(_about(key, step) for step in steps)]


def chosen(sheet: Row, catalogue: Catalogue, gift: int, choice: int) -> list[Row]:
    """The batch that takes one of the choices of the House, in place of another of the same."""
    choices = House.of(catalogue, sheet["house"]["id"]).choices
    if gift >= len(choices) or choice >= len(choices[gift]):
        return []
    rivals = (row for row in sheet["virtues"] if any(_is(row, other) for other in choices[gift]))
    new = {"resource": "virtues", "action": "create", "data": choices[gift][choice]}
    return [*(_delete("virtues", row) for row in rivals if row["granted_by_house"]), _about(sheet["id"], new)]


def _is(row: Row, wanted: Row) -> bool:
    return (row["virtue"], row["parameters"]) == (wanted["virtue"], wanted["parameters"])


def _about(key: int, step: Row) -> Row:
    return {**step, "data": {**step["data"], "character": key}} if step["action"] == "create" else step


def _gone(sheet: Row, catalogue: Catalogue, kind: str, house: str | None) -> Iterator[Row]:
    """What the old House gave, and what only magi have; Arts and Abilities only if nothing was put into them."""
    for row in [*sheet["virtues"], *sheet["flaws"]]:
        if row["granted_by_house"] or (kind != MAGUS and row["virtue"] in OF_MAGI):
            yield _delete("virtues", row)
    skills = {(one["ability"], one["instance"]): one["experience_points"] for one in _skills(catalogue, house)}
    for row in sheet["abilities"]:
        if skills.get((row["ability"], row["instance"])) == row["experience_points"]:
            yield _delete("abilities", row)
    for row in sheet["arts"]:
        if kind != MAGUS and not row["experience_points"]:
            yield _delete("arts", row)


def _come(sheet: Row, catalogue: Catalogue, kind: str, house: str | None) -> Iterator[Row]:
    if kind != MAGUS:
        return
    coming = plan(catalogue)
    gifts = coming["houses"].get(house, {"virtues": [], "abilities": []})
    yield from _new("virtues", coming["magus"], {row["virtue"] for row in sheet["virtues"]}, "virtue")
    yield from _new("virtues", gifts["virtues"], (), "virtue")
    yield from _new("abilities", gifts["abilities"], {row["ability"] for row in sheet["abilities"]}, "ability")
    yield from _new("arts", coming["arts"], {row["art"] for row in sheet["arts"]}, "art")


def _new(resource: str, rows: Iterable[Row], had: Iterable[str], name: str) -> Iterator[Row]:
    for row in rows:
        if row[name] not in had:
            yield {"resource": resource, "action": "create", "data": row}


def _delete(resource: str, row: Row) -> Row:
    return {"resource": resource, "action": "delete", "target": row["id"]}


def _is_listed(grant: Grant) -> bool:
    return all(choice.any_of is None for choice in grant.choices)


def _sure(catalogue: Catalogue, house: str) -> list[Row]:
    found = (grant.only for grant in grants(catalogue, house))
    return [_of_house(catalogue, choice) for choice in found if choice]


def _rows(grant: Grant, catalogue: Catalogue) -> list[Row]:
    return [_of_house(catalogue, choice) for choice in grant.choices]


def _of_house(catalogue: Catalogue, choice: Choice) -> Row:
    return _gift(catalogue, choice.virtue, choice.parameters, by_house=True)


def _gift(catalogue: Catalogue, id: str, chosen: tuple[Any, ...], *, by_house: bool) -> Row:
    """A new row, with what the page shows of it until the server has answered."""
    entry = catalogue.virtue(id)
    stored, _errors = parameters.check(entry.parameters, list(chosen), catalogue)
    return {
        "virtue": id,
        "virtue_name": naming.virtue_name(entry.name, entry.display_template, parameters.words(chosen, catalogue)),
        "kind": entry.kind,
        "category": entry.category,
        "size": entry.size,
        "parameters": stored,
        "granted_by_house": by_house,
    }


def _skills(catalogue: Catalogue, house: str | None) -> list[Row]:
    """Abilities that come with the House, at their score: Heartbeast 1."""
    given: Iterable[Mapping[str, Any]] = (catalogue.house(house) or {}).get("granted_ability_scores", ())
    return [
        {
            "ability": one["ability"],
            "ability_name": catalogue.ability_name(one["ability"], one["instance"] or ""),
            "category": catalogue.ability(one["ability"]).category,
            "instance": one["instance"] or "",
            "experience_points": cost("ability", one["score"]),
        }
        for one in given
    ]
