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


def sheet(was, arts):
    """What the operations look at of a sheet."""
    virtues = [{"virtue": name, "granted_by_house": by_house} for name, by_house in was["virtues"]]
    abilities = [{"ability": name, "instance": "", "experience_points": points} for name, points in was["abilities"]]
    known = [[art, 0] for art in arts] if was["arts"] == "all" else was["arts"]
    lists = {
        "virtues": virtues,
        "flaws": [],
        "abilities": abilities,
        "arts": [{"art": art, "experience_points": points} for art, points in known],
    }
    rows = [row for some in lists.values() for row in some]
    for key, row in enumerate(rows, 1):
        row["id"] = key
    house = was["house"] and {"id": was["house"]}
    return {"id": 99, "type": was["type"], "house": house, **lists}, {row["id"]: row for row in rows}


def told(operations, rows):
    """`create virtue.tough`, `delete art.creo`; new Arts are counted."""
    steps, arts = [], 0
    for step in operations:
        row = rows.get(step.get("target"), {}) if step["action"] == "delete" else step["data"]
        name = row.get("virtue") or row.get("ability") or row.get("art")
        if step["action"] == "update":
            steps.append(f"update {row['type']} {row['house'] or 'null'}")
        elif step["action"] == "create" and step["resource"] == "arts":
            arts += 1
        else:
            steps.append(f"{step['action']} {name}")
    return [*steps, *([f"create {arts} Arts"] if arts else [])]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_what_goes_and_what_comes(case):
    catalogue = reference().rules
    found, rows = sheet(case["was"], catalogue.arts)
    to = {"type": found["type"], "house": case["was"]["house"], **case["change"]}
    assert told(becoming.operations(found, catalogue, to["type"], to["house"]), rows) == case["steps"]


def test_the_page_has_the_plan_that_its_twin_is_tested_with():
    """If this fails, the catalogue or the plan has changed: write the new plan to the file."""
    plan = becoming.plan(reference().rules)
    assert json.loads(PLAN.read_text(encoding="utf-8")) == json.loads(json.dumps(plan))
