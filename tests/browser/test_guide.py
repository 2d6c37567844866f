"""R51: a magus is made through the guide by clicks; every number of its summary is the one of the API."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Sheet

pytestmark = pytest.mark.browser


class Guide(Sheet):
    """The steps of the guide, as a person goes through them."""

    def __init__(self, page, player):
        self.page, self.player = page, player

    def on(self, title):
        self.page.get_by_role("button", name=f"On to {title}").click()
        expect(self.page.get_by_role("heading", level=1)).to_have_text(title)
        return self.saved()

    def left(self, name, points):
        """Wait until so much is left in a purse."""
        purse = self.page.locator(".guide-purses > div").filter(has=self.page.get_by_text(name, exact=True))
        expect(purse.locator("b")).to_have_text(str(points))

    def number(self, path, value):
        expect(self.page.locator(f"[data-derived='{path}']")).to_have_text(str(value).replace("-", "\N{MINUS SIGN}"))

    def press(self, name):
        self.page.get_by_role("button", name=name, exact=True).click()

    def says(self, text):
        expect(self.page.locator(".guide-findings")).to_contain_text(text)

    @property
    def sheet(self):
        key = self.page.url.split("/characters/")[1].split("/")[0]
        return self.player.api("GET", f"characters/{key}/").json()["sheet"]


@pytest.fixture
def guide(page, player):
    page.context.add_cookies(player.cookies)
    page.goto(player.server.url + "/characters/new/")
    page.locator("#id_name").fill("Aline of Arles")
    page.get_by_role("button", name="Start the guide").click()
    return Guide(page, player).saved()


def test_a_magus_is_made_step_by_step(guide):
    page = guide.page
    expect(page.get_by_role("heading", level=1)).to_have_text("House")
    guide.says("A magus belongs to one of the twelve Houses.")
    page.get_by_label("Bjornaer").check()
    expect(page.locator("[data-rows=virtue]")).to_contain_text("Heartbeast")
    page.get_by_label("Mercere").check()
    guide.press("Puissant Muto")
    expect(page.locator("[data-rows=virtue] [data-name]:visible")).to_have_text(
        ["Hermetic Magus", "Puissant Muto", "The Gift"]
    )
    expect(page.get_by_role("button", name="Puissant Muto", exact=True)).to_have_attribute("aria-pressed", "true")

    guide.saved().on("Characteristics")
    guide.click("Raise Intelligence", 3)
    guide.number("characteristic_points.left", 1)  # before any answer
    guide.click("Lower Strength", 2)
    guide.click("Raise Stamina", 2)
    guide.number("characteristic_points.left", 1)
    guide.says("1 of")

    guide.saved().on("Virtues and Flaws")
    guide.pick("Add a Virtue", "Gentle Gift")
    guide.number("balance", -3)
    guide.says("the Flaws pay for 0")
    guide.pick("Add a Flaw", "Blatant Gift")
    guide.number("balance", 0)
    guide.saved()
    expect(page.locator(".guide-findings")).not_to_contain_text("the Flaws pay for")

    guide.on("Childhood")
    page.get_by_label("Native language").fill("Occitan")
    page.keyboard.press("Enter")
    guide.left("Native language", 0)
    page.context.set_offline(True)  # a step that is open needs no connection
    guide.press("Learn Brawl")
    guide.click("Raise Brawl", 2)
    guide.becomes("offline")
    expect(page.get_by_role("button", name="Learn Brawl")).to_be_disabled()
    guide.press("On to Later life")
    expect(page.locator("[data-notice]")).to_contain_text("no connection")
    page.context.set_offline(False)
    guide.saved()
    guide.left("Early childhood", 30)

    guide.on("Later life")
    guide.add_ability("Ride", score=2)
    guide.left("Later life, before apprenticeship", 60)

    guide.saved().on("Apprenticeship")
    guide.add_ability("Magic Theory", score=3)
    guide.add_ability("Parma Magica", score=1)
    guide.add_ability("Dead Language", instance="Latin", score=4)
    guide.click("Raise Creo", 5)
    guide.click("Raise Ignem", 6)
    guide.pick("Add a spell", "Pilum of Fire")
    guide.saved()
    guide.number("spell_levels.spent", 20)

    # Left here, and taken up again from the list.
    page.goto(guide.player.server.url)
    page.get_by_role("link", name="Go on with Aline of Arles").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Apprenticeship")
    guide.saved().on("Summary")
    sheet = guide.sheet
    budget = sheet["experience"]["budget"]
    guide.number("characteristic_points.spent", 6)
    guide.number("virtue_points.spent", sheet["virtue_points"]["spent"])
    guide.number("flaw_points.spent", sheet["flaw_points"]["spent"])
    guide.number("experience.budget.spent", budget["spent"])
    guide.number("spell_levels.spent", sheet["spell_levels"]["spent"])
    for purse in budget["purses"]:
        guide.left(purse["name"], purse["left"])
    expect(page.locator(".guide-findings li")).to_have_text([found["message"] for found in sheet["findings"]])
    assert (sheet["house"]["name"], budget["spent"], budget["unpaid"]) == (
        "Mercere",
        75 + 15 + 15 + 30 + 5 + 50 + 15 + 21,
        0,
    )
    assert sheet["virtue_points"]["spent"] == sheet["flaw_points"]["spent"] == 3

    guide.press("Finish, and open the sheet")
    expect(page.get_by_role("heading", level=1, name="Aline of Arles")).to_be_visible()
    page.goto(guide.player.server.url)
    expect(page.get_by_text("Creation is not finished:")).to_have_count(0)
