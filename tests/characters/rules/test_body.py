"""Characteristics in use, Size, wounds, fatigue, load, combat, Confidence, aging."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from characters.rules import aging, characteristics, combat, health, traits
from characters.rules.facts import Armor, Ref, Weapon, Wounds
from tests.characters.rules.people import (
    ability,
    chosen,
    companion,
    fight,
    flaw,
    grog,
    sheet,
    suit,
    virtue,
    weapon,
)

KNIGHT = [virtue("knight")]


def attribute(character, name):
    return next(line for line in sheet(character).characteristics if line.name == name)


# Characteristics.


@pytest.mark.parametrize(("great", "value"), [(0, 3), (1, 4), (2, 5), (3, 5)])
def test_great_ends_at_five(great, value):
    taken = [virtue("great-characteristic", {"characteristic": "Int"}) for _time in range(great)]
    assert attribute(companion(characteristics={"intelligence": 3}, taking=taken), "intelligence").value == value


def test_great_needs_a_bought_three():
    taken = [virtue("great-characteristic", {"characteristic": "Int"})]
    assert attribute(companion(characteristics={"intelligence": 2}, taking=taken), "intelligence").value == 2


def test_giants_grow_beyond_five():
    taken = [virtue("great-characteristic", {"characteristic": "Str"}) for _time in "12"]
    line = attribute(companion(characteristics={"strength": 3}, taking=[*taken, virtue("giant-blood")]), "strength")
    assert line.value == 6
    assert [part.label for part in line.total.parts] == ["Bought", *["Great (Characteristic)"] * 2, "Giant Blood"]


def test_faerie_blood_of_the_sidhe():
    sidhe, dwarf = virtue("faerie-blood", {"text": "Sidhe"}), virtue("faerie-blood", {"text": "Dwarf"})
    assert attribute(companion(taking=[sidhe]), "presence").value == 1
    assert attribute(companion(characteristics={"presence": 3}, taking=[sidhe]), "presence").value == 3
    assert attribute(companion(taking=[dwarf]), "presence").value == 0


@pytest.mark.parametrize(
    ("words", "stamina"), [("Magic Human (Stamina)", 2), ("magic human, Sta", 2), ("Magic Human", 1), ("Stamina", 1)]
)
def test_magical_blood_raises_what_the_player_picked(words, stamina):
    taken = [virtue("magical-blood", {"text": words})]
    assert attribute(companion(characteristics={"stamina": 1}, taking=taken), "stamina").value == stamina
    assert attribute(companion(characteristics={"stamina": 3}, taking=taken), "stamina").value == 3


def test_monstrous_blood_lowers_it():
    taken = [flaw("monstrous-blood", {"text": "Magic Human: Strength"})]
    assert attribute(companion(taking=taken), "strength").value == -1


def test_aging_takes_from_what_is_in_use():
    line = attribute(companion(characteristics={"stamina": 1}, aging_losses={"stamina": 2}), "stamina")
    assert (line.bought, line.value) == (1, -1)


@pytest.mark.parametrize(
    ("age", "all_of_them", "size"), [(6, -4, -2), (9, -3, -2), (11, -2, -2), (13, -1, -1), (14, 0, 0)]
)
def test_children(age, all_of_them, size):
    derived = sheet(companion(age=age))
    assert {line.value for line in derived.characteristics} == {all_of_them}
    assert derived.size.value == size


def test_what_characteristics_cost():
    assert [characteristics.cost(value) for value in range(-3, 4)] == [-6, -3, -1, 0, 1, 3, 6]


def test_size_with_centuries():
    assert sheet(companion(age=250, taking=[virtue("blood-of-the-nephilim")])).size.value == 3


# Wounds and fatigue.


@pytest.mark.parametrize(
    ("size", "light", "dead"), [(-5, (1, 1), 5), (-4, (1, 1), 5), (0, (1, 5), 21), (3, (1, 8), 33)]
)
def test_wounds_by_size(size, light, dead):
    ranges = health.wound_ranges(size)
    assert (ranges[0].start, ranges[0].to) == light
    assert (ranges[-1].start, ranges[-1].to) == (dead, None)
    for lower, higher in itertools.pairwise(ranges):
        assert higher.start == lower.to + 1


def test_penalties_add_up():
    derived = sheet(companion(wounds=Wounds(light=2, medium=1, heavy=1), fatigue=3)).health
    assert (derived.wound_penalty, derived.fatigue_level.level, derived.penalty) == (-10, "Tired", -13)
    assert derived.can_act


def test_whoever_is_whole_has_no_penalty():
    assert sheet(companion()).health.penalty == 0


def test_nobody_acts_beyond_the_end():
    assert not sheet(companion(wounds=Wounds(incapacitating=1))).health.can_act
    assert not sheet(companion(fatigue=5)).health.can_act
    assert sheet(companion(fatigue=99)).health.fatigue_level.level == "Unconscious"
    assert sheet(companion(long_term_fatigue=2)).health.fatigue_level.level == "Weary"


# Load.


def test_only_what_is_carried_weighs():
    things = [weapon("sword-long"), weapon("sword-great", carried=False)]
    derived = sheet(companion(weapons=things, armor=[suit("chain-mail", carried=False)], other_load=2)).load
    assert [(part.label, part.value) for part in derived.load.parts] == [("Sword, Long", 1), ("Other", 2)]
    assert derived.burden == 2


def test_armour_that_is_not_worn_does_not_protect():
    own = Armor(ref=Ref("armor", 1), name="Own", protection=4, load=3, worn=False)
    derived = sheet(companion(armor=[own]))
    assert (derived.health.soak.value, derived.load.load.value) == (0, 3)


@given(st.integers(0, 10_000))
def test_burden_is_the_largest_that_the_load_pays_for(load):
    burden = health.burden(load)
    assert burden * (burden + 1) // 2 <= load < (burden + 1) * (burden + 2) // 2


def test_strength_only_helps_against_a_burden():
    assert sheet(companion(characteristics={"strength": 3}, other_load=3)).load.encumbrance.value == 0
    assert sheet(companion(characteristics={"strength": -3}, other_load=3)).load.encumbrance.value == 2


# Combat.


def lines(**facts):
    found = sheet(companion(taking=KNIGHT, **facts)).combat
    return {(line.weapon, line.shield, line.mounted): line for line in found}


def values(line):
    return tuple(total and total.value for total in (line.init, line.atk, line.dfn, line.dam))


def test_without_chosen_fights_all_are_listed():
    own = [weapon("sword-long"), weapon("sword-great"), weapon("shield-heater")]
    found = lines(weapons=own, abilities=[ability("ride", 1)])
    assert ("weapon.sword-long", "weapon.shield-heater", True) in found
    assert ("weapon.sword-great", "", False) in found
    assert ("weapon.sword-great", "weapon.shield-heater", False) not in found
    assert ("weapon.dodge", "", False) in found


def test_nobody_attacks_with_a_dodge():
    dodge = lines(characteristics={"quickness": 2}, abilities=[ability("brawl", 3)])["weapon.dodge", "", False]
    assert values(dodge) == (2, None, 5, None)


def test_riding_helps_up_to_three():
    def attack(score):
        mounted = [fight("weapon.fist", mounted=True)]
        return lines(fights=mounted, abilities=[ability("ride", score)])["weapon.fist", "", True].atk.value

    assert [attack(score) for score in (0, 2, 3, 5)] == [0, 2, 3, 3]


def test_a_shield_is_used_with_the_ability_of_the_weapon():
    own = [weapon("sword-long"), weapon("shield-heater")]
    skill = ability("single-weapon", 4, specialty="heater shield")
    character = companion(
        characteristics={"dexterity": 1, "quickness": 1},
        taking=[*KNIGHT, virtue("puissant-ability", chosen("single-weapon"))],
        weapons=own,
        abilities=[skill],
        fights=[fight(own[0].ref, own[1].ref)],
    )
    (line,) = sheet(character).combat
    assert line.specialty_applies
    assert str(line.dfn) == (
        "Qik 1 + Single Weapon 4 + Puissant 2 + Specialty: heater shield 1 + Sword, Long 1 + Shield, Heater 3 = 12"
    )


def test_the_player_may_say_that_a_specialty_applies():
    blind = fight("weapon.fist", specialty_applies=True)
    abilities = [ability("brawl", 2, specialty="in taverns")]
    assert lines(fights=[blind], abilities=abilities)["weapon.fist", "", False].atk.value == 3
    unasked = fight("weapon.fist")
    assert lines(fights=[unasked], abilities=abilities)["weapon.fist", "", False].atk.value == 2


def test_a_fight_with_what_nobody_has_is_no_line():
    assert sheet(companion(fights=[fight("weapon.lightsaber"), fight(Ref("weapons", "gone"))])).combat == ()


def test_an_own_weapon_and_too_little_strength():
    hammer = Weapon(
        ref=Ref("weapons", 1), name="Hammer", ability="ability.brawl", init=-1, atk=3, dfn=0, dam=9, min_str=3
    )
    line = lines(weapons=[hammer])["", "", False]
    assert values(line) == (-1, 3, 0, 9)
    assert line.too_weak


@pytest.mark.parametrize(
    ("specialty", "names", "meant"),
    [
        ("heater shield", ["Shield, Heater"], True),
        ("long sword", ["Sword, Long"], True),
        ("swords", ["Sword, Long"], True),
        ("kicking", ["Kick"], True),
        ("punching", ["Fist"], True),
        ("dodging", ["Dodge"], True),
        ("grappling", ["Grapple"], True),
        ("daggers", ["Dagger"], True),
        ("pole axe", ["Pole Axe"], True),
        ("getting away", ["Fist"], False),
        ("short bow", ["Bow, Long"], False),
        ("axe", ["Sword, Long"], False),
        ("", ["Fist"], False),
    ],
)
def test_what_a_specialty_means(specialty, names, meant):
    assert combat.names(specialty, names) == meant


# Confidence, points, aging.


def test_confidence():
    assert sheet(companion()).confidence == (1, 3, 1, 3)
    assert sheet(companion(taking=[flaw("low-self-esteem")])).confidence[:2] == (0, 0)
    assert sheet(companion(taking=[virtue("ferocity")])).confidence[:2] == (1, 3)
    assert sheet(companion(confidence_score=1, confidence_points=7)).confidence == (1, 7, 1, 3)
    assert sheet(grog()).confidence[:2] == (0, 0)


@pytest.mark.parametrize(("points", "score", "remainder"), [(0, 0, 0), (4, 0, 4), (5, 1, 0), (17, 2, 2), (75, 5, 0)])
def test_points_make_scores_like_abilities(points, score, remainder):
    assert traits.point_score(points)[:3] == (points, score, remainder)


def test_aging_rolls_add_a_tenth_of_the_age():
    assert sheet(companion(age=40)).aging.modifier.value == 4
    assert sheet(companion(age=41)).aging.modifier.value == 5


@given(st.integers(-5, 5), st.integers(0, 8))
def test_aging_points_cost_a_characteristic_when_they_exceed_it(score, points):
    after, left = aging.counted(score, points)
    assert (after, left) == ((score - 1, 0) if points > abs(score) else (score, points))


@given(st.integers(-5, 5), st.integers(0, 6))
def test_losses_have_used_up_as_many_points_as_made_them(score, losses):
    """Point by point, until the losses are there."""
    now, points, made = score, 0, 0
    while score - now < losses:
        made += 1
        now, points = aging.counted(now, points + 1)
    assert points == 0
    assert aging.points_behind(score, losses) == made


def test_all_aging_points_are_decrepitude_points():
    points = aging.decrepitude_points({"dexterity": 2}, {"dexterity": 2, "stamina": 1}, {"presence": 1})
    assert points == 2 + 1 + 1
