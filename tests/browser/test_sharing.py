"""R51, R64: a link to read is made, opened without an account and taken back; an invited player edits."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Sheet
from tests.browser.looks import look_at
from tests.browser.test_accessibility import ON_DESK, ON_PHONE
from tests.site_server import Player

pytestmark = pytest.mark.browser


@pytest.fixture
def grog(player):
    """A grog of the player: its key and the address of its page."""
    key, _abilities = player.create({"ability.brawl": 30}, name="Rolf", type="grog")
    return key, f"{player.server.url}/characters/{key}/"


@pytest.mark.parametrize("context", [ON_DESK, ON_PHONE], ids=["mouse", "finger"])
def test_a_link_is_made_opened_and_taken_back_without_a_script(new_context, watch, player, grog, context):
    owner = watch(new_context(**context, java_script_enabled=False).new_page())
    owner.context.add_cookies(player.cookies)
    owner.goto(f"{grog[1]}share/")
    owner.get_by_role("button", name="Make a link").click()
    address = owner.get_by_label("Link", exact=True).input_value()
    reader = watch(new_context(**context).new_page())
    reader.goto(address)
    expect(reader.get_by_role("heading", name="Rolf")).to_be_visible()
    look_at(reader)
    owner.get_by_role("button", name="Stop sharing").click()
    assert reader.reload().status == 404


def test_an_invited_player_clicks_on_the_same_grog(new_context, watch, player, grog):
    """From the invitation to a click that the owner sees, without either of them reloading more than their list."""
    owner, guest = (watch(new_context(**ON_DESK).new_page()) for _ in range(2))
    owner.context.add_cookies(player.cookies)
    owner.goto(f"{grog[1]}share/")
    owner.get_by_role("button", name="Make an invitation").click()
    owner.get_by_label("Invitation", exact=True).wait_for()
    look_at(owner)
    friend = Player.sign_up(player.server)
    guest.context.add_cookies(friend.cookies)
    guest.goto(owner.get_by_label("Invitation", exact=True).input_value())
    look_at(guest)
    guest.get_by_role("button", name="Join").click()
    guest.get_by_role("button", name="Raise Brawl", exact=True).click()
    Sheet(guest, None).saved()
    expect(guest.get_by_text(f"shared by {player.name}")).to_be_visible()
    rows = player.api("GET", f"abilities/?character={grog[0]}").json()["results"]
    assert [row["experience_points"] for row in rows] == [50]


def test_what_is_pressed_is_large_enough_and_can_be_reached(new_context, player, grog):
    """WCAG 2.2, 2.5.8, and every control by the tab key."""
    page = new_context(viewport={"width": 320, "height": 800}).new_page()
    page.context.add_cookies(player.cookies)
    controls = ":is(a:not(.skip, .card h2 a), button, input:not([type=hidden]), select, summary):visible"
    sides = "all => all.map((one) => one.getBoundingClientRect()).map(({width, height}) => Math.min(width, height))"
    for path in ("/", f"/characters/{grog[0]}/share/", f"/characters/{grog[0]}/print/", "/characters/cards/"):
        page.goto(player.server.url + path)
        found = page.locator(f"main {controls}")
        assert min(found.evaluate_all(sides)) >= 24, path
        last = found.last
        for _ in range(60):
            if last.evaluate("one => one === document.activeElement"):
                break
            page.keyboard.press("Tab")
        else:
            pytest.fail(f"{path}: the tab key does not arrive")
