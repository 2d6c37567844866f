"""Every type of effect that the catalogue knows does something, and what it does is what the rules say."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from characters import rules
from characters.catalogue import DATA
from characters.rules.powers import COMPUTED, PROSE, SHOWN
from tests.characters.rules.people import (
    ability,
    art,
    chosen,
    companion,
    flaw,
    found,
    grog,
    magus,
    named,
    native,
    pairs,
    sheet,
    spell,
    suit,
    trait,
    virtue,
    weapon,
    with_,
)


def effects():
    entries = json.loads((DATA / "catalogue.json").read_text(encoding="utf-8"))["virtues_and_flaws"]
    return [(entry["id"], effect) for entry in entries for effect in entry["effects"]]


def test_every_type_of_effect_is_accounted_for():
    types = {effect["type"] for _id, effect in effects()}
    assert types - COMPUTED.keys() - SHOWN.keys() - PROSE.keys() == set()
    assert (COMPUTED.keys() | SHOWN.keys() | PROSE.keys()) - types == set(), "left over from another catalogue"


@pytest.mark.parametrize(("type", "module"), COMPUTED.items())
def test_the_module_that_looks_at_a_type_of_effect_knows_it(type, module):
    source = (Path(rules.__file__).parent / f"{module}.py").read_text(encoding="utf-8")
    assert f'"{type}"' in source


def test_what_only_people_can_judge_has_a_reason():
    assert all(PROSE.values())
    assert all(SHOWN.values())


def purse(character, code):
    return next((purse.amount for purse in sheet(character).experience.purses if purse.code == code), 0)


def casting(character, technique="art.creo", form="art.ignem"):
    return pairs(sheet(character))[technique, form]


def resistance(character, form="art.ignem"):
    return next(line for line in sheet(character).resistances if line.form == form).resistance.value


def attribute(character, name):
    return next(line.value for line in sheet(character).characteristics if line.name == name)


def line(character, entry):
    derived = sheet(character)
    return next(line for line in (*derived.abilities, *derived.arts) if line.entry == entry)


def error(code):
    return lambda character: code in found(character)["error"]


def warning(code):
    return lambda character: code in found(character)["warning"]


BLADE = ability("single-weapon", 3, specialty="long sword")

EXAMPLES = {
    # type: number asked for, character without, what it is then, character with, what it is then
    "ability_access": (
        error("ability_not_permitted"),
        companion(abilities=[ability("bows", 1)]), True,
        companion(taking=[virtue("knight")], abilities=[ability("bows", 1)]), False,
    ),
    "ability_block": (
        error("ability_not_permitted"),
        companion(taking=[virtue("knight")], abilities=[ability("bows", 1)]), False,
        companion(taking=[virtue("knight"), flaw("enfeebled")], abilities=[ability("bows", 1)]), True,
    ),
    "ability_cap": (
        lambda character: line(character, "ability.swim").cap,
        companion(abilities=[ability("swim")]), 5,
        companion(taking=[flaw("savantism", chosen("music"))], abilities=[ability("swim")]), 3,
    ),
    "affinity": (
        lambda character: line(character, "ability.swim").paid,
        companion(abilities=[ability("swim", experience=56)]), 56,
        companion(
            taking=[virtue("affinity-with-ability", chosen("swim"))], abilities=[ability("swim", experience=56)]
        ), 37,
    ),
    "age_cap_exempt": (
        error("age_cap"),
        companion(abilities=[ability("swim", 6)]), True,
        companion(taking=[virtue("mentored-by-demons")], abilities=[ability("swim", 6)]), False,
    ),
    "age_cap_multiplier": (
        lambda character: line(character, "ability.area-lore").cap,
        companion(abilities=[ability("area-lore", 1, "Rhine")]), 5,
        companion(taking=[flaw("foreign-upbringing")], abilities=[ability("area-lore", 1, "Rhine")]), 3,
    ),
    "aging_rate": (
        lambda character: sheet(character).aging.rolls_per_year,
        companion(), 1,
        companion(taking=[flaw("age-quickly")]), 2,
    ),
    "aging_roll": (
        lambda character: sheet(character).aging.modifier.value,
        companion(age=41), 5,
        companion(age=41, taking=[virtue("faerie-blood", {"choice": "Dwarf"})]), 4,
    ),
    "aging_start_age": (
        lambda character: sheet(character).aging.starts_after,
        companion(), 35,
        companion(taking=[virtue("strong-faerie-blood")]), 50,
    ),
    "apprenticeship_spell_levels": (
        lambda character: sheet(character).spell_levels.limit,
        magus(), 120,
        magus(virtues=[flaw("weak-parens")]), 90,
    ),
    "apprenticeship_xp": (
        lambda character: purse(character, "apprenticeship"),
        magus(), 240,
        magus(virtues=[virtue("skilled-parens")]), 300,
    ),
    "casting_score": (
        lambda character: casting(character).formulaic.value,
        magus(), 0,
        magus(virtues=[flaw("no-hands")]), -5,
    ),
    "characteristic": (
        lambda character: attribute(character, "strength"),
        companion(characteristics={"strength": 3}), 3,
        companion(characteristics={"strength": 3}, taking=[virtue("giant-blood")]), 4,
    ),
    "characteristic_cap": (
        error("characteristic_range"),
        companion(characteristics={"presence": 2}), False,
        companion(characteristics={"presence": 2}, taking=[flaw("uninspirational")]), True,
    ),
    "characteristic_points": (
        lambda character: sheet(character).characteristic_points.limit,
        companion(), 7,
        companion(taking=[virtue("improved-characteristics"), virtue("improved-characteristics")]), 13,
    ),
    "confidence": (
        lambda character: sheet(character).confidence[:2],
        companion(), (1, 3),
        companion(taking=[virtue("self-confident")]), (2, 5),
    ),
    "elemental_magic": (
        lambda character: line(character, "art.aquam").expected_bonus_experience,
        magus(arts=[art("aquam"), art("ignem", 6)]), 0,
        magus(virtues=[virtue("elemental-magic")], arts=[art("aquam"), art("ignem", 6)]), 11,
    ),
    "fatigue_penalty": (
        lambda character: [level.penalty for level in sheet(character).health.fatigue],
        companion(), [0, 0, -1, -3, -5, None],
        companion(taking=[virtue("enduring-constitution")]), [0, 0, 0, -2, -4, None],
    ),
    "gifted": (
        error("gift_missing"),
        with_(magus(), virtues=[virtue("hermetic-magus")]), True,
        magus(), False,
    ),
    "grant_ability": (
        lambda character: (line(character, "ability.dowsing").granted_score, purse(character, "granted")),
        companion(abilities=[ability("dowsing", 2)]), (0, 0),
        companion(taking=[virtue("dowsing")], abilities=[ability("dowsing", 2)]), (1, 5),
    ),
    "grant_flaw": (
        warning("granted_flaw_missing"),
        companion(), False,
        companion(taking=[virtue("blood-of-the-nephilim")]), True,
    ),
    "grant_spell": (
        lambda character: sheet(character).spell_levels.spent,
        magus(spells=[spell(spell="spell.wizards-vigil", level=20)]), 20,
        magus(virtues=[virtue("mercurian-magic")], spells=[spell(spell="spell.wizards-vigil", level=20)]), 0,
    ),
    "grant_virtue": (
        lambda character: [purse.label for purse in sheet(character).experience.purses if purse.code == "pool"],
        companion(), [],
        companion(virtues=[virtue("redcap")]), ["Well-Traveled"],
    ),
    "halve": (
        lambda character: casting(character).formulaic.value,
        magus(arts=[art("creo", 5), art("ignem", 6)]), 11,
        magus(virtues=[flaw("deficient-technique", named("creo"))], arts=[art("creo", 5), art("ignem", 6)]), 5,
    ),
    "hermetic_magus": (
        error("hermetic_magus_status"),
        with_(magus(), virtues=[virtue("the-gift")]), True,
        magus(), False,
    ),
    "includes_virtue": (
        error("ability_not_permitted"),
        companion(abilities=[ability("bows", 1)]), True,
        companion(virtues=[virtue("templar-commander")], abilities=[ability("bows", 1)]), False,
    ),
    "living_conditions": (
        lambda character: sheet(character).aging.living_conditions,
        companion(), 0,
        companion(taking=[flaw("leprosy")]), -2,
    ),
    "magic_resistance": (
        resistance,
        magus(abilities=[ability("magic-sensitivity", 2)]), 5,
        magus(virtues=[virtue("magic-sensitivity")], abilities=[ability("magic-sensitivity", 2)]), 3,
    ),
    "magical_focus": (
        lambda character: sheet(character).spells[0].casting.value,
        magus(arts=[art("creo", 4), art("ignem", 6)], spells=[spell(focus=True)]), 10,
        magus(
            virtues=[virtue("major-magical-focus", {"text": "fire"})],
            arts=[art("creo", 4), art("ignem", 6)],
            spells=[spell(focus=True)],
        ), 14,
    ),
    "might": (
        lambda character: [(might.realm, might.total.value) for might in sheet(character).might],
        companion(), [],
        companion(taking=[virtue("demonic-blood"), *(virtue("demonic-might") for _time in "12")]), [("Infernal", 9)],
    ),
    "mythic_companion": (
        error("mythic_type_missing"),
        with_(companion(), type="mythic_companion"), True,
        with_(companion(taking=[virtue("spirit-votary")]), type="mythic_companion"), False,
    ),
    "no_aging_characteristic_loss": (
        lambda character: sheet(character).aging.loses_characteristics,
        companion(), True,
        companion(taking=[virtue("unaging")]), False,
    ),
    "no_form_resistance": (
        resistance,
        magus(arts=[art("ignem", 7)]), 12,
        magus(virtues=[flaw("limited-magic-resistance", named("ignem"))], arts=[art("ignem", 7)]), 5,
    ),
    "no_specialties": (
        lambda character: sheet(character).combat[0].atk.value,
        companion(taking=[virtue("knight")], abilities=[BLADE], weapons=[weapon("sword-long")]), 8,
        companion(
            taking=[virtue("knight"), flaw("unspecialized")], abilities=[BLADE], weapons=[weapon("sword-long")]
        ), 7,
    ),
    "personality_trait": (
        warning("trait_too_low"),
        companion(), False,
        companion(taking=[virtue("berserk")]), True,
    ),
    "personality_trait_cap": (
        error("trait_range"),
        companion(traits=[trait("Brave", 3)]), False,
        companion(traits=[trait("Brave", 3)], taking=[flaw("weak-personality")]), True,
    ),
    "puissant": (
        lambda character: str(casting(character, "art.intellego", "art.imaginem").formulaic),
        magus(characteristics={"stamina": 2}, arts=[art("intellego", 12), art("imaginem", 4)]),
        "In 12 + Im 4 + Sta 2 = 18",
        magus(
            characteristics={"stamina": 2},
            virtues=[virtue("puissant-art", named("intellego"))],
            arts=[art("intellego", 12), art("imaginem", 4)],
        ),
        "In 12 + Puissant 3 + Im 4 + Sta 2 = 21",
    ),
    "replace_apprenticeship": (
        lambda character: (purse(character, "later_life"), purse(character, "apprenticeship")),
        companion(age=30), (375, 0),
        companion(age=30, virtues=[virtue("redcap")]), (150, 300),
    ),
    "replace_early_childhood": (
        lambda character: (purse(character, "native_language"), purse(character, "early_childhood")),
        companion(), (75, 45),
        companion(taking=[flaw("feral-upbringing")]), (0, 120),
    ),
    "reputation": (
        warning("reputation_missing"),
        companion(), False,
        companion(taking=[virtue("famous")]), True,
    ),
    "same_as": (
        error("ability_not_permitted"),
        companion(abilities=[ability("bows", 1)]), True,
        companion(virtues=[virtue("emir")], abilities=[ability("bows", 1)]), False,
    ),
    "size": (
        lambda character: sheet(character).size.value,
        companion(), 0,
        companion(taking=[flaw("dwarf")]), -2,
    ),
    "soak": (
        lambda character: sheet(character).health.soak.value,
        companion(characteristics={"stamina": 1}, armor=[suit("chain-mail")]), 10,
        companion(characteristics={"stamina": 1}, armor=[suit("chain-mail")], taking=[virtue("tough")]), 13,
    ),
    "specialty_bonus": (
        lambda character: sheet(character).combat[0].atk.value,
        companion(taking=[virtue("knight")], abilities=[BLADE], weapons=[weapon("sword-long")]), 8,
        companion(
            taking=[virtue("knight"), flaw("savantism", chosen("single-weapon"))],
            abilities=[BLADE],
            weapons=[weapon("sword-long")],
        ), 10,
    ),
    "spell_mastery": (
        lambda character: (sheet(character).spells[0].mastery, sheet(character).spells[0].casting.value),
        magus(spells=[spell()]), (0, 0),
        magus(virtues=[virtue("flawless-magic")], spells=[spell()]), (1, 1),
    ),
    "warping": (
        warning("warping_at_start"),
        companion(), False,
        companion(taking=[flaw("warped-by-magic")]), True,
    ),
    "wound_penalty_total": (
        lambda character: sheet(character).health.wound_penalty,
        companion(wounds=with_(companion().wounds, light=2, medium=1)), -5,
        companion(wounds=with_(companion().wounds, light=2, medium=1), taking=[virtue("enduring-constitution")]), -4,
    ),
    "xp_multiplier": (
        lambda character: sheet(character).experience.total,
        companion(), 420,
        companion(taking=[flaw("savantism", chosen("swim"))]), 209,  # 37 + 22 + 150: halves round down
    ),
    "xp_per_year": (
        lambda character: purse(character, "later_life"),
        companion(), 300,
        companion(taking=[virtue("wealthy")]), 400,
    ),
    "xp_pool": (
        lambda character: purse(character, "pool"),
        companion(), 0,
        companion(taking=[virtue("warrior")]), 50,
    ),
    "xp_required_spend": (
        error("required_spend"),
        companion(), False,
        companion(taking=[flaw("church-upbringing")]), True,
    ),
}  # fmt: skip


@pytest.mark.parametrize("type", COMPUTED)
def test_a_type_of_effect_changes_what_it_should(type):
    number, without, before, with_it, after = EXAMPLES[type]
    assert number(without) == before
    assert number(with_it) == after


@pytest.mark.parametrize("type", SHOWN)
def test_a_type_of_effect_is_shown(type):
    id, effect = next((id, effect) for id, effect in effects() if effect["type"] == type and shown(effect))
    kind, _dot, name = id.partition(".")
    taken = virtue(name) if kind == "virtue" else flaw(name)
    modifiers = sheet(companion(taking=[taken])).modifiers
    (modifier,) = [modifier for modifier in modifiers if modifier.kind == type][:1]
    assert modifier.amount == effect.get("amount")
    assert modifier.scope
    assert modifier.ref == taken.ref


def shown(effect):
    """Of some types, only those with a scope in words are shown; the others are in the totals."""
    if effect["type"] == "halve":
        return effect["scope"] == "Lab Total for enchanted items"
    return effect["type"] not in ("casting_score", "magic_resistance") or "scope" in effect


def test_what_is_in_the_totals_is_not_shown_again():
    character = magus(
        virtues=[flaw("no-hands"), flaw("deficient-technique", named("creo")), virtue("magic-sensitivity")]
    )
    kinds = {(modifier.kind, modifier.source) for modifier in sheet(character).modifiers}
    assert not {source for _kind, source in kinds} & {"No Hands", "Deficient Technique", "Magic Sensitivity"}


def test_low_tolerance_and_wounds():
    character = companion(taking=[flaw("low-tolerance")], wounds=with_(companion().wounds, heavy=1))
    assert sheet(character).health.wound_penalty == -6
    assert sheet(companion(taking=[flaw("low-tolerance")])).health.wound_penalty == 0


def test_a_virtue_that_comes_with_another_costs_nothing():
    redcap = companion(virtues=[virtue("redcap"), virtue("well-traveled")])
    assert sheet(redcap).virtue_points.spent == 3
    pools = [purse for purse in sheet(redcap).experience.purses if purse.code == "pool"]
    assert len(pools) == 1


def test_student_of_a_realm_and_linguist():
    character = companion(
        taking=[virtue("student-of-realm", {"realm": "Divine"}), virtue("linguist")],
        abilities=[ability("dominion-lore", 1), ability("dead-language", instance="Greek", experience=19), native()],
    )
    lore, greek, _native = sheet(character).abilities
    assert (lore.score, lore.bonus, lore.effective.value) == (1, 2, 3)
    assert greek.paid == 15


def test_weak_magic_halves_penetration():
    strong = with_(
        magus(arts=[art("creo", 10), art("ignem", 11)], spells=[spell(level=10)]), virtues=list(magus().virtues[:3])
    )
    (line,) = sheet(strong).spells
    assert line.penetration.value == 11
    weak = with_(strong, virtues=magus().virtues)
    (line,) = sheet(weak).spells
    assert line.penetration.value == 5
    assert str(line.penetration) == "(Casting Total 21 + Penetration 0 + Level -10) / 2 = 5"


def test_flawed_parma_is_halved_against_one_form():
    character = magus(
        virtues=[flaw("flawed-parma-magica", named("ignem"))],
        abilities=[ability("parma-magica", 3)],
        arts=[art("ignem", 2), art("aquam", 2)],
    )
    assert resistance(character, "art.ignem") == 2 + 7
    assert resistance(character, "art.aquam") == 2 + 15


def test_the_grog_has_no_confidence():
    assert sheet(grog()).confidence == (0, 0, 0, 0)
