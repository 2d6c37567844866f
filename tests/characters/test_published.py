"""The published characters: printed numbers against computed ones (R50), and the demo made of them (R60)."""

from __future__ import annotations

import copy
import json
import re
from io import StringIO

import pytest
from django.contrib.auth import authenticate, get_user_model
from django.core.management import CommandError, call_command

from characters import published
from characters.comparison import compare
from characters.models import Character
from tests.characters.conftest import Api
from tests.characters.factories import CharacterFactory

pytestmark = pytest.mark.django_db

PRINTED = {printed["id"]: printed for printed in published.read()}


@pytest.fixture(params=PRINTED)
def pair(request, alice):
    """A printed character, and what became of it on its way through the API."""
    printed = PRINTED[request.param]
    return printed, published.load(printed, alice)


def test_there_are_eleven_of_them():
    assert len(PRINTED) == 11


def test_every_printed_number_is_reproduced(pair):
    """R50: listed anomalies differ exactly as they are listed."""
    printed, loaded = pair
    compared = compare(printed, loaded)
    assert [one for one in compared if not one.hit] == []
    assert {one.path for one in compared if one.anomaly is not None} == {one["path"] for one in printed["anomalies"]}
    assert len(compared) > 90


def test_nothing_breaks_a_rule(pair):
    """What the book prints is legal."""
    _, loaded = pair
    assert [found for found in loaded.sheet["findings"] if found["severity"] == "error"] == []


def test_virtues_and_flaws_are_printed_alike(pair):
    """The book adds (x2), * for a House's gift, and now and then a size; the rest is the same."""
    printed, loaded = pair
    for kind in ("virtues", "flaws"):
        ours = {row["virtue_name"] for row in loaded.sheet[kind]}
        theirs = {_plain(entry["printed"]) for entry in printed[kind]}
        assert ours >= theirs - NAMED_OTHERWISE, (theirs - ours, ours - theirs)


NAMED_OTHERWISE = {"Deficient Technique (Perdo)", "Venus's Blessing"}


def test_the_sheet_of_the_api_is_the_same(pair, alice):
    _, loaded = pair
    assert Api(alice).get(f"characters/{loaded.key}/").json()["sheet"] == loaded.sheet


def test_all_rows_are_there(pair):
    printed, loaded = pair
    sheet = loaded.sheet
    assert len(sheet["virtues"]) == sum(entry["times"] for entry in printed["virtues"])
    assert len(sheet["spells"]) == len(printed["spells"] or [])
    assert {row["name"]: row["score"] for row in sheet["traits"]} == printed["personality_traits"]
    assert (sheet["house"] and sheet["house"]["name"]) == printed["house"]
    assert [row["weapon"] for row in sheet["attacks"]] == [entry["weapon_id"] for entry in printed["combat"]]


# --- files ---


@pytest.fixture
def file(tmp_path):
    def write(*characters):
        path = tmp_path / "characters.json"
        path.write_text(json.dumps({"characters": characters}))
        return path

    return write


def _run(command, *args, **options):
    out = StringIO()
    call_command(command, *args, stdout=out, stderr=out, **options)
    return out.getvalue()


def test_a_file_can_be_loaded_for_a_user(alice):
    out = _run("load_published", published.FILE, user="alice")
    assert out.count("loaded as character") == 11
    assert alice.characters.count() == 11


def test_a_character_with_next_to_nothing_is_enough(alice, file):
    _run("load_published", file({"template": "Nobody", "type": "grog"}), user="alice")
    character = alice.characters.get()
    assert (character.name, character.age, character.abilities.count()) == ("Nobody", 25, 0)


