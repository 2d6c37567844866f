"""The API's documentation in Chromium: served by the site itself, under its strict policy (R52)."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


@pytest.fixture
def docs(server, page):
    """The documentation; what the policy stops, and what is asked of other sites, fails the test (`watch`)."""
    page.goto(f"{server.url}/api/docs/")
    page.locator(".opblock").first.wait_for()
    return page


def block(docs, path):
    return docs.locator(".opblock").filter(has=docs.locator(f"[data-path='{path}']"))


def test_the_batch_is_shown_with_its_operations_errors_and_examples(docs):
    batch = block(docs, "/api/batch/")
    batch.locator(".opblock-summary-control").click()
    expect(batch.locator(".opblock-description-wrapper").first).to_contain_text("Takes many operations in one request")
    for status in ("200", "207", "400", "404", "412", "413", "422", "429", "503"):
        expect(batch.locator(f"tr.response[data-code='{status}']")).to_be_visible()
    batch.get_by_role("combobox").filter(has_text="Change a row, once").select_option("create")
    expect(batch.locator(".body-param__example").first).to_contain_text('"lid"')
    batch.get_by_role("tab", name="Schema").first.click()
    for name in ("AbilitiesIncrementOperation", "VirtuesCreateOperation", "CharactersUpdateOperation"):
        expect(batch.locator(".model-title").filter(has_text=name).last).to_be_visible()


def test_single_writes_have_their_headers(docs):
    block(docs, "/api/abilities/{id}/increment/").locator(".opblock-summary-control").click()
    for name in ("Idempotency-Key", "If-Match", "Prefer"):
        expect(docs.locator(f"tr[data-param-name='{name}']")).to_be_visible()


def test_a_visitor_can_try_it_out(docs, player):
    """With the session of the browser: the page sends the CSRF token along."""
    docs.context.add_cookies(player.cookies)
    docs.reload()
    batch = block(docs, "/api/batch/")
    batch.locator(".opblock-summary-control").click()
    batch.get_by_role("button", name="Try it out").click()
    name = {"operations": [{"resource": "characters", "action": "create", "data": {"name": "Tried", "type": "grog"}}]}
    batch.locator("textarea").first.fill(json.dumps(name))
    with docs.expect_response(re.compile("/api/batch/$")) as answer:
        batch.get_by_role("button", name="Execute").click()
    assert answer.value.status == 200, answer.value.text()
    names = [row["name"] for row in player.api("GET", "characters/").json()["results"]]
    assert "Tried" in names


def test_it_is_there_in_production(production, page):
    """With hashed file names, none of them from elsewhere."""
    page.goto(f"{production.url}/api/docs/")
    block(page, "/api/batch/").wait_for()
