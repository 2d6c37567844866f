"""R33-R37, R39, R40, R63: crashes, tabs, networks and servers that come and go. Each click counts, and counts once."""

from __future__ import annotations

import json
import os
import re
import signal
import time

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Owned, Sheet, unanswered

pytestmark = pytest.mark.browser

API = re.compile("/api/")
BATCH = re.compile("/api/batch/$")
KEEP_TEXTS = """(node) => {
  window.texts = [];
  const options = {childList: true, characterData: true, subtree: true};
  new MutationObserver(() => texts.push(node.textContent)).observe(node, options);
}"""


def writes_of(page):
    """The requests that change something, as they are sent from now on."""
    seen = []
    page.on("request", lambda request: seen.append(request) if request.method != "GET" else None)
    return seen


def crash(page):
    """Kill the processes that draw pages, without a word to them."""
    processes = page.context.browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]
    renderers = [process["id"] for process in processes if process["type"] == "renderer"]
    with page.expect_event("crash"):
        for each in renderers:
            os.kill(each, signal.SIGKILL)
    # One of them was kept ready for the next page, which must not get it before the browser has missed it.
    while any(os.path.exists(f"/proc/{each}") for each in renderers):
        time.sleep(0.02)


def another(sheet):
    """The same sheet in a second tab."""
    return Sheet(sheet.page.context.new_page(), sheet.character).open()


@pytest.fixture
def wide(player, page):
    """A magus with 50 rows that can be raised, on the page."""
    listed = player.api("GET", "catalogue/abilities/?page_size=100").json()
    rows = listed["results"] if isinstance(listed, dict) else listed
    names = [row["id"] for row in rows if not row["needs_instance"]][:35]
    magus = Owned(player, *player.create(dict.fromkeys(names, 0), type="magus", name="Petrus"))
    page.context.add_cookies(player.cookies)
    return Sheet(page, magus).open()


# --- crashes ---


@pytest.mark.parametrize("arrived", [True, False], ids=["after it arrived", "before it arrived"])
def test_a_page_that_dies_with_a_request_on_its_way_has_one_effect(sheet, magus, arrived):
    """R33, R63: the next page sends the same operation; the server applies it once."""
    caught = []
    sheet.page.route(BATCH, lambda route: caught.append(route.fetch() if arrived else route))
    sheet.click_at_once("Raise Charm", "Raise Bargain", "Raise Charm")
    while not caught:
        sheet.page.wait_for_timeout(20)
    assert magus.experience("ability.charm") == (15 if arrived else 0)
    crash(sheet.page)
    later = Sheet(sheet.page.context.new_page(), magus).open()
    later.shows("Charm", "2", 15).shows("Bargain", "3", 30).saved()
    assert (magus.experience("ability.charm"), magus.experience("ability.bargain")) == (15, 30)


def test_a_click_right_before_the_tab_is_closed_arrives(sheet, magus):
    """R37: nobody opens the page again."""
    keeper = sheet.page.context.new_page()  # the browser stays
    sheet.click("Raise Charm", 2)
    sheet.page.close()
    for _ in range(100):
        if magus.experience("ability.charm") == 15:
            break
        keeper.wait_for_timeout(50)
    assert magus.experience("ability.charm") == 15


# --- tabs ---


def test_two_tabs_on_the_same_ability_add_up(sheet, magus):
    """R33: whichever tab sends, each click counts once, and both show all of them."""
    other = another(sheet)
    writes = [*map(writes_of, (sheet.page, other.page))]
    for _turn in range(4):
        sheet.click("Raise Charm", 2)
        other.click("Raise Charm")
        other.click("Raise Creo")
    for tab in (sheet, other):
        tab.saved().shows("Charm", "12", 390).shows("Creo", "4", 10)
    assert magus.experience("ability.charm") == 390
    assert len(writes[0] + writes[1]) < 12


def test_a_row_that_is_made_in_one_tab_is_one_line_in_the_other(sheet, magus):
    other = another(sheet)
    sheet.add_ability("Swim")
    other.shows("Swim", "0")
    sheet.saved()
    other.click("Raise Swim", 2)
    other.saved()
    for tab in (sheet, other):
        tab.shows("Swim", "2")
        expect(tab.line("Swim")).to_have_count(1)


