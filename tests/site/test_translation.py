"""Every text of the interface goes through gettext: under a made-up language nothing is left in English but data."""

from __future__ import annotations

import gettext
import re
from html import escape
from html.parser import HTMLParser

import pytest
from django.utils.translation import trans_real

from characters import published, sharing
from characters.catalogue import tables
from characters.catalogue.reference import reference
from characters.models import Character
from characters.rules.findings import findings
from characters.sheet import sheets
from characters.templatetags.sheet import fields_of_forms
from characters.wording import in_words, translated
from tests.characters import factories
from tests.characters.rules import test_findings
from tests.characters.rules.people import catalogue

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
    known = "|".join(re.escape(words) for words in sorted(data, key=len, reverse=True) if words)
    text = re.sub(rf"(?<!\w)(?:{known})(?!\w)", " ", text) if known else text
    return sorted(set(re.findall(r"[A-Za-z]{2,}", text)))


@pytest.fixture
def pseudo(monkeypatch):
    monkeypatch.setattr(trans_real, "translation", lambda language: Pseudo())
    monkeypatch.setattr(trans_real, "_default", Pseudo())
    kept = (fields_of_forms, translated)
    for each in kept:  # by language, and this one calls itself English
        each.cache_clear()
    yield
    for each in kept:
        each.cache_clear()


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


DATA = """Puissant certamen Darius Rolf Quaesitor Tough Oak Awareness Dawn Sly Hothead Axe Coat Pilum CrIg Voice Moon
Room alice bob Dodge
Fist Kick Bludgeon Grapple Int Per Str Sta Pre Com Dex Qik"""


def data():
    """All names of the catalogue, which come in the language of the book."""
    catalogue = reference().rules
    houses = [catalogue.house_name(house) for house in catalogue.houses]
    entries = [*catalogue.arts.values(), *catalogue.abilities.values(), *catalogue.virtues.values()]
    things = [row["name"] for name in ("weapons", "armor") for row in tables.table(name)]
    printed = [published.title(one) for one in published.read()]
    short = [art.abbr for art in catalogue.arts.values()]
    return [*DATA.split(), *(entry.name for entry in entries), *short, *houses, *things, *printed]


@pytest.mark.usefixtures("pseudo")
@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/?q=nobody",
        "/accounts/token/",
        "/characters/new/",
        "/characters/import/",
        "/characters/{magus}/",
        "/characters/{grog}/",
        *(f"/characters/{{magus}}/guide/{step}/" for step in Character.Step.values),
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


@pytest.mark.usefixtures("pseudo")
def test_what_the_sheet_of_the_script_says_is_not_left_in_english(visitor, table):
    """Findings, explanations and purses come as JSON, and so does what the catalogue offers."""
    for character in table:
        (sheet,) = sheets([character])
        said = [finding["message"] for finding in sheet["findings"]]
        said += [purse["name"] for purse in sheet["experience"]["budget"]["purses"]]
        said += parts_in(sheet)
        for kind in ("abilities", "virtues", "spells"):
            offers = visitor.client.get(f"/characters/{character.pk}/offers/{kind}/").json()["offers"]
            said += [offer["why"] for offer in offers]
        assert len(said) > 100
        assert untranslated("\n".join(map(escape, said)), data()) == []


def parts_in(value):
    """The names of all summands, wherever they stand."""
    if isinstance(value, list):
        return [name for item in value for name in parts_in(item)]
    if not isinstance(value, dict):
        return []
    own = [part["name"] for part in value.get("parts", ())]
    return [*own, *(name for item in value.values() for name in parts_in(item))]


@pytest.mark.usefixtures("pseudo", "db")
@pytest.mark.parametrize("cases", [test_findings.ERRORS, test_findings.WARNINGS], ids=["errors", "warnings"])
def test_no_finding_is_left_in_english(cases):
    """Every rule, broken once."""
    characters = [character for pairs in cases.values() for pair in pairs for character in pair]
    said = {in_words(found.message) for character in characters for found in findings(character, catalogue())}
    assert len(said) > 50
    assert {text: untranslated(escape(text), data()) for text in said if untranslated(escape(text), data())} == {}


def test_english_would_be_found():
    assert untranslated(f"<p title='{OPEN}a{CLOSE}'>{OPEN}House {OPEN}x{CLOSE}{CLOSE} Left over</p>", []) == [
        "Left",
        "over",
    ]
