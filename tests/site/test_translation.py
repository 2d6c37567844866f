"""Every text of the interface goes through gettext: under a made-up language nothing is left in English but data."""

from __future__ import annotations

import gettext
import re
from html.parser import HTMLParser

import pytest
from django.utils.translation import trans_real

from characters import published, sharing
from characters.catalogue.reference import reference
from characters.models import Character
from tests.characters import factories

OPEN, CLOSE = "\N{MATHEMATICAL LEFT WHITE SQUARE BRACKET}", "\N{MATHEMATICAL RIGHT WHITE SQUARE BRACKET}"
TOLD = ("aria-label", "title", "placeholder", "alt")
SILENT = ("script", "style")


class Pseudo(gettext.NullTranslations):
    """A language in which every text is the English one in brackets."""

    domain = "django"

    def gettext(self, message):
        return f"{OPEN}{message.split(chr(4))[-1]}{CLOSE}"

    def ngettext(self, singular, plural, number):
        return self.gettext(singular if number == 1 else plural)

    def language(self):
        return "en"

    to_language = language


class Texts(HTMLParser):
    """All that a page shows or reads out."""

    def __init__(self, html):
        super().__init__()
        self.found, self.silent = [], 0
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.silent += tag in SILENT
        self.found += [value for name, value in attrs if name in TOLD and value]

    def handle_endtag(self, tag):
        self.silent -= tag in SILENT

    def handle_data(self, data):
        if not self.silent:
            self.found.append(data)


def untranslated(html, data):
    """Words outside of brackets that are not data. Markup within a translated text may part its brackets."""
    text = "\n".join(Texts(html).found)
    while (shorter := re.sub(f"{OPEN}[^{OPEN}{CLOSE}]*{CLOSE}", " ", text)) != text:
        text = shorter
    for words in sorted(data, key=len, reverse=True):
        text = text.replace(words, " ")
    return sorted(set(re.findall(r"[A-Za-z]{2,}", text)))


@pytest.fixture
def pseudo(monkeypatch):
    monkeypatch.setattr(trans_real, "translation", lambda language: Pseudo())
    monkeypatch.setattr(trans_real, "_default", Pseudo())


@pytest.fixture
def table(alice, bob):
    """A magus and a grog with something of everything, a link and an editor; and all words that are data."""
    magus = factories.CharacterFactory(
        owner=alice,
        name="Darius",
        type="magus",
        house_id="house.flambeau",
        notes="Quaesitor",
        light_wounds=1,
        fatigue=1,
    )
    grog = factories.CharacterFactory(owner=alice, name="Rolf", type="grog", apparent_age=20)
    factories.ArtFactory(character=magus)
    factories.VirtueFactory(character=magus, virtue_id="virtue.tough", notes="Oak")
    for character in (magus, grog):
        factories.AbilityFactory(character=character, specialty="Dawn", experience_points=33)
        factories.TraitFactory(character=character, name="Sly")
        factories.ReputationFactory(character=character, content="Hothead", type="local")
        factories.PossessionFactory(character=character)
        factories.PossessionFactory(
            character=character, kind="armor", item="", name="Coat", coverage="full", worn=False
        )
    factories.SpellFactory(
        character=magus, name="Pilum", range="Voice", duration="Moon", target="Room", experience_points=5, ritual=True
    )
    sharing.open_link(magus)
    sharing.add_editor(grog, bob)
    return magus, grog


DATA = """Darius Rolf Quaesitor Tough Oak Awareness Dawn Sly Hothead Axe Coat Pilum CrIg Voice Moon Room alice bob Dodge
Fist Kick Bludgeon Grapple Int Per Str Sta Pre Com Dex Qik"""


def data():
    catalogue = reference().rules
    houses = [catalogue.house_name(house) for house in catalogue.houses]
    printed = [published.title(one) for one in published.read()]
    return [*DATA.split(), *(art.name for art in catalogue.arts.values()), *houses, *printed]


@pytest.mark.usefixtures("pseudo")
@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/?q=nobody",
        "/characters/new/",
        "/characters/{magus}/print/",
        "/characters/{grog}/print/",
        "/characters/{magus}/share/",
        "/characters/{grog}/share/",
        "/characters/{grog}/delete/",
        "/characters/cards/",
        "/accounts/",
        "/accounts/delete/",
        "/accounts/reset/",
        "/accounts/reset/sent/",
        "/accounts/reset/x/y/",
        *(f"/print/blank/?type={kind}" for kind in Character.Type.values),
        "{shared}",
        "{join}",
    ],
)
def test_nothing_is_left_in_english(visitor, table, path):
    magus, grog = table
    shared, join = f"/shared/{magus.read_link.token}/", f"/join/{sharing.invite(grog)}/"
    response = visitor.client.get(path.format(magus=magus.pk, grog=grog.pk, shared=shared, join=join))
    assert response.status_code == 200
    html = response.content.decode()
    assert html.count(OPEN) > 15, "the made-up language is not in use"
    assert untranslated(html, data()) == []


def test_english_would_be_found():
    assert untranslated(f"<p title='{OPEN}a{CLOSE}'>{OPEN}House {OPEN}x{CLOSE}{CLOSE} Left over</p>", []) == [
        "Left",
        "over",
    ]
