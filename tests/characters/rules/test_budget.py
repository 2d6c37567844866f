"""Experience by stage of life, and the pools that Virtues add."""

from __future__ import annotations

import pytest

from tests.characters.rules.people import (
    ability,
    art,
    chosen,
    companion,
    flaw,
    magus,
    native,
    sheet,
    spell,
    virtue,
    with_,
)


def purses(character):
    return {purse.label: (purse.amount, purse.left) for purse in sheet(character).experience.purses}


def most(character):
    return {purse.label: purse.most for purse in sheet(character).experience.purses}


def budget(character):
    return sheet(character).experience


def test_a_companion_who_has_spent_nothing():
    assert purses(companion(age=25)) == {
        "Native language": (75, 75),
        "Early childhood": (45, 45),
        "Later life": (300, 300),
    }


def test_a_magus_by_stages():
    character = magus(age=27, abilities=[ability("swim", 4)])
    derived = budget(character)
    assert {purse.code: purse.amount for purse in derived.purses} == {
        "native_language": 75,
        "early_childhood": 45,
        "later_life": 75,
        "apprenticeship": 240,
        "after_apprenticeship": 60,
    }
    assert derived.spent == 75 + 50 + 30 + 5 + 50 + 5
    assert derived.left == derived.total - derived.spent == 495 - 215


def test_seasons_in_the_laboratory_cost_ten_points_of_their_year():
    def after(**facts):
        return next((p.amount for p in budget(magus(**facts)).purses if p.code == "after_apprenticeship"), 0)

    assert after(age=28) == 90
    assert after(age=28, lab_seasons=4) == 50
    assert after(age=26, lab_seasons=4) == 0
    assert after(age=30, years_after_apprenticeship=2) == 60


def test_childhood_pays_for_everyday_abilities_only():
    adult = companion(abilities=[ability("swim", 2)])
    assert purses(adult)["Early childhood"] == (45, 30)
    assert most(adult)["Early childhood"] == 45  # later life can pay for swimming as well
    only_childhood = companion(age=5, abilities=[ability("swim", 2)])
    assert purses(only_childhood)["Early childhood"] == (45, 30)
    assert budget(with_(only_childhood, abilities=[ability("music", 2)])).unpaid == 15


def test_the_native_language_beyond_75_is_paid_by_later_life():
    character = companion(age=6, abilities=[native(6)])
    assert budget(character).unpaid == 15  # 105 - 75 - 15
    assert budget(with_(character, age=7)).unpaid == 0


def test_a_language_that_nobody_marked_as_native_is_the_best_known_one():
    languages = [ability("living-language", 1, "Greek"), ability("living-language", 5, "Occitan")]
    assert purses(companion(abilities=languages))["Native language"] == (75, 0)


def test_magi_learn_academic_abilities_as_apprentices():
    """Experience from before apprenticeship does not pay for them."""
    character = magus(abilities=[ability("philosophiae", 8)])
    derived = budget(character)
    assert derived.unpaid == 180 + 90 - 240
    assert derived.left == 45 + 75


def test_arts_are_paid_by_apprenticeship():
    derived = budget(magus(arts=[art("creo", 16), art("ignem", 5)]))
    assert derived.unpaid == 136 + 15 + 90 - 240


def test_two_pools_that_overlap():
    """Well-Traveled and Venditor both pay for Bargain: each is left with what the other can take over."""
    merchant = companion(
        age=5,
        taking=[virtue("well-traveled"), virtue("venditor")],
        abilities=[ability("bargain", 4), ability("intrigue", 3)],
    )
    assert most(merchant)["Venditor"] == 50 - 30
    assert most(merchant)["Well-Traveled"] == 50 - 30
    assert purses(merchant)["Well-Traveled"][1] + purses(merchant)["Venditor"][1] == 100 - 80
    assert budget(merchant).left == 75 + 45 + 20


def test_a_pool_opens_what_it_pays_for():
    """Privileged Upbringing pays for Martial Abilities, and does not open them otherwise."""
    noble = companion(taking=[virtue("privileged-upbringing")], abilities=[ability("bows", 4)])
    assert budget(noble).unpaid == 0
    assert budget(with_(noble, abilities=[ability("bows", 5)])).unpaid == 25


def test_mastered_spells_pay_for_mastery():
    character = magus(virtues=[virtue("mastered-spells")], spells=[spell(mastery_experience=30)])
    assert purses(character)["Mastered Spells"] == (50, 20)
    assert most(character)["Mastered Spells"] == 50
    busy = with_(character, arts=[art("creo", 16), art("ignem", 5)])
    assert most(busy)["Mastered Spells"] == 20


def test_flawless_magic_halves_the_price_of_mastery():
    character = magus(virtues=[virtue("flawless-magic")], spells=[spell(mastery_experience=5)])
    before = budget(character).spent
    assert budget(with_(character, spells=[spell(mastery_experience=15)])).spent == before + 5


def test_levels_of_spells_beyond_apprenticeship_take_from_the_years_after():
    character = magus(age=27, spells=[spell(level=20, name=str(n)) for n in range(7)])
    derived = sheet(character)
    assert derived.spell_levels == (140, 180)
    assert next(purse.left for purse in derived.experience.purses if purse.code == "after_apprenticeship") == 40


def test_a_score_that_a_virtue_gives_is_free():
    character = companion(age=5, taking=[virtue("second-sight")], abilities=[ability("second-sight", 2)])
    derived = budget(character)
    assert (derived.spent, derived.unpaid) == (15, 10)
    assert purses(character)["Second Sight: 1 in the Ability"] == (5, 0)


def test_a_score_that_nobody_entered_yet_is_still_to_be_had():
    character = companion(taking=[virtue("second-sight")])
    assert purses(character)["Second Sight: 1 in the Ability"] == (5, 5)
    assert budget(character).spent == 0


def test_affinity_with_a_granted_ability():
    gifted = [virtue("second-sight"), virtue("affinity-with-ability", chosen("second-sight"))]
    character = companion(taking=gifted, abilities=[ability("second-sight", 4)])
    assert budget(character).spent == 33


def test_what_is_left_adds_up():
    character = companion(
        taking=[virtue("well-traveled"), virtue("warrior")],
        abilities=[ability("bargain", 4), ability("bows", 5), ability("swim", 3), native(4)],
    )
    derived = budget(character)
    assert derived.unpaid == 0
    assert sum(purse.left for purse in derived.purses) == derived.left == derived.total - derived.spent
    assert all(purse.left <= purse.most <= purse.amount for purse in derived.purses)


def test_what_may_not_be_learned_at_all_is_unpaid():
    assert budget(companion(abilities=[ability("magic-theory", 1)])).unpaid == 5


def test_too_much_of_the_elemental_bonus_is_unpaid():
    character = magus(
        virtues=[virtue("elemental-magic")], arts=[art("ignem"), art("aquam", experience=3, bonus_experience=3)]
    )
    assert budget(character).unpaid == 3


def test_experience_from_the_troupe_pays_for_anything():
    poor = magus(arts=[art("creo", 18)])
    assert budget(poor).unpaid == 171 + 90 - 240
    assert budget(with_(poor, extra_experience=21)).unpaid == 0


@pytest.mark.parametrize(("taken", "years"), [([], 300), ([virtue("wealthy")], 400), ([flaw("poor")], 200)])
def test_wealth(taken, years):
    assert purses(companion(taking=taken))["Later life"][0] == years


def test_a_type_that_nobody_knows_is_budgeted_like_a_companion():
    assert budget(with_(companion(), type="dragon")).total == 420
