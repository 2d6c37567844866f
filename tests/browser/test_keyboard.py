"""R64: everything by keyboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_the_arrow_keys_raise_and_lower_the_value_that_has_the_focus(sheet, magus):
    value = sheet.value("Bargain")
    value.focus()
    for key in ("ArrowUp", "ArrowUp", "ArrowDown"):
        sheet.page.keyboard.press(key)
    expect(value).to_have_attribute("aria-valuenow", "3")
    sheet.page.keyboard.press("PageUp")
    expect(value).to_have_attribute("aria-valuenow", "8")
    sheet.saved()
    assert magus.experience("ability.bargain") == 180


def test_keys_stop_at_the_end_of_the_scale(sheet, magus):
    sheet.value("Bargain").focus()
    sheet.page.keyboard.press("PageDown")
    expect(sheet.value("Bargain")).to_have_attribute("aria-valuenow", "0")
    sheet.value("Strength").focus()
    sheet.page.keyboard.press("PageUp")
    expect(sheet.value("Strength")).to_have_attribute("aria-valuenow", "3")
    sheet.saved()
    assert (magus.experience("ability.bargain"), magus.characteristic("strength")) == (0, 3)


def test_the_arrow_keys_do_not_scroll_the_page(sheet):
    sheet.value("Vim").focus()
    before = sheet.page.evaluate("scrollY")
    sheet.page.keyboard.press("ArrowUp")
    sheet.page.wait_for_timeout(200)
    assert sheet.page.evaluate("scrollY") == before


def test_each_line_is_two_stops_value_and_editing_after_what_the_rules_say(sheet):
    sheet.value("Awareness").focus()
    stops = []
    for _stop in range(5):
        stops.append(sheet.page.evaluate("document.activeElement.ariaLabel"))
        sheet.page.keyboard.press("Tab")
    assert stops == [
        "Awareness",
        "Edit Awareness",
        "No specialty yet: Awareness and Bargain.",
        "Bargain",
        "Edit Bargain",
    ]


def test_the_focus_can_be_seen(sheet):
    sheet.value("Awareness").focus()
    outline = "getComputedStyle(document.activeElement).outline"
    for _stop in range(6):
        sheet.page.keyboard.press("Tab")
        assert "solid 3px" in sheet.page.evaluate(outline)


def test_the_focus_is_never_below_the_bar(sheet):
    """WCAG 2.2, 2.4.11: scrolling to the focus leaves room for what sticks to the top."""
    sheet.value("Vim").focus()
    sheet.page.set_viewport_size({"width": 1400, "height": 400})
    sheet.page.evaluate("scrollTo(0, document.body.scrollHeight)")
    for _stop in range(12):
        sheet.page.keyboard.press("Shift+Tab")
    bar = sheet.page.locator(".sheet-bar").bounding_box()
    top = sheet.page.evaluate("document.activeElement.getBoundingClientRect().top")
    assert top >= bar["y"] + bar["height"]


def test_escape_closes_the_panel_and_gives_the_focus_back(sheet):
    sheet.page.get_by_label("Edit Charm").focus()
    sheet.page.keyboard.press("Enter")
    panel = sheet.line("Charm").locator(".panel")
    expect(panel.get_by_label("Specialty")).to_be_focused()
    sheet.page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(sheet.page.get_by_label("Edit Charm")).to_be_focused()


def test_the_first_stop_leads_past_the_head_of_the_page(sheet):
    sheet.page.locator("body").press("Tab")
    expect(sheet.page.get_by_role("link", name="Skip to the content")).to_be_focused()
    sheet.page.keyboard.press("Enter")
    expect(sheet.page.locator("main")).to_be_focused()


def test_a_screen_reader_hears_what_a_button_did_once_the_clicks_pause(sheet):
    said = sheet.page.locator("[data-announcement]")
    sheet.click("Raise Charm", 3)
    assert said.inner_text() == ""
    expect(said).to_have_text("Charm 3")
