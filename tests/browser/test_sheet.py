"""R51 (core): the sheet in a browser with scripts. Every change goes through the queue."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Owned, Sheet, unanswered

pytestmark = pytest.mark.browser


def test_demo_logs_in_raises_an_ability_reloads_and_sees_it_saved(server, page):
    page.goto(server.url)
    page.get_by_label("Username").fill("demo")
    page.get_by_label("Password").fill("demo")
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("link", name="The Knight", exact=True).click()
    raise_it = page.get_by_role("button", name=re.compile("^Raise .*Lore$")).first
    line = page.locator(".trait").filter(has=raise_it)
    score = line.locator("[data-cell=score]")
    before = int(score.inner_text())
    with unanswered(page):
        raise_it.click()
        expect(score).to_have_text(str(before + 1))
        page.locator("sync-status[state=saving]").wait_for()
    page.locator("sync-status[state=saved]").get_by_text("All changes saved").first.wait_for()
    page.reload()
    expect(score).to_have_text(str(before + 1))


def test_scores_are_written_as_the_book_writes_them(sheet, magus):
    """Score, what Puissant adds, and the experience beyond: 5+2 (3)."""
    virtue = {"character": magus.key, "virtue": "virtue.puissant-ability"}
    parameters = [{"ability": "ability.awareness", "instance": None}]
    assert magus.player.api("POST", "virtues/", json={**virtue, "parameters": parameters}).status_code == 201
    sheet.open()
    sheet.shows("Awareness", "5+2 (3)")
    sheet.click("Raise Awareness")
    sheet.shows("Awareness", "6+2 (3)")
    expect(sheet.value("Awareness")).to_have_attribute("aria-valuetext", "6, in use 8")


def test_a_click_changes_score_experience_next_price_and_totals_at_once(sheet):
    with sheet.page.expect_request("**/api/**") as request:
        sheet.click("Raise Bargain")
        sheet.shows("Bargain", "3", 30)
        assert "20" in sheet.line("Bargain").locator("[data-cell=next_cost]").inner_text()
        sheet.derives("experience.abilities", 78 + 30)
        sheet.derives("experience.total", 78 + 30)
    assert request.value.method == "POST"
    sheet.saved()
    sheet.derives("experience.paid", 78 + 30)  # only the server knows what was paid


def test_a_lone_click_travels_as_a_single_request_and_several_as_a_batch(sheet):
    with sheet.page.expect_request("**/api/abilities/*/increment/?include=sheet"):
        sheet.click("Raise Bargain")
    sheet.saved()
    with sheet.page.expect_request("**/api/batch/"):
        sheet.click("Raise Bargain")
        sheet.click("Raise Creo")


def test_arts_and_characteristics_rise_too(sheet, magus):
    sheet.click("Raise Creo", 3)
    sheet.click("Lower Strength", 2)
    sheet.click("Raise Stamina")
    sheet.shows("Creo", "3", 6)
    sheet.shows("Strength", "\u22122").shows("Stamina", "+1")
    sheet.derives("characteristic_points.spent", -2)
    sheet.saved()
    sheet.open()
    sheet.shows("Creo", "3").shows("Strength", "\u22122").shows("Stamina", "+1")
    assert (magus.characteristic("strength"), magus.characteristic("stamina")) == (-2, 1)


def test_what_the_rules_forbid_cannot_be_clicked(sheet):
    """No request is needed to learn that a score does not fall below 0, or a Characteristic rise above +3."""
    requests = []
    sheet.page.on("request", lambda request: requests.append(request.url))
    lower = sheet.page.get_by_role("button", name="Lower Charm")
    expect(lower).to_have_attribute("aria-disabled", "true")
    lower.click(force=True)
    sheet.page.wait_for_timeout(400)
    sheet.shows("Charm", "0")
    assert not requests
    sheet.click("Raise Quickness", 3)
    expect(sheet.page.get_by_role("button", name="Raise Quickness")).to_have_attribute("aria-disabled", "true")


def test_an_ability_is_added_raised_at_once_and_kept(sheet, magus):
    sheet.add_ability("(area) lore", "Provence", "rivers", 1)
    expect(sheet.open_form("Add an Ability").get_by_role("combobox")).to_be_focused()  # for the next one
    sheet.click("Raise Provence Lore")
    sheet.shows("Provence Lore", "2")
    sheet.saved()
    sheet.click("Raise Provence Lore")  # now under its own key
    sheet.saved()
    before = sheet.line("Provence Lore").inner_text()
    sheet.open()
    assert sheet.line("Provence Lore").inner_text() == before
    sheet.shows("Provence Lore", "3", 30)
    rows = magus.player.api("GET", f"abilities/?character={magus.key}&ability=ability.area-lore").json()["results"]
    assert [(row["instance"], row["specialty"], row["score"]) for row in rows] == [("Provence", "rivers", 3)]


def test_lines_stay_in_the_order_of_the_alphabet(sheet):
    for name in ("Brawl", "Animal Handling", "Swim"):
        sheet.add_ability(name)
    names = sheet.page.locator("[data-category=General] [data-name]").all_inner_texts()
    assert names == ["Animal Handling", "Awareness", "Bargain", "Brawl", "Charm", "Swim"]
    sheet.saved().open()
    assert sheet.page.locator("[data-category=General] [data-name]").all_inner_texts() == names


def test_abilities_are_found_by_name_and_by_kind(sheet):
    """Also those that come while the box holds something; what is not shown still counts."""
    page, box = sheet.page, sheet.page.get_by_role("searchbox", name="Search the Abilities")
    box.fill("barg")
    expect(sheet.value("Bargain")).to_be_visible()
    expect(sheet.value("Charm")).to_be_hidden()
    sheet.add_ability("Athletics")
    expect(page.locator(".abilities .trait:visible")).to_have_count(1)
    box.fill("general")
    expect(sheet.value("Athletics")).to_be_visible()
    expect(sheet.value("Charm")).to_be_visible()
    box.fill("")
    expect(page.locator(".abilities .unmatched")).to_have_count(0)


def test_an_ability_that_is_there_already_is_refused_before_it_is_sent(sheet):
    sheet.add_ability("Charm")
    field = sheet.open_form("Add an Ability").get_by_role("combobox")
    assert field.evaluate("field => field.validationMessage") == "The character has this already."
    assert sheet.page.locator(".trait").get_by_text("Charm", exact=True).count() == 1


def test_specialty_and_experience_are_edited_in_place(sheet, magus):
    sheet.page.get_by_label("Edit Charm").click()
    panel = sheet.line("Charm").locator(".panel")
    expect(panel.get_by_label("Specialty")).to_be_focused()
    panel.get_by_label("Specialty").fill("nobles")
    panel.get_by_label("Experience").fill("22")
    sheet.page.keyboard.press("Enter")
    expect(panel).to_be_hidden()
    expect(sheet.line("Charm")).to_contain_text("Charm (nobles)")  # with the next frame
    sheet.shows("Charm", "2 (7)", 22)
    sheet.saved().open()
    sheet.shows("Charm", "2 (7)", 22)
    assert "Charm (nobles)" in sheet.line("Charm").inner_text()
    assert magus.experience("ability.charm") == 22


def test_leaving_a_field_saves_it_and_a_wrong_value_is_not_sent(sheet, magus):
    sheet.page.get_by_label("Edit Charm").click()
    panel = sheet.line("Charm").locator(".panel")
    panel.get_by_label("Specialty").fill("nobles")
    panel.get_by_label("Experience").fill("-4")
    sheet.page.get_by_role("heading", name="Petrus").click()
    sheet.saved().open()
    assert "Charm (nobles)" in sheet.line("Charm").inner_text()
    sheet.shows("Charm", "0", 0)
    sheet.page.get_by_label("Edit Bargain").click()
    sheet.line("Bargain").locator(".panel").get_by_label("Specialty").fill("fish")
    sheet.click("Raise Vim")  # and no click is lost by it
    sheet.saved().open().shows("Vim", "1")
    assert "Bargain (fish)" in sheet.line("Bargain").inner_text()


def test_an_ability_is_removed_and_the_next_line_takes_the_focus(sheet, magus):
    sheet.page.get_by_label("Edit Bargain").click()
    sheet.page.get_by_role("button", name="Remove Bargain").click()
    expect(sheet.line("Bargain")).to_be_hidden()
    expect(sheet.value("Charm")).to_be_focused()
    sheet.derives("experience.abilities", 78)
    sheet.saved()
    assert magus.experience("ability.bargain") is None


def test_what_changed_elsewhere_arrives_with_the_next_answer(sheet, magus):
    """R40 (core): changes from elsewhere merge in; neither side's are lost."""
    address = f"abilities/{magus.abilities['ability.charm']}/increment/"
    with unanswered(sheet.page):
        assert magus.player.api("POST", address, json={"by": 4}).status_code == 200
        sheet.click("Raise Charm")
        sheet.shows("Charm", "1")
    sheet.saved()
    sheet.shows("Charm", "5")
    assert magus.experience("ability.charm") == 75


