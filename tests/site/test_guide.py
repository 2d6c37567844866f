"""R51: a character is made step by step, left and taken up again, with the figures of the rules; without scripts."""

from __future__ import annotations

import re

import pytest

from characters.models import Character
from characters.sheet import sheets
from tests.characters import factories


@pytest.fixture
def maker(visitor):
    """Alice at the first step of a magus of House Flambeau."""
    visitor.go("/characters/new/")
    visitor.press("Start the guide", name="Aline", type="magus", house="house.flambeau", age="25")
    visitor.path = visitor.page.response.request["PATH_INFO"].removesuffix("house/")
    return visitor


def sheet():
    (found,) = sheets([Character.objects.get(name="Aline")])
    return found


def at(visitor, step):
    return visitor.go(f"{visitor.path}{step}/")


def purses(page):
    """What is left and given, by the name of the purse."""
    pattern = r'<dt data-cell="name">([^<]+)</dt><dd><b data-cell="left">(-?\d+)</b> / <span data-cell="amount">(\d+)<'
    return {name: (int(left), int(amount)) for name, left, amount in re.findall(pattern, page.html)}


def findings(page):
    return re.findall(r'<li data-severity="\w+"><span data-cell="message">([^<]+)<', page.html)


def gifts():
    return sorted(row["virtue_name"] for row in sheet()["virtues"])


def test_a_magus_takes_eight_steps_and_a_grog_takes_six(maker):
    pattern = r'guide/([\w-]+)/"'
    steps = ["type", "house", "characteristics", "virtues", "childhood", "later-life", "apprenticeship", "summary"]
    assert list(dict.fromkeys(re.findall(pattern, maker.page.html))) == steps
    maker.go("/characters/new/")
    page = maker.press("Start the guide", name="Rolf", type="grog", house="", age="20")
    assert page.response.request["PATH_INFO"].endswith("/guide/characteristics/")
    without = [step for step in steps if step not in ("house", "apprenticeship")]
    assert list(dict.fromkeys(re.findall(pattern, page.html))) == without
    key = Character.objects.get(name="Rolf").pk
    assert (
        maker.go(f"/characters/{key}/guide/apprenticeship/")
        .response.redirect_chain[-1][0]
        .endswith("/guide/characteristics/")
    )
    assert maker.client.get(f"/characters/{key}/guide/nonsense/").status_code == 404


def test_it_goes_on_where_it_was_left(maker):
    maker.press("On to Characteristics")
    assert Character.objects.get().guide_step == "characteristics"
    page = maker.go("/")
    assert "Creation is not finished:" in page.html
    entry = maker.path.removesuffix("/") + "/"
    assert maker.go(entry).response.redirect_chain[-1][0] == f"{maker.path}characteristics/"
    maker.press("Back")
    assert Character.objects.get().guide_step == "house"
    at(maker, "summary")
    maker.press("Finish, and open the sheet")
    assert Character.objects.get().guide_step == ""
    assert "Creation is not finished:" not in maker.go("/").html


def test_nobody_else_sees_a_step(maker, bob, stranger):
    stranger.client.force_login(bob)
    assert stranger.client.get(f"{maker.path}house/").status_code == 404
    assert stranger.client.post(f"{maker.path}house/", {"go": "virtues"}).status_code in (403, 404)


def test_a_house_brings_its_gifts_and_takes_them_along(maker):
    assert gifts() == ["Hermetic Magus", "Puissant Perdo", "The Gift"]
    maker.press("Puissant Ignem")
    assert gifts() == ["Hermetic Magus", "Puissant Ignem", "The Gift"]
    change = {"gift": "0:7"}
    maker.client.post(f"{maker.path}house/", {**maker.page.fields(maker.page.controls[0].form), **change})
    assert gifts() == ["Hermetic Magus", "Puissant Ignem", "The Gift"]
    maker.press("Save the House", house="house.bjornaer")
    assert gifts() == ["Heartbeast", "Hermetic Magus", "The Gift"]
    assert [(row["ability_name"], row["score"]) for row in sheet()["abilities"]] == [("Heartbeast", 1)]
    maker.press("Save the House", house="house.flambeau")
    assert gifts() == ["Hermetic Magus", "The Gift"]
    assert sheet()["abilities"] == []
    assert any("Puissant Perdo or Puissant Ignem" in text for text in findings(maker.page))


def test_what_is_free_to_choose_is_added_as_a_gift(maker):
    maker.press("Save the House", house="house.jerbiton")
    (button,) = [
        button
        for button in maker.page.buttons("Add")
        if button.form.get("data-kind") == "virtue" and button.form.get("data-with")
    ]
    maker._press(button, virtue="Inspirational")
    assert maker.page.response.request["PATH_INFO"] == f"{maker.path}house/"
    assert "Inspirational" in gifts()
    assert sheet()["virtue_points"]["spent"] == 0


