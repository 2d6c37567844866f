"""The laboratory: each fault does what its switch says, and the queue gets over it."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Sheet

pytestmark = pytest.mark.browser


@pytest.fixture
def lab(page, magus):
    """The laboratory on the magus; what a person sees of the queue is as on the sheet."""
    page.context.add_cookies(magus.player.cookies)
    page.goto(f"{magus.player.server.url}/queue-lab/?character={magus.key}")
    return Sheet(page, magus).saved()


def rows(lab, table):
    return lab.page.locator(f"[data-{table}] tr")


def test_it_shows_operations_and_requests_as_they_come_and_go(lab, magus):
    lab.page.get_by_label("Slow network").check()
    lab.click("Raise Charm")
    expect(rows(lab, "operations")).to_contain_text(["Charm increment by 1"])
    expect(rows(lab, "operations")).to_contain_text(["inflight"])
    lab.click("Raise Charm")
    expect(rows(lab, "operations")).to_contain_text(["inflight", "open"])
    lab.page.get_by_label("Slow network").uncheck()
    lab.saved()
    expect(rows(lab, "operations")).to_have_count(0)
    expect(rows(lab, "requests")).to_contain_text(["200", "200"])
    assert magus.experience("ability.charm") == 15


@pytest.mark.parametrize(
    ("fault", "state"),
    [("Offline", "offline"), ("Answers get lost", "waiting"), ("429", "waiting"), ("500", "waiting")],
)
def test_after_each_fault_every_row_has_risen_once(lab, magus, fault, state):
    lab.page.get_by_label(fault).check()
    lab.click("Raise every row")
    lab.becomes(state)
    lab.page.get_by_label(fault).uncheck()
    lab.click("Send now")
    lab.saved()
    assert [magus.experience(name) for name in magus.abilities] == [108, 30, 5]


def test_without_the_batch_endpoint_the_mode_is_single(lab, magus):
    lab.page.get_by_label("No batch endpoint").check()
    lab.click("Raise every row")
    expect(lab.page.locator("[data-figures]")).to_contain_text("single")
    lab.saved()
    assert [magus.experience(name) for name in magus.abilities] == [108, 30, 5]


def test_gains_in_play_travel_as_one(lab, magus):
    """R31: each is multiplied and rounded on its own, so they stay apart in the one operation."""
    lab.page.get_by_label("Offline").check()
    for _time in range(3):
        lab.click("A gain in play")
    expect(rows(lab, "operations")).to_contain_text(["Awareness gain amounts [5,5,5]"])
    lab.page.get_by_label("Offline").uncheck()
    lab.saved()
    assert magus.experience("ability.awareness") == 93


def test_what_the_server_refuses_is_listed_with_its_words(lab):
    lab.click("Something impossible")
    lab.click("A conflict")
    lab.becomes("attention")
    expect(lab.status).to_contain_text("2 changes need attention")
    lab.status.locator("summary").click()
    expect(lab.status.locator(".sync-problem")).to_contain_text(["A score cannot fall below 0.", "on another device"])
    lab.status.get_by_role("button", name="Discard all").click()
    lab.saved()
