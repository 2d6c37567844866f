"""The three modes of a character: advisory, enforced and play (R50)."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from characters.models import Character, Virtue
from tests.characters.conftest import problem
from tests.characters.factories import AbilityFactory, CharacterFactory, VirtueFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def knight(alice):
    """A companion whose sheet breaks nothing that matters here."""
    return CharacterFactory(owner=alice, type="companion", mode="enforced", age=25)


def virtue(name, **data):
    return {"resource": "virtues", "action": "create", "data": {"virtue": name, **data}}


def errors(api, character):
    findings = api.get(f"characters/{character.pk}/").json()["sheet"]["findings"]
    return {found["code"] for found in findings if found["severity"] == "error"}


@pytest.fixture
def batch(api, knight):
    def post(*operations, **members):
        return api.post(f"characters/{knight.pk}/batch/", {"operations": list(operations), **members})

    return post


UNFUNDED = virtue("virtue.large")


@pytest.mark.parametrize(("mode", "status"), [("advisory", 200), ("play", 200), ("enforced", 422)])
def test_a_new_error_is_refused_where_rules_are_enforced(batch, knight, mode, status):
    Character.objects.filter(pk=knight.pk).update(mode=mode)
    response = batch(UNFUNDED)
    assert response.status_code == status, response.json()
    assert Virtue.objects.count() == (status == 200)


def test_the_findings_say_why(batch):
    error = batch(UNFUNDED).json()["results"][0]["error"]
    assert error["code"] == "refused"
    assert [found["code"] for found in error["findings"]] == ["virtues_unfunded"]
    assert error["findings"][0]["severity"] == "error"
    assert "Flaw" in error["findings"][0]["message"]
    assert error["detail"] == error["findings"][0]["message"]


def test_single_writes_are_refused_alike(api, knight):
    response = api.post("virtues/", {"character": knight.pk, "virtue": "virtue.large"})
    problem(response, 422)
    assert response.json()["findings"][0]["code"] == "virtues_unfunded"


def test_what_pays_for_itself_passes(batch):
    assert batch(virtue("flaw.driven", size="minor"), UNFUNDED).status_code == 200
    assert batch(UNFUNDED, atomic=False).json()["status"] == "error"


def test_virtues_and_flaws_can_be_exchanged(batch, api):
    """Adding and removing several at once is atomic."""
    results = batch(virtue("flaw.driven", size="minor"), UNFUNDED).json()["results"]
    flaw, large = (result["target"] for result in results)
    remove = [{"resource": "virtues", "action": "delete", "target": key} for key in (flaw, large)]
    assert batch(remove[0]).status_code == 422
    response = batch(remove[1], remove[0], virtue("flaw.wrathful"), virtue("virtue.tough"))
    assert response.status_code == 200
    assert sorted(Virtue.objects.values_list("virtue_id", flat=True)) == ["flaw.wrathful", "virtue.tough"]


def test_what_is_wrong_already_can_be_made_better_but_not_worse(api, batch, knight):
    for _ in range(3):
        VirtueFactory(character=knight, virtue_id="virtue.puissant-ability", parameters=[{"ability": "ability.brawl"}])
    first = knight.virtues.first()
    assert "virtues_unfunded" in errors(api, knight)
    assert batch(UNFUNDED).status_code == 422
    assert batch({"resource": "virtues", "action": "delete", "target": first.pk}).status_code == 200
    assert (
        batch({"resource": "characters", "action": "update", "target": knight.pk, "data": {"name": "X"}}).status_code
        == 200
    )


def test_too_much_experience_is_refused_click_by_click(batch, knight):
    brawl = AbilityFactory(character=knight, ability_id="ability.brawl", experience_points=0)
    click = {"resource": "abilities", "action": "increment", "target": brawl.pk, "data": {}}
    results = batch(*[click] * 8, atomic=False).json()["results"]
    assert [result["status"] for result in results] == [200] * 5 + [422] * 3
    assert results[5]["error"]["findings"][0]["code"] == "age_cap"
    brawl.refresh_from_db()
    assert brawl.score == 5


def test_turning_the_rules_on_asks_for_nothing(api, knight):
    character = CharacterFactory(owner=knight.owner, type="companion")
    VirtueFactory(character=character)
    assert api.patch(f"characters/{character.pk}/", {"mode": "enforced"}).json()["mode"] == "enforced"


def test_a_new_character_may_be_incomplete(api):
    assert api.post("characters/", {"name": "Nova", "type": "magus", "mode": "enforced"}).status_code == 201


def test_in_play_the_rules_of_creation_are_off(api, knight):
    VirtueFactory(character=knight)
    assert "virtues_unfunded" in errors(api, knight)
    api.patch(f"characters/{knight.pk}/", {"mode": "play"})
    assert "virtues_unfunded" not in errors(api, knight)


def test_an_unknown_mode_is_refused(api, knight):
    problem(api.patch(f"characters/{knight.pk}/", {"mode": "strict"}), 400, "mode")


def test_judging_takes_the_same_number_of_statements(batch, knight):
    rows = [AbilityFactory(character=knight, ability_id="ability.area-lore", instance=str(n)) for n in range(11)]
    counts = []
    for some in (rows[:1], rows[1:]):
        operations = [
            {"resource": "abilities", "action": "update", "target": row.pk, "data": {"specialty": "rivers"}}
            for row in some
        ]
        with CaptureQueriesContext(connection) as queries:
            assert batch(*operations).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
