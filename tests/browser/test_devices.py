"""R40: a player with two devices. What one does the other shows, without a reload and without losing anything."""

from __future__ import annotations

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
    assert phone.page.locator(".line-abilities:visible").count() == sheet.page.locator(".line-abilities:visible").count()
