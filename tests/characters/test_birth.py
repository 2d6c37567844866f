"""What a new magus has from the start: The Gift, a status, and what the House gives (R50)."""

from __future__ import annotations

import pytest

from characters.models import Character
from tests.characters.conftest import problem

pytestmark = pytest.mark.django_db

PUISSANT = "virtue.puissant-art"


@pytest.fixture
def born(api):
    def post(house, **data):
        return api.post("characters/", {"name": "Nova", "type": "magus", "house": house, **data})

    return post


def grants(response):
    assert response.status_code == 201, response.content
    rows = Character.objects.get(pk=response.json()["id"]).virtues.filter(granted_by_house=True).order_by("pk")
    return [(row.virtue_id, row.parameters, row.assumed) for row in rows]


def reminders(api, response):
    sheet = api.get(f"characters/{response.json()['id']}/").json()["sheet"]
    return [found for found in sheet["findings"] if found["code"] == "house_grant_assumed"]


@pytest.mark.parametrize("data", [{"house": "house.tytalus"}, {"house": None}])
def test_a_new_magus_has_the_gift_and_is_one_of_the_order(api, born, data):
    sheet = api.get(f"characters/{born(**data).json()['id']}/").json()["sheet"]
    assert {"The Gift", "Hermetic Magus"} <= {row["virtue_name"] for row in sheet["virtues"]}
    assert not {"gift_missing", "hermetic_magus_status"} & {found["code"] for found in sheet["findings"]}
    assert sheet["virtue_points"]["spent"] == 0


@pytest.mark.parametrize("data", [{"with_arts": False}, {"type": "companion"}, {"type": "grog"}])
def test_others_are_given_neither(born, data):
    assert not Character.objects.get(pk=born(None, **data).json()["id"]).virtues.exists()


def test_the_house_gives_what_it_gives(api, born):
    response = born("house.tytalus")
    assert grants(response) == [("virtue.self-confident", [], False)]
    assert reminders(api, response) == []
    sheet = api.get(f"characters/{response.json()['id']}/").json()["sheet"]
    assert (sheet["confidence"]["score"], sheet["confidence"]["points"]) == (2, 5)
    assert sheet["virtue_points"]["spent"] == 0


def test_of_a_choice_the_first_is_taken_and_the_player_is_told(api, born):
    response = born("house.flambeau")
    assert grants(response) == [(PUISSANT, [{"art": "art.perdo"}], True)]
    (found,) = reminders(api, response)
    assert found["severity"] == "reminder"
    assert "Puissant Perdo" in found["message"]
    assert "Puissant Ignem" in found["message"]


def test_the_reminder_goes_when_the_player_chooses(api, born):
    response = born("house.flambeau")
    row = Character.objects.get(pk=response.json()["id"]).virtues.get(granted_by_house=True)
    api.patch(f"virtues/{row.pk}/", {"parameters": [{"art": "art.ignem"}]})
    assert reminders(api, response) == []


def test_the_player_can_choose_at_once(api, born):
    response = born("house.flambeau", house_grants=[{"virtue": PUISSANT, "parameters": [{"art": "art.ignem"}]}])
    assert grants(response) == [(PUISSANT, [{"art": "art.ignem"}], False)]
    assert reminders(api, response) == []


def test_a_free_choice_is_left_open_and_found(api, born):
    response = born("house.jerbiton")
    assert grants(response) == []
    sheet = api.get(f"characters/{response.json()['id']}/").json()["sheet"]
    assert any("house" in found["code"] for found in sheet["findings"])


def test_a_free_choice_can_be_made(born):
    wanted = [
        {"virtue": "virtue.puissant-art", "parameters": [{"art": "art.terram"}]},
        {"virtue": "virtue.giant-blood"},
        {"virtue": "flaw.deficient-technique", "parameters": [{"art": "art.perdo"}]},
    ]
    assert [name for name, *_ in grants(born("house.ex-miscellanea", house_grants=wanted))] == [
        "virtue.puissant-art",
        "virtue.giant-blood",
        "flaw.deficient-technique",
    ]


def test_abilities_come_with_the_house(born):
    character = Character.objects.get(pk=born("house.bjornaer").json()["id"])
    ability = character.abilities.get()
    assert (ability.ability_id, ability.score) == ("ability.heartbeast", 1)


def test_nothing_can_be_asked_for(born):
    assert grants(born("house.bjornaer", house_grants=[])) == []
    assert not Character.objects.get().abilities.exists()


@pytest.mark.parametrize(("house", "type"), [("house.mercere", "companion"), (None, "magus")])
def test_others_get_nothing(born, house, type):
    assert grants(born(house, type=type)) == []


@pytest.mark.parametrize(
    ("given", "path", "words"),
    [
        ("x", [], "A list"),
        ([1], ["0"], "An object"),
        ([{"virtue": "virtue.nonsense"}], ["0", "virtue"], "does not exist"),
        ([{"virtue": PUISSANT}], ["0", "parameters", "0"], "choose an Art"),
        ([{"virtue": PUISSANT, "parameters": [{"art": "art.creo"}]}], ["0"], "does not give this"),
        ([{"virtue": "virtue.tough"}], ["0"], "does not give this"),
        ([{"virtue": PUISSANT, "parameters": [{"art": "art.ignem"}]}] * 2, ["1"], "does not give this"),
    ],
)
def test_what_the_house_does_not_give_is_refused(born, given, path, words):
    assert words in problem(born("house.flambeau", house_grants=given), 400, "house_grants", *path)
    assert not Character.objects.exists()


def test_only_magi_with_a_house_choose(born):
    grant = [{"virtue": "virtue.tough"}]
    problem(born("house.mercere", type="companion", house_grants=grant), 400, "house_grants")
    problem(born(None, house_grants=grant), 400, "house_grants")


def test_a_grog_has_no_house(api, born, magus):
    assert "no House" in problem(born("house.mercere", type="grog"), 400, "house")
    assert "no House" in problem(api.patch(f"characters/{magus.pk}/", {"type": "grog"}), 400, "house")
    assert api.patch(f"characters/{magus.pk}/", {"type": "grog", "house": None}).status_code == 200
