"""The address that clients were promised: `POST /api/characters/{id}/abilities/batch` (R10), over a real socket."""

from __future__ import annotations

import pytest
import requests
from rest_framework.authtoken.models import Token

from characters.models import Ability, Art, Virtue
from tests.characters.factories import AbilityFactory, ArtFactory, CharacterFactory

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture
def character(catalogue):
    return CharacterFactory()


@pytest.fixture
def post(live_server, character):
    session = requests.Session()
    session.headers["Authorization"] = f"Token {Token.objects.create(user=character.owner)}"

    def send(path, *operations, status=200):
        url = f"{live_server}/api/characters/{character.pk}/{path}"
        response = session.post(url, json={"operations": list(operations)}, timeout=10, allow_redirects=False)
        assert response.status_code == status, response.text
        return response.json()

    return send


@pytest.mark.parametrize("slash", ["", "/"])
def test_an_ability_is_raised_to_a_final_state(post, character, slash):
    ability = AbilityFactory(
        character=character, ability_id="ability.area-lore", instance="Provence", experience_points=50
    )
    body = post(
        f"abilities/batch{slash}",
        {"abilityId": ability.pk, "action": "increment", "data": {"score": 5, "experience_points": 75}},
    )
    assert body["status"] == "success"
    (result,) = body["results"]
    assert {name: result[name] for name in ("abilityId", "action", "success")} == {
        "abilityId": ability.pk,
        "action": "increment",
        "success": True,
    }
    expected = {
        "id": ability.pk,
        "ability_name": "Provence Lore",
        "score": 5,
        "effective_score": 5,
        "experience_points": 75,
    }
    assert expected.items() <= result["data"].items()
    assert Ability.objects.get(pk=ability.pk).experience_points == 75


def test_every_action_in_one_request(post, character):
    first = AbilityFactory(character=character, ability_id="ability.awareness", experience_points=30)
    second = AbilityFactory(character=character, ability_id="ability.brawl", experience_points=30)
    third = AbilityFactory(character=character, ability_id="ability.charm", experience_points=5)
    body = post(
        "abilities/batch",
        {"abilityId": first.pk, "action": "increment"},
        {"abilityId": second.pk, "action": "decrement"},
        {"abilityId": first.pk, "action": "update", "data": {"specialty": "at night"}},
        {"action": "create", "data": {"ability": "ability.stealth", "experience_points": 15}},
        {"abilityId": third.pk, "action": "delete"},
    )
    assert [result["status"] for result in body["results"]] == [200, 200, 200, 201, 204]
    assert (body["results"][0]["data"]["score"], body["results"][1]["data"]["score"]) == (4, 2)
    assert body["results"][2]["data"]["specialty"] == "at night"
    assert body["results"][3]["data"]["score"] == 2
    assert set(body["results"][3]) >= {"abilityId", "action", "success", "data"}
    assert not Ability.objects.filter(pk=third.pk).exists()


def test_several_levels_at_once(post, character):
    ability = AbilityFactory(character=character, ability_id="ability.awareness", experience_points=0)
    body = post("abilities/batch", {"abilityId": ability.pk, "action": "increment", "data": {"by": 4}})
    assert body["results"][0]["data"]["experience_points"] == 50


@pytest.mark.parametrize(
    ("action", "data", "status"),
    [
        ("increment", {"score": 5, "experience_points": 74}, 400),  # 74 points are a 4
        ("increment", {"score": 3}, 422),  # below the current score
        ("decrement", {"score": 5}, 422),  # above it
        ("increment", {"score": 4}, 200),  # equal is accepted
        ("decrement", {"by": 5}, 422),  # below 0
        ("increment", {"by": True}, 400),
        ("increment", {"by": 10**30}, 400),
        ("increment", {"score": -1}, 400),
    ],
)
def test_a_state_that_cannot_be_is_refused(post, character, action, data, status):
    ability = AbilityFactory(character=character, ability_id="ability.awareness", experience_points=50)
    operation = {"abilityId": ability.pk, "action": action, "data": data}
    body = post("abilities/batch", operation, status=status)
    if status >= 400:
        assert (body["operation"], body["success"]) == (0, False)
        assert set(body["fields"]) <= set(data) | {"score", "experience_points"}
        assert Ability.objects.get(pk=ability.pk).experience_points == 50


def test_arts_and_virtues_have_the_same_address(post, character):
    art = ArtFactory(character=character, art_id="art.creo", experience_points=10)
    body = post("arts/batch", {"artId": art.pk, "action": "increment"})
    assert (body["results"][0]["artId"], body["results"][0]["data"]["score"]) == (art.pk, 5)
    assert Art.objects.get().experience_points == 15
    body = post(
        "virtues/batch",
        {"action": "create", "data": {"virtue": "virtue.puissant-art", "parameters": [{"art": "art.creo"}]}},
    )
    key = body["results"][0]["virtueId"]
    assert Virtue.objects.get().pk == key
    assert post("arts/batch/", {"artId": art.pk, "action": "retrieve"})["results"][0]["data"]["effective_score"] == 8
    post("virtues/batch/", {"virtueId": key, "action": "delete"})
    assert post("arts/batch/", {"artId": art.pk, "action": "retrieve"})["results"][0]["data"]["effective_score"] == 5
