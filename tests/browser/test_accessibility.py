"""R64: WCAG 2.2 AA by axe, on every page, light and dark, phone and desk; small screens, targets, movement."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Sheet, unanswered
from tests.browser.halves import in_halves
from tests.browser.looks import DESK, FIRST, PHONE, look_at_all, look_at_state, take

pytestmark = pytest.mark.browser

ON_PHONE = {"viewport": PHONE, "has_touch": True, "is_mobile": True}
ON_DESK = {"viewport": DESK}
PAGES = {
    "list": "/",
    "new": "/characters/new/",
    "sheet": "{path}",
    "delete": "{path}delete/",
    "share": "{path}share/",
    "print": "{path}print/",
    "blank": "/print/blank/",
    "cards": "/characters/cards/",
    "stat-block": "{path}stat-block/",
    "import": "/characters/import/",
    "token": "/accounts/token/",
    "about": "/about/",
    "account": "/accounts/",
    "account-delete": "/accounts/delete/",
    "password": "/accounts/password/",
    "lab": "/queue-lab/",
}
OPEN_PAGES = ("/accounts/login/", "/accounts/reset/", "/accounts/signup/")


@pytest.fixture
def own(page, resident):
    """Pages of somebody who has a magus and a grog, and changes neither."""
    page.context.add_cookies(resident.player.cookies)
    return lambda path: page.goto(resident.player.server.url + path.format(path=resident.path))


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_pages_have_no_violations(page, own, path):
    own(path)
    look_at_all(page)
    assert page.locator("body").evaluate("body => getComputedStyle(body).color") == "rgb(0, 0, 0)"  # on paper


STEPS = ("type", "house", "characteristics", "virtues", "childhood", "later-life", "apprenticeship", "summary")


def test_steps_of_the_guide_have_no_violations(page, own):
    for step in STEPS:
        own(f"{{path}}guide/{step}/")
        page.locator("sync-status[state=saved]").wait_for()
        look_at_all(page)
        take(page, *FIRST)
        assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"], step
        sides = "targets => targets.map((target) => target.getBoundingClientRect()).map(({height}) => height)"
        assert min(page.locator("main :is(summary, button, select, input, a):visible").evaluate_all(sides)) >= 24, step


def test_pages_for_everybody_have_no_violations(page, server):
    for path in OPEN_PAGES:
        page.goto(server.url + path)
        look_at_all(page)
    page.get_by_label("Username").fill("demo")
    for label in ("Password", "Password confirmation"):
        page.get_by_label(f"{label}:", exact=True).fill("12345")
    take(page, *FIRST)
    page.get_by_role("button", name="Sign up").click()
    assert "already exists" in page.locator("main").inner_text()
    look_at_all(page)


def test_the_sheet_in_use_has_no_violations(page, magus):
    """An open panel and text, refusals beside their lines and in the list, an open menu, a session that ended."""
    page.context.add_cookies(magus.player.cookies)
    sheet = Sheet(page, magus).open()
    page.route("**/api/**", lambda route: route.fulfill(status=422, json={"detail": "Not in this season."}))
    sheet.click("Raise Charm")
    sheet.click("Raise Creo")
    page.locator("[data-inline=age]").click()
    page.locator(".facts .inline-field").fill("30")
    page.keyboard.press("Enter")
    sheet.becomes("attention")
    expect(page.locator(".inline-field")).to_have_attribute("aria-invalid", "true")
    page.get_by_label("Edit Bargain").click()
    look_at_state(page)
    take(page, *FIRST)
    page.unroute_all()
    page.context.clear_cookies(name="sessionid")
    sheet.click("Raise Ignem")
    page.get_by_role("dialog", name="Log in again").wait_for()
    sheet.status.locator("summary").click()
    page.locator(".menu summary").press("Enter")  # a click would close the list
    look_at_state(page)


def test_the_sheet_at_work_has_no_violations(page, magus):
    """What the catalogue offers, with reasons; questions of an entry; explanations, findings, and years."""
    page.context.add_cookies(magus.player.cookies)
    sheet = Sheet(page, magus).open()
    frame = sheet.open_form("Add a Virtue")
    frame.get_by_label("Also what is not for this character").check()
    frame.get_by_role("combobox").first.fill("hermetic")
    page.locator(".offers .why-not").first.wait_for()
    look_at_state(page)
    take(page, *FIRST)
    sheet.pick("Add a Virtue", "Affinity with Art")
    sheet.open_form("Edit name, years and points")
    page.locator("[data-findings] > summary").click()
    page.locator("[data-pair]").first.focus()
    page.locator("#explanation").wait_for()
    look_at_state(page)


def test_no_page_is_wider_than_the_screen(page, own):
    for path in PAGES.values():
        own(path)
        for width in (320, 768, 1400):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)


def test_lines_of_the_sheet_fit_the_narrowest_phone(new_context, resident):
    page = new_context(viewport={"width": 320, "height": 700}, has_touch=True, is_mobile=True).new_page()
    page.context.add_cookies(resident.player.cookies)
    page.goto(resident.player.server.url + resident.path)
    too_wide = "lines => lines.filter((line) => line.scrollWidth > line.clientWidth).map((line) => line.id)"
    assert page.locator(".trait:visible").evaluate_all(too_wide) == []


@pytest.mark.parametrize(("context", "least"), [(ON_DESK, 24), (ON_PHONE, 44)], ids=["mouse", "finger"])
def test_targets_are_large_enough(new_context, magus, context, least):
    """24 px for a mouse (WCAG 2.2, 2.5.8), 44 px for a finger on what is pressed again and again."""
    page = new_context(**context).new_page()
    page.context.add_cookies(magus.player.cookies)
    Sheet(page, magus).open()

    sides = (
        "targets => targets.map((target) => target.getBoundingClientRect()).map(({width, height}) => [width, height])"
    )

    def smallest(selector):
        return min(min(box) for box in page.locator(f":is({selector}):visible").evaluate_all(sides))

    assert smallest(".step") >= least
    assert smallest("summary, button, select, input, a:not(.skip)") >= 24


SHIFTS = """
    window.shifts = [];
    new PerformanceObserver((list) => shifts.push(...list.getEntries().filter((shift) => !shift.hadRecentInput)))
        .observe({type: 'layout-shift', buffered: true});
