"""The site without DEBUG: hashed files, strict headers, and the same sheet. And what else must live with the policy."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import sign_up
from tests.site_server import PASSWORD

pytestmark = pytest.mark.browser


def test_a_newcomer_signs_up_makes_a_magus_and_raises_creo(production, page):
    """R53, R51: nothing but the page, with hashed names of all modules."""
    loaded = []
    page.on("response", lambda response: loaded.append((response.status, response.url)))
    sign_up(page, production, "newcomer")
    page.get_by_role("link", name="New character").click()
    page.get_by_label("Name:", exact=True).fill("Priamitus")
    page.get_by_label("House").select_option(label="Tytalus")
    page.get_by_role("button", name="Create").click()
    for _click in range(3):
        page.get_by_role("button", name="Raise Creo").click()
    page.locator("sync-status[state=saved]").wait_for()
    page.reload()
    expect(page.get_by_role("spinbutton", name="Creo")).to_have_attribute("aria-valuenow", "3")
    scripts = [url for _, url in loaded if url.endswith(".js")]
    assert len(set(scripts)) > 15
    assert all(re.search(r"\.[0-9a-f]{12}\.js$", url) for url in scripts), "a module came under its plain name"
    assert all(status < 400 for status, _ in loaded)


def test_files_with_a_hash_may_be_kept_for_ever(production, page):
    with page.expect_response(re.compile(r"/static/site/page\.[0-9a-f]{12}\.css$")) as answer:
        page.goto(f"{production.url}/about/")
    assert "immutable" in answer.value.headers["cache-control"]


def test_what_is_not_there_is_told_on_a_page_of_our_own(production, page):
    assert page.goto(f"{production.url}/nowhere/").status == 404
    expect(page.get_by_role("heading", name="Not found")).to_be_visible()
    expect(page.locator(".leaf")).to_have_css("background-color", "rgb(251, 247, 236)")  # it has its styles


def test_the_api_describes_itself_under_the_policy(server, page):
    page.goto(f"{server.url}/api/docs/")
    page.get_by_text("/api/abilities/{id}/increment/").first.wait_for()


def test_the_browsable_api_works_under_the_policy(server, page, player):
    page.context.add_cookies(player.cookies)
    page.goto(f"{server.url}/api/characters/")
    expect(page.get_by_role("heading", name="Character List")).to_be_visible()


def test_the_admin_site_works_under_the_policy(server, page, superuser):
    page.goto(f"{server.url}/admin/")
    page.get_by_label("Username").fill(superuser)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.goto(f"{server.url}/admin/characters/character/?q=The+Knight")
    page.get_by_role("link", name="The Knight").click()
    page.get_by_text("Add another Ability").click()
    page.locator("#id_abilities-0-ability + .select2").wait_for()  # the pickers' scripts run
