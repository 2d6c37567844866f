"""Characters at the API (R11, R19, R52)."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from characters.models import Character
from characters.rules.characteristics import ABBREVIATIONS
from tests.characters.conftest import problem
from tests.characters.factories import AbilityFactory, CharacterFactory, VirtueFactory

pytestmark = pytest.mark.django_db


def names(response):
    assert response.status_code == 200, response.content
    return [row["name"] for row in response.json()["results"]]


def test_a_list_holds_ones_own_characters_only(api, magus, bob):
    """R53"""
    CharacterFactory(owner=bob)
    assert names(api.get("characters/")) == ["Darius"]


def test_a_list_is_light(api, magus):
    row = api.get("characters/").json()["results"][0]
    assert "sheet" not in row
    assert row["house_name"] == "Flambeau"
    assert "owner" not in row


def test_a_list_costs_the_same_for_one_as_for_many(api, alice):
    CharacterFactory(owner=alice)
    with CaptureQueriesContext(connection) as one:
        api.get("characters/")
    CharacterFactory.create_batch(10, owner=alice, house_id="house.tremere")
    with CaptureQueriesContext(connection) as many:
        api.get("characters/")
    assert len(many) == len(one)


def test_lists_come_in_pages(api, alice):
    CharacterFactory.create_batch(3, owner=alice)
    first = api.get("characters/", page_size=2).json()
    assert (first["count"], len(first["results"])) == (3, 2)
    assert len(api.client.get(first["next"]).json()["results"]) == 1
    assert len(api.get("characters/", page_size=10**9).json()["results"]) == 3


@pytest.mark.parametrize("page", ["0", "99", "x", str(10**30)])
def test_a_page_that_does_not_exist_is_404(api, magus, page):
    problem(api.get("characters/", page=page), 404)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"type": "grog"}, ["Anna"]),
        ({"type": ["grog", "companion"]}, ["Anna", "Bertram"]),
        ({"house": "house.flambeau"}, ["Darius"]),
        ({"name": "ert"}, ["Bertram"]),
        ({"search": "dar"}, ["Darius"]),
        ({"ordering": "-name"}, ["Darius", "Bertram", "Anna"]),
        ({}, ["Anna", "Bertram", "Darius"]),
    ],
)
def test_lists_can_be_filtered_and_ordered(api, alice, magus, query, expected):
    CharacterFactory(owner=alice, name="Anna", type="grog")
    CharacterFactory(owner=alice, name="Bertram")
    assert names(api.get("characters/", **query)) == expected


@pytest.mark.parametrize("query", [{"type": "dragon"}, {"name": "\x00"}, {"search": "\x00"}])
def test_a_senseless_filter_is_400(api, magus, query):
    problem(api.get("characters/", **query), 400)


def test_one_character_comes_with_its_sheet(api, magus):
    VirtueFactory(
        character=magus,
        virtue_id="virtue.puissant-ability",
        parameters=[{"ability": "ability.awareness", "instance": None}],
    )
    ability = AbilityFactory(character=magus)
    response = api.get(f"characters/{magus.pk}/")
    character = response.json()
    assert response["ETag"] == f'"{character["revision"]}"'
    assert character["sheet"]["abilities"][0]["id"] == ability.pk
    assert character["sheet"]["abilities"][0]["effective_score"] == 5
    assert character["strength"] == 0


@pytest.mark.parametrize("method", ["get", "patch", "delete"])
def test_another_users_character_does_not_exist(api, bob, method):
    """R19"""
    theirs = CharacterFactory(owner=bob, name="Theirs")
    arguments = [{"name": "Mine"}] if method == "patch" else []
    problem(getattr(api, method)(f"characters/{theirs.pk}/", *arguments), 404)
    theirs.refresh_from_db()
    assert theirs.name == "Theirs"


@pytest.mark.parametrize("key", ["0", "abc", str(10**30), "-1", "1.5", "%00"])
def test_a_key_that_nobody_has_is_404(api, magus, key):
    problem(api.get(f"characters/{key}/"), 404)
    problem(api.post(f"characters/{key}/increment/", {"field": "strength"}), 404)


def test_a_new_character_belongs_to_its_maker(api, alice, bob):
    response = api.post("characters/", {"name": "Nova", "owner": bob.pk, "type": "companion", "strength": 2})
    assert response.status_code == 201, response.content
    character = Character.objects.get(pk=response.json()["id"])
    assert character.owner == alice
    assert (character.strength, character.revision) == (2, 1)


def test_a_new_magus_gets_the_fifteen_arts(api):
    character = Character.objects.get(pk=api.post("characters/", {"name": "Nova"}).json()["id"])
    arts = list(character.arts.values_list("experience_points", "revision"))
    assert arts == [(0, 1)] * 15


@pytest.mark.parametrize("data", [{"type": "magus", "with_arts": False}, {"type": "companion"}, {"type": "grog"}])
def test_others_get_no_arts(api, data):
    character = api.post("characters/", {"name": "Nova", **data}).json()
    assert "with_arts" not in character
    assert Character.objects.get(pk=character["id"]).arts.count() == 0


@pytest.mark.parametrize(
    ("data", "score", "points"),
    [
        ({"type": "magus"}, 1, 3),
        ({"type": "companion"}, 1, 3),
        ({"type": "grog"}, 0, 0),
        ({}, 1, 3),
        ({"type": "grog", "confidence_score": 1, "confidence_points": 4}, 1, 4),
    ],
)
def test_confidence_starts_as_the_type_has_it(api, data, score, points):
    row = api.post("characters/", {"name": "Nova", **data}).json()
    assert row["confidence_score"] == data.get("confidence_score")  # nobody has said anything else
    confidence = api.get(f"characters/{row['id']}/").json()["sheet"]["confidence"]
    assert (confidence["score"], confidence["points"]) == (score, points)


def test_a_change_is_partial(api, magus):
    row = api.patch(f"characters/{magus.pk}/", {"name": "Dariah", "with_arts": True, "house": None}).json()
    assert (row["name"], row["type"], row["house"]) == ("Dariah", "magus", None)
    assert magus.arts.count() == 0
    assert api.client.put(f"/api/characters/{magus.pk}/", {}, format="json").status_code == 405


def test_a_deleted_character_is_gone(api, magus):
    AbilityFactory(character=magus)
    assert api.delete(f"characters/{magus.pk}/").status_code == 204
    problem(api.get(f"characters/{magus.pk}/"), 404)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "", "blank"),
        ("name", None, "null"),
        ("name", "x" * 101, "100 characters"),
        ("name", "a\x00b", "Null characters"),
        ("name", {"a": 1}, "Not a valid string"),
        ("type", "dragon", "not a valid choice"),
        ("house", "house.nowhere", "does not exist"),
        ("house", {"id": 1}, ""),
        ("house", ["house.tremere"], ""),
        ("strength", 4, "less than or equal to 3"),
        ("quickness", -4, "greater than or equal to -3"),
        ("strength", "strong", "valid integer"),
        ("strength", 10**30, ""),
        ("age", -1, "greater than or equal to 0"),
        ("age", 2001, "less than or equal to 2000"),
        ("warping_points", 10**7, "less than or equal to 1000000"),
        ("confidence_points", 101, "less than or equal to 100"),
        ("notes", "x" * 20_001, "20000 characters"),
    ],
)
def test_wrong_values_are_named(api, magus, field, value, words):
    """R20"""
    assert words in problem(api.patch(f"characters/{magus.pk}/", {field: value}), 400, field)
    assert words in problem(api.post("characters/", {"name": "Nova", field: value}), 400, field)
    magus.refresh_from_db()
    assert (magus.revision, Character.objects.count()) == (1, 1)


def test_a_key_with_a_nul_is_refused(api, magus):
    """R20: PostgreSQL cannot even be asked for it."""
    for response in (
        api.patch(f"characters/{magus.pk}/", {"house": "\x00"}),
        api.post("characters/", {"name": "Nova", "house": "\x00"}),
        api.post("abilities/", {"character": magus.pk, "ability": "\x00"}),
        api.post("abilities/", {"character": magus.pk, "ability": "ability.brawl\x00"}),
    ):
        assert 400 <= response.status_code < 500
        problem(response, response.status_code)


def test_a_character_needs_a_name(api):
    assert "required" in problem(api.post("characters/", {}), 400, "name")


@pytest.mark.parametrize("body", ["{", "[]", '"x"', "5", "[" * 200_000, "nul", '{"name": "a", "name": "b"'])
def test_a_body_that_is_no_object_is_400(api, magus, body):
    """R20"""
    response = api.client.post("/api/characters/", body, content_type="application/json")
    problem(response, 400)


@pytest.mark.parametrize("field", ABBREVIATIONS)
def test_characteristics_are_raised_and_lowered(api, magus, field):
    """R51"""
    assert api.post(f"characters/{magus.pk}/increment/", {"field": field}).json()[field] == 1
    assert api.post(f"characters/{magus.pk}/increment/", {"field": field, "by": 2}).json()[field] == 3
    assert api.post(f"characters/{magus.pk}/decrement/", {"field": field, "by": 4}).json()[field] == -1
    assert api.post(f"characters/{magus.pk}/increment/", {"field": field, "by": -2}).json()[field] == -3


@pytest.mark.parametrize(("action", "by"), [("increment", 4), ("decrement", 4), ("increment", 1000)])
def test_characteristics_stay_within_three(api, magus, action, by):
    response = api.post(f"characters/{magus.pk}/{action}/", {"field": "stamina", "by": by})
    assert "between -3 and +3" in problem(response, 422, "by")
    assert response.json()["code"] == "out_of_range"
    magus.refresh_from_db()
    assert magus.stamina == 0


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({}, "field"),
        ({"field": "luck"}, "field"),
        ({"field": "name"}, "field"),
        ({"field": None}, "field"),
        ({"field": ["strength"]}, "field"),
        ({"field": "strength", "by": True}, "by"),
        ({"field": "strength", "by": 1.0}, "by"),
        ({"field": "strength", "by": "1"}, "by"),
        ({"field": "strength", "by": None}, "by"),
        ({"field": "strength", "by": 10**30}, "by"),
    ],
)
def test_a_step_that_makes_no_sense_is_400(api, magus, data, field):
    problem(api.post(f"characters/{magus.pk}/increment/", data), 400, field)
    problem(api.post(f"characters/{magus.pk}/decrement/", data), 400, field)


def test_a_stranger_is_asked_who_they_are(api, magus):
    api.client.credentials()
    response = api.get("characters/")
    problem(response, 401)
    assert response["WWW-Authenticate"] == "Token"


def test_a_session_needs_the_csrf_token(api, alice, magus):
    """R19"""
    api.client.credentials()
    api.client.force_login(alice)
    assert names(api.get("characters/")) == ["Darius"]
    problem(api.patch(f"characters/{magus.pk}/", {"name": "Stolen"}), 403)
    magus.refresh_from_db()
    assert magus.name == "Darius"


def test_an_address_that_does_not_exist_is_a_problem_too(api):
    problem(api.get("nonsense/"), 404)
    problem(api.post("characters/1/2/3/", {}), 404)
    assert api.get("characters").status_code == 308


@pytest.mark.parametrize(
    ("field", "by", "status"),
    [
        ("light_wounds", 1, 200),
        ("light_wounds", -1, 422),
        ("fatigue", 5, 200),
        ("fatigue", 6, 422),
        ("strength_aging", 2, 200),
        ("strength_lost", 1, 200),
        ("warping_points", 7, 200),
        ("decrepitude_points", -1, 422),
        ("age", 1, 200),
        ("size", -11, 422),
        ("name", 1, 400),
        ("mode", 1, 400),
    ],
)
def test_other_numbers_can_be_stepped(api, magus, field, by, status):
    before = getattr(magus, field)
    assert api.post(f"characters/{magus.pk}/increment/", {"field": field, "by": by}).status_code == status
    magus.refresh_from_db()
    assert getattr(magus, field) == (before + by if status == 200 else before)


def test_wounds_and_fatigue_hurt(api, magus):
    api.patch(f"characters/{magus.pk}/", {"light_wounds": 2, "medium_wounds": 1, "fatigue": 3})
    health = api.get(f"characters/{magus.pk}/").json()["sheet"]["health"]
    assert (health["wound_penalty"], health["fatigue_level"], health["penalty"]) == (-5, "Tired", -8)


def test_aging_wears_a_characteristic_down(api, magus):
    row = {"strength": 1, "strength_lost": 2, "strength_aging": 1, "decrepitude_points": 6}
    api.patch(f"characters/{magus.pk}/", row)
    sheet = api.get(f"characters/{magus.pk}/").json()["sheet"]
    strength = next(row for row in sheet["characteristics"] if row["name"] == "strength")
    assert (strength["value"], strength["total"]["value"], strength["aging_points"]) == (1, -1, 1)
    assert sheet["decrepitude"]["score"] == 1
