"""R51: without JavaScript the sheet reads the same, and every + and - posts a form."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


@pytest.fixture
def plain(new_context, watch, magus):
    context = new_context(java_script_enabled=False)
    context.add_cookies(magus.player.cookies)
    page = watch(context.new_page())
    page.goto(magus.player.server.url + magus.path)
    return page


def test_plus_and_minus_save_and_come_back_to_their_line(plain, magus):
    plain.get_by_role("button", name="Raise Bargain").click()
    assert plain.url.endswith(f"{magus.path}#abilities-{magus.abilities['ability.bargain']}")
    plain.get_by_role("button", name="Raise Bargain").click()
    plain.get_by_role("button", name="Lower Bargain").click()
    plain.get_by_role("button", name="Raise Strength").click()
    plain.get_by_role("button", name="Raise Creo").click()
    assert (magus.experience("ability.bargain"), magus.characteristic("strength")) == (30, 1)


def test_a_refusal_is_told_at_the_top_of_the_page(plain):
    plain.get_by_role("button", name="Lower Charm").click(force=True)
    expect(plain.get_by_role("status").first).to_have_text("A score cannot fall below 0.")


def test_an_ability_is_added_edited_and_removed(plain, magus):
    plain.get_by_role("combobox", name="Ability").select_option(label="Swim")
    plain.get_by_role("button", name="Add", exact=True).click()
    plain.get_by_label("Edit Swim").click()
    line = plain.locator(".trait").filter(has=plain.get_by_text("Swim", exact=True))
    line.get_by_label("Experience").fill("17")
    line.get_by_label("Experience").press("Enter")
    assert line.locator("[data-value]").inner_text().split() == ["2", "(2)"]
    plain.get_by_label("Edit Swim").click()
    line.get_by_role("button", name="Remove Swim").click()
    expect(line).to_have_count(0)


def test_the_page_with_scripts_is_the_page_without(plain, sheet):
    """The script changes nothing of what is to be read, so that nothing jumps when it starts."""
    assert plain.locator("main").inner_text() == sheet.page.locator("main").inner_text()
