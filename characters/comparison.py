"""A printed character against what the rules make of its inputs, number by number.

A difference that the document lists among its `anomalies` must occur exactly as it says there; any other is a miss.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from characters.published import Entry, Loaded, Printed

Sheet = Mapping[str, Any]

NOTHING = object()
"""Stands for a number that the sheet does not have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One printed number: where it stands in the character's object, and what was computed."""

    kind: str
    path: str
    printed: Any
    computed: Any
    anomaly: Mapping[str, Any] | None = None  # as the document lists it

    @property
    def hit(self) -> bool:
        """Whether the numbers agree, or differ exactly as a listed anomaly says."""
        if self.anomaly is None:
            return bool(self.printed == self.computed)
        return bool(self.printed == self.anomaly.get("printed") and self.computed == self.anomaly.get("computed"))


def compare(printed: Printed, loaded: Loaded) -> list[Compared]:
    """Every number that the sheet prints, compared; members that are missing are not. Raises PublishedError."""
    sheet = Entry(printed, "")
    anomalies = {anomaly.text("path"): anomaly.values for anomaly in sheet.each("anomalies")}
    return [
        Compared(
            kind=kind,
            path=path,
            printed=value,
            computed=None if computed is NOTHING else computed,
            anomaly=anomalies.get(path),
        )
        for kind, path, value, computed in _pairs(sheet, loaded)
    ]


Pair = tuple[str, str, Any, Any]


def _pairs(printed: Entry, loaded: Loaded) -> Iterator[Pair]:
    sheet = loaded.sheet
    yield from _characteristics(printed, sheet)
    yield from _scores("abilities", printed, loaded)
    yield from _scores("arts", printed, loaded)
    yield from _body(printed, sheet)
    for name in ("confidence", "warping", "decrepitude"):
        yield from _members(name, printed.entry(name), _as_printed(name, sheet))
    yield from _combat(printed, loaded)
    yield from _spells(printed, loaded)
    yield from _checks(printed.entry("checks"), sheet)


def _members(kind: str, printed: Entry, computed: Mapping[str, Any]) -> Iterator[Pair]:
    """The members of an object that were computed, as far as they are printed."""
    for name, value in computed.items():
        if name in printed.values:
            yield kind, printed.at(name), printed.values[name], value


def _rows(loaded: Loaded, name: str) -> dict[Any, Mapping[str, Any]]:
    return {row["id"]: row for row in loaded.sheet[name] if row["id"] is not None}


def _value(total: Mapping[str, Any] | None) -> Any:
    return None if total is None else total["value"]


def _characteristics(printed: Entry, sheet: Sheet) -> Iterator[Pair]:
    scores = {row["abbr"]: row["total"]["value"] for row in sheet["characteristics"]}
    yield from _members("characteristics", printed.entry("characteristics"), scores)
    if printed.get("size") is not None:
        yield "characteristics", "size", printed.get("size"), sheet["size"]["value"]


def _scores(name: str, printed: Entry, loaded: Loaded) -> Iterator[Pair]:
    rows = _rows(loaded, name)
    for entry in printed.each(name):
        row = rows.get(loaded.keys.get(entry.place), {})
        numbers = {member: row.get(member, NOTHING) for member in ("score", "bonus", "remainder")}
        numbers["raw_experience"] = row.get("paid", NOTHING)
        if name == "arts":
            numbers["bonus_experience"] = row.get("expected_bonus_experience", NOTHING)
        yield from _members(name, entry, numbers)


def _body(printed: Entry, sheet: Sheet) -> Iterator[Pair]:
    if printed.get("soak") is not None:
        yield "health", "soak", printed.get("soak"), sheet["health"]["soak"]["value"]
    fatigue = [{"level": level["level"], "penalty": level["penalty"]} for level in sheet["health"]["fatigue"]]
    wounds = [{name: wound[name] for name in ("penalty", "from", "to")} for wound in sheet["health"]["wounds"]]
    for name, computed in (("fatigue_levels", fatigue), ("wound_ranges", wounds)):
        for index, entry in enumerate(printed.each(name)):
            line = computed[index] if index < len(computed) else dict.fromkeys(entry.values, NOTHING)
            yield from _members("health", entry, line)
    load = {"encumbrance": sheet["load"]["encumbrance"]["value"], "burden": sheet["load"]["burden"]}
    yield from _members("load", printed.entry("encumbrance"), load)
    equipment = printed.entry("equipment")
    if equipment.get("printed_load") is not None:
        yield from _members("load", equipment, {"printed_load": sheet["load"]["load"]["value"]})


def _as_printed(name: str, sheet: Sheet) -> dict[str, Any]:
    """Warping and Decrepitude are printed as `1 (2)`: the score, and the points beyond it."""
    found = sheet[name]
    return {"score": found["score"], "points": found["points"] if name == "confidence" else found["remainder"]}


