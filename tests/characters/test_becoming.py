"""What a change of type or House brings and takes; the page's twin is tested on the same cases (tests/js)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from characters import becoming
from characters.catalogue.reference import reference

FOLDER = Path(__file__).parent / "cases"
CASES = json.loads((FOLDER / "becoming.json").read_text(encoding="utf-8"))
PLAN = FOLDER / "becoming_plan.json"

pytestmark = pytest.mark.django_db


def sheet(was):
    """What the operations look at of a sheet; and its rows by key."""
    virtues = [{"virtue": name, "granted_by_house": by_house} for name, by_house in was["virtues"]]
    abilities = [{"ability": name, "instance": "", "experience_points": points} for name, points in was["abilities"]]
    rows = [*virtues, *abilities]
    for key, row in enumerate(rows, 1):
        row["id"] = key
    house = was["house"] and {"id": was["house"]}
    lists = {"virtues": virtues, "flaws": [], "abilities": abilities}
    return {"id": 99, "type": was["type"], "house": house, **lists}, {row["id"]: row for row in rows}


def told(step, rows):
    """`update grog null`, `create virtue.tough`, `delete ability.heartbeast`."""
    if step["action"] == "update":
        return f"update {step['data']['type']} {step['data']['house'] or 'null'}"
    row = rows[step["target"]] if step["action"] == "delete" else step["data"]
    return f"{step['action']} {row.get('virtue') or row.get('ability')}"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_what_goes_and_what_comes(case):
    catalogue = reference().rules
    found, rows = sheet(case["was"])
    to = {"type": found["type"], "house": case["was"]["house"], **case["change"]}
    steps = becoming.operations(found, catalogue, to["type"], to["house"])
    assert [told(step, rows) for step in steps] == case["steps"]


def test_the_page_has_the_plan_that_its_twin_is_tested_with():
    """If this fails, the catalogue or the plan has changed: write the new plan to the file."""
    plan = becoming.plan(reference().rules)
    assert json.loads(PLAN.read_text(encoding="utf-8")) == json.loads(json.dumps(plan))
