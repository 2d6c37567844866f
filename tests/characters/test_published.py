"""The published characters: printed numbers against computed ones (R50), and the demo made of them (R60)."""

from __future__ import annotations

from io import StringIO

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command

from characters import published
from characters.catalogue.lookup import CatalogueLookup
from characters.models import Character
from characters.rules import characteristics, parameters
from characters.sheet import sheets
from tests.characters.factories import CharacterFactory

pytestmark = pytest.mark.django_db

PRINTED = {printed["id"]: printed for printed in published.read()}


@pytest.fixture(params=PRINTED)
def pair(request, alice):
    """A printed character, and the sheet that this program makes of its inputs."""
    printed = PRINTED[request.param]
    return printed, sheets([published.create(printed, alice)])[0]


def test_there_are_eleven_of_them():
    assert len(PRINTED) == 11


def test_abilities_have_the_printed_scores(pair):
    printed, sheet = pair
    computed = {(row["ability"], row["instance"]): row for row in sheet["abilities"]}
    for entry in printed["abilities"]:
        row = computed.pop((entry["ability_id"], entry["instance"] or ""))
        _agree(entry, row)
        assert row["effective_score"] == entry["score"] + entry["bonus"]
    assert not computed


def test_arts_have_the_printed_scores(pair):
    printed, sheet = pair
    computed = {row["art"]: row for row in sheet["arts"]}
    for entry in (printed["arts"] or {}).values():
        _agree(entry, computed.pop(entry["art_id"]))
    assert not computed


def test_experience_adds_up_to_what_was_spent(pair):
    printed, sheet = pair
    checks = printed["checks"]
    bonus = sum(row["bonus_experience"] for row in sheet["arts"])
    assert sheet["experience"]["paid"] + bonus == checks["xp_spent_total"]
    assert sheet["experience"]["abilities"] == checks["xp_spent_on_abilities"]


def test_virtues_flaws_and_characteristics_cost_what_they_cost_in_print(pair):
    printed, sheet = pair
    checks = printed["checks"]
    assert sheet["virtue_points"]["spent"] == checks["virtue_points"]
    assert sheet["flaw_points"]["spent"] == checks["flaw_points"]
    assert sheet["characteristic_points"] == {
        "spent": checks["characteristic_points_spent"],
        "available": checks["characteristic_points_available"],
    }


def test_virtues_and_flaws_are_printed_alike(pair):
    """The book adds (x2), * for a House's gift, and now and then a size; the rest is the same."""
    printed, sheet = pair
    for kind in ("virtues", "flaws"):
        ours = {row["virtue_name"] for row in sheet[kind]}
        theirs = {_plain(entry["printed"]) for entry in printed[kind]}
        assert ours >= theirs - NAMED_OTHERWISE, (theirs - ours, ours - theirs)


NAMED_OTHERWISE = {"Deficient Technique (Perdo)", "Venus's Blessing"}


def test_the_rest_of_the_sheet_is_as_printed(pair):
    printed, sheet = pair
    assert sheet["confidence"] == printed["confidence"]
    for name in ("warping", "decrepitude"):
        assert {"score": sheet[name]["score"], "points": sheet[name]["remainder"]} == printed[name]
    bought = {row["abbr"]: row["value"] for row in sheet["characteristics"]}
    assert bought == printed["characteristics_bought"]
    assert (sheet["house"] and sheet["house"]["name"]) == printed["house"]


def test_their_choices_are_valid(pair):
    """What the book prints must be possible to enter."""
    _, sheet = pair
    catalogue = CatalogueLookup()
    for row in Character.objects.get(pk=sheet["id"]).virtues.select_related("virtue"):
        assert parameters.check(row.virtue.parameters, row.parameters, catalogue) == (row.parameters, {})
        assert row.size in row.virtue.allowed_sizes


def test_all_rows_carry_the_revision_of_their_making(pair):
    _, sheet = pair
    assert sheet["revision"] == 1
    assert {row["revision"] for kind in ("abilities", "arts", "virtues", "flaws") for row in sheet[kind]} == {1}


def test_characteristics_are_all_there(pair):
    _, sheet = pair
    assert [row["abbr"] for row in sheet["characteristics"]] == list(characteristics.NAMES)


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


def _agree(entry, row):
    for name in ("score", "remainder", "bonus", "experience_points"):
        assert row[name] == entry[name], (row, entry)
    assert row["paid"] == entry["raw_experience"], (row, entry)


def _plain(text):
    for suffix in ("*", " (x2)", " (Minor)", " (Major)"):
        text = text.removesuffix(suffix)
    return text
