"""Spells, Personality Traits, Reputations, possessions and ways to fight at the API (R11, R50)."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from characters.models import Attack, Possession, Reputation, Spell, Trait
from tests.characters.conftest import problem
from tests.characters.factories import (
    ArtFactory,
    AttackFactory,
    PossessionFactory,
    ReputationFactory,
    SpellFactory,
    TraitFactory,
    VirtueFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def add(api, magus):
    """Give Darius something."""

    def post(resource, **data):
        return api.post(f"{resource}/", {"character": magus.pk, **data})

    return post


@pytest.fixture
def sheet(api, magus):
    return lambda: api.get(f"characters/{magus.pk}/").json()["sheet"]


# --- spells ---


def test_a_spell_of_the_grimoire_brings_what_the_grimoire_says(add, sheet):
    row = add("spells", spell="spell.pilum-of-fire").json()
    assert (row["name"], row["technique"], row["form"], row["level"]) == (
        "Pilum of Fire",
        "art.creo",
        "art.ignem",
        20,
    )
    assert (row["range"], row["duration"], row["target"], row["ritual"]) == ("Voice", "Momentary", "Individual", False)
    shown = sheet()["spells"][0]
    assert row == {name: shown[name] for name in row}


def test_a_spell_of_ones_own_needs_name_arts_and_level(add):
    response = add("spells")
    assert {"name", "level"} <= set(response.json()["fields"])
    problem(add("spells", name="Mine", level=5), 400, "technique")
    row = add("spells", name="Mine", level=5, technique="art.creo", form="art.ignem").json()
    assert (row["spell"], row["requisites"], row["range"]) == (None, {}, "")


def test_a_general_spell_is_learnt_at_a_level(add):
    problem(add("spells", spell="spell.wind-of-mundane-silence"), 400, "level")
    assert add("spells", spell="spell.wind-of-mundane-silence", level=20).json()["level"] == 20


def test_a_spell_for_one_form_says_which(add):
    spell = "spell.unravelling-the-fabric-of-form"
    assert "say which" in problem(add("spells", spell=spell, level=20), 400, "parameter")
    row = add("spells", spell=spell, level=20, parameter="art.imaginem").json()
    assert row["name"] == "Unravelling the Fabric of Imaginem"
    assert "not a Form" in problem(add("spells", spell=spell, level=20, parameter="art.creo"), 400, "parameter")
    assert "same for all" in problem(add("spells", spell="spell.pilum-of-fire", parameter="art.vim"), 400, "parameter")


@pytest.mark.parametrize(
    ("data", "field", "words"),
    [
        ({"spell": "spell.nonsense"}, "spell", "does not exist"),
        ({"spell": "spell.pilum-of-fire", "level": 25}, "level", "has level 20"),
        ({"spell": "spell.pilum-of-fire", "form": "art.aquam"}, "form", "of your own"),
        ({"spell": "spell.pilum-of-fire", "ritual": True}, "ritual", "of your own"),
        ({"level": 0}, "level", "greater than or equal to 1"),
        ({"level": 501}, "level", "less than or equal to 500"),
        ({"level": "5"}, "level", "valid integer"),
        ({"technique": "art.ignem"}, "technique", "not a Technique"),
        ({"form": "art.creo"}, "form", "not a Form"),
        ({"form": "art.nonsense"}, "form", "does not exist"),
        ({"requisites": ["art.rego"]}, "requisites", "An object"),
        ({"requisites": {"technique": "art.rego"}}, "requisites", "A list"),
        ({"requisites": {"technique": ["art.ignem"]}}, "requisites", "not a Technique"),
        ({"requisites": {"form": [["x"]]}}, "requisites", "A list"),
        ({"requisites": {"other": []}}, "requisites", "An object"),
        ({"mastery_abilities": "Fast"}, "mastery_abilities", "A list"),
        ({"experience_points": -1}, "experience_points", "greater"),
        ({"name": ""}, "name", "blank"),
    ],
)
def test_wrong_spells_are_named(add, data, field, words):
    """R20"""
    own = {} if "spell" in data else {"name": "Mine", "technique": "art.creo", "form": "art.ignem", "level": 5}
    assert words in problem(add("spells", **{**own, **data}), 400, field)
    assert not Spell.objects.exists()


def test_a_spell_is_known_once_at_a_level(add):
    assert add("spells", spell="spell.pilum-of-fire").status_code == 201
    assert "already" in problem(add("spells", spell="spell.pilum-of-fire"), 400, "non_field_errors")
    assert add("spells", spell="spell.wind-of-mundane-silence", level=20).status_code == 201
    assert add("spells", spell="spell.wind-of-mundane-silence", level=25).status_code == 201


def test_a_casting_total_explains_itself(add, sheet, magus):
    """`Cr 5 + Puissant 3 + Ig 4 + Sta 2 = 14`"""
    magus.stamina = 2
    magus.save()
    ArtFactory(character=magus, art_id="art.creo", experience_points=15)
    ArtFactory(character=magus, art_id="art.ignem", experience_points=10)
    VirtueFactory(character=magus, virtue_id="virtue.puissant-art", parameters=[{"art": "art.creo"}])
    add("spells", spell="spell.pilum-of-fire")
    casting = sheet()["spells"][0]["casting"]
    assert casting["value"] == sum(part["value"] for part in casting["parts"]) == 14
    assert [part["value"] for part in casting["parts"]] == [5, 3, 4, 2]


def test_requisites_and_focus_change_the_total(api, add, sheet, magus):
    ArtFactory(character=magus, art_id="art.creo", experience_points=15)
    ArtFactory(character=magus, art_id="art.ignem", experience_points=55)
    ArtFactory(character=magus, art_id="art.rego", experience_points=1)
    key = add("spells", spell="spell.pilum-of-fire").json()["id"]
    assert sheet()["spells"][0]["casting"]["value"] == 15
    VirtueFactory(character=magus, virtue_id="virtue.major-magical-focus")
    api.patch(f"spells/{key}/", {"focus": True})
    assert sheet()["spells"][0]["casting"]["value"] == 20
    api.patch(f"spells/{key}/", {"focus": False, "requisites": {"technique": ["art.rego"]}})
    assert sheet()["spells"][0]["casting"]["value"] == 11


def test_mastery_is_raised_like_an_ability(api, add):
    key = add("spells", spell="spell.pilum-of-fire").json()["id"]
    assert api.post(f"spells/{key}/increment/").json()["score"] == 1
    assert api.post(f"spells/{key}/gain/", {"amount": 10}).json()["score"] == 2


# --- traits and Reputations ---


def test_a_trait_goes_up_and_down(api, add, sheet):
    row = add("traits", name="Brave", score=2).json()
    assert api.post(f"traits/{row['id']}/increment/").json()["score"] == 3
    assert api.post(f"traits/{row['id']}/decrement/", {"by": 6}).json()["score"] == -3
    assert [(trait["name"], trait["score"]) for trait in sheet()["traits"]] == [("Brave", -3)]
    assert "-20 and 20" in problem(api.post(f"traits/{row['id']}/increment/", {"by": 24}), 422, "by")
    assert "already" in problem(add("traits", name="Brave"), 400, "non_field_errors")


@pytest.mark.parametrize(
    ("resource", "data", "field"),
    [
        ("traits", {}, "name"),
        ("traits", {"name": ""}, "name"),
        ("traits", {"name": "x", "score": 21}, "score"),
        ("traits", {"name": "x", "score": "3"}, "score"),
        ("reputations", {}, "content"),
        ("reputations", {"content": "x", "type": "famous"}, "type"),
        ("reputations", {"content": "x", "score": -1}, "score"),
        ("possessions", {}, "name"),
        ("possessions", {"item": "weapon.nonsense"}, "item"),
        ("possessions", {"item": "weapon.axe", "kind": "armor"}, "kind"),
        ("possessions", {"item": "armor.quilted-fur", "coverage": "full"}, "coverage"),
        ("possessions", {"name": "Cloak", "coverage": "full"}, "coverage"),
        ("possessions", {"name": "Cloak", "load": -1}, "load"),
        ("possessions", {"name": "Club", "kind": "weapon", "ability": "ability.nonsense"}, "ability"),
        ("possessions", {"name": "Club", "kind": "weapon", "atk": 1000}, "atk"),
        ("attacks", {}, "weapon"),
        ("attacks", {"weapon": "weapon.nonsense"}, "weapon"),
        ("attacks", {"weapon": "weapon.shield-round"}, "weapon"),
        ("attacks", {"weapon": "weapon.axe", "shield": "weapon.axe"}, "shield"),
    ],
)
def test_wrong_rows_are_named(add, resource, data, field):
    """R20"""
    problem(add(resource, **data), 400, field)
    assert not any(model.objects.exists() for model in (Trait, Reputation, Possession, Attack))


def test_a_reputation_grows_with_noteworthy_acts(api, add, sheet):
    row = add("reputations", content="Quaesitor", type="hermetic", score=1).json()
    assert (row["score"], row["experience_points"], row["next_cost"]) == (1, 5, 10)
    assert api.post(f"reputations/{row['id']}/increment/").json()["score"] == 2
    assert sheet()["reputations"][0]["score"] == 2


# --- possessions and ways to fight ---


def test_armour_and_weapons_of_the_tables_do_what_the_tables_say(api, add, sheet):
    armor = add("possessions", item="armor.chain-mail").json()
    assert (armor["kind"], armor["name"], armor["coverage"]) == ("armor", "Chain Mail", "full")
    axe = add("possessions", item="weapon.axe").json()
    found = sheet()
    assert found["health"]["soak"]["value"] == 9
    assert found["load"]["load"]["value"] == 6 + 1
    assert found["load"]["burden"] == found["load"]["encumbrance"]["value"] == 3
    api.patch(f"possessions/{armor['id']}/", {"carried": False})
    assert sheet()["health"]["soak"]["value"] == 0
    assert sheet()["load"]["load"]["value"] == 1
    assert [line["weapon"] for line in sheet()["combat"]][:1] == ["weapon.axe"], axe


def test_things_of_ones_own_have_figures_of_their_own(add, sheet):
    add("possessions", name="Durandal", kind="weapon", ability="ability.single-weapon", init=3, atk=6, dfn=2, dam=8)
    add("possessions", name="Anvil", load=30)
    add("attacks", weapon="durandal")
    found = sheet()
    assert found["load"]["burden"] == 7
    (line,) = found["combat"]
    assert (line["atk"]["value"], line["dam"]["value"], line["init"]["value"]) == (6, 8, 3 - 7)


def test_a_figure_that_is_missing_is_no_total(add, sheet):
    add("possessions", name="Net", kind="weapon", atk=1)
    add("attacks", weapon="Net")
    assert sheet()["combat"][0]["dam"] is None


def test_a_weapon_that_is_not_there_is_missed(api, add, sheet):
    key = add("attacks", weapon="Durandal", shield="weapon.shield-round").json()["id"]
    missing = [found for found in sheet()["findings"] if found["code"] == "weapon_missing"]
    assert [found["refs"] for found in missing] == [[{"resource": "attacks", "id": key, "field": "weapon"}]]
    assert missing[0]["severity"] == "warning"
    add("possessions", name="durandal", kind="weapon", atk=1)
    assert not [found for found in sheet()["findings"] if found["code"] == "weapon_missing"]


def test_a_way_to_fight_can_be_mounted_and_special(api, add, sheet):
    api.post(
        "abilities/",
        {
            "character": add("attacks", weapon="weapon.kick").json()["character"],
            "ability": "ability.brawl",
            "score": 3,
            "specialty": "kicking",
        },
    )
    assert sheet()["combat"][0]["specialty_applies"] is True
    row = api.get("attacks/").json()["results"][0]
    api.patch(f"attacks/{row['id']}/", {"specialty_applies": False})
    assert sheet()["combat"][0]["specialty_applies"] is False


def test_an_item_stays_what_it_is(api, add):
    key = add("possessions", item="weapon.axe").json()["id"]
    problem(api.patch(f"possessions/{key}/", {"item": "weapon.mace"}), 400, "item")
    assert api.patch(f"possessions/{key}/", {"item": "weapon.axe", "notes": "old"}).json()["notes"] == "old"


# --- all of them ---

MAKERS = {
    "spells": SpellFactory,
    "traits": TraitFactory,
    "reputations": ReputationFactory,
    "possessions": PossessionFactory,
    "attacks": AttackFactory,
}


@pytest.mark.parametrize("resource", MAKERS)
def test_other_peoples_rows_do_not_exist(api, bob, resource):
    """R19, R53"""
    theirs = MAKERS[resource](character__owner=bob)
    assert api.get(f"{resource}/{theirs.pk}/").status_code == 404
    assert api.patch(f"{resource}/{theirs.pk}/", {"notes": "x"}).status_code == 404
    assert api.delete(f"{resource}/{theirs.pk}/").status_code == 404
    assert api.get(f"{resource}/").json()["count"] == 0


@pytest.mark.parametrize("resource", MAKERS)
def test_rows_can_be_read_and_given_up(api, magus, resource):
    row = MAKERS[resource](character=magus)
    assert api.get(f"{resource}/{row.pk}/").json()["character"] == magus.pk
    assert api.get(f"{resource}/", character=magus.pk).json()["count"] == 1
    assert api.delete(f"{resource}/{row.pk}/").status_code == 204
    changes = api.get(f"characters/{magus.pk}/changes/", since=1).json()
    assert changes["deleted"][resource] == [row.pk]


NEW = {
    "spells": lambda n: {"spell": "spell.wind-of-mundane-silence", "level": n + 1},
    "traits": lambda n: {"name": f"Trait {n}", "score": 1},
    "reputations": lambda n: {"content": f"Known {n}", "score": 2},
    "possessions": lambda n: {"item": "weapon.axe"},
    "attacks": lambda n: {"weapon": "weapon.axe"},
    "virtues": lambda n: {"virtue": "virtue.puissant-ability", "parameters": [{"ability": f"ability.{ABILITIES[n]}"}]},
    "abilities": lambda n: {"ability": "ability.area-lore", "instance": f"Place {n}", "score": 1},
}
ABILITIES = ["brawl", "athletics", "awareness", "charm", "guile", "stealth", "survival", "swim", "music", "ride"]
CHANGES = {
    "spells": {"focus": True},
    "traits": {"score": 3},
    "reputations": {"score": 3},
    "possessions": {"carried": False},
    "attacks": {"mounted": True},
}


def _statements(api, magus, *operations, **members):
    with CaptureQueriesContext(connection) as queries:
        response = api.post(f"characters/{magus.pk}/batch/", {"operations": list(operations), **members})
    assert response.status_code == 200, response.content
    return len(queries), response.json()["results"]


@pytest.mark.parametrize("resource", NEW)
def test_creations_take_the_same_number_of_statements(api, magus, resource):
    """R14: the fast path."""
    counts, start = [], 0
    for size in (1, 8):
        new = [{"resource": resource, "action": "create", "data": NEW[resource](start + n)} for n in range(size)]
        start += size
        counts.append(_statements(api, magus, *new)[0])
    assert counts[0] == counts[1] <= 12


@pytest.mark.parametrize("resource", CHANGES)
@pytest.mark.parametrize("action", ["update", "delete"])
def test_changes_take_the_same_number_of_statements(api, magus, resource, action):
    rows = [MAKERS[resource](character=magus) for _ in range(11)]
    counts = []
    for some in (rows[:1], rows[1:]):
        data = CHANGES[resource] if action == "update" else {}
        operations = [{"resource": resource, "action": action, "target": row.pk, "data": data} for row in some]
        counts.append(_statements(api, magus, *operations)[0])
    assert counts[0] == counts[1] <= 12


def test_with_the_sheet_it_is_still_constant(api, magus):
    counts = []
    for size in (1, 8):
        new = [{"resource": "traits", "action": "create", "data": {"name": f"{size} {n}"}} for n in range(size)]
        counts.append(_statements(api, magus, *new, include=["sheet"])[0])
    assert counts[0] == counts[1] <= 8 + 12