def _combat(printed: Entry, loaded: Loaded) -> Iterator[Pair]:
    lines = _rows(loaded, "combat")
    for entry in printed.each("combat"):
        line = lines.get(loaded.keys.get(entry.place))
        numbers = {name: NOTHING if line is None else _value(line[name]) for name in ("init", "atk", "dfn", "dam")}
        yield from _members("combat", entry, numbers)


def _spells(printed: Entry, loaded: Loaded) -> Iterator[Pair]:
    rows = _rows(loaded, "spells")
    for entry in printed.each("spells"):
        row = rows.get(loaded.keys.get(entry.place))
        total = NOTHING if row is None else _without_mastery(row["casting"])
        yield from _members("spells", entry, {"casting_total": total})
        if row is not None and "deficiency" in entry.values:
            yield "spells", entry.at("deficiency"), sorted(entry.texts("deficiency")), sorted(row["deficiencies"])


def _without_mastery(casting: Mapping[str, Any]) -> int:
    """A Casting Total as sheets print it: the formula of the catalogue's tables leaves Mastery out."""
    others = (int(part["value"]) for part in casting["parts"] if part["name"] != "Mastery")
    return sum(others) // int(casting.get("divisor", 1))


# --- budgets ---


def _checks(checks: Entry, sheet: Sheet) -> Iterator[Pair]:
    numbers = {**_virtues(sheet), **_characteristic_points(sheet), **_experience(sheet), **_spell_levels(sheet)}
    for name, value in checks.values.items():
        if name == "xp_budget":
            yield from _budget(checks.entry("xp_budget"), sheet)
        elif name in numbers and value is not None:
            yield _kind(name), checks.at(name), value, numbers[name]


def _kind(name: str) -> str:
    for start, kind in (("xp", "experience"), ("spell", "spells"), ("characteristic", "characteristics")):
        if name.startswith(start):
            return kind
    return "virtues and flaws"


def _virtues(sheet: Sheet) -> dict[str, Any]:
    own = [row for row in sheet["flaws"] if not row["granted_by_house"] and not row["granted"]]
    virtues, flaws = sheet["virtue_points"]["spent"], sheet["flaw_points"]["spent"]
    per_point = 2 if sheet["type"] == "mythic_companion" else 1
    return {
        "virtue_points": virtues,
        "flaw_points": flaws,
        "minor_flaws": sum(row["size"] == "minor" for row in own),
        "balanced": virtues <= flaws * per_point + (per_point - 1),
    }


def _characteristic_points(sheet: Sheet) -> dict[str, Any]:
    found = sheet["characteristic_points"]
    return {
        "characteristic_points_available": found["available"],
        "characteristic_points_spent": found["spent"],
        "characteristic_points_lost_to_aging": _lost_to_aging(sheet),
    }


def _lost_to_aging(sheet: Sheet) -> int:
    parts = (part for row in sheet["characteristics"] for part in row["total"]["parts"])
    return -sum(int(part["value"]) for part in parts if part["name"] == "Aging")


def _experience(sheet: Sheet) -> dict[str, Any]:
    budget = sheet["experience"]["budget"]
    free = sum(row["bonus_experience"] for row in sheet["arts"])
    abilities = sum(row["paid"] for row in sheet["abilities"])
    mastery = budget["spent"] - free - abilities - sum(row["paid"] for row in sheet["arts"])
    return {
        "xp_budget_total": budget["total"],
        "xp_spent_on_abilities": abilities + mastery,
        "xp_spent_on_arts": sum(row["paid"] for row in sheet["arts"]) + free,
        "xp_spent_total": budget["spent"],
        "xp_reconciles": budget["left"] == budget["unpaid"] == 0,
    }


def _spell_levels(sheet: Sheet) -> dict[str, Any]:
    levels = sheet["spell_levels"]
    return {
        "spell_levels_budget": levels["limit"],
        "spell_levels_spent": levels["spent"],
        "spell_levels_reconcile": levels["spent"] == levels["limit"],
    }


def _budget(stages: Entry, sheet: Sheet) -> Iterator[Pair]:
    """Stages by name (`later_life (age 5-10)`); Virtues and granted scores by what they are called."""
    purses = sheet["experience"]["budget"]["purses"]
    for label, amount in stages.values.items():
        yield "experience", stages.at(label), amount, _amount(label, purses)


def _amount(label: str, purses: list[Mapping[str, Any]]) -> Any:
    stage, _, name = label.partition(": ")
    if name:
        found = [purse["amount"] for purse in purses if name.casefold() in purse["name"].casefold()]
    else:
        code = stage.partition(" (")[0].removesuffix(" bonus").casefold().replace(" ", "_")
        found = [purse["amount"] for purse in purses if purse["code"] == code]
    return sum(found) if found else NOTHING
