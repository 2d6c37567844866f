"""The derived sheet: its shape, its numbers and what it costs (R50)."""

from __future__ import annotations

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from characters.models import Character
from characters.sheet import sheets
from tests.characters.factories import AbilityFactory, ArtFactory, CharacterFactory, VirtueFactory

pytestmark = pytest.mark.django_db


def of(character):
    return sheets([Character.objects.get(pk=character.pk)])[0]


def full(character):
    AbilityFactory(character=character, ability_id="ability.music", experience_points=80)
    ArtFactory(character=character, experience_points=78)
    VirtueFactory(
        character=character,
        virtue_id="virtue.puissant-ability",
        parameters=[{"ability": "ability.music", "instance": None}],
    )
    VirtueFactory(character=character, virtue_id="virtue.affinity-with-art", parameters=[{"art": "art.creo"}])
    VirtueFactory(character=character, virtue_id="flaw.driven", size="major")
    return character


def test_an_effective_score_explains_itself():
    row = of(full(CharacterFactory()))["abilities"][0]
    assert row["parts"] == [{"name": "Score", "value": 5}, {"name": "Puissant", "value": 2}]
    assert row["effective_score"] == sum(part["value"] for part in row["parts"]) == 7


def test_affinity_makes_experience_cheaper():
    sheet = of(full(CharacterFactory()))
    assert sheet["arts"][0]["paid"] == 52
    totals = {name: sheet["experience"][name] for name in ("abilities", "arts", "total", "paid")}
    assert totals == {"abilities": 80, "arts": 78, "total": 158, "paid": 80 + 52}


def test_virtues_and_flaws_are_kept_apart():
    sheet = of(full(CharacterFactory()))
    assert [row["virtue_name"] for row in sheet["virtues"]] == ["Affinity with Creo", "Puissant Music"]
    assert [row["virtue_name"] for row in sheet["flaws"]] == ["Driven"]
    assert sheet["virtue_points"] == {"spent": 2, "limit": 10}
    assert sheet["flaw_points"] == {"spent": 3, "limit": 10}


def test_what_the_house_granted_costs_nothing():
    character = CharacterFactory(type="magus")
    VirtueFactory(character=character, granted_by_house=True)
    assert of(character)["virtue_points"]["spent"] == 0


def test_improved_characteristics_give_points_to_spend():
    character = CharacterFactory(strength=3, stamina=2)
    VirtueFactory(character=character, virtue_id="virtue.improved-characteristics")
    assert of(character)["characteristic_points"] == {"spent": 9, "available": 10}


def test_abilities_stand_in_the_order_of_their_printed_names():
    character = CharacterFactory()
    AbilityFactory(character=character, ability_id="ability.area-lore", instance="Provence")
    AbilityFactory(character=character, ability_id="ability.stealth")
    AbilityFactory(character=character, ability_id="ability.brawl")
    names = [row["ability_name"] for row in of(character)["abilities"]]
    assert names == ["Brawl", "Provence Lore", "Stealth"]


def test_warping_makes_a_score_like_an_ability():
    sheet = of(CharacterFactory(warping_points=7))
    assert sheet["warping"] == {"points": 7, "score": 1, "remainder": 2, "next_cost": 10}


def test_an_empty_character_has_a_sheet():
    sheet = of(CharacterFactory())
    assert sheet["abilities"] == sheet["arts"] == sheet["virtues"] == []
    assert sheet["house"] is None


def test_a_sheet_is_plain_json():
    sheet = of(full(CharacterFactory(house_id="house.tremere")))
    assert json.loads(json.dumps(sheet)) == sheet


def test_no_characters_have_no_sheets():
    assert sheets([]) == []


def test_the_number_of_queries_does_not_depend_on_rows_or_characters():
    full(CharacterFactory(house_id="house.tremere"))
    few = _queries()
    for character in [full(CharacterFactory(house_id="house.flambeau")) for _ in range(4)]:
        AbilityFactory(character=character)
        VirtueFactory(character=character)
    assert _queries() == few <= 12


def test_sheets_come_in_the_order_of_the_characters():
    first, second = CharacterFactory(), CharacterFactory()
    assert [sheet["id"] for sheet in sheets([second, first])] == [second.pk, first.pk]


def _queries():
    with CaptureQueriesContext(connection) as queries:
        sheets(Character.objects.all())
    return len(queries)


def test_the_castings_explain_themselves():
    """R50: each of the six totals of a pair follows from its parts and what all pairs share."""
    magus = full(CharacterFactory(type="magus", stamina=2, intelligence=3))
    ArtFactory(character=magus, art_id="art.ignem", experience_points=21)
    AbilityFactory(character=magus, ability_id="ability.artes-liberales", experience_points=15)
    AbilityFactory(character=magus, ability_id="ability.magic-theory", experience_points=30)
    VirtueFactory(character=magus, virtue_id="virtue.puissant-art", parameters=[{"art": "art.ignem"}])
    VirtueFactory(character=magus, virtue_id="flaw.deficient-form", parameters=[{"art": "art.aquam"}])
    castings = of(magus)["castings"]
    shared = {name: sum(part["value"] for part in parts) for name, parts in castings["shared"].items()}
    assert (shared["casting"], shared["ritual"], shared["lab"]) == (2, 2, 3 + 3)
    assert len(castings["pairs"]) == 50
    for pair in castings["pairs"]:
        arts, divisor = sum(part["value"] for part in pair["parts"]), pair["divisor"]
        casting = arts + shared["casting"]
        ritual = casting + shared["ritual"]
        assert pair["formulaic"] == casting // divisor
        assert pair["ritual"] == ritual // divisor
        assert pair["spontaneous"] == casting // (2 * divisor)
        assert pair["spontaneous_without_fatigue"] == casting // (5 * divisor)
        assert pair["ceremonial"] == ritual // (2 * divisor)
        assert pair["lab"] == (arts + shared["lab"]) // divisor
    pairs = {(pair["technique"], pair["form"]): pair for pair in castings["pairs"]}
    assert pairs["art.creo", "art.ignem"]["formulaic"] == 12 + 6 + 3 + 2
    assert pairs["art.creo", "art.aquam"]["divisor"] == 2


def test_whoever_has_no_arts_has_no_castings():
    assert of(CharacterFactory())["castings"]["pairs"] == []


def test_every_total_is_the_sum_of_its_parts():
    """R50: wherever a number has parts, they make it."""
    sheet = of(full(CharacterFactory(type="magus", strength=2, stamina=1, light_wounds=1)))

    def check(value):
        if isinstance(value, list):
            for item in value:
                check(item)
        elif isinstance(value, dict):
            if {"value", "parts"} <= value.keys():
                assert value["value"] == sum(part["value"] for part in value["parts"]) // value.get("divisor", 1)
            for item in value.values():
                check(item)

    check({name: value for name, value in sheet.items() if name != "characteristics"})
    for row in sheet["characteristics"]:
        check(row["total"])
