"""The stat block in the layout of the books (R54)."""

from __future__ import annotations

import pytest

from characters import published
from characters.exchange import imports, native
from characters.exchange.files import FORMATS
from characters.exchange.markdown import plain
from characters.models import Character

pytestmark = pytest.mark.django_db

PRINTED = {printed["id"]: printed for printed in published.read()}

GRIZZLED_VETERAN = """\
## The Grizzled Veteran

*Grog*

**Characteristics:** Int 0, Per 0, Str 0, Sta +1 (1), Pre -1, Com -1, Dex +2 (2), Qik +2 (2)

**Size:** 0

**Age:** 45 (45)

**Decrepitude:** 1 (2)

**Warping Score:** 0 (0)

**Virtues and Flaws:** Covenfolk, Warrior; Weakness (talking back to magi)

**Personality Traits:** Loyal +3, Cheeky +2, Brave +1

**Combat:**

- *Axe and Shield, Heater:* Init -1, Attack +15, Defense +14, Damage +6
- *Kick:* Init -3, Attack +6, Defense +5, Damage +3

**Soak:** +8

**Fatigue Levels:** OK, 0, -1, -3, -5, Unconscious

**Wound Penalties:** -1 (1-5), -3 (6-10), -5 (11-15), Incapacitated (16-20), Dead (21+)

**Abilities:** Area A Lore 4 (monsters), """


def block(character):
    return FORMATS["markdown"].text(character)


@pytest.fixture
def printed(alice):
    return lambda id: block(Character.objects.get(pk=published.load(PRINTED[id], alice).key))


def test_a_grog_is_printed_as_in_the_book(printed):
    assert printed("example.grog.grizzled-veteran").startswith(GRIZZLED_VETERAN)


def test_a_magus_has_arts_and_spells(printed):
    lines = printed("example.magus.tremere").splitlines()
    assert "*Magus of House Tremere*" in lines
    (arts,) = (line for line in lines if line.startswith("**Arts:**"))
    assert arts.startswith("**Arts:** Cr 5, In 5, Mu 5, Pe 5, Re 5, An 0, Aq 8 (3), Au 9 (1), Co 0, ")
    assert "- *Circling Winds of Protection* (Cr(Re)Au 20) +16" in lines
    assert any(line.startswith("**Virtues and Flaws:** Book Learner, ") for line in lines)


def test_puissant_and_gifts_of_the_house_are_marked(printed):
    block = printed("example.magus.flambeau")
    assert "Puissant Ignem\\*" in block
    assert "Ig 12+3" in block


@pytest.mark.parametrize("id", PRINTED)
def test_all_that_is_printed_is_there(printed, id):
    text = printed(id)
    assert all(f"{plain(name)} {score:+}" in text for name, score in PRINTED[id]["personality_traits"].items())
    assert all(f"({plain(row['specialty'])})" in text for row in PRINTED[id]["abilities"] if row["specialty"])


def test_an_empty_character_has_a_block(alice):
    text = block(Character.objects.create(owner=alice, name="Nobody", type="grog"))
    assert text.startswith("## Nobody\n\n*Grog*\n")
    assert "Spells" not in text


def test_what_players_write_is_never_markup(alice):
    name = "<img src=x> [x](javascript:alert(1)) *a* `b` | # c"
    document = native.document([{"name": name, "type": "grog", "notes": "# One\n- two\n3. three"}])
    (arrival,) = imports.bring(imports.unpack(document), alice).arrivals
    text = block(Character.objects.get(pk=arrival.key))
    assert text.startswith("## \\<img src=x\\> \\[x\\](javascript:alert(1)) \\*a\\* \\`b\\` \\| \\# c\n")
    assert "**Notes:** \\# One\n\n\\- two\n\n\\3. three" in text


def test_the_api_answers_text(api, magus):
    response = api.get(f"characters/{magus.pk}/export/markdown/")
    assert response["Content-Type"] == "text/markdown; charset=utf-8"
    assert response["Content-Disposition"] == f'attachment; filename="darius-{magus.pk}.md"'
    assert response.content.decode() == block(magus)