def test_a_magus_knows_all_arts(alice, file):
    arts = {"Cr": {"art_id": "art.creo", "score": 5, "remainder": 2}}
    _run("load_published", file({"template": "Nova", "type": "magus", "arts": arts}), user="alice")
    scores = dict(alice.characters.get().arts.values_list("art_id", "experience_points"))
    assert (len(scores), scores["art.creo"], scores["art.vim"]) == (15, 17, 0)


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ({"abilities": [{"ability_id": "ability.nonsense"}]}, r"abilities\[0\]: .*does not exist"),
        ({"abilities": [{"ability_id": "ability.area-lore"}]}, r"abilities\[0\]: .*needs an instance"),
        ({"abilities": [{"ability_id": "ability.brawl", "experience_points": -1}]}, r"abilities\[0\]: .*greater"),
        ({"abilities": [{"ability_id": "ability.brawl", "score": "x"}]}, r"abilities\[0\].score: a whole number"),
        ({"abilities": "x"}, "abilities: a list"),
        ({"abilities": ["x"]}, r"abilities\[0\]: an object"),
        ({"virtues": [{"catalogue_id": "virtue.puissant-art"}]}, r"virtues\[0\]: .*choose an Art"),
        ({"virtues": [{"catalogue_id": "virtue.tough"}] * 2}, r"virtues\[1\]: .*only once"),
        ({"house_id": "house.tremere"}, "no House"),
        ({"age": "old"}, "age.*valid integer"),
        ({"characteristics_bought": {"Str": 4}}, "strength"),
        ({"characteristics_bought": {"Luck": 1}}, "characteristics_bought.Luck"),
        ({"spells": [{"spell_id": "spell.nonsense"}]}, r"spells\[0\]"),
        ({"combat": [{"weapon_id": "weapon.nonsense"}]}, r"combat\[0\]: .*no weapon"),
        ({"equipment": {"armor": {"armor_id": "armor.nonsense"}}}, "equipment.armor: .*tables"),
        ({"personality_traits": {"Brave": 100}}, "personality_traits.Brave"),
        ({"template": "x" * 101}, "name"),
        ({"arts": [{"art_id": ["art.creo"]}]}, r"arts\[0\].art_id: a text"),
        ({"virtues": [{"catalogue_id": "virtue.tough", "times": 10**9}]}, r"virtues\[0\].times: at most"),
        ({"equipment": {"other": [1]}}, "equipment.other: a list of texts"),
    ],
)
def test_what_cannot_be_loaded_is_named_with_its_place(alice, file, members, words):
    path = file({"template": "Good", "type": "grog"}, {"template": "Bad", "type": "grog", **members})
    out = StringIO()
    with pytest.raises(CommandError, match="1 of 2"):
        call_command("load_published", path, user="alice", stdout=out, stderr=out)
    assert re.search(rf"characters\[1\] .*: .*{words}", out.getvalue()), out.getvalue()
    assert [character.name for character in alice.characters.all()] == ["Good"]


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"characters": {}}', '{"characters": [1]}'])
@pytest.mark.parametrize("command", ["load_published", "check_published"])
def test_a_file_of_another_shape_is_refused(alice, tmp_path, command, text):
    path = tmp_path / "characters.json"
    path.write_text(text)
    options = {"user": "alice"} if command == "load_published" else {}
    with pytest.raises(CommandError, match=r"characters\.json"):
        call_command(command, path, **options)


def test_an_unknown_user_is_named(alice):
    with pytest.raises(CommandError, match="'carol'"):
        _run("load_published", published.FILE, user="carol")


def test_a_file_is_checked_and_nothing_stays(alice):
    out = _run("check_published", published.FILE)
    assert "All 11 characters are as printed." in out
    assert "anomaly  spells[7].casting_total: printed 6, computed 5" in out
    assert not Character.objects.exists()
    assert list(get_user_model().objects.values_list("username", flat=True)) == ["alice"]


