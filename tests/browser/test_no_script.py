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
    plain.get_by_text("Add an Ability").click()
    form = plain.locator("#add-abilities")
    form.get_by_label("Ability").fill("swim")
    form.get_by_label("Score").fill("1")
    form.get_by_role("button", name="Add").click()
    plain.get_by_label("Edit Swim").click()
    plain.get_by_label("Experience").fill("17")
    plain.get_by_label("Experience").press("Enter")
    line = plain.locator(".trait").filter(has=plain.get_by_text("Swim", exact=True))
    assert line.locator("[data-value]").inner_text().split() == ["2", "(2)"]
    plain.get_by_label("Edit Swim").click()
    plain.get_by_role("button", name="Remove").click()
    expect(line).to_have_count(0)


def test_everything_else_is_added_and_edited_too(plain, magus):
    """Names as the book has them; what has to be chosen is written in words."""

    def add(title, **fields):
        plain.get_by_text(title, exact=True).click()
        form = plain.locator("details[open] form")
        for name, value in fields.items():
            field = form.locator(f"[name={name}]")
            field.fill(value) if field.evaluate("field => field.tagName") == "INPUT" else field.select_option(value)
        form.get_by_role("button", name="Add").click()
        assert plain.locator(".message").all_inner_texts() == []

    add("Add a Virtue", virtue="Puissant Art", which="Ignem")
    add("Add a Flaw", virtue="Driven", size="major", notes="vengeance")
    add("Add a spell", spell="Pilum of Fire")
    add("Add a Trait", name="Brave", score="-2")
    add("Add a Reputation", content="hothead", type="hermetic", score="2")
    add("Add a possession", item="armor.chain-mail", coverage="full")
    add("Add a possession", name="cup", kind="other")
    add("Add a way to fight", weapon="weapon.fist")
    plain.get_by_text("Edit name, years and points").click()
    plain.get_by_label("Age", exact=True).fill("31")
    plain.get_by_label("Age", exact=True).press("Enter")
    plain.get_by_label("Weary").check()
    plain.locator(".own-fatigue").get_by_role("button", name="Save").click()
    sheet = magus.player.api("GET", f"characters/{magus.key}/").json()["sheet"]
    assert "Puissant Ignem" in [row["virtue_name"] for row in sheet["virtues"]]
    assert ("Driven", "major", "vengeance") in [
        (row["virtue_name"], row["size"], row["notes"]) for row in sheet["flaws"]
    ]
    assert [(row["name"], row["level"]) for row in sheet["spells"]] == [("Pilum of Fire", 20)]
    assert [(row["name"], row["score"]) for row in sheet["traits"]] == [("Brave", -2)]
    assert [(row["content"], row["type"], row["score"]) for row in sheet["reputations"]] == [("hothead", "hermetic", 2)]
    assert [(row["name"], row["kind"]) for row in sheet["possessions"]] == [("Chain Mail", "armor"), ("cup", "other")]
    assert [row["weapon"] for row in sheet["attacks"]] == ["weapon.fist"]
    assert (sheet["stored"]["age"], sheet["stored"]["fatigue"]) == (31, 2)


def test_the_page_with_scripts_is_the_page_without(plain, sheet):
    """The script changes nothing of what is to be read, so that nothing jumps when it starts."""
    buttons = plain.locator("main noscript")
    assert set(filter(None, buttons.all_inner_texts())) == {"Save", "Show"}
    buttons.evaluate_all("buttons => buttons.forEach((button) => button.remove())")
    assert plain.locator("main").inner_text() == sheet.page.locator("main").inner_text()
