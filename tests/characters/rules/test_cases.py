"""Casting Totals of magi made at random, which the browser's rules are tested on as well (R31)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.characters.cases import generate_castings
from tests.characters.rules.people import ability, art, cost, flaw, magus, sheet, spell, virtue

FILE = Path(generate_castings.__file__).with_name("castings.json")
CASES = json.loads(FILE.read_text(encoding="utf-8"))
TOTALS = ("formulaic", "ritual", "spontaneous", "spontaneous_without_fatigue", "ceremonial", "lab")


def character(case):
    deficient = [
        flaw("deficient-technique" if id in generate_castings.TECHNIQUES else "deficient-form", {"art": id})
        for id in case["deficient"]
    ]
    abilities = {
        "artes-liberales": case["artes_liberales"],
        "philosophiae": case["philosophiae"],
        "magic-theory": case["magic_theory"],
    }
    return magus(
        characteristics={"stamina": case["stamina"], "intelligence": case["intelligence"]},
        virtues=[
            *(virtue("puissant-art", {"art": id}) for id in case["puissant"]),
            virtue("major-magical-focus", {"text": "all that the player says"}),
            *deficient,
        ],
        abilities=[ability(id, score) for id, score in abilities.items()],
        arts=[art(id.removeprefix("art."), score) for id, score in case["arts"].items()],
        other_load=case["encumbrance"] * (case["encumbrance"] + 1) // 2,
        spells=[_spell(entry) for entry in case["spells"]],
    )


@pytest.mark.parametrize("case", CASES, ids=range(len(CASES)))
def test_the_cases_shared_with_the_browser(case):
    derived = sheet(character(case))
    pairs = [[getattr(line, name) for name in TOTALS] for line in derived.castings.pairs]
    assert pairs == case["pairs"]
    assert [line.casting.value for line in derived.spells] == [entry["casting"] for entry in case["spells"]]


def test_the_case_file_is_what_its_generator_writes(tmp_path, monkeypatch):
    monkeypatch.setattr(generate_castings, "FILE", tmp_path / "castings.json")
    generate_castings.main()
    assert json.loads(generate_castings.FILE.read_text(encoding="utf-8")) == CASES


def _spell(entry):
    return spell(
        entry["technique"].removeprefix("art."),
        entry["form"].removeprefix("art."),
        technique_requisites=entry["technique_requisites"],
        form_requisites=entry["form_requisites"],
        ritual=entry["ritual"],
        focus=entry["focus"],
        mastery_experience=cost("ability", entry["mastery"]),
    )