def _changed(id, path, value):
    """A printed character with another number at a path."""
    printed = copy.deepcopy(PRINTED[id])
    *way, last = path
    target = printed
    for step in way:
        target = target[step]
    target[last] = value
    return printed


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (["characteristics", "Int"], 4),
        (["size"], 1),
        (["abilities", 3, "score"], 9),
        (["arts", "Cr", "remainder"], 99),
        (["soak"], 99),
        (["wound_ranges", 1, "to"], 99),
        (["fatigue_levels", 2, "penalty"], 0),
        (["encumbrance", "burden"], 99),
        (["confidence", "points"], 99),
        (["decrepitude", "score"], 1),
        (["combat", 0, "init"], 99),
        (["spells", 0, "casting_total"], 99),
        (["checks", "virtue_points"], 99),
        (["checks", "xp_budget", "apprenticeship"], 99),
        (["checks", "xp_spent_total"], 99),
        (["checks", "spell_levels_spent"], 99),
        (["checks", "characteristic_points_spent"], 99),
    ],
)
def test_a_wrong_number_is_a_miss(alice, file, path, value):
    printed = _changed("example.magus.jerbiton", path, value)
    out = StringIO()
    with pytest.raises(CommandError, match="1 of 1 characters are not as printed"):
        call_command("check_published", file(printed), stdout=out)
    assert out.getvalue().count("MISS") == 1


def test_casting_totals_are_printed_without_mastery(alice, file):
    out = StringIO()
    with pytest.raises(CommandError):  # nobody paid for the mastery
        call_command(
            "check_published", file(_changed("example.magus.jerbiton", ["spells", 0, "mastery"], 2)), stdout=out
        )
    misses = [line for line in out.getvalue().splitlines() if "MISS" in line]
    assert misses
    assert not [line for line in misses if "casting_total" in line]


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        (["checks"], 1.5, "checks: an object"),
        (["checks", "xp_budget"], [], "checks.xp_budget: an object"),
        (["soak_of"], 1, ""),
        (["wound_ranges"], 1, "wound_ranges: a list"),
        (["anomalies"], ["x"], r"anomalies[0]: an object"),
        (["spells", 0, "deficiency"], 1, "spells[0].deficiency: a list"),
    ],
)
def test_what_cannot_be_compared_is_named_with_its_place(alice, file, path, value, words):
    out = StringIO()
    try:
        call_command("check_published", file(_changed("example.magus.jerbiton", path, value)), stdout=out)
    except CommandError:
        assert f"refused: {words}" in out.getvalue()
    else:
        assert not words


def test_an_anomaly_must_occur_as_it_is_listed(alice, file):
    printed = _changed("example.magus.jerbiton", ["anomalies", 0, "computed"], 4)
    with pytest.raises(CommandError):
        _run("check_published", file(printed))


# --- the demo ---


def test_the_demo_is_a_user_with_all_of_them(settings):
    settings.DEBUG = True
    assert "Created 11 characters" in _demo()
    assert authenticate(username="demo", password="demo") is not None
    types = Character.objects.filter(owner__username="demo").values_list("type", flat=True)
    assert sorted(set(types)) == ["companion", "grog", "magus"]
    assert list(types).count("magus") >= 2


def test_the_demo_is_made_once(settings):
    settings.DEBUG = True
    _demo()
    assert "nothing was changed" in _demo()
    assert Character.objects.count() == 11


def test_the_demo_stays_away_from_other_peoples_characters(settings):
    settings.DEBUG = True
    CharacterFactory()
    assert "nothing was changed" in _demo()
    assert Character.objects.count() == 1


def test_the_demo_needs_debug(settings):
    """Anybody could log in with its password."""
    settings.DEBUG = False
    with pytest.raises(CommandError, match="DEBUG=true"):
        _demo()
    assert authenticate(username="demo", password="demo") is None


def _demo():
    out = StringIO()
    call_command("load_demo", stdout=out)
    return out.getvalue()


def _plain(text):
    for suffix in ("*", " (x2)", " (Minor)", " (Major)"):
        text = text.removesuffix(suffix)
    return text
