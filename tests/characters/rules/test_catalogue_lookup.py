"""The catalogue as the rules see it: by id, with something to say for what nobody knows."""

from __future__ import annotations

import pytest

from characters.rules.catalogue import Catalogue
from characters.rules.facts import Ref
from tests.characters.rules.people import catalogue

REF = Ref("possessions", 1)


def test_entries_by_id():
    assert catalogue().ability("ability.area-lore").printed("Provence") == "Provence Lore"
    assert catalogue().art("art.imaginem").abbr == "Im"
    assert catalogue().virtue("flaw.driven").allowed_sizes == ("minor", "major")
    assert [art.abbr for art in catalogue().techniques] == ["Cr", "In", "Mu", "Pe", "Re"]
    assert len(catalogue().forms) == 10


def test_what_nobody_knows_has_a_name_and_no_effects():
    assert catalogue().ability("ability.sky-lore").name == "Sky Lore"
    assert catalogue().art("art.fatum").abbr == "Fa"
    flaw, virtue = catalogue().virtue("flaw.new-one"), catalogue().virtue("virtue.new-one")
    assert (flaw.name, flaw.kind, flaw.effects) == ("New One", "flaw", ())
    assert virtue.is_virtue
    assert catalogue().house("house.new") is None
    assert catalogue().house(None) is None
    assert catalogue().house_name("house.new") == "New"
    assert catalogue().ability("nonsense").name == "nonsense"


def test_a_catalogue_may_be_empty():
    empty = Catalogue()
    assert (empty.techniques, empty.forms) == ((), ())
    assert empty.weapon(REF, "weapon.fist") is None
    assert empty.suit(REF, "armor.chain-mail") is None
    assert empty.weapon_aliases("weapon.fist") == ()


def test_weapons_and_armour_of_the_tables():
    sword = catalogue().weapon(REF, "weapon.sword-long", carried=False)
    assert (sword.name, sword.ref, sword.carried, sword.shield) == ("Sword, Long", REF, False, False)
    assert catalogue().weapon(REF, "weapon.dodge").atk is None
    assert catalogue().weapon(REF, "weapon.shield-heater").shield
    assert catalogue().weapon_aliases("weapon.dodge") == ("Dodging",)


@pytest.mark.parametrize(
    ("armor", "coverage", "figures"),
    [("chain-mail", "full", (9, 6)), ("chain-mail", "partial", (6, 4)), ("quilted-fur", "full", (1, 2))],
)
def test_armour_that_is_only_made_in_part_is_worn_so(armor, coverage, figures):
    suit = catalogue().suit(REF, f"armor.{armor}", coverage)
    assert (suit.protection, suit.load) == figures