def test_a_frozen_tab_does_not_hold_up_the_others(sheet, magus):
    """R33: its request never ends, and it is robbed of its turn. The time until then passes on a clock of the test."""
    page = sheet.page.context.new_page()
    page.clock.install()
    other = Sheet(page, magus).open()
    stuck = []
    sheet.page.route(API, lambda route: None if route.request.method == "GET" else stuck.append(route))
    sheet.click("Raise Charm", 2)
    while not stuck:
        sheet.page.wait_for_timeout(20)
    life = sheet.page.context.new_cdp_session(sheet.page)
    life.send("Page.setWebLifecycleState", {"state": "frozen"})
    other.click("Raise Charm")
    page.wait_for_timeout(500)
    assert magus.experience("ability.charm") == 0
    page.clock.fast_forward("02:00")
    other.saved().shows("Charm", "3", 30)
    assert magus.experience("ability.charm") == 30
    life.send("Page.setWebLifecycleState", {"state": "active"})
    sheet.saved().shows("Charm", "3", 30)
    assert magus.experience("ability.charm") == 30


# --- without a network ---


def test_fifty_edits_of_different_rows_wait_offline_and_arrive_with_a_progress_bar(wide):
    """R33, R37, R41."""
    raises = wide.page.locator(".traits .trait:visible [data-by='1']")
    assert raises.count() == 50
    wide.page.context.set_offline(True)
    raises.evaluate_all("buttons => buttons.forEach((button) => button.click())")
    wide.becomes("offline")
    expect(wide.status).to_contain_text("Offline, 50 changes waiting")
    bar = wide.page.get_by_role("progressbar")
    expect(bar).to_have_attribute("max", "50")
    writes = writes_of(wide.page)
    wide.status.locator(".sync-counts").evaluate(KEEP_TEXTS)
    wide.page.context.set_offline(False)
    wide.saved()
    expect(bar).to_be_hidden()
    assert "50 of 50 saved" in wide.page.evaluate("texts")
    assert len(writes) <= 5
    wide.open()
    scores = wide.page.locator(".traits .trait:visible [data-cell=score]").all_inner_texts()
    assert scores == ["1"] * 50


def test_fifty_clicks_on_one_row_are_one_operation(sheet, magus):
    """R31."""
    sheet.page.context.set_offline(True)
    raise_it = sheet.page.get_by_role("button", name="Raise Charm")
    raise_it.evaluate("button => Array.from({length: 50}, () => button.click())")
    sheet.shows("Charm", "50")
    expect(sheet.status).to_contain_text("Offline, 1 change waiting")
    writes = writes_of(sheet.page)
    sheet.page.context.set_offline(False)
    sheet.saved()
    assert [json.loads(request.post_data)["by"] for request in writes] == [50]
    assert magus.experience("ability.charm") == 50 * 51 // 2 * 5


def test_what_changed_elsewhere_meanwhile_is_there_after_the_reconnection(sheet, magus):
    """R40: the changes feed merges in below what is pending."""
    sheet.page.context.set_offline(True)
    sheet.click("Raise Charm")
    for name, by in (("charm", 2), ("bargain", 1)):
        address = f"abilities/{magus.abilities[f'ability.{name}']}/increment/"
        assert magus.player.api("POST", address, json={"by": by}).status_code == 200
    sheet.shows("Charm", "1").shows("Bargain", "2")
    sheet.page.context.set_offline(False)
    sheet.saved().shows("Charm", "3", 30).shows("Bargain", "3", 30)


def test_a_page_that_comes_back_to_the_foreground_asks_what_changed(sheet, magus):
    """R37, R40."""
    address = f"abilities/{magus.abilities['ability.charm']}/increment/"
    assert magus.player.api("POST", address, json={"by": 4}).status_code == 200
    with sheet.page.expect_response(re.compile("/changes")):
        sheet.page.evaluate("document.dispatchEvent(new Event('visibilitychange', {bubbles: true}))")
    sheet.shows("Charm", "4", 50)


# --- servers ---


def test_a_server_that_restarts_in_the_middle_of_a_burst_loses_nothing(sheet, magus, server):
    """R63."""
    sheet.click("Raise Charm", 4)
    server.stop()
    sheet.click("Raise Charm", 4)
    sheet.click("Raise Bargain")
    sheet.page.wait_for_timeout(300)
    sheet.shows("Charm", "8")
    server.start()
    sheet.click("Raise Charm", 4)
    sheet.saved().shows("Charm", "12", 390)
    assert (magus.experience("ability.charm"), magus.experience("ability.bargain")) == (390, 30)


