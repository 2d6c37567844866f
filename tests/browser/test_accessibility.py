"""R64: WCAG 2.2 AA by axe, on every page, light and dark, phone and desk; small screens, targets, movement."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import Sheet

pytestmark = pytest.mark.browser

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
PHONE = {"viewport": {"width": 360, "height": 780}, "has_touch": True, "is_mobile": True}
DESK = {"viewport": {"width": 1400, "height": 1000}}
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
OPEN_PAGES = {"login": "/accounts/login/", "signup": "/accounts/signup/", "reset": "/accounts/reset/"}


def check(page):
    found = Axe().run(page, options=RULES).response
    assert len(found["passes"]) > 15, "axe did not look"
    assert not [f"{fault['id']}: {[node['html'] for node in fault['nodes']][:3]}" for fault in found["violations"]]


@pytest.fixture(params=[("light", 360), ("dark", 1400)], ids=lambda p: f"{p[0]}-{p[1]}")
def look(request, new_context, watch):
    """Each page in both schemes and at both widths; colours do not depend on the width."""
    scheme, width = request.param
    return watch(new_context(**(PHONE if width == 360 else DESK), color_scheme=scheme).new_page())


@pytest.fixture
def own(look, magus):
    look.context.add_cookies(magus.player.cookies)
    return lambda path: look.goto(magus.player.server.url + path.format(path=magus.path))


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_pages_have_no_violations(look, own, path):
    own(path)
    check(look)


STEPS = ("type", "house", "characteristics", "virtues", "childhood", "later-life", "apprenticeship", "summary")


def test_steps_of_the_guide_have_no_violations(look, own):
    for step in STEPS:
        own(f"{{path}}guide/{step}/")
        look.locator("sync-status[state=saved]").wait_for()
        check(look)
        assert look.evaluate("document.documentElement.scrollWidth") <= look.viewport_size["width"], step
        sides = "targets => targets.map((target) => target.getBoundingClientRect()).map(({height}) => height)"
        assert min(look.locator("main :is(summary, button, select, input, a):visible").evaluate_all(sides)) >= 24, step


def test_printed_pages_have_no_violations(new_context, watch, magus):
    """What is printed, too: whatever the screen looks like, paper is black on white."""
    page = watch(new_context(**DESK, color_scheme="dark").new_page())
    page.context.add_cookies(magus.player.cookies)
    magus.player.create({"ability.brawl": 30}, name="Rolf", type="grog")
    page.emulate_media(media="print")
    for name in ("list", "share", "print", "blank", "cards"):
        page.goto(magus.player.server.url + PAGES[name].format(path=magus.path))
        check(page)
        assert page.locator("body").evaluate("body => getComputedStyle(body).color") == "rgb(0, 0, 0)", name


@pytest.mark.parametrize("path", OPEN_PAGES.values(), ids=OPEN_PAGES)
def test_pages_for_everybody_have_no_violations(look, server, path):
    look.goto(server.url + path)
    check(look)


def test_forms_with_errors_have_no_violations(look, server):
    look.goto(server.url + "/accounts/signup/")
    look.get_by_label("Username").fill("demo")
    for label in ("Password", "Password confirmation"):
        look.get_by_label(f"{label}:", exact=True).fill("12345")
    look.get_by_role("button", name="Sign up").click()
    assert "already exists" in look.locator("main").inner_text()
    check(look)


def test_the_sheet_in_use_has_no_violations(look, own, magus):
    """An open panel, refusals beside their lines and in the list, an open menu, a session that ended."""
    own("{path}")
    sheet = Sheet(look, magus).saved()
    look.route("**/api/**", lambda route: route.fulfill(status=422, json={"detail": "Not in this season."}))
    sheet.click("Raise Charm")
    sheet.click("Raise Creo")
    sheet.becomes("attention")
    look.get_by_label("Edit Bargain").click()
    check(look)
    look.unroute_all()
    look.context.clear_cookies(name="sessionid")
    sheet.click("Raise Ignem")
    look.get_by_role("dialog", name="Log in again").wait_for()
    sheet.status.locator("summary").click()
    look.locator(".menu summary").press("Enter")  # a click would close the list
    check(look)


def test_the_sheet_at_work_has_no_violations(look, own, magus):
    """What the catalogue offers, with reasons; questions of an entry; explanations, findings, and years."""
    own("{path}")
    sheet = Sheet(look, magus).saved()
    frame = sheet.open_form("Add a Virtue")
    frame.get_by_label("Also what is not for this character").check()
    frame.get_by_role("combobox").first.fill("hermetic")
    look.locator(".offers .why-not").first.wait_for()
    check(look)
    sheet.pick("Add a Virtue", "Affinity with Art")
    sheet.open_form("Edit name, years and points")
    look.locator("[data-findings] > summary").click()
    look.locator("[data-pair]").first.focus()
    look.locator("#explanation").wait_for()
    check(look)


@pytest.mark.parametrize("width", [320, 768, 1400])
def test_no_page_is_wider_than_the_screen(page, magus, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.context.add_cookies(magus.player.cookies)
    for path in PAGES.values():
        page.goto(magus.player.server.url + path.format(path=magus.path))
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


@pytest.mark.parametrize(("context", "least"), [(DESK, 24), (PHONE, 44)], ids=["mouse", "finger"])
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


def test_nothing_jumps_when_the_page_starts_or_a_number_changes(page, magus):
    page.add_init_script(
        "window.shifts = [];"
        "new PerformanceObserver((list) => shifts.push(...list.getEntries().filter((shift) => !shift.hadRecentInput)))"
        ".observe({type: 'layout-shift', buffered: true});"
    )
    page.context.add_cookies(magus.player.cookies)
    sheet = Sheet(page, magus).open()
    places = "steps => steps.map((step) => JSON.stringify(step.getBoundingClientRect()))"
    before = page.locator(".step").evaluate_all(places)
    sheet.click("Raise Charm", 12)
    sheet.click("Lower Strength", 2)
    sheet.saved()
    assert page.locator(".step").evaluate_all(places) == before
    assert page.evaluate("shifts.map(({value}) => value)") == []


def test_nothing_moves_for_those_who_do_not_want_it(new_context, magus):
    page = new_context(reduced_motion="reduce").new_page()
    page.context.add_cookies(magus.player.cookies)
    sheet = Sheet(page, magus).open()
    sheet.click("Raise Charm")
    sheet.becomes("saving")
    assert page.evaluate("document.getAnimations().length") == 0


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