def test_an_ability_that_was_added_elsewhere_gets_a_line(sheet, magus):
    data = {"character": magus.key, "ability": "ability.brawl", "experience_points": 5}
    assert magus.player.api("POST", "abilities/", json=data).status_code == 201
    sheet.click("Raise Charm")
    sheet.saved()
    sheet.shows("Brawl", "1")
    sheet.click("Raise Brawl")
    sheet.saved().open()
    sheet.shows("Brawl", "2")


def test_clicks_before_the_page_is_left_are_saved(sheet, magus):
    """R37 (core): a page that is left sends what it has."""
    sheet.click("Raise Charm", 2)
    sheet.page.goto(f"{magus.player.server.url}/about/")
    sheet.is_stored("ability.charm", 15)


def test_a_reload_right_after_the_click_shows_what_was_clicked(sheet, magus):
    """R4: page, database and reloaded page agree, also for somebody in a hurry."""
    sheet.click("Raise Charm", 2)
    sheet.page.reload()
    sheet.shows("Charm", "2", 15)
    assert magus.experience("ability.charm") == 15


def test_a_page_that_cannot_save_is_left_without_a_question_and_goes_on_later(sheet, magus):
    """R33: what waits is kept on this device."""
    questions = []
    sheet.page.on("dialog", lambda dialog: (questions.append(dialog.type), dialog.dismiss()))
    sheet.page.context.set_offline(True)
    sheet.click("Raise Charm")
    sheet.becomes("offline")
    later = Sheet(sheet.page.context.new_page(), magus)
    with sheet.page.expect_event("close"):
        sheet.page.close(run_before_unload=True)
    assert not questions
    later.page.context.set_offline(False)
    later.open().shows("Charm", "1")
    later.is_stored("ability.charm", 5)