def test_a_session_that_ends_in_the_middle_of_a_burst_loses_nothing(sheet, magus, server):
    """R38: it ends on the server; the browser does not know."""
    sheet.click("Raise Charm", 4)
    magus.player.session.post(
        f"{server.url}/accounts/logout/",
        {"csrfmiddlewaretoken": magus.player.session.cookies["csrftoken"]},
        headers={"Referer": server.url},
    )
    sheet.click("Raise Charm", 4)
    sheet.becomes("attention")
    sheet.click("Raise Bargain")
    again = sheet.page.get_by_role("dialog", name="Log in again")
    again.get_by_label("Password").fill("Vis-and-silver")
    again.get_by_role("button", name="Log in").click()
    sheet.saved().shows("Charm", "8", 180).shows("Bargain", "3")
    assert (magus.experience("ability.charm"), magus.experience("ability.bargain")) == (180, 30)


def test_without_the_batch_endpoint_single_requests_do_until_it_is_back(page, magus, server):
    """R35: exactly once all the while. The ten minutes until the next try pass on a clock of the test."""
    page.context.add_cookies(magus.player.cookies)
    page.clock.install()
    sheet = Sheet(page, magus).open()
    page.route(BATCH, lambda route: route.continue_(url=f"{server.url}/api/removed/"))  # the server's own 404
    writes = writes_of(page)
    sheet.click_at_once("Raise Charm", "Raise Bargain", "Raise Charm")
    sheet.saved()
    assert (magus.experience("ability.charm"), magus.experience("ability.bargain")) == (15, 30)
    assert [request.url.endswith("/increment/?include=sheet") for request in writes] == [False, True, True]
    page.unroute_all()
    page.clock.fast_forward("20:00")
    with page.expect_request(BATCH):
        sheet.click_at_once("Raise Charm", "Raise Creo")
    sheet.saved()
    assert magus.experience("ability.charm") == 30


# --- storage ---


def test_a_browser_that_stores_nothing_says_so_and_saves_all_the_same(page, magus):
    """R33: the queue lives as long as the page, and the browser asks before it is left."""
    page.add_init_script("IDBFactory.prototype.open = () => { throw new DOMException('blocked', 'SecurityError'); };")
    page.context.add_cookies(magus.player.cookies)
    sheet = Sheet(page, magus).open()
    sheet.click("Raise Charm", 2)
    sheet.saved()
    expect(page.get_by_role("alert").filter(has_text="cannot store changes")).to_be_visible()
    assert magus.experience("ability.charm") == 15
    questions = []
    page.on("dialog", lambda dialog: (questions.append(dialog.type), dialog.dismiss()))
    page.context.set_offline(True)
    sheet.click("Raise Charm")
    sheet.becomes("offline")
    page.close(run_before_unload=True)
    page.wait_for_timeout(300)
    assert questions == ["beforeunload"]
    page.context.set_offline(False)
    sheet.saved()
    assert magus.experience("ability.charm") == 30


# --- words ---


def test_a_value_that_was_changed_on_another_device_is_not_overwritten_unasked(sheet, magus):
    """R5, R41: the player sees both, and decides."""
    address = f"abilities/{magus.abilities['ability.charm']}/"
    with unanswered(sheet.page):
        assert magus.player.api("PATCH", address, json={"experience_points": 50}).status_code == 200
        sheet.page.get_by_label("Edit Charm").click()
        sheet.line("Charm").locator(".panel").get_by_label("Experience").fill("75")
        sheet.page.keyboard.press("Enter")
    sheet.becomes("attention").shows("Charm", "4", 50)
    sheet.status.locator("summary").click()
    reason = "Charm was 50 xp on another device, 75 xp here; 50 xp is shown"
    expect(sheet.status.locator(".sync-problem")).to_contain_text(reason)
    expect(sheet.line("Charm").locator(".problems")).to_contain_text(reason)
    sheet.status.get_by_role("button", name="Send again: Charm").click()
    sheet.saved().shows("Charm", "5", 75)
    assert magus.experience("ability.charm") == 75


def test_what_another_sheet_could_not_save_is_listed_on_each_page(sheet, magus, server):
    sheet.page.route(API, lambda route: route.fulfill(status=422, json={"detail": "Not in this season."}))
    sheet.click("Raise Charm")
    sheet.becomes("attention")
    sheet.page.goto(f"{server.url}/")
    sheet.becomes("attention")
    sheet.status.locator("summary").click()
    expect(sheet.status.locator(".sync-problem")).to_contain_text(
        "A change on a sheet was not saved: Not in this season."
    )
    sheet.status.get_by_role("button", name="Discard").click()
    sheet.saved()
