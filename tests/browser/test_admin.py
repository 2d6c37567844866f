"""R52: the admin site as somebody uses it, with axe on each page."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.site_server import PASSWORD

pytestmark = pytest.mark.browser

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}


def check(page):
    # Django's select2 leaves its box for what is chosen without a name while nothing is.
    found = Axe().run(page, context={"exclude": [[".select2-container"]]}, options=RULES).response
    assert len(found["passes"]) > 10, "axe did not look"
    assert not [f"{fault['id']}: {[node['html'] for node in fault['nodes']][:3]}" for fault in found["violations"]]


@pytest.fixture
def page(new_context):
    """Not watched for the Content-Security-Policy: on pages as large as these axe itself runs against it."""
    return new_context(viewport={"width": 1400, "height": 1000}).new_page()


def test_log_in_search_edit_act_and_read_the_history(page, magus, superuser):
    url = magus.player.server.url
    page.goto(f"{url}/admin/characters/character/")
    check(page)
    page.get_by_label("Username").fill(superuser)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()

    page.locator("#searchbar").fill(magus.player.name)
    page.get_by_role("button", name="Search").click()
    expect(page.locator("#result_list tbody tr")).to_have_count(1)
    check(page)

    page.get_by_role("link", name="Petrus").click()
    row = page.locator("#abilities-group tbody tr").filter(has_text="Awareness").first
    row.locator("input[name$=experience_points]").fill("105")
    check(page)
    page.get_by_role("button", name="Save and continue editing").click()
    expect(page.locator(".messagelist")).to_contain_text("was changed successfully")
    assert magus.experience("ability.awareness") == 105

    page.get_by_role("link", name="History").click()
    expect(page.locator("#change-history")).to_contain_text("Changed Experience for Ability “Awareness 6”")
    check(page)

    page.goto(f"{url}/admin/characters/character/?q={magus.player.name}")
    page.locator("#result_list .action-select").check()
    page.get_by_label("Action:").select_option(label="Duplicate the selected characters")
    page.get_by_role("button", name="Run").or_(page.get_by_role("button", name="Go")).click()
    expect(page.get_by_role("heading", name="Duplicate these characters?")).to_be_visible()
    check(page)
    page.locator("input.default[type=submit]").click()
    expect(page.locator(".messagelist")).to_contain_text("1 character duplicated.")
    expect(page.locator("#result_list tbody tr")).to_have_count(2)
    expect(page.get_by_role("link", name="Petrus (copy)")).to_be_visible()
