"""The long walk: an evening of a player with two devices and a bad network, from the sign-up to the log-out.

R37, R38, R40-R42 on the site as it is run for the public. After each part the page, the other device, the API and
a fresh page are compared, and the database is read past the server.
"""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Sheet, sign_up
from tests.browser.test_offline import caches, keeps
from tests.browser.test_session import fill_in, log_out

pytestmark = pytest.mark.browser

DESK = {"viewport": {"width": 1400, "height": 1000}}
PHONE = {"viewport": {"width": 390, "height": 900}}
PATIENCE = 12_000
SHOWN = """() => [...document.querySelectorAll('.trait:not([hidden])')].map((line) => {
  const text = (selector) => line.querySelector(selector)?.textContent.replace(/\\s+/g, ' ').trim() ?? '';
  const value = line.querySelector('[role=spinbutton]')?.getAttribute('aria-valuetext') ?? '';
  const more = text('[data-cell=experience_points]') + text('[data-cell=specialty]');
  return [line.dataset.resource, text('[data-name]'), value, more].join(' | ');
}).sort()"""


class Character:
    """What conftest.Sheet wants to know of one."""

    def __init__(self, server, path):
        self.player = self
        self.server, self.path = server, path


def shown(sheet):
    return sheet.page.evaluate(SHOWN)