def test_another_type_has_other_gifts(maker):
    factories.AbilityFactory(character=Character.objects.get(), ability_id="ability.swim", experience_points=5)
    at(maker, "type")
    maker.press("Save the type", type="companion")
    found = sheet()
    assert (found["type"], found["virtues"], found["arts"]) == ("companion", [], [])
    assert [row["ability_name"] for row in found["abilities"]] == ["Swim"]
    maker.press("Save the type", type="magus")
    assert {"Hermetic Magus", "The Gift"} <= set(gifts())
    assert len(sheet()["arts"]) == 15
    maker.press("Save the type", type="grog")
    assert (sheet()["type"], sheet()["house"]) == ("grog", None)


def test_seven_points_buy_characteristics(maker):
    at(maker, "characteristics")
    left = r'data-derived="characteristic_points.left"[^>]*>([^<]+)<'
    assert re.search(left, maker.page.html)[1] == "7"
    for _ in range(3):
        page = maker.press("Raise Intelligence")
    assert page.response.request["PATH_INFO"] == f"{maker.path}characteristics/"
    assert re.search(left, page.html)[1] == "1"
    maker.press("Raise Stamina")
    page = maker.press("Raise Stamina")
    assert re.search(left, page.html)[1] == "\N{MINUS SIGN}2"
    assert any("points" in text for text in findings(page))


def test_flaws_pay_for_virtues(maker):
    at(maker, "virtues")
    balance = r'data-derived="balance"[^>]*>([^<]+)<'
    assert re.search(balance, maker.page.html)[1] == "0"
    (button,) = [b for b in maker.page.buttons("Add") if b.form.get("data-kind") == "virtue"]
    page = maker._press(button, virtue="Gentle Gift")
    assert page.response.request["PATH_INFO"] == f"{maker.path}virtues/"
    assert re.search(balance, page.html)[1] == "\N{MINUS SIGN}3"
    assert any("the Flaws pay for 0" in text for text in findings(page))
    assert not any("Magic Theory" in text for text in findings(page)), "that is for another step"


def test_the_experience_of_each_stage_is_what_the_rules_give(maker):
    page = at(maker, "childhood")
    assert purses(page) == {"Native language": (75, 75), "Early childhood": (45, 45)}
    (button,) = [b for b in page.buttons("Add") if "data-native" in b.form]
    page = maker._press(button, instance="Occitan")
    assert purses(page)["Native language"] == (0, 75)
    maker.press("Learn Athletics")
    page = maker.press("Raise Athletics")
    assert purses(page)["Early childhood"] == (40, 45)
    page = at(maker, "later-life")
    assert purses(page)["Later life, before apprenticeship"] == (75, 75)
    page = at(maker, "apprenticeship")
    assert purses(page)["Apprenticeship"] == (240, 240)
    assert "120 levels of spells" in page.html
    page = maker.press("Raise Creo")
    assert purses(page)["Apprenticeship"] == (239, 240)
    assert any("Parma Magica" in text for text in findings(page))


def test_a_companion_has_fifteen_a_year(visitor):
    visitor.go("/characters/new/")
    visitor.press("Start the guide", name="Aline", type="companion", house="", age="25")
    key = Character.objects.get().pk
    assert purses(visitor.go(f"/characters/{key}/guide/later-life/")) == {"Later life": (300, 300)}
    factories.VirtueFactory(character=Character.objects.get(), virtue_id="virtue.wealthy")
    assert purses(visitor.go(f"/characters/{key}/guide/later-life/")) == {"Later life": (400, 400)}


def test_each_stage_offers_what_can_be_learned_in_it(maker):
    key = Character.objects.get().pk

    def offered(stage):
        found = maker.client.get(f"/characters/{key}/offers/abilities/?stage={stage}").json()["offers"]
        return {offer["name"] for offer in found if not offer["why"]}

    assert "Athletics" in offered("childhood")
    assert not {"Ride", "Magic Theory"} & offered("childhood")
    assert "Ride" in offered("later-life")
    assert "Magic Theory" not in offered("later-life")
    assert {"Ride", "Magic Theory"} <= offered("apprenticeship")


def test_the_summary_has_all_findings_and_leads_to_the_sheet(maker):
    page = at(maker, "summary")
    assert len(findings(page)) == len(sheet()["findings"])
    page = maker.press("Finish, and open the sheet")
    assert page.response.redirect_chain[-1][0] == f"/characters/{Character.objects.get().pk}/"


def test_a_step_is_never_closed(maker):
    """Rules advise: with everything left undone one still arrives."""
    for title in ("Characteristics", "Virtues and Flaws", "Childhood", "Later life", "Apprenticeship", "Summary"):
        page = maker.press(f"On to {title}")
        assert page.response.status_code == 200
    assert "Finish, and open the sheet" in page.html


def test_a_printed_character_is_a_beginning(visitor):
    visitor.go("/characters/new/")
    visitor.press("Begin with this one", template="example.magus.flambeau", name="Aline")
    found = sheet()
    assert (found["house"]["name"], len(found["arts"]), found["spell_levels"]["spent"] > 0) == ("Flambeau", 15, True)
    assert Character.objects.get().owner.username == "alice"
    page = visitor.client.post("/characters/new/template/", {"template": "nobody", "csrfmiddlewaretoken": "x"})
    assert page.status_code == 403, "no token"
    visitor.go("/characters/new/")
    assert "Select a valid choice" in visitor.press("Begin with this one", template="nobody").html
