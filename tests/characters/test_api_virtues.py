"""Virtues and Flaws at the API (R50)."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from characters.models import Virtue
from tests.characters.conftest import problem
from tests.characters.factories import AbilityFactory, CharacterFactory, VirtueFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def take(api, magus):
    """Take a Virtue or Flaw for Darius."""

    def post(virtue, **data):
        return api.post("virtues/", {"character": magus.pk, "virtue": virtue, **data})

    return post


def test_a_virtue_shows_what_was_chosen(api, magus, take):
    row = take("virtue.puissant-art", parameters=[{"art": "art.ignem"}], granted_by_house=True, notes="gift").json()
    assert row == {
        "id": row["id"],
        "revision": row["revision"],
        "character": magus.pk,
        "virtue": "virtue.puissant-art",
        "virtue_name": "Puissant Ignem",
        "kind": "virtue",
        "category": "Hermetic",
        "size": "minor",
        "points": 1,
        "parameters": [{"art": "art.ignem"}],
        "granted_by_house": True,
        "assumed": False,
        "granted": False,
        "notes": "gift",
    }
    assert api.get(f"virtues/{row['id']}/").json() == row
    assert api.get(f"characters/{magus.pk}/").json()["sheet"]["virtues"] == [row]


def test_the_size_is_the_catalogues_unless_it_is_given(take):
    assert take("flaw.wrathful").json()["size"] == "minor"
    row = take("flaw.driven", size="major").json()
    assert (row["size"], row["points"], row["kind"]) == ("major", 3, "flaw")


@pytest.mark.parametrize(
    ("virtue", "data", "path", "words"),
    [
        ("virtue.nonsense", {}, ["virtue"], "does not exist"),
        ("virtue.tough", {"size": "major"}, ["size"], "Allowed: minor"),
        ("virtue.tough", {"size": "huge"}, ["size"], "not a valid choice"),
        ("virtue.tough", {"size": None}, ["size"], "null"),
        ("virtue.tough", {"parameters": {}}, ["parameters"], "A list is expected"),
        ("virtue.tough", {"parameters": "x"}, ["parameters"], "A list is expected"),
        ("virtue.tough", {"parameters": [{"text": "x"}]}, ["parameters", "0"], "no such parameter"),
        ("virtue.puissant-art", {}, ["parameters", "0"], "choose an Art"),
        ("virtue.puissant-art", {"parameters": [{"ability": "ability.music"}]}, ["parameters", "0"], '"art"'),
        ("flaw.deficient-form", {"parameters": [{"art": "art.creo"}]}, ["parameters", "0"], "not a Form"),
        ("virtue.tough", {"notes": "x" * 501}, ["notes"], "500 characters"),
        ("virtue.tough", {"granted_by_house": "perhaps"}, ["granted_by_house"], "valid boolean"),
    ],
)
def test_wrong_choices_are_named(take, virtue, data, path, words):
    """R20"""
    assert words in problem(take(virtue, **data), 400, *path)
    assert not Virtue.objects.exists()


def test_all_wrong_parameters_are_reported_at_once(take):
    response = take("flaw.incompatible-arts", parameters=[{"art": "art.vim"}])
    assert set(response.json()["fields"]["parameters"]) == {"0", "1", "2", "3"}


def test_a_text_may_be_left_open(take):
    """R50: a missing text is no error."""
    response = take("virtue.major-magical-focus")
    assert response.status_code == 201, response.content
    assert response.json()["virtue_name"] == "Major Magical Focus"


def test_a_choice_can_be_changed_and_is_checked_again(api, take):
    path = f"virtues/{take('virtue.puissant-art', parameters=[{'art': 'art.ignem'}]).json()['id']}/"
    assert api.patch(path, {"parameters": [{"art": "art.vim"}]}).json()["virtue_name"] == "Puissant Vim"
    problem(api.patch(path, {"parameters": []}), 400, "parameters", "0")
    problem(api.patch(path, {"size": "major"}), 400, "size")
    problem(api.patch(path, {"virtue": "virtue.tough"}), 400, "virtue")
    assert api.patch(path, {"notes": "from her parens"}).json()["parameters"] == [{"art": "art.vim"}]


def test_a_virtue_can_be_given_up(api, take):
    assert api.delete(f"virtues/{take('virtue.tough').json()['id']}/").status_code == 204
    assert not Virtue.objects.exists()


def test_another_users_virtue_does_not_exist(api, bob):
    """R19"""
    theirs = VirtueFactory(character=CharacterFactory(owner=bob))
    assert api.get("virtues/").json()["count"] == 0
    problem(api.get(f"virtues/{theirs.pk}/"), 404)
    problem(api.patch(f"virtues/{theirs.pk}/", {"notes": "mine"}), 404)
    problem(api.delete(f"virtues/{theirs.pk}/"), 404)


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"kind": "flaw"}, 1),
        ({"kind": "virtue"}, 2),
        ({"category": "Hermetic"}, 1),
        ({"size": "major"}, 1),
        ({"virtue": "virtue.tough"}, 1),
        ({"granted_by_house": "true"}, 1),
        ({"search": "driven"}, 1),
    ],
)
def test_virtues_can_be_filtered(api, magus, query, count):
    VirtueFactory(character=magus)
    VirtueFactory(character=magus, virtue_id="flaw.driven", size="major")
    VirtueFactory(
        character=magus,
        virtue_id="virtue.puissant-art",
        parameters=[{"art": "art.vim"}],
        granted_by_house=True,
    )
    assert api.get("virtues/", character=magus.pk, **query).json()["count"] == count


def test_a_list_costs_the_same_for_one_as_for_many(api, magus):
    def statements():
        with CaptureQueriesContext(connection) as queries:
            assert api.get("virtues/").status_code == 200
        return len(queries)

    VirtueFactory(character=magus, virtue_id="virtue.puissant-art", parameters=[{"art": "art.vim"}])
    one = statements()
    VirtueFactory.create_batch(5, character=magus)
    VirtueFactory(character=magus, virtue_id="virtue.affinity-with-art", parameters=[{"art": "art.creo"}])
    assert statements() == one


def test_many_virtues_are_taken_at_the_cost_of_one(api, magus):
    """R14: what parameters refer to is read once per batch."""

    def statements(count):
        operations = [
            {
                "resource": "virtues",
                "action": "create",
                "data": {
                    "character": magus.pk,
                    "virtue": "virtue.puissant-ability",
                    "parameters": [{"ability": "ability.area-lore", "instance": str(number)}],
                },
            }
            for number in range(count)
        ]
        with CaptureQueriesContext(connection) as queries:
            response = api.post("batch/", {"operations": operations})
        assert response.status_code == 200, response.content
        return len(queries)

    assert statements(1) == statements(30)


def test_what_can_be_taken_once_is_taken_once(api, take, magus):
    """R50: in one batch, in several requests, and by itself again."""
    tough = {"resource": "virtues", "action": "create", "data": {"virtue": "virtue.tough"}}
    response = api.post(f"characters/{magus.pk}/batch/", {"operations": [tough, tough]})
    assert "only once" in response.json()["results"][1]["error"]["fields"]["non_field_errors"][0]
    first = take("virtue.tough").json()
    assert "only once" in problem(take("virtue.tough"), 400, "non_field_errors")
    assert api.patch(f"virtues/{first['id']}/", {"notes": "born with it"}).status_code == 200
    api.delete(f"virtues/{first['id']}/")
    assert take("virtue.tough").status_code == 201


def test_whether_it_can_be_taken_once_is_not_for_the_client_to_say(take):
    assert take("virtue.tough", once=None).status_code == 201
    assert take("virtue.tough", once=None).status_code == 400
    assert take("virtue.tough", once=False).status_code == 400


def test_what_can_be_taken_again_is(take):
    assert [take("virtue.improved-characteristics").status_code for _ in range(3)] == [201] * 3


def test_puissant_shows_in_the_same_answer(api, magus):
    """R50: the row, and the sheet, as they are after the whole batch."""
    row = AbilityFactory(character=magus, ability_id="ability.brawl", experience_points=30)
    puissant = {"virtue": "virtue.puissant-ability", "parameters": [{"ability": "ability.brawl", "instance": None}]}
    operations = [
        {"resource": "abilities", "action": "increment", "target": row.pk, "data": {}},
        {"resource": "virtues", "action": "create", "data": puissant},
    ]
    body = api.post(f"characters/{magus.pk}/batch/", {"operations": operations, "include": ["sheet"]}).json()
    (sheet,) = body["included"]["sheet"]
    for shown in (body["results"][0]["data"], sheet["abilities"][0]):
        assert (shown["score"], shown["bonus"], shown["effective_score"]) == (4, 2, 6)
    key = body["results"][1]["target"]
    body = api.delete(f"virtues/{key}/?include=sheet").json()
    assert body["included"]["sheet"][0]["abilities"][0]["effective_score"] == 4
