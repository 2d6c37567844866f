"""axe on a page in all its looks: light, dark and printed, on a phone and on a desk, without loading it again.

All rules are asked once; a change of look brings only those up again that see colours and sizes.
"""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OF_SCREENS, OF_PAPER = ["color-contrast", "target-size"], ["color-contrast"]
PHONE, DESK = {"width": 360, "height": 780}, {"width": 1400, "height": 1000}
FIRST, *SCREENS = [(look, size) for look in ("light", "dark") for size in (PHONE, DESK)]
PAPER = [("print", size) for size in (PHONE, DESK)]

IS_TAKEN = """([print, phone]) => matchMedia('print').matches === print
  && matchMedia('(pointer: coarse)').matches === phone && innerWidth === (phone ? 360 : 1400)"""

# At any other place the bar at the top may cover half a link, and axe then finds what is left of it too small.
SCROLL = """() => document.activeElement === document.body
  ? scrollTo({top: 0, behavior: 'instant'})
  : document.activeElement.scrollIntoView({block: 'center', behavior: 'instant'})"""

RUN = """async (chosen) => {
  const {violations, passes} = await axe.run({...chosen, resultTypes: ['violations']});
  const found = violations.map(({id, nodes}) => `${id}: ${nodes.slice(0, 3).map(({html}) => html).join(' ')}`);
  return [found, passes.length];
}"""


def take(page, look, size):
    """Let a page look like this, and show what has the focus in the middle, or else its top."""
    scheme = {"print": "dark"}.get(look, look)  # whatever the screen looks like, paper is white
    touch = {"enabled": True, "maxTouchPoints": 5} if size is PHONE else {"enabled": False}
    # The session stays: ending it would end what is emulated.
    page.context.new_cdp_session(page).send("Emulation.setTouchEmulationEnabled", touch)
    page.set_viewport_size(size)
    page.emulate_media(media="print" if look == "print" else "screen", color_scheme=scheme)
    assert page.evaluate(IS_TAKEN, [look == "print", size is PHONE]), "the look is not emulated"
    page.evaluate(SCROLL)


def look_at(page, *looks, rules=None):
    """Ask axe about the page as it is, or in each of these looks. `rules`: those alone."""
    only = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": TAGS}
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(Axe().axe_script)
    for look in looks or [None]:
        if look:
            take(page, *look)
        faults, passed = page.evaluate(RUN, {"runOnly": only})
        assert not faults, f"{look}: {faults}"
        assert rules or passed > 15, "axe did not look"


def look_at_all(page):
    """All six looks; the page keeps the last of them."""
    look_at(page, FIRST)
    look_at(page, *SCREENS, rules=OF_SCREENS)
    look_at(page, *PAPER, rules=OF_PAPER)  # where nothing is pressed


def look_at_state(page):
    """What is open or wrong on a page: both schemes and both sizes, but not each with each."""
    look_at(page, FIRST)
    look_at(page, SCREENS[-1], rules=OF_SCREENS)
