"""What the page of a character shows: its sheet, in the order and grouping of the page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import zip_longest
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from characters import becoming
from characters.api.steps import bounds
from characters.catalogue.reference import reference
from characters.editing import OWN, ROWS, form_of
from characters.models import Character
from characters.models.condition import WOUNDS
from characters.rules.catalogue import Catalogue
from characters.rules.experience import step_cost
from characters.sheet import LABELS, sheets
from characters.templatetags.sheet import arm
from characters.words import CATEGORY_NAMES, words

Row = dict[str, Any]

BLANKS: Mapping[str, Row] = {
    "abilities": {"score": 0, "experience_points": 0, "next_cost": step_cost("ability", 1)},
    "arts": {"score": 0, "experience_points": 0, "next_cost": step_cost("art", 1)},
    "reputations": {"score": 0, "experience_points": 0, "next_cost": step_cost("ability", 1)},
    "traits": {"score": 0},
}
"""What a line shows before the page's script fills it in."""


NAMES: Mapping[str, str] = {
    "abilities": "ability_name",
    "arts": "art_name",
    "virtues": "virtue_name",
    "spells": "name",
    "traits": "name",
    "reputations": "content",
    "possessions": "name",
    "attacks": "weapon",
}
"""The column that a row is called by."""


class Line(NamedTuple):
    """A row on the page, and what the rules have to say about it."""

    resource: str
    row: Row
    findings: Sequence[Row] = ()

    @property
    def name(self) -> str:
        """What the row is called."""
        value = str(self.row.get(NAMES[self.resource]) or "")
        return arm(value) if self.resource == "attacks" else value

    @property
    def template(self) -> str:
        return f"characters/lines/{self.resource}.html"


class Counter(NamedTuple):
    """A number of the character that goes up and down."""

    name: str
    label: str
    value: int
    lowest: int
    highest: int
    findings: Sequence[Row] = ()


TOTALS = ("formulaic", "ritual", "spontaneous", "spontaneous_without_fatigue", "ceremonial", "lab")
"""What the grid of Techniques and Forms can show."""


def sheet_page(character: Character, total: str | None = None) -> dict[str, Any]:
    """The context of the sheet's template; `total` is what the grid shows."""
    known = reference()
    catalogue = known.rules
    (sheet,) = sheets([character], catalogue)
    findings = _by_row(sheet["findings"])
    lines = {resource: _lines(resource, sheet.get(resource, ()), findings) for resource in ROWS}
    lines["flaws"] = _lines("virtues", sheet["flaws"], findings)
    categories = _in_order({ability.category for ability in catalogue.abilities.values()})
    return {
        "sheet": sheet,
        "edition": known.edition,
        "lines": lines,
        "characteristics": [(row, _counter(character, row["name"], findings)) for row in sheet["characteristics"]],
        "wounds": [_counter(character, name, findings) for name in WOUNDS],
        "groups": [
            (name, CATEGORY_NAMES.get(name, name), _of(lines["abilities"], "category", name)) for name in categories
        ],
        "arts": [
            ("technique", _("Techniques"), _of(lines["arts"], "kind", "technique")),
            ("form", _("Forms"), _of(lines["arts"], "kind", "form")),
        ],
        "totals": [(name, words()[f"total_{name}"]) for name in TOTALS],
        "shown_total": total if total in TOTALS else TOTALS[0],
        "techniques": [(art.name, art.abbr) for art in catalogue.techniques],
        "grid": _grid(sheet["castings"]["pairs"], catalogue),
        "without_spells": not (sheet["castings"]["pairs"] or sheet["spells"]),
        "resistances": list(zip_longest((form.name for form in catalogue.forms), sheet["resistances"])),
        "plan": becoming.plan(catalogue),
        "own": {place: form(initial=_own(character)) for place, form in OWN.items()},
        "blanks": {resource: Line(resource, BLANKS.get(resource, {})) for resource in ROWS},
        "panels": ROWS,
        "severities": _counted(sheet["findings"]),
    }


def edit_page(character: Character, resource: str, target: int) -> dict[str, Any] | None:
    """The context of the page that edits one row without a script; None if there is no such row."""
    (sheet,) = sheets([character])
    rows = [*sheet["flaws"], *sheet["virtues"]] if resource == "virtues" else sheet[resource]
    found = next((row for row in rows if row["id"] == target), None)
    return found and {"form": form_of(resource, found), "name": Line(resource, found).name}


def _lines(resource: str, rows: Iterable[Row], findings: Mapping[Any, list[Row]]) -> list[Line]:
    return [Line(resource, row, findings.get((resource, row["id"]), ())) for row in rows]


def _counter(character: Character, name: str, findings: Mapping[Any, list[Row]]) -> Counter:
    found = [finding for finding in findings.get(("characters", character.pk), ()) if _names(finding, name)]
    return Counter(name, str(LABELS[name]), getattr(character, name), *bounds(Character, name), found)


def _names(finding: Row, field: str) -> bool:
    return any(ref.get("field") == field for ref in finding["refs"])


def _own(character: Character) -> Row:
    return {field.name: getattr(character, field.attname) for field in character._meta.concrete_fields}


def _grid(pairs: Sequence[Row], catalogue: Catalogue) -> list[tuple[str, list[Row]]]:
    """Rows of Forms, in columns of Techniques; those without Arts have no totals in them."""
    known = {(pair["technique"], pair["form"]): pair for pair in pairs}

    def pair(technique: str, form: str) -> Row:
        return known.get((technique, form), {"technique": technique, "form": form})

    techniques = [technique.id for technique in catalogue.techniques]
    return [(form.name, [pair(technique, form.id) for technique in techniques]) for form in catalogue.forms]


def _by_row(findings: Iterable[Row]) -> dict[Any, list[Row]]:
    """Findings by resource and key of the rows that they are about."""
    found: defaultdict[Any, list[Row]] = defaultdict(list)
    for finding in findings:
        for place in dict.fromkeys((ref["resource"], ref["id"]) for ref in finding["refs"]):
            found[place].append(finding)
    return found


def _counted(findings: Iterable[Row]) -> dict[str, int]:
    """How many there are of each severity."""
    counts = {"error": 0, "warning": 0, "reminder": 0}
    for finding in findings:
        counts[finding["severity"]] += 1
    return counts


def _in_order(categories: set[str]) -> Sequence[str]:
    known = [name for name in CATEGORY_NAMES if name in categories]
    return [*known, *sorted(categories.difference(known))]


def _of(lines: Sequence[Line], name: str, value: str) -> list[Line]:
    return [line for line in lines if line.row[name] == value]