def test_there_is_no_way_back_to_old_numbers(sheet):
    sheet.click("Raise Charm")
    sheet.saved()
    sheet.page.goto(sheet.character.player.server.url + "/about/")
    sheet.page.go_back()
    sheet.saved()
    sheet.shows("Charm", "1")


def test_a_magus_of_sixty_rows_is_ready_within_a_second(page, player):
    """R64: time of the page's own thread, which does not depend on what else this machine does; nothing jumps."""
    known = player.api("GET", "catalogue/abilities/?page_size=100&needs_instance=false").json()["results"]
    rows = {entry["id"]: 15 for entry in known[:45]}
    key, _abilities = player.create(rows, type="magus", name="Sixty")
    page.context.add_cookies(player.cookies)
    devtools = page.context.new_cdp_session(page)
    devtools.send("Performance.enable", {"timeDomain": "threadTicks"})
    Sheet(page, Owned(player, key, {})).open()
    assert page.locator(".line-abilities, .line-arts").count() == 60
    metrics = {metric["name"]: metric["value"] for metric in devtools.send("Performance.getMetrics")["metrics"]}
    print({name: metrics[name] for name in ("ScriptDuration", "LayoutDuration", "TaskDuration")})
    assert metrics["TaskDuration"] < 1
    assert page.locator("*").count() < 3500


# --- the whole character ---


def explanation(sheet):
    return sheet.page.locator("#explanation")


