"""What Houses give, and with what choices."""

from __future__ import annotations

import pytest

from characters.rules import houses
from tests.characters.rules.people import catalogue, flaw, named, virtue


def described(house):
    return [grant.describe(catalogue()) for grant in houses.grants(catalogue(), house)]


def fits(house, row):
    entry = catalogue().virtue(row.virtue)
    return any(grant.fits(row, entry) for grant in houses.grants(catalogue(), house))


@pytest.mark.parametrize("house", ["bjornaer", "criamon", "guernicus", "merinita", "tremere", "tytalus", "verditius"])
def test_seven_houses_give_one_thing_to_everybody(house):
    (grant,) = houses.grants(catalogue(), f"house.{house}")
    assert grant.only is not None
    assert catalogue().virtue(grant.only.virtue).kind == "virtue"


def test_four_houses_let_their_members_choose():
    assert described("house.bonisagus") == ["Puissant Magic Theory or Puissant Intrigue"]
    assert described("house.flambeau") == ["Puissant Perdo or Puissant Ignem"]
    assert described("house.mercere") == ["Puissant Creo or Puissant Muto"]
    assert described("house.jerbiton") == ["any Minor Virtue about learning, the arts or dealing with mundanes"]
    assert all(houses.grants(catalogue(), f"house.{name}")[0].only is None for name in ("flambeau", "jerbiton"))


def test_ex_miscellanea_gives_two_virtues_and_a_flaw():
    assert described("house.ex-miscellanea") == [
        "any Minor Hermetic Virtue",
        "any Major non-Hermetic Virtue",
        "any Major Hermetic Flaw",
    ]
    assert [grant.compulsory for grant in houses.grants(catalogue(), "house.ex-miscellanea")] == [False, False, True]


def test_tremere_have_a_focus_in_certamen():
    assert fits("house.tremere", virtue("minor-magical-focus", {"text": "Certamen"}))
    assert not fits("house.tremere", virtue("minor-magical-focus", {"text": "flames"}))
    assert fits("house.tremere", virtue("minor-magical-focus"))  # not yet filled in


def test_only_the_right_art_fits():
    assert fits("house.flambeau", virtue("puissant-art", named("ignem")))
    assert not fits("house.flambeau", virtue("puissant-art", named("aquam")))


def test_size_and_category_are_asked_for():
    assert fits("house.ex-miscellanea", virtue("giant-blood"))
    assert not fits("house.ex-miscellanea", virtue("large"))
    assert fits("house.ex-miscellanea", flaw("necessary-condition"))
    assert not fits("house.ex-miscellanea", flaw("enemies"))


def test_every_grant_is_taken_once():
    given = houses.grants(catalogue(), "house.ex-miscellanea")
    taken = [virtue("giant-blood"), virtue("quiet-magic"), virtue("subtle-magic"), flaw("necessary-condition")]
    rows = [(row, catalogue().virtue(row.virtue)) for row in taken]
    still_open, lost = houses.unmatched(given, rows)
    assert still_open == []
    assert [row for row, _entry in lost] == [taken[2]]


def test_rows_make_room_for_each_other():
    """A choice that fits two grants moves to the one that the next row leaves over."""
    any_virtue = houses.Grant("virtue", False, (houses.Choice(any_of={"size": "minor"}),))
    quiet = houses.Grant("virtue", False, (houses.Choice(virtue="virtue.quiet-magic"),))
    rows = [(row, catalogue().virtue(row.virtue)) for row in (virtue("quiet-magic"), virtue("large"))]
    assert houses.unmatched([any_virtue, quiet], rows) == ([], [])


def test_no_house_gives_nothing():
    assert houses.grants(catalogue(), None) == ()
    assert houses.grants(catalogue(), "house.unknown") == ()
