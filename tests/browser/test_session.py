"""R38: sessions end, users come and go, and no click is lost by it or sent for somebody else."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import ABILITIES, Owned, Sheet
from tests.site_server import PASSWORD, Player

pytestmark = pytest.mark.browser


def log_in(page, name):
    fill_in(page, name)
    page.get_by_role("heading", name="Characters").wait_for()


def fill_in(page, name):
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()


def log_out(page):
    page.locator(".menu summary").click()
    page.get_by_role("button", name="Log out").click()


@pytest.fixture
def again(sheet):
    """The form that the sheet shows after its session has ended."""
    return sheet.page.get_by_role("dialog", name="Log in again")


@pytest.fixture
def unsaved(sheet):
    """What the sheet asks when somebody logs out while it cannot save."""
    return sheet.page.get_by_role("dialog", name="Log out with unsaved changes?")


@pytest.fixture
def neighbour(server):
    """Somebody else who uses this browser."""
    player = Player.sign_up(server)
    return Owned(player, *player.create(ABILITIES, name="Marcus"))


def test_after_the_session_ended_a_login_on_the_page_saves_what_waited(sheet, magus, again):
    sheet.page.context.clear_cookies(name="sessionid")
    sheet.click_at_once("Raise Charm", "Raise Charm")
    sheet.becomes("attention")
    expect(sheet.status).to_contain_text("Log in again to save 1 change")
    expect(again).to_contain_text("Your session has ended. 1 change is kept on this device until you log in.")
    sheet.click("Raise Charm")  # the form does not stop the play
    sheet.shows("Charm", "3")
    expect(again.get_by_label("Username")).to_have_value(magus.player.name)
    again.get_by_label("Password").fill("wrong")
    again.get_by_role("button", name="Log in").click()
    expect(again.get_by_role("alert")).to_contain_text("Please enter a correct username and password")
    again.get_by_label("Password").fill(PASSWORD)
    again.get_by_role("button", name="Log in").click()
    sheet.saved()
    expect(again).to_be_hidden()
    sheet.shows("Charm", "3")
    assert magus.experience("ability.charm") == 30


def test_forms_of_the_page_still_work_after_a_new_login(sheet, magus, again):
    """Django changes its token with the login; the page reads it anew."""
    sheet.page.context.clear_cookies()
    sheet.click("Raise Charm")
    again.get_by_label("Password").fill(PASSWORD)
    again.get_by_role("button", name="Log in").click()
    sheet.saved()
    log_out(sheet.page)
    sheet.page.get_by_role("heading", name="Log in").wait_for()
    sheet.page.goto(magus.player.server.url)
    expect(sheet.page.get_by_role("heading", name="Log in")).to_be_visible()


def test_the_form_can_wait_and_comes_back_by_the_bar(sheet, again):
    sheet.page.context.clear_cookies(name="sessionid")
    sheet.click("Raise Charm")
    again.get_by_role("button", name="Later").click()
    expect(again).to_be_hidden()
    sheet.status.get_by_role("button", name="Log in").click()
    expect(again.get_by_label("Password")).to_be_focused()


def test_a_login_in_another_window_is_noticed(sheet, magus, again):
    context = sheet.page.context
    context.clear_cookies(name="sessionid")
    sheet.click_at_once("Raise Charm", "Raise Charm")
    with context.expect_page() as opened:
        again.get_by_role("link", name="In a new window").click()
    log_in(opened.value, magus.player.name)
    opened.value.wait_for_load_state()  # its script tells the other tabs
    opened.value.close()
    sheet.saved()
    assert magus.experience("ability.charm") == 15
    expect(again).to_be_hidden()


def test_nothing_is_sent_for_somebody_else_who_logs_in_beside_the_page(sheet, magus, again, neighbour):
    context = sheet.page.context
    context.clear_cookies(name="sessionid")
    context.add_cookies(neighbour.player.cookies)
    sheet.click_at_once("Raise Charm", "Raise Charm")
    sheet.becomes("attention")
    expect(sheet.status).to_contain_text("Somebody else is logged in; 1 change waiting")
    expect(again).to_contain_text("Somebody else has logged in on this device.")
    other = Sheet(context.new_page(), neighbour).open()
    other.click("Raise Charm")
    other.saved()
    assert neighbour.experience("ability.charm") == 5
    assert magus.experience("ability.charm") == 0
    again.get_by_label("Password").fill(PASSWORD)
    again.get_by_role("button", name="Log in").click()
    sheet.saved()
    assert (magus.experience("ability.charm"), neighbour.experience("ability.charm")) == (15, 5)


def test_logging_out_saves_first(sheet, magus):
    sheet.click_at_once("Raise Charm", "Raise Charm")
    log_out(sheet.page)
    sheet.page.get_by_role("heading", name="Log in").wait_for()
    assert magus.experience("ability.charm") == 15


def test_after_logging_out_in_one_tab_the_others_ask_to_log_in(sheet, magus):
    other = Sheet(sheet.page.context.new_page(), magus).open()
    sheet.click_at_once("Raise Charm", "Raise Charm")
    log_out(other.page)
    for tab in (other, sheet):
        tab.page.get_by_role("heading", name="Log in").wait_for()
    assert magus.experience("ability.charm") == 15
    fill_in(sheet.page, magus.player.name)  # the page knows where it came from
    sheet.shows("Charm", "2")


def test_logging_out_asks_about_what_cannot_be_saved_and_one_may_stay(sheet, magus, unsaved):
    sheet.page.context.set_offline(True)
    sheet.click_at_once("Raise Charm", "Raise Charm")
    log_out(sheet.page)
    expect(unsaved).to_contain_text("1 change is not saved on the server.")
    unsaved.get_by_role("button", name="Stay").click()
    sheet.page.context.set_offline(False)
    sheet.saved()
    assert magus.experience("ability.charm") == 15


def refuse_writes(page):
    """A server that cannot save, but can end a session."""
    page.route(re.compile("/api/"), lambda route: route.fulfill(status=503, headers={"Retry-After": "6"}))


def leave_with(sheet, unsaved, choice):
    refuse_writes(sheet.page)
    sheet.click_at_once("Raise Charm", "Raise Charm")
    log_out(sheet.page)
    unsaved.get_by_role("button", name=choice).click()
    sheet.page.get_by_role("heading", name="Log in").wait_for()
    sheet.page.unroute_all()


def test_what_is_kept_at_log_out_waits_for_its_owner(sheet, magus, unsaved, neighbour):
    leave_with(sheet, unsaved, "Log out, keep them on this device")
    page = sheet.page
    log_in(page, neighbour.player.name)
    Sheet(page, neighbour).open()
    expect(page.locator("sync-status")).to_contain_text("All changes saved")
    log_out(page)
    page.get_by_role("heading", name="Log in").wait_for()
    assert magus.experience("ability.charm") == 0
    log_in(page, magus.player.name)  # the list of characters sends it already
    sheet.saved()
    assert magus.experience("ability.charm") == 15
    sheet.open().shows("Charm", "2")


def test_what_is_discarded_at_log_out_is_gone(sheet, magus, unsaved):
    leave_with(sheet, unsaved, "Log out and discard them")
    log_in(sheet.page, magus.player.name)
    sheet.open().shows("Charm", "0")
    assert magus.experience("ability.charm") == 0


def test_without_a_connection_nobody_is_logged_out(sheet, magus, unsaved):
    sheet.page.context.set_offline(True)
    sheet.click("Raise Charm")
    log_out(sheet.page)
    unsaved.get_by_role("button", name="Log out, keep them on this device").click()
    expect(sheet.page.locator("[data-notice]")).to_have_text("There is no connection to the server. Please try again.")
    sheet.page.context.set_offline(False)
    sheet.saved()
    assert magus.experience("ability.charm") == 5