def test_a_number_says_what_it_is_made_of(sheet, magus):
    """R51: on focus, on a tap, in the grid and in a spell; and it follows the clicks."""
    sheet.open_form("Add a spell").get_by_label("Also what is not for this character").check()
    sheet.pick("Add a spell", "Pilum of Fire")
    sheet.saved()
    sheet.click("Raise Creo", 2)
    casting = sheet.page.locator(".spell-casting [data-why]")
    expect(casting).to_have_text("+2")
    casting.focus()
    expect(explanation(sheet)).to_contain_text("Cr +2")
    sheet.page.keyboard.press("Escape")
    expect(explanation(sheet)).to_be_hidden()
    sheet.page.locator("[data-pair='art.creo art.ignem']").click()
    expect(explanation(sheet)).to_contain_text("Creo Ignem")
    sheet.page.keyboard.press("ArrowDown")
    expect(explanation(sheet)).to_contain_text("Creo Imaginem")
    expect(explanation(sheet)).to_contain_text("Formulaic 2")
    assert sheet.page.evaluate("document.activeElement.getAttribute('aria-describedby')") == "explanation"
    sheet.page.locator("[data-total]").select_option("lab")
    expect(sheet.page.locator("[data-pair='art.creo art.ignem']")).to_have_text("2")


def test_a_value_tells_what_the_next_point_costs(sheet):
    sheet.value("Awareness").focus()
    expect(explanation(sheet)).to_contain_text("5 → 6: 30 xp, 3 in hand")
    sheet.page.keyboard.press("ArrowDown")
    expect(explanation(sheet)).to_contain_text("4 → 5: 25 xp, 3 in hand")
    sheet.page.get_by_role("button", name="Raise Charm").hover()
    expect(explanation(sheet)).to_contain_text("0 → 1: 5 xp, 0 in hand")


def test_a_score_is_typed_and_a_button_that_is_held_goes_on(sheet, magus):
    sheet.value("Bargain").focus()
    sheet.page.keyboard.type("12")
    sheet.shows("Bargain", "12", 390)
    sheet.value("Strength").focus()
    sheet.page.keyboard.type("-2")
    sheet.shows("Strength", "\u22122")
    raise_it = sheet.page.get_by_role("button", name="Raise Charm")
    raise_it.hover()
    sheet.page.mouse.down()
    expect(sheet.value("Charm")).to_have_attribute("aria-valuenow", re.compile("^[3-9]"))
    sheet.page.mouse.up()
    sheet.page.wait_for_timeout(100)  # the last step may be on its way to the page
    held = int(sheet.value("Charm").get_attribute("aria-valuenow"))
    sheet.page.wait_for_timeout(300)
    expect(sheet.value("Charm")).to_have_attribute("aria-valuenow", str(held))
    sheet.saved()
    assert (magus.experience("ability.bargain"), magus.characteristic("strength")) == (390, -2)
    assert magus.experience("ability.charm") == 5 * held * (held + 1) // 2


def test_the_catalogue_offers_what_fits_and_tells_why_the_rest_does_not(sheet, magus):
    """R51: by name, category and size; typed parameters are asked for; the reason is in words."""
    sheet.pick("Add a Virtue", "The Gift")
    frame = sheet.open_form("Add a Virtue")
    field = frame.get_by_role("combobox").first
    field.fill("hermetic major")
    options = frame.locator("[role=option]")
    expect(options.first).to_contain_text("Major, Hermetic")
    assert all("Major" in text and "Hermetic" in text for text in options.all_inner_texts())
    field.fill("special gift")
    expect(options.first).to_contain_text("Nothing that this character may take, and 1 that it may not.")
    frame.get_by_label("Also what is not for this character").check()
    expect(options.first.locator(".why-not")).to_be_visible()
    field.fill("puissant art")
    field.press("Enter")
    frame.locator(".questions label").filter(has_text="Art").locator("select").select_option("Ignem")
    frame.get_by_role("button", name="Add").click()
    expect(sheet.page.locator(".line-virtues").get_by_text("Puissant Ignem")).to_be_visible()
    sheet.saved().shows("Ignem", "0+3")
    sheet.page.get_by_label("Edit Puissant Ignem").click()
    art = sheet.page.locator(".panel .questions select")
    expect(art).to_have_value("art.ignem")
    art.select_option("Vim")
    expect(sheet.page.locator(".line-virtues").get_by_text("Puissant Vim")).to_be_visible()
    sheet.saved().shows("Vim", "0+3").shows("Ignem", "0")