def agree(*sheets):
    """Wait until all show the same, and answer it."""
    first, *others = sheets
    for _ in range(PATIENCE // 100):
        found = [shown(sheet) for sheet in sheets]
        if all(each == found[0] for each in found):
            return found[0]
        first.page.wait_for_timeout(100)
    differences = [sorted(set(shown(first)) ^ set(shown(other))) for other in others]
    raise AssertionError(f"the devices do not agree: {differences}")


def raised(sheet, **times):
    """Clicks, all in one go; answers how many."""
    labels = [
        f"{'Raise' if number > 0 else 'Lower'} {name}" for name, number in times.items() for _ in range(abs(number))
    ]
    sheet.click_at_once(*labels)
    return len(labels)


def specialty(sheet, name, text):
    sheet.page.get_by_label(f"Edit {name}", exact=True).click()
    sheet.line(name).locator(".panel").get_by_label("Specialty").fill(text)
    sheet.page.keyboard.press("Escape")
    return 1


def trait(sheet, name):
    form = sheet.open_form("Add a Trait")
    form.get_by_label("Name").fill(name)
    form.get_by_label("Score").fill("2")
    sheet.page.keyboard.press("Enter")
    return 1


def remove(sheet, name):
    sheet.page.get_by_label(f"Edit {name}", exact=True).click()
    sheet.page.get_by_role("button", name=f"Remove {name}").click()
    return 1


def guided(page, server):
    """A magus by the guide, step by step; answers the path of the sheet."""
    page.get_by_role("link", name="New character").click()
    page.get_by_label("Name:", exact=True).fill("Viator")
    page.get_by_role("button", name="Start the guide").click()
    guide = Sheet(page, None).saved()
    page.get_by_label("Tytalus").check()
    for step in ("Characteristics", "Virtues and Flaws", "Childhood", "Later life", "Apprenticeship", "Summary"):
        guide.saved()
        page.get_by_role("button", name=f"On to {step}").click()
        expect(page.get_by_role("heading", level=1)).to_have_text(step)
        if step == "Characteristics":
            guide.saved().click("Raise Intelligence", 2)
    guide.saved()
    page.get_by_role("button", name="Finish, and open the sheet").click()
    page.wait_for_url(re.compile(r"/characters/\d+/$"))
    return page.url.removeprefix(server.url)


def sheet_of(page, path):
    """What the API says."""
    answer = page.request.get(f"{'/'.join(page.url.split('/')[:3])}/api{path}")
    return json.loads(answer.text())["sheet"]


def test_an_evening_with_two_devices_and_a_bad_network(production, with_worker, watch):
    desk_page = watch(with_worker(**DESK))
    sign_up(desk_page, production, "walker")
    path = guided(desk_page, production)
    desk = Sheet(desk_page, Character(production, path)).saved()
    keeps(desk_page, path)

    # Forty edits with a network.
    for name, score in (("Brawl", 2), ("Charm", 1), ("Awareness", 3)):
        desk.add_ability(name, score=score)
    edits = 3 + raised(desk, Creo=9, Ignem=8, Rego=4, Brawl=3, Charm=2)
    edits += specialty(desk, "Brawl", "fists") + trait(desk, "Brave") + trait(desk, "Loyal")
    edits += raised(desk, Strength=2, Stamina=2, Presence=1) + raised(desk, Strength=-1, Creo=-1)
    assert edits == 40 - 1
    edits += specialty(desk, "Charm", "nobles")
    desk.saved().shows("Creo", "8", 36).shows("Brawl", "5", 75).shows("Strength", "+1")
    saved = sheet_of(desk_page, path)
    keys = {row["ability_name"]: row["id"] for row in saved["abilities"]}
    assert production.stored("characters_ability", "experience_points", keys["Brawl"]) == 75

    # Twenty without one.
    desk_page.context.set_offline(True)
    edits = raised(desk, Creo=4, Rego=3, Brawl=-1, Awareness=2, Strength=1, Perdo=3)
    edits += specialty(desk, "Charm", "peasants") + specialty(desk, "Awareness", "keeping watch")
    edits += trait(desk, "Curious") + remove(desk, "Loyal")
    assert edits + raised(desk, Vim=2) == 20
    desk.becomes("offline").shows("Creo", "12", 78).shows("Brawl", "4", 50)
    before = shown(desk)

    # The page opens anew, from what the browser has kept, and shows the same; five more.
    desk_page.reload()
    expect(desk_page.get_by_text(re.compile(r"^Offline, as of \d\d:\d\d$"))).to_be_visible()
    desk.becomes("offline")
    assert agree(desk) == before
    assert raised(desk, Creo=1, Ignem=2, Charm=1) + specialty(desk, "Brawl", "knives") == 5
    assert sheet_of_database(production, keys) == {"Brawl": 75, "Charm": 30, "Awareness": 30}

    # The other device works on the same rows.
    phone_page = watch(with_worker(**PHONE))
    phone_page.goto(production.url + path)
    fill_in(phone_page, "walker")
    phone = Sheet(phone_page, Character(production, path)).saved()
    phone.shows("Creo", "8", 36)
    raised(phone, Creo=2, Brawl=2, Charm=1)
    specialty(phone, "Awareness", "at night")
    remove(phone, "Brave")
    phone.saved().shows("Brawl", "7", 140)

    # The network is back.
    desk_page.context.set_offline(False)
    replaced = "Awareness was “at night” on another device, “keeping watch” here; yours is shown"
    expect(desk_page.get_by_role("alert").filter(has_text=replaced)).to_be_visible()
    desk.saved().shows("Creo", "15", 120).shows("Brawl", "6", 105).shows("Charm", "5", 75)
    expect(desk_page.get_by_text("Offline, as of")).to_be_hidden()
    fresh = Sheet(desk_page.context.new_page(), desk.character).open()
    seen = agree(desk, phone, fresh)
    assert any("Curious" in line for line in seen)
    assert not any("Brave" in line or "Loyal" in line for line in seen)
    assert any("Brawl | 6 | 105(knives)" in line for line in seen)
    assert sheet_of_database(production, keys) == {"Brawl": 105, "Charm": 75, "Awareness": 75}
    arts = {row["art_name"]: row["score"] for row in sheet_of(desk_page, path)["arts"]}
    assert {name: arts[name] for name in ("Creo", "Ignem", "Rego", "Perdo", "Vim")} == {
        "Creo": 15,
        "Ignem": 10,
        "Rego": 7,
        "Perdo": 3,
        "Vim": 2,
    }

    # What was done last on the desk is taken back, everywhere.
    fresh.page.close()
    desk_page.bring_to_front()
    desk_page.keyboard.press("Control+z")
    desk.saved()
    expect(desk.line("Brawl")).to_contain_text("fists")
    assert any("Brawl | 6 | 105(fists)" in line for line in agree(desk, phone))
    desk_page.keyboard.press("Control+z")
    refusal = "Charm +1: this was changed elsewhere meanwhile, so that nothing was undone."
    expect(desk_page.get_by_text(refusal)).to_be_visible()
    desk.shows("Charm", "5", 75)
    desk_page.keyboard.press("Control+z")
    desk.saved().shows("Ignem", "8")
    agree(desk, phone)

    # Nothing is left on the device.
    log_out(desk_page)
    expect(desk_page.get_by_role("heading", name="Log in")).to_be_visible()
    assert [name for name in caches(desk_page) if name.startswith("pages")] == []


def sheet_of_database(server, keys):
    return {name: server.stored("characters_ability", "experience_points", key) for name, key in keys.items()}
