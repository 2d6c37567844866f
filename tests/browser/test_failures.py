"""R5, R39 (core): what fails is rolled back exactly, told in words, and can be sent again or dropped."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import unanswered

pytestmark = pytest.mark.browser


def problem(status, detail, **headers):
    body = {"type": "about:blank", "title": "Refused", "status": status, "code": "refused", "detail": detail}
    headers = {"Content-Type": "application/problem+json", **headers}
    return {"status": status, "headers": headers, "body": json.dumps(body)}


def once(page, answer):
    """Let the next write meet this answer (or none at all) instead of the server."""
    left = [answer]

    def handle(route):
        if route.request.method == "GET" or not left:
            return route.continue_()
        answer = left.pop()
        return route.fulfill(**answer) if isinstance(answer, dict) else answer(route)

    page.route("**/api/**", handle)


def test_a_refusal_takes_back_what_was_refused_and_nothing_else(sheet, magus):
    """Bargain was deleted elsewhere: its click fails, the others in the same request stand."""
    with unanswered(sheet.page):
        assert magus.player.api("DELETE", f"abilities/{magus.abilities['ability.bargain']}/").status_code == 204
        sheet.click_at_once("Raise Bargain", "Raise Charm", "Raise Charm", "Raise Creo")
    sheet.becomes("attention")
    sheet.shows("Charm", "2").shows("Creo", "1")
    assert magus.experience("ability.charm") == 15
    expect(sheet.line("Bargain")).to_be_hidden()
    expect(sheet.page.locator(".problems:visible")).to_contain_text("Bargain +1 was not saved: There is no such row.")
    sheet.page.locator(".problems:visible").get_by_role("button", name="Discard").click()
    sheet.saved()
    expect(sheet.page.locator(".problems:visible")).to_have_count(0)


def test_a_refused_click_is_shown_beside_its_line_and_can_be_sent_again(sheet, magus):
    once(sheet.page, problem(422, "Not in this season."))
    with unanswered(sheet.page):
        sheet.click_at_once("Raise Charm", "Raise Charm")
        sheet.shows("Charm", "2")
    sheet.becomes("attention")
    sheet.shows("Charm", "0")
    problems = sheet.line("Charm").locator(".problems")
    expect(problems).to_contain_text("Charm +2 was not saved: Not in this season.")
    problems.get_by_role("button", name="Send again").click()
    sheet.saved()
    sheet.shows("Charm", "2")
    assert magus.experience("ability.charm") == 15
    expect(problems).to_be_hidden()


def test_later_clicks_go_on_while_an_earlier_one_waits_for_its_author(sheet, magus):
    once(sheet.page, problem(422, "Not in this season."))
    sheet.click("Raise Charm")
    sheet.becomes("attention")
    sheet.click("Raise Charm", 3)
    sheet.click("Raise Bargain")
    expect(sheet.line("Charm").locator(".problems")).to_be_visible()
    sheet.is_stored("ability.charm", 30)
    sheet.is_stored("ability.bargain", 30)
    sheet.line("Charm").get_by_role("button", name="Discard").click()
    sheet.saved()
    sheet.shows("Charm", "3")


def test_an_ability_that_is_refused_leaves_with_its_clicks_and_says_why(sheet, magus):
    once(sheet.page, problem(400, "ability: Unknown in these lands."))
    with unanswered(sheet.page):
        sheet.add_ability("Swim")
        sheet.shows("Swim", "0")
    sheet.becomes("attention")
    expect(sheet.line("Swim")).to_be_hidden()
    problems = sheet.page.locator("[data-problems=abilities]")
    expect(problems).to_contain_text("Swim was not saved: ability: Unknown in these lands.")
    problems.get_by_role("button", name="Send again").click()
    sheet.saved()
    sheet.shows("Swim", "0")
    sheet.open()
    expect(sheet.line("Swim")).to_be_visible()


def test_without_a_network_clicks_wait_and_are_sent_when_it_is_back(sheet, magus):
    sheet.page.context.set_offline(True)
    sheet.click("Raise Charm", 2)
    sheet.becomes("offline")
    expect(sheet.status).to_contain_text("Offline, 1 change waiting")
    sheet.shows("Charm", "2")
    sheet.page.context.set_offline(False)
    sheet.saved()
    assert magus.experience("ability.charm") == 15


def test_a_lost_answer_is_not_a_lost_click_and_not_a_double_one(sheet, magus):
    """The server did it, but the answer got lost: the same operation is sent again and recognized."""

    def lose(route):
        route.fetch()
        route.abort()

    once(sheet.page, lose)
    sheet.click("Raise Charm", 2)
    sheet.saved()
    sheet.shows("Charm", "2")
    assert magus.experience("ability.charm") == 15


def test_over_budget_the_page_waits_as_long_as_it_is_told(sheet, magus):
    once(sheet.page, problem(429, "Too fast.", **{"Retry-After": "2"}))
    sheet.click("Raise Charm")
    sheet.becomes("waiting")
    sheet.shows("Charm", "1")
    sheet.saved()
    assert magus.experience("ability.charm") == 5