def test_rows_of_all_kinds_are_added_edited_and_removed(sheet, magus):
    page = sheet.page
    for title, fields in {
        "Add a Trait": {"Name": "Brave", "Score": "2"},
        "Add a Reputation": {"Content": "hothead", "Score": "1"},
        "Add a possession": {"Name": "cup"},
    }.items():
        frame = sheet.open_form(title)
        for label, text in fields.items():
            frame.get_by_label(label, exact=True).fill(text)
        page.keyboard.press("Enter")
    frame = sheet.open_form("Add a possession")
    frame.get_by_label("Of the tables").select_option("Sword, Long")
    frame.get_by_role("button", name="Add").click()
    expect(page.locator(".line-possessions [data-name]")).to_have_text(["cup", "Sword, Long"])
    sheet.saved()
    expect(page.locator(".figures tbody th").filter(has_text="Sword, Long")).to_be_visible()
    page.get_by_label("Edit cup").click()
    page.locator(".panel").get_by_label("Notes").fill("silver")
    page.locator(".panel").get_by_role("button", name="Done").click()
    sheet.click("Raise Brave")
    page.get_by_label("Edit hothead").click()
    page.get_by_role("button", name="Remove hothead").click()
    sheet.saved().open()
    assert page.locator(".line-possessions").first.inner_text().split() == ["cup", "silver", "Other"]
    sheet.shows("Brave", "+3")
    expect(page.locator(".line-reputations")).to_have_count(0)


def test_columns_of_the_character_are_edited_where_they_stand(sheet, magus):
    page = sheet.page
    frame = sheet.open_form("Edit name, years and points")
    frame.get_by_label("Name").fill("Petrus of Lyon")
    frame.get_by_label("Warping Points").fill("7")
    frame.get_by_label("Confidence Score").fill("2")
    page.keyboard.press("Tab")
    expect(page.get_by_role("heading", name="Petrus of Lyon")).to_be_visible()
    page.get_by_label("Dazed").check()
    page.locator(".own-notes textarea").fill("Born in a mill.\nHates flour.")
    page.wait_for_timeout(900)  # whoever writes pauses
    sheet.click("Raise Light Wounds", 2)
    sheet.saved()
    expect(page.locator("[data-derived='warping.score']")).to_have_text("1")
    expect(page.locator("[data-derived='health.penalty']")).to_have_text("\u22127")
    sheet.open()
    expect(page.locator(".own-notes textarea")).to_have_value("Born in a mill.\nHates flour.")
    expect(page.get_by_label("Dazed")).to_be_checked()


def test_findings_are_told_beside_what_they_concern_and_counted(sheet, magus):
    page = sheet.page
    sheet.click("Raise Strength", 3)
    sheet.click("Raise Stamina", 3)
    sheet.saved()
    summary = page.locator("[data-findings] > summary")
    expect(summary).to_contain_text("error")
    summary.click()
    expect(page.locator("[data-findings] li").filter(has_text="Characteristics")).to_be_visible()
    mark = sheet.line("Awareness").locator("[data-mark]")
    mark.focus()
    expect(explanation(sheet)).to_contain_text("specialty")


def test_an_enforced_sheet_refuses_what_breaks_a_rule_in_words(sheet, magus):
    sheet.page.get_by_label("Mode").select_option("enforced")
    sheet.saved()
    sheet.value("Bargain").focus()
    sheet.page.keyboard.type("9")
    sheet.becomes("attention")
    expect(sheet.line("Bargain").locator("[data-problems]")).to_contain_text("Bargain")
    sheet.shows("Bargain", "2")


