"""R40: a player with two devices. What one does the other shows, without a reload and without losing anything."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Sheet

pytestmark = pytest.mark.browser


@pytest.fixture
def phone(new_context, watch, magus):
    """The same sheet of the same player on another device."""
    context = new_context(viewport={"width": 390, "height": 900})
    context.add_cookies(magus.player.cookies)
    return Sheet(watch(context.new_page()), magus).open()


def test_what_one_device_does_the_other_shows_within_seconds(sheet, phone, magus):
    """Steps, texts, new rows and rows that go; steps on both add up."""
    phone.page.bring_to_front()
    sheet.click("Raise Charm", 2)
    sheet.page.get_by_label("Edit Bargain").click()
    sheet.line("Bargain").locator(".panel").get_by_label("Specialty").fill("rivers")
    sheet.page.keyboard.press("Enter")
    sheet.add_ability("Brawl", score=2)
    sheet.page.get_by_label("Edit Awareness").click()
    sheet.page.get_by_role("button", name="Remove Awareness").click()
    sheet.page.locator("summary", has_text="Edit name, years and points").click()
    sheet.page.locator("#facts [name=name]").fill("Petra")
    sheet.page.keyboard.press("Tab")
    sheet.saved()
    phone.shows("Charm", "2", 15).shows("Brawl", "2", 15)
    expect(phone.line("Bargain")).to_contain_text("rivers")
    expect(phone.line("Awareness")).to_be_hidden()
    expect(phone.page.get_by_role("heading", level=1)).to_have_text("Petra")
    phone.click("Raise Charm")
    phone.click("Raise Brawl")
    sheet.click("Raise Charm")
    for device in (sheet.saved(), phone.saved()):
        device.shows("Charm", "4", 50).shows("Brawl", "3", 30)
    assert magus.experience("ability.charm") == 50
    assert (
        phone.page.locator(".line-abilities:visible").count() == sheet.page.locator(".line-abilities:visible").count()
    )


def test_news_of_a_new_row_that_overtake_its_answer_leave_one_line(sheet):
    page, held = sheet.page, []

    def hold(route):
        if route.request.method == "GET":
            route.continue_()
        else:
            held.append((route, route.fetch()))

    page.route(re.compile("/api/"), hold)
    sheet.add_ability("Brawl", score=2)
    while not held:
        page.wait_for_timeout(20)
    with page.expect_response(re.compile("/changes")):
        page.evaluate("document.dispatchEvent(new Event('visibilitychange', {bubbles: true}))")
    expect(page.locator(".line-abilities[id]:not([id='']):not([hidden])", has_text="Brawl")).to_have_count(1)
    for route, answer in held:
        route.fulfill(response=answer)
    page.unroute_all()
    sheet.saved().shows("Brawl", "2", 15)
    sheet.click("Raise Brawl")
    sheet.saved().shows("Brawl", "3", 30)


# --- undo and redo ---


def test_what_was_done_is_undone_and_done_again(sheet, phone, magus):
    """With keys and buttons: clicks, texts, rows that were removed; never over what came from elsewhere."""
    page = sheet.page
    undo, redo = (page.get_by_role("button", name=re.compile(f"^{name}")) for name in ("Undo", "Redo"))
    expect(undo).to_have_attribute("aria-disabled", "true")
    sheet.click("Raise Charm", 3)
    expect(undo).to_have_accessible_name("Undo: Charm +3")
    page.keyboard.press("Control+z")
    sheet.shows("Charm", "0", 0)
    expect(redo).to_have_accessible_name("Redo: Charm +3")
    page.keyboard.press("Control+Shift+Z")
    sheet.shows("Charm", "3", 30).saved()
    search = page.get_by_label("Search the Abilities")
    search.press_sequentially("c")
    search.press("Control+z")  # the field's own: it takes back what was typed
    expect(search).to_have_value("")
    sheet.shows("Charm", "3")
    page.get_by_label("Edit Bargain").click()
    specialty = sheet.line("Bargain").locator(".panel").get_by_label("Specialty")
    specialty.fill("rivers")
    specialty.press("Control+z")
    expect(specialty).to_have_value("")
    sheet.shows("Charm", "3")
    specialty.fill("lakes")
    page.keyboard.press("Escape")
    expect(undo).to_have_accessible_name("Undo: Bargain: “lakes”")
    page.get_by_label("Edit Bargain").click()
    page.get_by_role("button", name="Remove Bargain").click()
    sheet.saved()
    expect(sheet.line("Bargain")).to_be_hidden()
    expect(undo).to_have_accessible_name("Undo: Bargain removed")
    undo.click()
    sheet.saved().shows("Bargain", "2", 15)
    expect(sheet.line("Bargain")).to_contain_text("lakes")
    undo.click()
    sheet.saved()
    expect(sheet.line("Bargain")).not_to_contain_text("lakes")
    phone.shows("Charm", "3", 30).shows("Bargain", "2", 15).page.get_by_label("Edit Charm").click()
    phone.line("Charm").locator(".panel").get_by_label("Experience").fill("75")
    phone.page.keyboard.press("Enter")
    phone.saved()
    sheet.shows("Charm", "5", 75)
    undo.click()
    expect(page.get_by_role("alert").filter(has_text="Charm +3: this was changed elsewhere")).to_be_visible()
    sheet.shows("Charm", "5", 75).saved()
    assert magus.experience("ability.charm") == 75
    expect(undo).to_have_attribute("aria-disabled", "true")
