"""R51, R64: printed pages, as Chromium makes them: counted, read, and looked at as images."""

from __future__ import annotations

import re

import pypdfium2
import pytest

pytestmark = pytest.mark.browser

MARGIN = 6  # millimetres that must stay white
SCALE = 1.5  # pixels a point


class Printed:
    """A PDF of a page."""

    def __init__(self, page, paper):
        self.document = pypdfium2.PdfDocument(page.pdf(format=paper))
        self._inks = {}

    def __len__(self):
        return len(self.document)

    @property
    def text(self):
        """What is written on the pages, without any space: a PDF knows where letters stand, but not of words."""
        return "".join("".join(page.get_textpage().get_text_bounded().split()) for page in self.document)

    def ink(self, number):
        """Bounds of all that is not white on a page, in millimetres from each edge: left, top, right, bottom."""
        if number not in self._inks:
            self._inks[number] = self._look(number)
        return self._inks[number]

    def _look(self, number):
        image = self.document[number].render(scale=SCALE, grayscale=True).to_pil().point(lambda grey: 255 - grey)
        left, top, right, bottom = image.getbbox()
        sides = (left, top, image.width - right, image.height - bottom)
        return [round(side / SCALE / 72 * 25.4, 1) for side in sides]


@pytest.fixture
def demo(page, server):
    """The user who has the published characters."""
    page.goto(f"{server.url}/accounts/login/")
    page.get_by_label("Username").fill("demo")
    page.get_by_label("Password").fill("demo")
    page.locator("main").get_by_role("button", name="Log in").click()
    page.get_by_role("heading", name="Characters").wait_for()
    return page


def check(printed, pages=2):
    assert len(printed) == pages
    for number in range(pages):
        assert min(printed.ink(number)) >= MARGIN, f"page {number + 1}"


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_every_published_character_fills_two_pages_of_either_paper(demo, server, paper):
    links = demo.get_by_role("link", name=re.compile("^Print ")).all()
    addresses = sorted((link.get_attribute("href") for link in links), key=lambda address: int(address.split("/")[2]))
    addresses = addresses[:11]  # other tests may have made more since
    assert len(addresses) == 11
    for address in addresses:
        demo.goto(server.url + address)
        printed = Printed(demo, paper)
        check(printed)
        assert "Backtothesheet" not in printed.text
        assert printed.ink(0)[3] < 25, "the page is not filled"


@pytest.mark.parametrize("kind", ["magus", "grog"])
def test_blank_sheets_are_two_pages(demo, server, kind):
    demo.goto(f"{server.url}/print/blank/?type={kind}")
    for paper in ("A4", "Letter"):
        check(Printed(demo, paper))


def test_cards_are_four_to_a_page(page, player):
    for number in range(5):
        player.create({"ability.brawl": 30, "ability.awareness": 5}, name=f"Guard {number}", type="grog")
    page.context.add_cookies(player.cookies)
    page.goto(f"{player.server.url}/characters/cards/")
    for paper in ("A4", "Letter"):
        printed = Printed(page, paper)
        check(printed)
        first, second = (sheet.get_textpage().get_text_bounded() for sheet in printed.document)
        assert (first.count("Guard"), second.count("Guard")) == (4, 1)


def fill(player, abilities, spells, notes):
    """A magus with so many of each, in batches."""
    key, _rows = player.create({}, type="magus", house="house.bonisagus", name="Hoarder")
    rows = [("abilities", {"ability": "ability.area-lore", "instance": f"Region {n:03}"}) for n in range(abilities)]
    rows += [
        ("spells", {"name": f"Spell {n:03}", "technique": "art.creo", "form": "art.ignem", "level": 10})
        for n in range(spells)
    ]
    operations = [
        {"resource": resource, "action": "create", "data": {**data, "character": key}} for resource, data in rows
    ]
    for start in range(0, len(operations), 100):
        answer = player.api("POST", "batch/", json={"operations": operations[start : start + 100]})
        assert answer.status_code == 200, answer.text
    assert player.api("PATCH", f"characters/{key}/", json={"notes": notes}).status_code == 200
    return f"{player.server.url}/characters/{key}/print/"


def test_a_magus_at_the_limit_fills_two_pages(page, player):
    page.context.add_cookies(player.cookies)
    page.goto(fill(player, 60, 40, "Owes a favour. " * 12))
    for paper in ("A4", "Letter"):
        printed = Printed(page, paper)
        check(printed)
        assert len(set(re.findall(r"Region\d{3}|Spell\d{3}", printed.text))) == 100


def test_what_is_beyond_the_limit_goes_on_on_more_pages(page, player):
    page.context.add_cookies(player.cookies)
    page.goto(fill(player, 140, 120, "word " * 2000))
    printed = Printed(page, "A4")
    assert len(printed) > 2
    assert len(set(re.findall(r"Region\d{3}|Spell\d{3}", printed.text))) == 260
    assert printed.text.count("word") == 2000