def test_what_a_type_has_comes_and_goes_with_it(page, player):
    """R51: without a reload; nothing else moves, and the focus stays where it is."""
    grog = Owned(player, *player.create({"ability.brawl": 5}, type="grog", name="Rolf"))
    page.context.add_cookies(player.cookies)
    sheet = Sheet(page, grog).open()
    magic = page.locator(".arts, .castings, .resistances, [data-shown=has_spells]")
    assert not any(part.is_visible() for part in magic.all())
    frame = sheet.open_form("Edit name, years and points")
    kind, house = frame.get_by_label("Type"), frame.get_by_label("House")
    place = kind.bounding_box()
    kind.focus()
    kind.select_option("magus")
    sheet.click("Raise Creo", 2)
    sheet.shows("Creo", "2")
    kind.focus()
    house.select_option("Flambeau")
    sheet.saved()
    expect(page.locator(".sheet-kind")).to_have_text("Magus House Flambeau")
    assert all(part.is_visible() for part in magic.all())
    assert page.locator(".line-arts [data-name]").all_inner_texts()[:6] == [
        *("Creo", "Intellego", "Muto", "Perdo", "Rego"),
        "Animal",
    ]
    expect(page.locator("[data-pair='art.creo art.ignem']")).to_have_text("2")
    assert kind.bounding_box() == place
    shown = [page.locator(part).inner_text().split() for part in (".sheet-title", ".columns", ".body")]
    sheet.open()
    assert [page.locator(part).inner_text().split() for part in (".sheet-title", ".columns", ".body")] == shown
    sheet.open_form("Edit name, years and points")
    kind.select_option("companion")
    sheet.saved()
    expect(page.locator(".sheet-kind")).to_contain_text("Companion")
    sheet.shows("Creo", "2")  # what was studied is not lost by it
    sheet.click("Lower Creo", 2)
    sheet.saved()
    kind.select_option("mythic_companion")
    expect(page.locator(".sheet-kind")).to_contain_text("Mythic")
    assert not any(part.is_visible() for part in magic.all())


def test_texts_are_edited_where_they_stand(sheet, magus):
    """R51: a click or Enter makes a field of a text; Escape leaves it, Enter and leaving it save."""
    page = sheet.page
    specialty = sheet.line("Awareness").locator("[data-inline=specialty]")
    sheet.line("Awareness").hover()
    specialty.click()
    field = page.get_by_label("Specialty of Awareness")
    expect(field).to_be_focused()
    field.fill("dawn")
    page.keyboard.press("Escape")
    expect(specialty).to_be_focused()
    expect(specialty).to_be_empty()
    page.keyboard.press("Enter")
    field.fill("keeping watch")
    page.keyboard.press("Enter")
    expect(specialty).to_be_focused()
    expect(specialty).to_have_text("(keeping watch)")
    page.get_by_text("Petrus", exact=True).last.click()
    page.locator(".sheet-title").get_by_label("Name").fill("")
    page.keyboard.press("Enter")
    expect(page.locator(".sheet-title [role=alert]")).to_be_visible()
    page.locator(".sheet-title").get_by_label("Name").fill("Petra")
    page.locator("[data-inline=age]").click()
    page.locator(".facts .inline-field").fill("31")
    sheet.click("Raise Charm")  # which leaves the field, and no click is lost by it
    sheet.shows("Charm", "1")
    sheet.saved()
    answer = magus.player.api("GET", f"characters/{magus.key}/").json()
    assert (answer["name"], answer["age"]) == ("Petra", 31)
    assert "(keeping watch)" in sheet.open().line("Awareness").inner_text()
    expect(page.get_by_role("heading", name="Petra")).to_be_visible()
    sheet.value("Charm").press("Enter")
    expect(page.get_by_label("Specialty of Charm")).to_be_focused()


def test_a_text_that_is_refused_stays_in_its_field_beside_the_reason(sheet, magus):
    page = sheet.page
    page.route("**/api/**", lambda route: route.fulfill(status=422, json={"detail": "Not in this season."}))
    page.locator("[data-inline=age]").click()
    field = page.locator(".facts").get_by_label("Age")
    field.fill("44")
    field.press("Enter")
    sheet.becomes("attention")
    expect(field).to_have_value("44")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(page.locator(".sheet-head").get_by_text("Not in this season.").first).to_be_visible()
    page.unroute_all()
    field.fill("45")
    field.press("Enter")
    sheet.saved()
    expect(page.locator("[data-inline=age]")).to_have_text("45")
    page.route("**/api/**", lambda route: route.fulfill(status=422, json={"detail": "Not in this season."}))
    page.locator("[data-inline=age]").click()
    field.fill("46")
    field.press("Enter")
    sheet.becomes("attention")
    field.press("Escape")
    sheet.saved()
    expect(page.locator("[data-inline=age]")).to_have_text("45")
