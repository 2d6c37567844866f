"""Prerequisites in the form of condition trees."""

from __future__ import annotations

import json

import pytest

from characters.catalogue import DATA
from characters.rules import conditions
from characters.rules.state import State
from tests.characters.rules.people import (
    GIFT,
    ability,
    art,
    catalogue,
    companion,
    flaw,
    magus,
    virtue,
)

HOLDS = [
    ({"all": []}, companion()),
    ({"any": [{"min_age": 90}, {"min_age": 20}]}, companion()),
    ({"virtue": "virtue.wanderer"}, companion()),
    ({"flaw": "flaw.weak-magic"}, magus()),
    ({"house": "house.tytalus"}, magus()),
    ({"gift": True}, magus()),
    ({"gift": False}, companion()),
    ({"character_type": "companion"}, companion()),
    ({"ability": "ability.dead-language", "instance": "Latin", "score": 4}, magus()),
    (
        {"ability": "ability.area-lore", "instance": "*", "score": 1},
        companion(abilities=[ability("area-lore", 1, "Po")]),
    ),
    ({"characteristic": "Pre", "min": 1}, companion(characteristics={"presence": 1})),
    ({"characteristic": "Pre", "max": -1, "of": "bought"}, companion(characteristics={"presence": -1})),
    ({"min_age": {"base": 27, "minus_characteristic": "Int"}}, companion(age=25, characteristics={"intelligence": 2})),
    ({"ability_access": "Academic"}, companion(taking=[virtue("clerk")])),
    ({"ability_access": "Arcane"}, magus()),
    ({"ability_category": "Martial", "score": 1}, companion(abilities=[ability("bows", 1)])),
    ({"art": "*", "score": 1}, magus(arts=[art("creo", 1)])),
    ({"virtue_category": "Supernatural", "size": "major"}, companion(taking=[virtue("greater-immunity")])),
    ({"reminder": "needs stigmata"}, companion()),
    ({"something": "new"}, companion()),
]

FAILS = [
    ({"all": [{"min_age": 20}, {"min_age": 90}]}, companion()),
    ({"any": []}, companion()),
    ({"virtue": "virtue.tough"}, companion()),
    ({"flaw": "flaw.weak-magic"}, companion()),
    ({"house": "house.tytalus"}, companion()),
    ({"gift": True}, companion()),
    ({"gift": False}, companion(taking=[GIFT[0]])),
    ({"character_type": "grog"}, companion()),
    ({"ability": "ability.dead-language", "instance": "Latin", "score": 5}, magus()),
    ({"ability": "ability.dead-language", "instance": "Greek", "score": 1}, magus()),
    ({"characteristic": "Pre", "min": 1}, companion()),
    ({"min_age": {"base": 27, "minus_characteristic": "Int"}}, companion(age=25, characteristics={"intelligence": 1})),
    ({"ability_access": "Academic"}, companion()),
    ({"ability_category": "Martial", "score": 1}, companion()),
    ({"ability_category": "Martial", "score": 1}, companion(abilities=[ability("swim", 1)])),
    ({"ability_category": "Martial", "score": 2}, companion(abilities=[ability("bows", 1)])),
    ({"art": "*", "score": 1}, magus(arts=[art("creo", 0)])),
    ({"virtue_category": "Supernatural", "size": "major"}, companion(taking=[virtue("second-sight")])),
]


@pytest.mark.parametrize(("condition", "character"), HOLDS)
def test_a_condition_holds(condition, character):
    state = State(character, catalogue())
    assert conditions.holds(condition, state)
    assert conditions.missing(condition, state) == []


@pytest.mark.parametrize(("condition", "character"), FAILS)
def test_a_condition_does_not_hold(condition, character):
    assert not conditions.holds(condition, State(character, catalogue()))


def test_a_bought_characteristic_is_not_the_one_in_use():
    state = State(companion(taking=[virtue("faerie-blood", {"text": "Sidhe"})]), catalogue())
    assert conditions.holds({"characteristic": "Pre", "min": 1}, state)
    assert not conditions.holds({"characteristic": "Pre", "min": 1, "of": "bought"}, state)


def test_what_is_missing_is_said_in_words():
    state = State(companion(age=20), catalogue())
    condition = catalogue().virtue("virtue.cathedral-school-master").requires
    assert conditions.missing(condition, state) == ["an age of 30", "Latin 5", "Artes Liberales 5", "Teaching 3"]
    either = {"any": [{"virtue": "virtue.redcap"}, {"flaw": "flaw.leprosy"}, {"house": "house.jerbiton"}]}
    assert conditions.missing(either, state) == ["the Virtue Redcap or the Flaw Leprosy or House Jerbiton"]


def test_characteristics_are_said_in_words():
    state = State(companion(), catalogue())
    in_use, as_bought = {"characteristic": "Pre", "min": 1}, {"characteristic": "Str", "max": -3, "of": "bought"}
    assert conditions.missing(in_use, state) == ["Presence of at least +1"]
    assert conditions.missing(as_bought, state) == ["Strength of at most -3 as bought"]


def test_all_prerequisites_of_the_catalogue_can_be_described():
    entries = json.loads((DATA / "catalogue.json").read_text(encoding="utf-8"))["virtues_and_flaws"]
    state = State(companion(age=1), catalogue())
    for entry in entries:
        for words in conditions.missing(entry["requires"] or {}, state, [{"characteristic": "Str"}]):
            assert words
            assert "something else" not in words, entry["id"]


def test_a_flaw_can_be_asked_for():
    assert conditions.holds({"flaw": "flaw.leprosy"}, State(companion(taking=[flaw("leprosy")]), catalogue()))
