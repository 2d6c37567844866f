"""What Virtues do to scores (R50)."""

from __future__ import annotations

from fractions import Fraction

import pytest

from characters.rules.effects import Bonus, ScoreEffects, Taken

PUISSANT = [{"type": "puissant", "target": {"from_parameter": 0}, "amount": 2}]
STUDENT = [{"type": "puissant", "target": {"realm_lore_from_parameter": 0}, "amount": 2}]
AFFINITY = [{"type": "affinity", "target": {"from_parameter": 0}, "multiplier": 1.5, "rounding": "up"}]
LINGUIST = [
    {
        "type": "affinity",
        "multiplier": 1.25,
        "rounding": "up",
        "target": [
            {"ability": "ability.living-language", "instance": "*"},
            {"ability": "ability.dead-language", "instance": "*"},
        ],
    }
]


def area_lore(instance):
    return [{"ability": "ability.area-lore", "instance": instance}]


def test_puissant_helps_the_chosen_ability_only():
    scores = ScoreEffects([Taken("Puissant Music", PUISSANT, [{"ability": "ability.music", "instance": None}])])
    assert scores.bonus("ability.music") == Bonus(2, "Puissant Music")
    assert scores.bonus("ability.charm") == Bonus(0, "")


def test_puissant_helps_the_chosen_instance_only():
    scores = ScoreEffects([Taken("Puissant", PUISSANT, area_lore("Provence"))])
    assert scores.bonus("ability.area-lore", "Provence").amount == 2
    assert scores.bonus("ability.area-lore", "provence").amount == 2
    assert scores.bonus("ability.area-lore", "Rhine").amount == 0


@pytest.mark.parametrize(
    ("realm", "lore"),
    [
        ("Magic", "ability.magic-lore"),
        ("Faerie", "ability.faerie-lore"),
        ("Divine", "ability.dominion-lore"),
        ("Infernal", "ability.infernal-lore"),
    ],
)
def test_a_student_of_a_realm_knows_its_lore(realm, lore):
    scores = ScoreEffects([Taken("Student", STUDENT, [{"realm": realm}])])
    assert scores.bonus(lore).amount == 2


def test_bonuses_on_one_ability_do_not_add_up():
    lore = [{"ability": "ability.magic-lore", "instance": None}]
    scores = ScoreEffects([Taken("Puissant", PUISSANT, lore), Taken("Student", STUDENT, [{"realm": "Magic"}])])
    assert scores.bonus("ability.magic-lore") == Bonus(2, "Puissant")


def test_affinity_multiplies_the_chosen_art():
    scores = ScoreEffects([Taken("Affinity", AFFINITY, [{"art": "art.creo"}])])
    assert scores.multiplier("art.creo") == Fraction(3, 2)
    assert scores.multiplier("art.ignem") == 1
    assert scores.bonus("art.creo").amount == 0


def test_a_linguist_learns_every_language_faster():
    scores = ScoreEffects([Taken("Linguist", LINGUIST, [])])
    assert scores.multiplier("ability.dead-language", "Latin") == Fraction(5, 4)


def test_the_higher_multiplier_stands():
    latin = [{"ability": "ability.dead-language", "instance": "Latin"}]
    scores = ScoreEffects([Taken("Linguist", LINGUIST, []), Taken("Affinity", AFFINITY, latin)])
    assert scores.multiplier("ability.dead-language", "Latin") == Fraction(3, 2)
    assert scores.multiplier("ability.dead-language", "Hebrew") == Fraction(5, 4)


def test_a_list_of_abilities_helps_each_of_them():
    chosen = [[{"ability": "ability.music", "instance": None}, {"ability": "ability.charm", "instance": None}]]
    scores = ScoreEffects([Taken("Both", PUISSANT, chosen)])
    assert scores.bonus("ability.music").amount == scores.bonus("ability.charm").amount == 2


@pytest.mark.parametrize("parameters", [[], [None], [{}], [{"text": "music"}]])
def test_a_choice_that_was_not_made_helps_nothing(parameters):
    scores = ScoreEffects([Taken("Puissant", PUISSANT, parameters), Taken("Student", STUDENT, parameters)])
    assert scores.bonus("ability.music") == Bonus()


def test_other_effects_are_left_alone():
    assert ScoreEffects([Taken("Tough", [{"type": "soak", "amount": 3}], [])]).bonus("art.creo") == Bonus()
