from __future__ import annotations

import os
import re
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect

from tests.chromium import launch_arguments
from tests.site_server import PASSWORD, Player, site

ABILITIES = {"ability.awareness": 78, "ability.bargain": 15, "ability.charm": 0}


@pytest.fixture(scope="session", autouse=True)
def _playwright_has_an_event_loop():
    """It stays in the main thread to the end of the run; Django would take the database tests that follow for async."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    yield
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="session")
def browser_type_launch_args():
    return launch_arguments()


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    """Service workers are for the tests that are about them: what they fetch passes by the routes of a page."""
    return {**browser_context_args, "service_workers": "block"}


@pytest.fixture
def with_worker(browser):
    """Makes pages in browsers of their own, which have service workers."""
    contexts = []

    def make(**options):
        contexts.append(browser.new_context(service_workers="allow", **options))
        return contexts[-1].new_page()

    yield make
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def stock(tmp_path_factory):
    """One folder for all workers of a run."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "stock"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def server(stock):
    """What `make run` starts."""
    with site(stock=stock) as running:
        yield running


@pytest.fixture(scope="session")
def production(stock):
    """The site without DEBUG: hashed file names, cached templates, no details in errors."""
    with site(debug=False, stock=stock) as running:
        yield running


@pytest.fixture
def player(server):
    return Player.sign_up(server)


@pytest.fixture
def watch():
    """Pages given to it must not throw, be stopped by the Content-Security-Policy, or ask other sites for anything."""
    faults = []

    def watch(page):
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda line: faults.append(line.text) if "Content Security Policy" in line.text else None)
        page.on("request", lambda request: None if "//127.0.0.1" in request.url else faults.append(request.url))
        return page

    yield watch
    assert not faults


@pytest.fixture
def page(page, watch):
    page.set_viewport_size({"width": 1400, "height": 1000})
    return watch(page)


@pytest.fixture
def magus(player):
    """A magus of the player, with three Abilities and all Arts."""
    return Owned(player, *player.create(ABILITIES, type="magus", house="house.bonisagus", name="Petrus"))


@pytest.fixture(scope="session")
def resident(server):
    """A magus of somebody who also has a grog, for tests that only look."""
    player = Player.sign_up(server)
    player.create({"ability.brawl": 30}, name="Rolf", type="grog")
    return Owned(player, *player.create(ABILITIES, type="magus", house="house.bonisagus", name="Petrus"))


@pytest.fixture
def sheet(page, magus):
    """The magus on the page, ready for clicks."""
    page.context.add_cookies(magus.player.cookies)
    return Sheet(page, magus).open()


def sign_up(page, server, name):
    """As somebody new does, by the page itself; also where cookies go over HTTPS only, as `Player` cannot."""
    page.goto(server.url)
    page.get_by_role("link", name="Sign up").click()
    page.get_by_label("Username").fill(name)
    for label in ("Password", "Password confirmation"):
        page.get_by_label(f"{label}:", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign up").click()


@contextmanager
def unanswered(page):
    """What a page asks the API waits for the end of the block, so that what it shows meanwhile stays to be seen.

    Then it goes where routes that were there before would have taken it.
    """
    held, released = [], False

    def hold(route):
        if released:
            route.fallback()
        else:
            held.append(route)

    page.route(re.compile("/api/"), hold)
    yield
    released = True
    for route in held:
        route.fallback()


class Owned:
    """A character of a player: what the database says of it, and writes that come from elsewhere."""

    def __init__(self, player, key, abilities):
        self.player, self.key, self.abilities = player, key, abilities
        self.path = f"/characters/{key}/"

    def experience(self, ability):
        return self.player.server.stored("characters_ability", "experience_points", self.abilities[ability])

    def characteristic(self, name):
        return self.player.server.stored("characters_character", name, self.key)


class Sheet:
    """The page of a character, as a person sees it."""

    def __init__(self, page, character):
        self.page, self.character = page, character

    def open(self):
        self.page.goto(self.character.player.server.url + self.character.path)
        self.saved()
        return self

    def line(self, name):
        return self.page.locator(".trait:not([hidden])").filter(has=self.page.get_by_text(name, exact=True))

    def shows(self, name, score, experience=None):
        """Wait until the line says so; `score` as the book writes it, such as "5+2 (3)"."""
        score = r"\s*".join(map(re.escape, re.findall(r"\d+|\S", score)))
        expect(self.line(name).locator("[data-value]")).to_have_text(re.compile(rf"^\s*{score}\s*$"))
        if experience is not None:
            expect(self.line(name).locator("[data-cell=experience_points]")).to_have_text(str(experience))
        return self

    def click(self, label, times=1):
        for _time in range(times):
            self.page.get_by_role("button", name=label, exact=True).click()

    def click_at_once(self, *labels):
        """In one task of the page: on a busy machine the first of several clicks with a mouse may leave alone."""
        buttons = [self.page.get_by_role("button", name=label, exact=True).element_handle() for label in labels]
        self.page.evaluate("buttons => buttons.forEach((button) => button.click())", buttons)

    def open_form(self, title):
        """Open the form of a new row, if it is closed, and answer its frame."""
        frame = self.page.locator("details.add").filter(has=self.page.locator("summary", has_text=title))
        if frame.get_attribute("open") is None:
            frame.locator("summary").click()
        return frame

    def pick(self, title, name):
        """Type a name in a form of a new row, and take what the catalogue has of this name."""
        field = self.open_form(title).get_by_role("combobox").first
        field.fill(name)
        self.page.locator("[role=option]:visible").first.wait_for()
        field.press("Enter")

    def add_ability(self, name, instance="", specialty="", score=""):
        self.pick("Add an Ability", name)
        form = self.open_form("Add an Ability")
        if instance:
            form.locator(".questions input").fill(instance)
        form.get_by_label("Specialty").fill(specialty)
        form.get_by_label("Score").fill(str(score))
        self.page.keyboard.press("Enter")

    def value(self, name):
        return self.page.get_by_role("spinbutton", name=name, exact=True)

    @property
    def status(self):
        return self.page.locator("sync-status")

    def becomes(self, state):
        self.page.locator(f"sync-status[state={state}]").wait_for(timeout=15_000)
        return self

    def saved(self):
        return self.becomes("saved")

    def is_stored(self, ability, points):
        """Wait until the database says so, also while the page says something else or is gone."""
        for _ in range(100):
            if self.character.experience(ability) == points:
                break
            self.page.wait_for_timeout(50)  # not a plain sleep: routes of the test must go on
        assert self.character.experience(ability) == points

    def derives(self, path, number):
        expect(self.page.locator(f"[data-derived='{path}']").last).to_have_text(str(number))


@pytest.fixture(scope="session")
def superuser(server):
    arguments = ["createsuperuser", "--no-input", "--username", "root", "--email", ""]
    server.manage(*arguments, DJANGO_SUPERUSER_PASSWORD=PASSWORD)
    return "root"
