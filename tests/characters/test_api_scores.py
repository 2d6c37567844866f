"""Abilities and Arts at the API (R10, R11, R50)."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from characters.api.serializers import AbilitySerializer, ArtSerializer, VirtueSerializer
from characters.models import Ability, Art
from characters.rules.experience import MAX_EXPERIENCE
from tests.characters.conftest import problem
from tests.characters.factories import AbilityFactory, ArtFactory, CharacterFactory, VirtueFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def ability(magus):
    return AbilityFactory(character=magus, experience_points=75 + 10)


@pytest.fixture
def art(magus):
    return ArtFactory(character=magus, experience_points=15 + 2)


def test_an_ability_shows_all_that_follows_from_its_experience(api, magus):
    VirtueFactory(
        character=magus,
        virtue_id="virtue.puissant-ability",
        parameters=[{"ability": "ability.area-lore", "instance": "Provence"}],
    )
    row = AbilityFactory(
        character=magus,
        ability_id="ability.area-lore",
        instance="Provence",
        specialty="rivers",
        experience_points=80,
    )
    response = api.get(f"abilities/{row.pk}/")
    assert response.json() == {
        "id": row.pk,
        "revision": row.revision,
        "character": magus.pk,
        "ability": "ability.area-lore",
        "ability_name": "Provence Lore",
        "category": "General",
        "instance": "Provence",
        "specialty": "rivers",
        "native": False,
        "experience_points": 80,
        "score": 5,
        "remainder": 5,
        "bonus": 2,
        "effective_score": 7,
        "next_cost": 30,
    }
    assert response["ETag"] == f'"{row.revision}"'


def test_an_art_shows_all_that_follows_from_its_experience(api, art):
    assert api.get(f"arts/{art.pk}/").json() == {
        "id": art.pk,
        "revision": art.revision,
        "character": art.character_id,
        "art": "art.creo",
        "art_name": "Creo",
        "abbr": "Cr",
        "kind": "technique",
        "bonus_experience": 0,
        "experience_points": 17,
        "score": 5,
        "remainder": 2,
        "bonus": 0,
        "effective_score": 5,
        "next_cost": 6,
    }


def test_the_sheet_shows_the_same_rows(api, magus, ability, art):
    sheet = api.get(f"characters/{magus.pk}/").json()["sheet"]
    for kind, row in (("abilities", ability), ("arts", art)):
        shown = api.get(f"{kind}/{row.pk}/").json()
        assert shown == {name: value for name, value in sheet[kind][0].items() if name in shown}


def test_lists_hold_rows_of_ones_own_characters_only(api, ability, art, bob):
    """R53"""
    theirs = CharacterFactory(owner=bob)
    AbilityFactory(character=theirs)
    ArtFactory(character=theirs)
    assert [row["id"] for row in api.get("abilities/").json()["results"]] == [ability.pk]
    assert [row["id"] for row in api.get("arts/").json()["results"]] == [art.pk]
    assert api.get("abilities/", character=theirs.pk).json()["count"] == 0


def test_a_list_costs_the_same_for_one_as_for_many(api, magus):
    AbilityFactory(character=magus)
    with CaptureQueriesContext(connection) as one:
        api.get("abilities/")
    for instance in "abcdef":
        AbilityFactory(character=magus, ability_id="ability.area-lore", instance=instance)
    with CaptureQueriesContext(connection) as many:
        assert api.get("abilities/").json()["count"] == 7
    assert len(many) == len(one)


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"ability": "ability.awareness"}, 1),
        ({"ability": "ability.brawl"}, 0),
        ({"category": "Martial"}, 1),
        ({"instance": "Provence"}, 1),
        ({"search": "prov"}, 1),
        ({"search": "awareness"}, 1),
        ({}, 3),
    ],
)
def test_abilities_can_be_filtered(api, magus, ability, query, count):
    AbilityFactory(character=magus, ability_id="ability.area-lore", instance="Provence")
    AbilityFactory(character=magus, ability_id="ability.single-weapon")
    assert api.get("abilities/", character=magus.pk, **query).json()["count"] == count


@pytest.mark.parametrize(("query", "count"), [({"kind": "form"}, 1), ({"art": "art.creo"}, 1), ({}, 2)])
def test_arts_can_be_filtered(api, magus, art, query, count):
    ArtFactory(character=magus, art_id="art.ignem")
    assert api.get("arts/", character=magus.pk, **query).json()["count"] == count


@pytest.mark.parametrize("value", ["x", str(10**30), "1.5", "\x00"])
def test_a_senseless_filter_is_400(api, ability, value):
    response = api.get("abilities/", character=value)
    if value != "1.5":  # no row has this key, which is all that was asked
        problem(response, 400)


@pytest.mark.parametrize("resource", ["abilities", "arts"])
@pytest.mark.parametrize("verb", ["get", "patch", "delete", "increment", "decrement"])
def test_another_users_row_does_not_exist(api, bob, resource, verb):
    """R19"""
    theirs = CharacterFactory(owner=bob)
    row = AbilityFactory(character=theirs) if resource == "abilities" else ArtFactory(character=theirs)
    path = f"{resource}/{row.pk}/"
    answer = {
        "get": lambda: api.get(path),
        "patch": lambda: api.patch(path, {"score": 9}),
        "delete": lambda: api.delete(path),
        "increment": lambda: api.post(f"{path}increment/"),
        "decrement": lambda: api.post(f"{path}decrement/"),
    }[verb]()
    problem(answer, 404)
    before = row.experience_points
    row.refresh_from_db()
    assert row.experience_points == before


def test_another_users_row_does_not_exist_in_a_batch_either(api, magus, bob):
    """R19"""
    theirs = AbilityFactory(character=CharacterFactory(owner=bob))
    response = api.post(
        "batch/",
        {
            "operations": [
                {"resource": "abilities", "action": "increment", "target": theirs.pk},
            ]
        },
    )
    problem(response, 404)
    theirs.refresh_from_db()
    assert theirs.experience_points == 30


# --- increment and decrement ---


@pytest.mark.parametrize(
    ("action", "data", "points"),
    [
        ("increment", None, 115),
        ("increment", {}, 115),
        ("increment", {"by": 1}, 115),
        ("increment", {"by": 2}, 150),
        ("increment", {"by": 0}, 85),
        ("increment", {"by": -1}, 60),
        ("increment", {"by": -4}, 5 + 9),
        ("increment", {"by": 0, "low": -4}, 75 + 9),
        ("increment", {"by": 1, "low": 0}, 115),
        ("increment", {"score": 6}, 115),
        ("increment", {"score": 5}, 85),
        ("increment", {"experience_points": 120}, 120),
        ("increment", {"score": 5, "experience_points": 75}, 75),
        ("increment", {"score": 6, "experience_points": 110}, 110),
        ("decrement", None, 60),
        ("decrement", {"by": 4}, 5 + 9),
        ("decrement", {"by": -1}, 115),
        ("decrement", {"by": 1, "low": -4}, 50 + 9),
        ("decrement", {"score": 0}, 4),
        ("decrement", {"score": 0, "experience_points": 0}, 0),
        ("decrement", {"experience_points": 80}, 80),
    ],
)
def test_a_score_is_raised_and_lowered(api, ability, action, data, points):
    """R10: Awareness 5 (10) is 85 experience."""
    response = api.post(f"abilities/{ability.pk}/{action}/", data)
    assert response.status_code == 200, response.content
    assert response.json()["experience_points"] == points
    ability.refresh_from_db()
    assert ability.experience_points == points


def test_arts_are_raised_at_the_price_of_arts(api, art):
    assert api.post(f"arts/{art.pk}/increment/").json()["experience_points"] == 21 + 2
    assert api.post(f"arts/{art.pk}/decrement/", {"by": 6}).json()["experience_points"] == 0


def test_a_click_answers_with_the_score_in_use(api, magus):
    """R10: Puissant shows in `effective_score`."""
    ability = AbilityFactory(character=magus, experience_points=50)
    VirtueFactory(
        character=magus,
        virtue_id="virtue.puissant-ability",
        parameters=[{"ability": "ability.awareness", "instance": None}],
    )
    row = api.post(f"abilities/{ability.pk}/increment/").json()
    assert (row["score"], row["effective_score"]) == (5, 7)


@pytest.mark.parametrize(
    ("action", "data", "code", "field"),
    [
        ("decrement", {"by": 6}, "below_zero", "by"),
        ("increment", {"by": -6}, "below_zero", "by"),
        ("increment", {"by": 3, "low": -6}, "below_zero", "by"),
        ("increment", {"by": 1000}, "too_much_experience", "by"),
        ("increment", {"score": 4}, "wrong_side", "score"),
        ("increment", {"experience_points": 74}, "wrong_side", "experience_points"),
        ("increment", {"score": 4, "experience_points": 50}, "wrong_side", "experience_points"),
        ("decrement", {"score": 6}, "wrong_side", "score"),
        ("decrement", {"score": 6, "experience_points": 105}, "wrong_side", "score"),
    ],
)
def test_what_a_score_cannot_do_is_422(api, ability, action, data, code, field):
    """R10: never clamped."""
    response = api.post(f"abilities/{ability.pk}/{action}/", data)
    assert problem(response, 422, field)
    assert response.json()["code"] == code
    ability.refresh_from_db()
    assert ability.experience_points == 85


@pytest.mark.parametrize("action", ["increment", "decrement"])
@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"by": True}, "by"),
        ({"by": 1.0}, "by"),
        ({"by": "1"}, "by"),
        ({"by": None}, "by"),
        ({"by": [1]}, "by"),
        ({"by": 1001}, "by"),
        ({"by": 10**30}, "by"),
        ({"by": 1, "low": 1}, "low"),
        ({"low": "0"}, "low"),
        ({"score": True}, "score"),
        ({"score": 5.0}, "score"),
        ({"score": "5"}, "score"),
        ({"score": -1}, "score"),
        ({"score": 10**9}, "score"),
        ({"experience_points": "75"}, "experience_points"),
        ({"experience_points": 75.0}, "experience_points"),
        ({"experience_points": -1}, "experience_points"),
        ({"experience_points": MAX_EXPERIENCE + 1}, "experience_points"),
        ({"score": 5, "experience_points": 74}, "score"),
        ({"score": 5, "experience_points": 105}, "experience_points"),
        ({"by": 1, "score": 6}, "score"),
        ({"low": 0, "experience_points": 105}, "experience_points"),
    ],
)
def test_a_step_that_makes_no_sense_is_400(api, ability, action, data, field):
    """R20"""
    problem(api.post(f"abilities/{ability.pk}/{action}/", data), 400, field)
    ability.refresh_from_db()
    assert ability.experience_points == 85


def test_a_low_point_above_the_end_is_400(api, ability):
    assert "at most -2" in problem(api.post(f"abilities/{ability.pk}/increment/", {"by": -2, "low": -1}), 400, "low")


def test_the_seed_contract(api, magus, ability):
    """R10: the shape that the complaint asked for."""
    response = api.post(
        f"characters/{magus.pk}/abilities/batch",
        {
            "operations": [
                {
                    "abilityId": ability.pk,
                    "action": "increment",
                    "data": {"score": 6, "experience_points": 105},
                },
            ]
        },
    )
    assert response.status_code == 200, response.content
    (result,) = response.json()["results"]
    assert (result["abilityId"], result["action"], result["success"]) == (ability.pk, "increment", True)
    wanted = {
        "id": ability.pk,
        "ability_name": "Awareness",
        "score": 6,
        "effective_score": 6,
        "experience_points": 105,
    }
    assert wanted.items() <= result["data"].items()


# --- create, update, delete ---


@pytest.mark.parametrize(
    ("data", "points"),
    [
        ({}, 0),
        ({"score": 3}, 30),
        ({"experience_points": 31}, 31),
        ({"score": 3, "experience_points": 49}, 49),
    ],
)
def test_an_ability_is_made_with_score_or_experience(api, magus, data, points):
    response = api.post("abilities/", {"character": magus.pk, "ability": "ability.brawl", **data})
    assert response.status_code == 201, response.content
    assert response.json()["experience_points"] == points
    assert Ability.objects.get(pk=response.json()["id"]).experience_points == points


def test_an_ability_with_instances_is_made_with_one(api, magus):
    data = {
        "character": magus.pk,
        "ability": "ability.area-lore",
        "instance": " Provence ",
        "specialty": "rivers",
    }
    row = api.post("abilities/", data).json()
    assert (row["ability_name"], row["instance"], row["specialty"]) == ("Provence Lore", "Provence", "rivers")


@pytest.mark.parametrize(
    ("data", "field", "words"),
    [
        ({"ability": "ability.area-lore"}, "instance", "needs an instance"),
        ({"ability": "ability.area-lore", "instance": "  "}, "instance", "needs an instance"),
        ({"ability": "ability.brawl", "instance": "fists"}, "instance", "no instances"),
        ({"ability": "ability.area-lore", "instance": "x" * 81}, "instance", "80 characters"),
        ({"ability": "ability.area-lore", "instance": "a\x00"}, "instance", "Null characters"),
        ({"ability": "ability.nonsense"}, "ability", "does not exist"),
        ({"ability": 5}, "ability", "does not exist"),
        ({"ability": True}, "ability", "Incorrect type"),
        ({"ability": None}, "ability", "null"),
        ({"ability": {"id": "ability.brawl"}}, "ability", "Incorrect type"),
        ({"ability": "ability.brawl", "score": "3"}, "score", "valid integer"),
        ({"ability": "ability.brawl", "score": True}, "score", "valid integer"),
        ({"ability": "ability.brawl", "experience_points": 1.0}, "experience_points", "valid integer"),
        (
            {"ability": "ability.brawl", "experience_points": -1},
            "experience_points",
            "greater than or equal to 0",
        ),
        (
            {"ability": "ability.brawl", "experience_points": 10**7},
            "experience_points",
            "less than or equal to",
        ),
        ({"ability": "ability.brawl", "score": 3, "experience_points": 50}, "score", "make score 4"),
        ({"ability": "ability.brawl", "specialty": "x" * 101}, "specialty", "100 characters"),
        ({}, "ability", "required"),
    ],
)
def test_a_new_ability_with_wrong_values_is_400(api, magus, data, field, words):
    """R20"""
    assert words in problem(api.post("abilities/", {"character": magus.pk, **data}), 400, field)
    assert not Ability.objects.exists()


def test_an_ability_is_had_once_per_instance(api, magus):
    data = {"character": magus.pk, "ability": "ability.area-lore", "instance": "Provence"}
    assert api.post("abilities/", data).status_code == 201
    assert "already" in problem(api.post("abilities/", data), 400, "non_field_errors")
    assert api.post("abilities/", {**data, "instance": "Rhine"}).status_code == 201


@pytest.mark.parametrize(("resource", "entry"), [("abilities", "ability.brawl"), ("arts", "art.creo")])
def test_nothing_is_added_to_another_users_character(api, bob, resource, entry):
    """R19: it is answered like a character that does not exist."""
    theirs = CharacterFactory(owner=bob)
    name = entry.partition(".")[0]
    there = api.post(f"{resource}/", {"character": theirs.pk, name: entry})
    nowhere = api.post(f"{resource}/", {"character": 10**6, name: entry})
    assert there.status_code == nowhere.status_code in (400, 404)
    assert there.json()["code"] == nowhere.json()["code"]
    assert not theirs.abilities.exists()
    assert not theirs.arts.exists()


@pytest.mark.parametrize(
    ("serializer", "entry"),
    [(AbilitySerializer, "ability.brawl"), (ArtSerializer, "art.creo"), (VirtueSerializer, "virtue.tough")],
)
def test_serializers_know_no_other_users_characters(rf, magus, bob, serializer, entry):
    """R19: by themselves, whoever uses them."""
    request = rf.post("/")
    request.user = bob
    data = {"character": magus.pk, entry.partition(".")[0]: entry}
    checked = serializer(data=data, context={"request": request, "view": None})
    assert not checked.is_valid()
    assert set(checked.errors) == {"character"}
    assert not serializer(data=data).is_valid()


@pytest.mark.parametrize("character", [None, "x", [1], {"id": 1}, True, 10**30, "\x00"])
def test_a_senseless_character_is_refused(api, magus, character):
    response = api.post("abilities/", {"character": character, "ability": "ability.brawl"})
    assert response.status_code in (400, 404), response.content
    problem(response, response.status_code)


@pytest.mark.parametrize(
    ("data", "points"),
    [
        ({"score": 6}, 105),
        ({"score": 5}, 75),
        ({"experience_points": 90}, 90),
        ({"score": 5, "experience_points": 104}, 104),
        ({"specialty": "traps"}, 85),
        ({}, 85),
    ],
)
def test_a_change_sets_the_final_state(api, ability, data, points):
    """A score alone stands for exactly its price, so that changes merge to the last one (R31)."""
    row = api.patch(f"abilities/{ability.pk}/", data).json()
    assert row["experience_points"] == points
    assert row["specialty"] == data.get("specialty", "")


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"score": 5, "experience_points": 74}, "experience_points"),
        ({"score": "5"}, "score"),
        ({"score": None}, "score"),
        ({"instance": "here"}, "instance"),
        ({"ability": "ability.brawl"}, "ability"),
    ],
)
def test_a_change_that_makes_no_sense_is_400(api, ability, data, field):
    problem(api.patch(f"abilities/{ability.pk}/", data), 400, field)


def test_a_row_stays_with_its_character(api, alice, ability):
    elsewhere = CharacterFactory(owner=alice)
    problem(api.patch(f"abilities/{ability.pk}/", {"character": elsewhere.pk}), 400, "character")
    ability.refresh_from_db()
    assert ability.character_id != elsewhere.pk


def test_what_stays_the_same_may_be_said_again(api, ability):
    data = {"character": ability.character_id, "ability": ability.ability_id}
    assert api.patch(f"abilities/{ability.pk}/", data).status_code == 200


def test_an_instance_can_be_renamed(api, magus):
    row = AbilityFactory(character=magus, ability_id="ability.area-lore", instance="Provence")
    AbilityFactory(character=magus, ability_id="ability.area-lore", instance="Rhine")
    assert api.patch(f"abilities/{row.pk}/", {"instance": "Alps"}).json()["ability_name"] == "Alps Lore"
    problem(api.patch(f"abilities/{row.pk}/", {"instance": "Rhine"}), 400, "non_field_errors")
    problem(api.patch(f"abilities/{row.pk}/", {"instance": ""}), 400, "instance")


def test_an_ability_can_be_deleted(api, ability):
    assert api.delete(f"abilities/{ability.pk}/").status_code == 204
    problem(api.get(f"abilities/{ability.pk}/"), 404)
    problem(api.delete(f"abilities/{ability.pk}/"), 404)


def test_an_art_is_made_changed_and_had_once(api, magus):
    data = {"character": magus.pk, "art": "art.vim", "experience_points": 46, "bonus_experience": 25}
    row = api.post("arts/", data).json()
    assert (row["score"], row["remainder"], row["bonus_experience"]) == (9, 1, 25)
    assert "already" in problem(api.post("arts/", data), 400, "non_field_errors")
    assert api.patch(f"arts/{row['id']}/", {"score": 10}).json()["experience_points"] == 55
    problem(api.patch(f"arts/{row['id']}/", {"art": "art.creo"}), 400, "art")
    problem(api.post("arts/", {**data, "art": "art.creo", "bonus_experience": "5"}), 400, "bonus_experience")
    assert Art.objects.count() == 1


# --- batches ---


def test_a_batch_takes_the_same_number_of_statements_for_one_as_for_fifty(api, magus):
    """R14"""
    rows = [
        AbilityFactory(character=magus, ability_id="ability.area-lore", instance=str(number)) for number in range(50)
    ]

    def statements(count):
        operations = [
            {"resource": "abilities", "action": "increment", "target": row.pk, "data": {"by": 1}}
            for row in rows[:count]
        ]
        with CaptureQueriesContext(connection) as queries:
            response = api.post("batch/", {"operations": operations})
        assert response.status_code == 200, response.content
        return len(queries)

    assert statements(1) == statements(50)


def test_a_new_virtue_shows_in_the_same_answer(api, magus, ability):
    """R50: Puissant is added and the score in use follows, in one batch."""
    response = api.post(
        f"characters/{magus.pk}/batch/",
        {
            "operations": [
                {
                    "resource": "virtues",
                    "action": "create",
                    "data": {
                        "character": magus.pk,
                        "virtue": "virtue.puissant-ability",
                        "parameters": [{"ability": "ability.awareness"}],
                    },
                },
                {"resource": "abilities", "action": "increment", "target": ability.pk},
            ],
            "include": ["sheet"],
        },
    )
    assert response.status_code == 200, response.content
    created, raised = response.json()["results"]
    assert created["data"]["virtue_name"] == "Puissant Awareness"
    assert (raised["data"]["score"], raised["data"]["effective_score"]) == (6, 8)
    (sheet,) = response.json()["included"]["sheet"]
    assert sheet["abilities"][0]["effective_score"] == 8


def test_a_score_below_zero_takes_back_the_whole_batch(api, magus, ability):
    """R12"""
    response = api.post(
        f"characters/{magus.pk}/abilities/batch/",
        {
            "operations": [
                {"abilityId": ability.pk, "action": "increment"},
                {"abilityId": ability.pk, "action": "decrement", "data": {"by": 7}},
            ]
        },
    )
    assert problem(response, 422)
    ability.refresh_from_db()
    assert ability.experience_points == 85


# --- gains in play ---


@pytest.fixture
def gifted(magus):
    """Darius with an Affinity with Brawl."""
    VirtueFactory(
        character=magus,
        virtue_id="virtue.affinity-with-ability",
        parameters=[{"ability": "ability.brawl", "instance": None}],
    )
    return AbilityFactory(character=magus, ability_id="ability.brawl", experience_points=0)


def test_a_gain_is_multiplied_and_rounded_up_once(api, gifted):
    assert api.post(f"abilities/{gifted.pk}/gain/", {"amount": 5}).json()["experience_points"] == 8
    assert api.post(f"abilities/{gifted.pk}/gain/", {"amount": 5}).json()["experience_points"] == 16


def test_gains_told_together_count_as_one_by_one(api, gifted):
    assert api.post(f"abilities/{gifted.pk}/gain/", {"amounts": [5, 5]}).json()["experience_points"] == 16


def test_without_affinity_a_gain_is_what_it_is(api, gifted, art):
    assert api.post(f"arts/{art.pk}/gain/", {"amount": 4}).json()["experience_points"] == 21


def test_an_affinity_of_the_same_batch_counts(api, magus, ability):
    """R14: as if sent one by one."""
    affinity = {
        "virtue": "virtue.affinity-with-ability",
        "parameters": [{"ability": ability.ability_id, "instance": None}],
    }
    gain = {"resource": "abilities", "action": "gain", "target": ability.pk, "data": {"amount": 5}}
    response = api.post(
        f"characters/{magus.pk}/batch/",
        {"operations": [gain, {"resource": "virtues", "action": "create", "data": affinity}, gain]},
    )
    assert response.json()["results"][0]["data"]["experience_points"] == 85 + 5 + 8


def test_gains_take_the_same_number_of_statements(api, magus, gifted):
    gain = {"resource": "abilities", "action": "gain", "target": gifted.pk, "data": {"amount": 5}}
    counts = set()
    for size in (2, 20):  # several on one row are one statement more than a single one
        with CaptureQueriesContext(connection) as queries:
            response = api.post(f"characters/{magus.pk}/batch/", {"operations": [gain] * size})
        assert response.status_code == 200
        counts.add(len(queries))
    assert len(counts) == 1


@pytest.mark.parametrize(
    ("data", "status", "field"),
    [
        ({}, 400, "amount"),
        ({"amount": -1}, 400, "amount"),
        ({"amount": 1.5}, 400, "amount"),
        ({"amount": True}, 400, "amount"),
        ({"amount": MAX_EXPERIENCE + 1}, 400, "amount"),
        ({"amount": 5, "amounts": [5]}, 400, "amount"),
        ({"amounts": 5}, 400, "amounts"),
        ({"amounts": [-5]}, 400, "amounts"),
        ({"amounts": [1] * 101}, 400, "amounts"),
        ({"amount": MAX_EXPERIENCE}, 422, "amount"),
    ],
)
def test_wrong_gains_are_named(api, gifted, data, status, field):
    assert field in api.post(f"abilities/{gifted.pk}/gain/", data).json()["fields"]
    assert api.post(f"abilities/{gifted.pk}/gain/", data).status_code == status
    gifted.refresh_from_db()
    assert gifted.experience_points == 0


def test_only_a_living_language_is_native(api, magus):
    new = {"character": magus.pk, "instance": "Occitan", "native": True}
    assert "Living Language" in problem(api.post("abilities/", {**new, "ability": "ability.area-lore"}), 400, "native")
    assert api.post("abilities/", {**new, "ability": "ability.living-language"}).json()["native"] is True
