"""R51: everything of a character on paper, as the book writes it, without a script."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from characters import published
from characters.models import Character
from characters.printing import blank, printed
from characters.sheet import sheets
from characters.templatetags.sheet import signed
from tests.characters import factories


class Text(HTMLParser):
    """What a page says, without what its texts for scripts and its hidden parts say."""

    def __init__(self, html):
        super().__init__()
        self.parts, self.silent = [], 0
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.silent += tag in ("script", "style", "dialog")

    def handle_endtag(self, tag):
        self.silent -= tag in ("script", "style", "dialog")

    def handle_data(self, data):
        if not self.silent:
            self.parts.append(data)


def text_of(html):
    return re.sub(r"\s+", " ", " ".join(Text(html).parts))


@pytest.fixture
def rich(alice):
    """A magus with something of everything."""
    magus = factories.CharacterFactory(
        owner=alice, name="Marcus", type="magus", house_id="house.tytalus", age=60, apparent_age=40, strength=2
    )
    values = {"notes": "owes the blacksmith", "light_wounds": 2, "fatigue": 1, "warping_points": 7}
    Character.objects.filter(pk=magus.pk).update(strength_aging=1, **values)
    factories.AbilityFactory(character=magus, specialty="dawn", experience_points=78)
    factories.VirtueFactory(
        character=magus, virtue_id="virtue.puissant-ability", parameters=[{"ability": "ability.awareness"}]
    )
    for art in ("art.creo", "art.ignem"):
        factories.ArtFactory(character=magus, art_id=art, experience_points=23)
    factories.SpellFactory(character=magus, name="Pilum of Fire", level=20, range="Voice", experience_points=5)
    factories.TraitFactory(character=magus, name="Stubborn", score=3)
    factories.ReputationFactory(character=magus, content="Hothead", type="hermetic")
    factories.PossessionFactory(character=magus)
    factories.PossessionFactory(character=magus, kind="other", item="", name="A black cat", carried=False)
    magus.refresh_from_db()
    return magus


def test_everything_of_a_character_is_on_paper(visitor, rich):
    text = text_of(visitor.go(f"/characters/{rich.pk}/print/").html)
    told = """Marcus | Magus · House Tytalus | 60, looks 40 | aging 1 | Awareness (dawn) 78 xp 5+2 (3)
        | owes the blacksmith | Puissant Awareness Minor | Pilum of Fire CrIg 20 Voice | Stubborn +3
        | Hothead (Hermetic) 1 | Axe | taken | lost | A black cat not carried | 1 (7) | Creo 6 (2) | Ignem 6 (2)"""
    told = [words.strip() for words in told.split("|")]
    assert [words for words in told if words not in text] == []


def test_numbers_are_those_of_the_sheet(rich):
    paper, (sheet,) = printed(rich), sheets([rich])
    assert paper["combat"][0]["init"] == signed(sheet["combat"][0]["init"]["value"])
    assert paper["spells"][0]["casting"] == str(sheet["spells"][0]["casting"]["value"])
    arts = ("art.creo", "art.ignem")
    (pair,) = (pair for pair in sheet["castings"]["pairs"] if (pair["technique"], pair["form"]) == arts)
    assert paper["grid"][0]["cells"] == [
        {name: str(pair[name]) for name in ("formulaic", "spontaneous", "spontaneous_without_fatigue", "lab")}
    ]


def test_ticked_boxes_are_those_of_the_sheet(rich):
    paper = printed(rich)
    assert [row["boxes"].count(True) for row in paper["wounds"]] == [2, 0, 0, 0, 0]
    assert [row["lost"] for row in paper["fatigue"]] == [False, True, False, False, False, False]


@pytest.mark.parametrize("kind", Character.Type.values)
def test_a_blank_sheet_has_the_lines_of_its_kind_and_no_numbers(visitor, alice, kind):
    text = text_of(visitor.go(f"/print/blank/?type={kind}").html)
    assert ("Imaginem" in text) == (kind == "magus")
    assert "Intelligence" in text
    main = text[text.index("Intelligence") : text.index("Unofficial")]
    assert not re.search(r"\d", main), main


def test_blank_and_filled_papers_have_the_same_parts(alice, magus):
    """The template gets all it asks for."""
    assert blank("magus").keys() - {"blank"} <= printed(factories.ArtFactory(character=magus).character).keys()


def test_an_unknown_kind_of_blank_is_not_found(visitor):
    assert visitor.client.get("/print/blank/?type=dragon").status_code == 404


def test_long_lists_are_printed_smaller_each_page_by_itself(alice, magus):
    assert printed(magus)["density"] == {"person": "roomy", "rest": "roomy"}
    for number in range(30):
        factories.SpellFactory(character=magus, name=f"Spell {number}")
    assert printed(magus)["density"] == {"person": "roomy", "rest": "dense"}
    for number in range(57):
        factories.AbilityFactory(character=magus, ability_id="ability.area-lore", instance=f"Area {number}")
    assert printed(magus)["density"] == {"person": "tight", "rest": "dense"}


def test_cards_show_the_grogs_that_were_chosen(visitor, alice, magus):
    grogs = [factories.CharacterFactory(owner=alice, name=f"Guard {number}", type="grog") for number in range(6)]
    html = visitor.go("/characters/cards/").html
    assert len(re.findall('class="paper-page"', html)) == 2
    assert len(re.findall('class="paper-card"', html)) == 6
    html = visitor.go(f"/characters/cards/?character={grogs[1].pk}&character={magus.pk}&character=x").html
    assert re.findall(r"<header><h2>([^<]*)</h2>", html) == ["Guard 1"]


def test_cards_cost_the_same_for_many_as_for_one(visitor, alice):
    def statements():
        with CaptureQueriesContext(connection) as queries:
            visitor.go("/characters/cards/")
        return len(queries)

    factories.CharacterFactory(owner=alice, type="grog")
    before = statements()
    for _ in range(9):
        factories.AbilityFactory(character=factories.CharacterFactory(owner=alice, type="grog"))
    assert statements() == before <= 14


def test_every_published_character_can_be_printed(visitor, alice):
    for one in published.read():
        page = visitor.go(f"/characters/{published.load(one, alice).key}/print/")
        assert published.title(one) in page.html
