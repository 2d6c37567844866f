"""R42: the site without a network, by its service worker."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import ABILITIES, Owned, Sheet, sign_up
from tests.browser.looks import look_at
from tests.browser.test_session import fill_in, log_out
from tests.site_server import Player

pytestmark = pytest.mark.browser


@pytest.fixture
def visited(with_worker, watch):
    return watch(with_worker())


@pytest.fixture
def at_home(visited, magus):
    """The sheet on that browser, when its worker has kept it."""
    visited.context.add_cookies(magus.player.cookies)
    sheet = Sheet(visited, magus).open()
    keeps(visited, magus.path)
    return sheet


def caches(page):
    """What is kept, by the name of the cache without its version."""
    return page.evaluate(
        """async () => Object.fromEntries(await Promise.all((await caches.keys()).map(async (name) => {
          const urls = (await (await caches.open(name)).keys()).map(({ url }) => url.replace(location.origin, ''));
          return [name.replace(/ [0-9a-f]{12}/, ''), urls];
        })))"""
    )


def keeps(page, path):
    """Wait until a page is kept."""
    for _ in range(200):
        if any(path in urls for name, urls in caches(page).items() if name.startswith("pages")):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"{path} is not among {caches(page)}")


def test_the_sheet_opens_and_is_edited_without_a_network(at_home, magus):
    """What was saved, what waits, and what is added offline: all of it is there after a reload, and is sent later."""
    page, site = at_home.page, magus.player.server.url
    page.goto(site)
    keeps(page, "/")
    at_home.open()
    at_home.click("Raise Charm", 6)  # more than the age allows
    at_home.saved()
    expect(at_home.line("Charm").locator("[data-mark]")).to_be_visible()
    parts = "[data-derived^=experience], [data-findings], [data-mark]:visible"
    told = page.locator(parts).all_text_contents()
    page.context.set_offline(True)
    page.reload()
    at_home.shows("Charm", "6", 105)
    assert page.locator(parts).all_text_contents() == told
    at_home.click("Raise Bargain")
    page.reload()
    note = page.get_by_role("status").filter(has_text="Offline, as of")
    expect(note).to_have_text(re.compile(r"^Offline, as of \d{1,2}:\d{2}"))
    at_home.shows("Charm", "6", 105).shows("Bargain", "3", 30).becomes("offline")
    expect(at_home.status).to_contain_text("Offline, 1 change waiting")
    at_home.click("Raise Bargain")
    page.reload()
    at_home.shows("Bargain", "4", 50)
    look_at(page)
    page.goto(site)
    expect(page.get_by_role("link", name="Petrus", exact=True)).to_be_visible()
    page.goto(f"{site}/characters/new/")
    expect(page.get_by_role("heading", name="Offline")).to_be_visible()
    look_at(page)
    page.get_by_role("link", name="Petrus", exact=True).click()
    at_home.shows("Bargain", "4", 50)
    page.context.set_offline(False)
    at_home.saved()
    expect(note).to_be_hidden()
    assert (magus.experience("ability.charm"), magus.experience("ability.bargain")) == (105, 50)


def test_a_kept_sheet_opens_while_the_network_hangs(visited, production):
    """On the site as it is run for the public: files with a hash are never asked for again."""
    sign_up(visited, production, "patient")
    visited.get_by_role("link", name="New character").click()
    visited.get_by_label("Name:", exact=True).fill("Petrus")
    visited.get_by_role("button", name="Create").click()
    sheet = Sheet(visited, None).saved()
    path = visited.url.removeprefix(production.url)
    keeps(visited, path)
    with production.frozen():
        visited.reload(wait_until="domcontentloaded")
        expect(visited.get_by_role("status").filter(has_text="Offline, as of")).to_be_visible()
        sheet.click("Raise Creo")
    sheet.saved()
    visited.reload()
    expect(visited.get_by_role("spinbutton", name="Creo")).to_have_attribute("aria-valuenow", "1")


def test_a_page_that_the_worker_takes_over_while_it_loads_is_kept(visited, magus):
    """It was asked for before there was a worker, and its script runs after."""
    held, site = [], magus.player.server.url
    visited.context.add_cookies(magus.player.cookies)
    visited.route("**/static/site/offline.js", lambda route: held.append(route))
    visited.goto(site + magus.path, wait_until="commit")
    visited.locator("body[data-worker]").wait_for(state="attached")
    visited.evaluate(
        """() => new Promise((taken) => {
          navigator.serviceWorker.addEventListener('controllerchange', taken);
          navigator.serviceWorker.register(document.body.dataset.worker, { updateViaCache: 'none' });
        })"""
    )
    for route in held:
        route.continue_()
    keeps(visited, magus.path)


def test_the_guide_goes_on_without_a_network_through_steps_never_opened(visited, magus):
    """R42, R51: what was saved, what waits and what is added is on every step, and is sent later."""
    guide, path = Sheet(visited, magus), f"{magus.path}guide/"
    visited.context.add_cookies(magus.player.cookies)
    visited.goto(f"{magus.player.server.url}{path}characteristics/")
    for step in ("type", "virtues", "childhood", "summary"):
        keeps(visited, f"{path}{step}/")
    guide.saved().click("Raise Intelligence", 2)
    guide.saved()
    revision = magus.player.api("GET", f"characters/{magus.key}/").json()["revision"]
    visited.context.set_offline(True)
    guide.click("Raise Stamina")
    guide.becomes("offline")
    for step in ("Virtues and Flaws", "Childhood"):
        visited.get_by_role("button", name=f"On to {step}").click()
        expect(visited.get_by_role("heading", level=1)).to_have_text(step)
    visited.get_by_role("button", name="Learn Swim").click()
    visited.get_by_role("link", name="Characteristics").click()
    guide.shows("Intelligence", "+2").shows("Stamina", "+1").becomes("offline")
    assert visited.evaluate("JSON.parse(document.querySelector('#sheet').textContent).revision") == revision
    visited.context.set_offline(False)
    guide.saved()
    sheet = magus.player.api("GET", f"characters/{magus.key}/").json()
    assert (sheet["intelligence"], sheet["stamina"], sheet["guide_step"]) == (2, 1, "childhood")
    assert "Swim" in [row["ability_name"] for row in sheet["sheet"]["abilities"]]


def test_nothing_is_kept_that_is_written_asked_of_the_api_or_secret(at_home, magus):
    page, site = at_home.page, magus.player.server.url
    at_home.click("Raise Charm")
    at_home.saved()
    for path in ("/accounts/token/", f"{magus.path}share/", f"{magus.path}delete/", "/about/"):
        page.goto(site + path)
    keeps(page, "/about/")
    kept = caches(page)
    (pages,) = (urls for name, urls in kept.items() if name.startswith("pages"))
    assert set(pages) == {magus.path, f"{magus.path}?newer", "/about/"}
    assert all(url == "/offline/" or url.startswith("/static/") for url in kept["shell"])


def test_a_log_out_empties_the_caches_and_the_next_user_sees_nothing_of_the_first(at_home, magus, server):
    page = at_home.page
    log_out(page)
    page.get_by_role("heading", name="Log in").wait_for()
    assert [name for name in caches(page) if name.startswith("pages")] == []
    page.context.set_offline(True)
    page.goto(server.url + magus.path)
    expect(page.get_by_role("heading", name="Offline")).to_be_visible()
    expect(page.get_by_role("main")).not_to_contain_text("Petrus")
    page.context.set_offline(False)
    neighbour = Player.sign_up(server)
    page.goto(server.url)
    fill_in(page, neighbour.name)
    page.get_by_role("heading", name="Characters").wait_for()
    keeps(page, "/")
    page.context.set_offline(True)
    page.goto(server.url + magus.path)
    expect(page.get_by_role("heading", name="Offline")).to_be_visible()
    expect(page.get_by_role("main")).not_to_contain_text("Petrus")


def test_another_user_who_logs_in_without_a_log_out_finds_nothing_of_the_first(at_home, magus, server):
    page = at_home.page
    player = Player.sign_up(server)
    other = Owned(player, *player.create(ABILITIES, name="Marcus"))
    page.context.clear_cookies()
    page.context.add_cookies(player.cookies)
    page.goto(server.url + "/accounts/token/")  # which is not kept itself
    assert not any(magus.path in urls for urls in caches(page).values())
    page.goto(server.url + other.path)
    keeps(page, other.path)
    assert len([name for name in caches(page) if name.startswith("pages")]) == 1


def test_a_new_version_takes_over_and_keeps_pages_and_what_waits(at_home, magus):
    page = at_home.page
    page.context.set_offline(True)
    at_home.click("Raise Charm")
    at_home.becomes("offline")
    # Not aborted: Chromium sometimes takes the old worker to be busy with such a request for minutes.
    page.context.route("**/api/**", lambda route: route.fulfill(status=503))
    page.context.set_offline(False)
    before = page.evaluate("caches.keys()")
    new_file = magus.player.server.own_static / "site/of-a-test.css"
    new_file.parent.mkdir(exist_ok=True)
    new_file.write_text("/* a new version of the site */\n")
    page.evaluate("navigator.serviceWorker.getRegistration().then((registration) => registration.update())")
    for _ in range(200):
        if not set(before) & set(page.evaluate("caches.keys()")):
            break
        page.wait_for_timeout(50)
    after = page.evaluate("caches.keys()")
    assert len(after) == len(before) == 2
    assert not set(before) & set(after)
    page.context.set_offline(True)
    page.reload()
    at_home.shows("Charm", "1", 5).becomes("offline")
    page.context.unroute_all()
    page.context.set_offline(False)
    at_home.saved()
    assert magus.experience("ability.charm") == 5


def test_a_session_that_ended_elsewhere_leaves_nothing_that_opens(at_home, server):
    """However it ended: the next page is nobody's."""
    page = at_home.page
    page.context.clear_cookies()
    page.goto(server.url)
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    assert [name for name in caches(page) if name.startswith("pages")] == []
