"""The whole page at work: a printed magus is entered from nothing, and the sheet shows the numbers of the book."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import expect

from characters import published
from characters.comparison import compare
from tests.browser.conftest import Owned, Sheet

pytestmark = pytest.mark.browser

FLAMBEAU = "example.magus.flambeau"
MOST_CLICKS = 40
"""A score is typed, choosing is adding, and the field keeps the focus for the next entry."""


class Hand:
    """Somebody at the page, whose clicks and keys are counted. A text that is typed is one key for each letter."""

    def __init__(self, page):
        self.page, self.clicks, self.keys = page, 0, 0
        self.sheet = None

    def click(self, target):
        self.clicks += 1
        target.click()

    def press(self, *keys):
        for key in keys:
            self.keys += 1
            self.page.keyboard.press(key)

    def fill(self, field, text):
        """Type over what a field says; whoever comes by the Tab key has no click to make."""
        self.keys += len(str(text))
        field.fill(str(text))

    # --- the sheet ---

    def form(self, title):
        frame = self.page.locator("details.add").filter(has=self.page.locator("summary", has_text=title))
        if frame.get_attribute("open") is None:
            self.click(frame.locator("summary"))
        return frame

    def pick(self, title, name):
        frame = self.form(title)
        self.fill(frame.get_by_role("combobox").first, name)
        option = frame.locator("[role=option]").filter(has_text=name).first
        option.wait_for()
        expect(frame.locator("[role=option][aria-selected=true]")).to_contain_text(name)
        self.press("Enter")
        return frame

    def score(self, name, number):
        """Type a score on the value of a line."""
        value = self.sheet.value(name)
        value.focus()
        self.press(*str(number))

    def edit(self, name, **fields):
        self.click(self.page.get_by_label(f"Edit {name}", exact=True))
        panel = self.page.locator("form.panel")
        for column, value in fields.items():
            field = panel.locator(f"[name={column}]")
            if value is True:
                self.click(field)
            else:
                self.fill(field, value)
        self.press("Escape")


@pytest.fixture
def printed():
    return next(each for each in published.read() if each["id"] == FLAMBEAU)


def test_a_printed_magus_is_entered_through_the_page_alone(page, player, printed):
    hand, began = Hand(page), time.monotonic()
    page.context.add_cookies(player.cookies)
    page.goto(player.server.url)
    hand.click(page.get_by_role("link", name="New character"))
    key = create(hand, printed)
    hand.sheet = Sheet(page, Owned(player, key, {})).saved()
    for part in (years, characteristics, virtues, abilities, arts, spells, personality, possessions):
        part(hand, printed)
    hand.sheet.saved()
    took = time.monotonic() - began
    print(f"\n{hand.clicks} clicks, {hand.keys} keys, {took:.0f} s")
    assert hand.clicks <= MOST_CLICKS
    assert page.locator("[data-problems] li").count() == 0
    compared = compare(printed, loaded(player, key, printed))
    assert len(compared) > 100
    assert [(found.path, found.printed, found.computed) for found in compared if not found.hit] == []
    shows(hand.sheet.open(), printed)


def create(hand, printed):
    page = hand.page
    hand.fill(page.get_by_label("Name:"), printed["template"])
    page.get_by_label("House:").select_option(printed["house_id"])
    hand.fill(page.get_by_label("Age:"), printed["age"])
    hand.click(page.get_by_role("button", name="Create a blank sheet"))
    page.wait_for_url(re.compile(r"/characters/\d+/$"))
    return int(page.url.split("/")[-2])


def years(hand, printed):
    frame = hand.form("Edit name, years and points")
    for column in ("apparent_age", "apprenticed_at"):
        hand.fill(frame.locator(f"[name={column}]"), printed[column])
        hand.press("Tab")


def characteristics(hand, printed):
    names = {row["abbr"]: row["label"] for row in hand.page.evaluate("JSON.parse(sheet.textContent).characteristics")}
    for abbr, value in printed["characteristics_bought"].items():
        if value:
            hand.score(names[abbr], value)


def virtues(hand, printed):
    for title, rows in (("Add a Virtue", printed["virtues"]), ("Add a Flaw", printed["flaws"])):
        for row in rows:
            if row["free_from_house"] or row["name"] in ("The Gift", "Hermetic Magus"):
                continue  # given by the House, or to every magus
            frame = hand.pick(title, row["name"])
            answer(hand, frame, row)
    choose_what_the_house_gives(hand, printed)


def answer(hand, frame, row):
    """Fill in what the entry asks for; where it asks for nothing, choosing it has added it."""
    fields = frame.locator(".questions label").all()
    values = [next(iter(value.values())) for value in row["parameters"]]
    for field in fields:
        if field.inner_text().startswith("Size"):
            field.locator("select").select_option(row["size"])
        elif values and field.locator("select").count():
            field.locator("select").select_option(values.pop(0))
        elif values:
            hand.fill(field.locator("input"), values.pop(0))
    if fields:
        hand.click(frame.get_by_role("button", name="Add"))


def choose_what_the_house_gives(hand, printed):
    """The House offers a choice, and what the page took for the player is not what the book took."""
    (row,) = (row for row in printed["virtues"] if row["free_from_house"])
    hand.click(hand.page.get_by_label("Edit Puissant Perdo"))
    hand.click(hand.page.get_by_role("button", name="Remove Puissant Perdo"))
    answer(hand, hand.pick("Add a Virtue", row["name"]), row)
    hand.edit("Puissant Ignem", granted_by_house=True)


def abilities(hand, printed):
    for row in printed["abilities"]:
        entry = hand.page.request.get(hand.page.url + "offers/abilities/").json()["offers"]
        name = next(each["name"] for each in entry if each["id"] == row["ability_id"])
        frame = hand.pick("Add an Ability", name)
        if row["instance"]:
            hand.fill(frame.locator(".questions input"), row["instance"])
        hand.fill(frame.get_by_label("Specialty"), row["specialty"] or "")
        hand.fill(frame.get_by_label("Score"), row["score"])
        hand.press("Enter")
        if row["native"]:
            hand.edit(row["instance"], native=True)


def arts(hand, printed):
    for row in printed["arts"].values():
        if row["score"]:
            hand.score(row["art_id"].removeprefix("art.").capitalize(), row["score"])


def spells(hand, printed):
    for row in printed["spells"]:
        frame = hand.form("Add a spell")
        if row["focus"]:
            hand.click(frame.get_by_label("Within the focus"))
        hand.pick("Add a spell", row["name"])


def personality(hand, printed):
    for name, score in printed["personality_traits"].items():
        frame = hand.form("Add a Trait")
        hand.fill(frame.get_by_label("Name"), name)
        hand.fill(frame.get_by_label("Score"), score)
        hand.press("Enter")


def possessions(hand, printed):
    for name in printed["equipment"]["other"]:
        frame = hand.form("Add a possession")
        hand.fill(frame.get_by_label("Name"), name)
        hand.press("Enter")
    for row in printed["combat"]:
        frame = hand.form("Add a way to fight")
        frame.get_by_label("Weapon").select_option(row["weapon_id"])
        if row["specialty_applies"] is not None:
            frame.get_by_label("Specialty applies").select_option(str(row["specialty_applies"]).lower())
        hand.click(frame.get_by_role("button", name="Add"))


def loaded(player, key, printed):
    """What was entered, in the shape of a character that was loaded from the file."""
    sheet = player.api("GET", f"characters/{key}/").json()["sheet"]
    rows = {
        "abilities": {(row["ability"], row["instance"]): row["id"] for row in sheet["abilities"]},
        "arts": {row["art"]: row["id"] for row in sheet["arts"]},
        "spells": {row["spell"]: row["id"] for row in sheet["spells"]},
        "combat": {row["weapon"]: row["id"] for row in sheet["attacks"]},
    }
    places = {
        **{
            f"abilities[{i}]": rows["abilities"][row["ability_id"], row["instance"] or ""]
            for i, row in enumerate(printed["abilities"])
        },
        **{f"arts.{name}": rows["arts"][row["art_id"]] for name, row in printed["arts"].items()},
        **{f"spells[{i}]": rows["spells"][row["spell_id"]] for i, row in enumerate(printed["spells"])},
        **{f"combat[{i}]": rows["combat"][row["weapon_id"]] for i, row in enumerate(printed["combat"])},
    }
    return published.Loaded(key=key, sheet=sheet, keys=places)


def shows(sheet, printed):
    """The page itself says what the book says."""
    for row in printed["spells"]:
        line = sheet.page.locator(".line-spells").filter(has=sheet.page.get_by_text(row["name"], exact=True))
        expect(line.locator(".spell-casting [data-cell]")).to_have_text(f"+{row['casting_total']}")
    for row in printed["arts"].values():
        bonus = f"+{row['bonus']}" if row["bonus"] else ""
        sheet.shows(row["art_id"].removeprefix("art.").capitalize(), f"{row['score']}{bonus}")
    expect(sheet.page.locator("[data-derived='health.soak.value']")).to_have_text(f"+{printed['soak']}")
