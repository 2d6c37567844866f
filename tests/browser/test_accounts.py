"""R38, R53: forms of the account and of others in a browser whose session ends; an account that is deleted."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.site_server import PASSWORD

pytestmark = pytest.mark.browser


@pytest.fixture
def own(page, magus):
    page.context.add_cookies(magus.player.cookies)
    return page


def test_what_is_typed_into_a_form_outlives_the_session_and_the_network(own, magus):
    own.goto(magus.player.server.url + "/characters/new/")
    own.get_by_label("Name", exact=False).first.fill("Aline of Arles")
    own.context.set_offline(True)
    own.get_by_role("button", name="Create").click()
    expect(own.locator("[data-notice]")).to_have_text("There is no connection to the server. Please try again.")
    own.context.set_offline(False)
    own.context.clear_cookies()
    own.get_by_role("button", name="Create").click()
    again = own.get_by_role("dialog", name="Log in again")
    expect(again).to_contain_text("Nothing is lost: log in, and the form is sent.")
    again.get_by_role("button", name="Later").click()
    expect(again).to_be_hidden()
    own.get_by_role("button", name="Create").click()
    again.get_by_label("Password").fill("wrong")
    again.get_by_role("button", name="Log in").click()
    expect(again.get_by_role("alert")).to_contain_text("Please enter a correct username and password")
    again.get_by_label("Password").fill(PASSWORD)
    again.get_by_role("button", name="Log in").click()
    expect(own.get_by_role("heading", name="Aline of Arles")).to_be_visible()


def test_a_deleted_account_leaves_nothing_in_the_browser(own, magus, sheet):
    """What waits for it is not asked about for ever, and its open pages say so."""
    sheet.page.route("**/api/**", lambda route: route.abort())
    sheet.click("Raise Charm")
    page = own.context.new_page()
    page.route("**/api/**", lambda route: route.abort())
    page.goto(magus.player.server.url + "/accounts/delete/")
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Delete everything").click()
    expect(page.get_by_role("heading", name="Account deleted")).to_be_visible()
    kept = """async () => {
      const count = ({name}) => new Promise((resolve) => {
        const opening = indexedDB.open(name);
        opening.onsuccess = () => {
          const asking = opening.result.transaction('rows').objectStore('rows').count();
          asking.onsuccess = () => resolve(asking.result);
        };
      });
      return Promise.all((await indexedDB.databases()).map(count));
    }"""
    for _ in range(50):
        if page.evaluate(kept) == [0]:
            break
        page.wait_for_timeout(50)
    assert page.evaluate(kept) == [0]
    expect(sheet.page.get_by_role("heading", name="Log in")).to_be_visible()