"""


def shifts(page):
    """How far something moved, and what."""
    moved = "sources.map(({node}) => (node?.outerHTML ?? node?.data ?? 'gone').slice(0, 200))"
    return page.evaluate(f"shifts.map(({{value, sources}}) => [value, {moved}])")


def test_nothing_jumps_when_the_page_starts_or_a_number_changes(page, magus):
    page.add_init_script(SHIFTS)
    page.context.add_cookies(magus.player.cookies)
    sheet = Sheet(page, magus).open()
    places = "steps => steps.map((step) => JSON.stringify(step.getBoundingClientRect()))"
    before = page.locator(".step").evaluate_all(places)
    sheet.click("Raise Charm", 12)
    sheet.click("Lower Strength", 2)
    sheet.saved()
    assert page.locator(".step").evaluate_all(places) == before
    assert shifts(page) == []


def test_nothing_jumps_when_a_line_arrives_in_two_parts(page, resident):
    page.add_init_script(SHIFTS)
    page.context.add_cookies(resident.player.cookies)
    with in_halves(resident.player.server, b'aria-label="Lower Awareness"') as url:
        page.goto(url + resident.path)
        page.locator(".site-foot").wait_for()
    assert shifts(page) == []


def test_nothing_moves_for_those_who_do_not_want_it(new_context, magus):
    page = new_context(reduced_motion="reduce").new_page()
    page.context.add_cookies(magus.player.cookies)
    sheet = Sheet(page, magus).open()
    with unanswered(page):
        sheet.click("Raise Charm")
        sheet.becomes("saving")
        assert page.evaluate("document.getAnimations().length") == 0
    sheet.saved()


def test_a_sheet_is_printed_black_on_white_without_anything_to_press(new_context, magus):
    page = new_context(color_scheme="dark").new_page()
    page.context.add_cookies(magus.player.cookies)
    Sheet(page, magus).open()
    page.emulate_media(media="print")
    assert page.locator("main :is(button, summary, select, input):visible, .sheet-bar:visible").count() == 0
    colours = "({color, backgroundColor}) => [color, backgroundColor]"
    assert page.locator(".sheet").evaluate(f"sheet => ({colours})(getComputedStyle(sheet))") == [
        "rgb(0, 0, 0)",
        "rgb(255, 255, 255)",
    ]
    assert page.pdf(format="A4").count(b"/Type /Page\n") <= 3  # all of it; the print view has it on two
