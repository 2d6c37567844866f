"""R50: every rule is broken once, and kept once, by characters that differ in nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from characters import rules
from characters.rules.caps import by_age
from characters.rules.facts import Ability, Ref
from characters.rules.findings import findings, introduced
from characters.rules.results import Finding
from tests.characters.rules.people import (
    GIFT,
    ability,
    art,
    catalogue,
    chosen,
    companion,
    flaw,
    found,
    grog,
    magus,
    named,
    native,
    reputation,
    spell,
    trait,
    virtue,
    weapon,
    with_,
)

MINOR_FLAWS = ("arthritis", "clumsy", "disfigured", "fragile-constitution", "hunchback", "lame")
SEVEN_POINTS = {"intelligence": 3, "strength": 1}


def flaws(count):
    return [flaw(id) for id in MINOR_FLAWS[:count]]


def mythic(*virtues):
    """A mythic companion with one Minor Flaw, which pays for two Minor Virtues."""
    taken = [virtue("faerie-doctor"), *(virtue(id) for id in virtues), flaw("lame")]
    return with_(companion(taking=taken), type="mythic_companion")


def great(count=1):
    return [virtue("great-characteristic", {"characteristic": "Int"}) for _time in range(count)]


def scored(id, **facts):
    """An Ability whose score was stored beside its experience."""
    return Ability(ref=Ref("abilities", id), ability=f"ability.{id}", **facts)


def spent(*abilities, **facts):
    """A companion of 6, with 75 for the native language, 45 of childhood and 15 of one year."""
    return companion(age=6, abilities=list(abilities), **facts)


ERRORS = {
    "characteristic_range": [
        (companion(characteristics={"strength": 4}), companion(characteristics={"strength": 3})),
        (
            companion(characteristics={"presence": 1}, taking=[flaw("uninspirational")]),
            companion(characteristics={"presence": 0}, taking=[flaw("uninspirational")]),
        ),
    ],
    "characteristic_points": [
        (companion(characteristics={"strength": 3, "stamina": 2}), companion(characteristics=SEVEN_POINTS)),
        (
            companion(characteristics=SEVEN_POINTS, taking=[flaw("weak-characteristics")]),
            companion(
                characteristics={"strength": 3, "stamina": 2, "dexterity": 1},
                taking=[virtue("improved-characteristics")],
            ),
        ),
    ],
    "great_without_base": [
        (
            companion(characteristics={"intelligence": 2}, taking=[*great()]),
            companion(characteristics={"intelligence": 3}, taking=[*great()]),
        ),
        (
            companion(characteristics={"intelligence": 3}, taking=[*great(3)]),
            companion(characteristics={"intelligence": 3}, taking=[*great(2)]),
        ),
        (
            companion(taking=[flaw("poor-characteristic", {"characteristic": "Str"})]),
            companion(
                characteristics={"strength": -3},
                taking=[flaw("poor-characteristic", {"characteristic": "Str"})],
            ),
        ),
    ],
    "virtues_unfunded": [
        (
            companion(taking=[virtue("tough"), virtue("long-winded"), *flaws(1)]),
            companion(taking=[virtue("tough"), virtue("long-winded"), *flaws(2)]),
        ),
        (magus(virtues=[virtue("tough"), virtue("long-winded")]), magus(virtues=[virtue("tough")])),
        (
            mythic("dowsing", "tough", "long-winded", "large"),  # Dowsing comes with being a Faerie Doctor
            mythic("dowsing", "tough", "long-winded"),
        ),
        (mythic("tough", "long-winded", "large", "clear-thinker"), mythic("tough", "long-winded", "large")),
    ],
    "over_budget": [
        (companion(taking=[*flaws(6)]), companion(taking=[*flaws(5)])),
        (grog(taking=[*flaws(4)]), grog(taking=[*flaws(3)])),
        (
            companion(taking=[*(virtue("giant-blood", size="major") for _time in range(4))]),
            companion(taking=[*(virtue("giant-blood", size="major") for _time in range(3))]),
        ),
    ],
    "grog_major": [
        (
            grog(taking=[flaw("enemies")]),
            companion(taking=[flaw("enemies")]),
        ),
        (
            grog(taking=[virtue("giant-blood")]),
            grog(taking=[virtue("large")]),
        ),
    ],
    "grog_gift": [
        (grog(taking=[virtue("the-gift")]), companion(taking=[GIFT[0]])),
    ],
    "major_personality": [
        (
            companion(taking=[flaw("ambitious", size="major"), flaw("proud", size="major")]),
            companion(taking=[flaw("ambitious", size="major"), flaw("proud", size="minor")]),
        ),
    ],
    "major_hermetic_virtue": [
        (
            magus(virtues=[virtue("gentle-gift"), virtue("elemental-magic")]),
            magus(virtues=[virtue("gentle-gift")]),
        ),
    ],
    "gift_missing": [(with_(magus(), virtues=[virtue("hermetic-magus")]), magus())],
    "hermetic_without_gift": [
        (
            companion(taking=[virtue("quiet-magic")]),
            companion(taking=[virtue("the-gift"), virtue("quiet-magic")]),
        ),
        (grog(taking=[flaw("weak-magic")]), grog()),
    ],
    "hermetic_magus_status": [
        (with_(magus(), virtues=[virtue("the-gift")]), magus()),
        (companion(virtues=[*GIFT]), companion(taking=[GIFT[0]])),
    ],
    "social_status_missing": [(companion(virtues=[]), companion()), (grog(virtues=[flaw("lame")]), grog())],
    "social_status_conflict": [
        (
            companion(virtues=[virtue("peasant"), virtue("wanderer")]),
            companion(virtues=[virtue("knight"), virtue("landed-noble")]),
        ),
        (
            companion(virtues=[virtue("redcap"), virtue("peasant")]),
            companion(virtues=[virtue("lone-redcap"), virtue("peasant")]),
        ),
        (
            companion(virtues=[virtue("knight"), virtue("merchant")]),
            companion(virtues=[virtue("knight"), virtue("paid-rights")]),
        ),
        (
            companion(virtues=[flaw("gabai"), virtue("knight")]),
            companion(virtues=[flaw("gabai"), virtue("merchant")]),
        ),
        (
            companion(virtues=[virtue("shadchan"), virtue("landed-noble")]),
            companion(virtues=[virtue("shadchan"), virtue("clerk")]),
        ),
        (magus(virtues=[virtue("peasant")]), magus(virtues=[virtue("baccalaureus")])),
    ],
    "duplicate_vf": [
        (
            companion(taking=[virtue("tough"), virtue("tough")]),
            companion(taking=[virtue("tough"), virtue("improved-characteristics")]),
        ),
        (
            companion(taking=[*(virtue("puissant-ability", chosen("brawl")) for _time in "12")]),
            companion(taking=[*(virtue("puissant-ability", chosen(id)) for id in ("brawl", "charm"))]),
        ),
        (
            magus(virtues=[virtue("puissant-art", named(id)) for id in ("creo", "rego", "vim")]),
            magus(virtues=[virtue("puissant-art", named(id)) for id in ("creo", "rego")]),
        ),
        (
            companion(taking=[*(flaw("weak-characteristics") for _time in "123")]),
            companion(taking=[*(flaw("weak-characteristics") for _time in "12")]),
        ),
    ],
    "wrong_parameter": [
        (magus(virtues=[virtue("puissant-art")]), magus(virtues=[virtue("puissant-art", named("creo"))])),
        (
            magus(virtues=[flaw("deficient-technique", named("ignem"))]),
            magus(virtues=[flaw("deficient-technique", named("creo"))]),
        ),
        (
            companion(taking=[virtue("puissant-ability", named("ignem"))]),
            companion(taking=[virtue("puissant-ability", chosen("brawl"))]),
        ),
        (
            companion(taking=[virtue("puissant-ability", chosen("area-lore"))]),
            companion(taking=[virtue("puissant-ability", chosen("area-lore", "Provence"))]),
        ),
    ],
    "incompatible_vf": [
        (
            companion(taking=[virtue("large"), flaw("small-frame")]),
            companion(taking=[virtue("large")]),
        ),
        (
            companion(
                taking=[
                    virtue("student-of-realm", {"realm": "Faerie"}),
                    virtue("puissant-ability", chosen("faerie-lore")),
                ]
            ),
            companion(
                taking=[
                    virtue("student-of-realm", {"realm": "Faerie"}),
                    virtue("puissant-ability", chosen("magic-lore")),
                ]
            ),
        ),
    ],
    "missing_prerequisite_vf": [
        (
            companion(age=19, virtues=[virtue("bard")]),
            companion(age=20, virtues=[virtue("bard")]),
        ),
        (
            companion(taking=[virtue("demonic-might")]),
            companion(taking=[virtue("demonic-blood"), virtue("demonic-might")]),
        ),
        (magus(virtues=[flaw("brutal-artist")]), magus(house="house.jerbiton", virtues=[flaw("brutal-artist")])),
    ],
    "not_for_type": [
        (
            grog(taking=[virtue("wealthy")]),
            companion(taking=[virtue("wealthy")]),
        ),
    ],
    "size_not_allowed": [
        (
            companion(taking=[virtue("tough", size="major")]),
            companion(taking=[virtue("tough", size="minor")]),
        ),
    ],
    "ability_not_permitted": [
        (
            companion(abilities=[ability("single-weapon", 1)]),
            companion(virtues=[virtue("knight")], abilities=[ability("single-weapon", 1)]),
        ),
        (
            companion(abilities=[ability("faerie-lore", 1)]),
            companion(taking=[virtue("faerie-blood")], abilities=[ability("faerie-lore", 1)]),
        ),
        (
            companion(abilities=[ability("second-sight", 1)]),
            companion(taking=[virtue("second-sight")], abilities=[ability("second-sight", 2)]),
        ),
        (
            companion(taking=[flaw("sheltered-upbringing")], abilities=[ability("guile", 1)]),
            companion(taking=[flaw("sheltered-upbringing")], abilities=[ability("swim", 1)]),
        ),
        (
            companion(virtues=[virtue("warrior"), flaw("enfeebled")], abilities=[ability("bows", 1)]),
            companion(virtues=[virtue("warrior"), flaw("enfeebled")], abilities=[ability("brawl", 1)]),
        ),
        (
            companion(virtues=[virtue("failed-apprentice")], abilities=[ability("parma-magica", 1)]),
            companion(virtues=[virtue("failed-apprentice")], abilities=[ability("magic-theory", 1)]),
        ),
        (
            companion(virtues=[virtue("custos", {"choice": "Martial"})], abilities=[ability("medicine", 1)]),
            companion(virtues=[virtue("custos", {"choice": "Martial"})], abilities=[ability("bows", 1)]),
        ),
        (
            companion(virtues=[virtue("lupus-the-wolf")], abilities=[ability("artes-liberales", 2)]),
            companion(virtues=[virtue("lupus-the-wolf")], abilities=[ability("artes-liberales", 1)]),
        ),
        (
            companion(taking=[GIFT[0]], abilities=[ability("dowsing", 1), ability("hex", 1)]),
            companion(taking=[GIFT[0]], abilities=[ability("dowsing", 1)]),
        ),
        (
            companion(
                taking=[flaw("church-upbringing")],
                abilities=[ability("artes-liberales", 2), ability("dead-language", 2, "Latin")],
            ),
            companion(
                taking=[flaw("church-upbringing")],
                abilities=[ability("artes-liberales", 2), ability("dead-language", 1, "Latin"), ability("music", 3)],
            ),
        ),
        (
            companion(taking=[flaw("church-upbringing")], abilities=[ability("artes-liberales", 3)]),
            companion(taking=[flaw("church-upbringing"), virtue("clerk")], abilities=[ability("artes-liberales", 3)]),
        ),
        (
            companion(
                virtues=[virtue("turb-trained")],
                abilities=[ability("dead-language", 1, "Latin"), ability("dead-language", 1, "Greek")],
            ),
            companion(virtues=[virtue("turb-trained")], abilities=[ability("dead-language", 1, "Latin")]),
        ),
    ],
    "ability_instance_missing": [
        (companion(abilities=[ability("area-lore", 1)]), companion(abilities=[ability("area-lore", 1, "Provence")])),
    ],
    "duplicate_ability": [
        (
            companion(abilities=[ability("area-lore", 1, "Provence"), ability("area-lore", 1, "provence")]),
            companion(abilities=[ability("area-lore", 1, "Provence"), ability("area-lore", 1, "Rhine")]),
        ),
    ],
    "age_cap": [
        (companion(age=29, abilities=[ability("charm", 6)]), companion(age=30, abilities=[ability("charm", 6)])),
        (companion(age=46, abilities=[ability("charm", 10)]), companion(age=46, abilities=[ability("charm", 9)])),
        (
            companion(age=25, abilities=[ability("charm", 6)]),
            companion(
                taking=[virtue("affinity-with-ability", chosen("charm"))],
                abilities=[ability("charm", 7)],
            ),
        ),
        (
            companion(taking=[flaw("foreign-upbringing")], abilities=[ability("area-lore", 4, "Rhine")]),
            companion(taking=[flaw("foreign-upbringing")], abilities=[ability("area-lore", 3, "Rhine")]),
        ),
        (
            companion(taking=[flaw("savantism", chosen("music"))], abilities=[ability("charm", 4)]),
            companion(taking=[flaw("savantism", chosen("music"))], abilities=[ability("music", 6)]),
        ),
    ],
    "xp_overspent": [
        (spent(native(), ability("swim", 4), ability("brawl", 2)), spent(native(), ability("swim", 4))),
        (
            companion(age=6, virtues=[virtue("warrior")], abilities=[ability("bows", 2), ability("swim", 5)]),
            companion(age=6, virtues=[virtue("warrior")], abilities=[ability("bows", 4), ability("swim", 4)]),
        ),
        (
            magus(apprenticed_at=10, age=25, arts=[art("creo", 18)]),
            magus(apprenticed_at=10, age=26, arts=[art("creo", 18)]),
        ),
    ],
    "magus_minimum": [
        (
            magus(abilities=[ability("parma-magica", 0)]),
            magus(abilities=[ability("parma-magica", 1)]),
        ),
        (magus(abilities=[ability("dead-language", 0, "Latin")]), magus()),
    ],
    "spell_level_cap": [
        (magus(spells=[spell(level=10)]), magus(spells=[spell(level=5)])),
        (
            magus(spells=[spell(level=14, form_requisites=["art.aquam"])], arts=[art("ignem", 9)]),
            magus(spells=[spell(level=14)], arts=[art("ignem", 9)]),
        ),
    ],
    "spell_levels_overspent": [
        (
            magus(spells=[spell(level=5, name=str(n)) for n in range(25)]),
            magus(spells=[spell(level=5, name=str(n)) for n in range(24)]),
        ),
        (
            magus(virtues=[flaw("weak-parens")], spells=[spell(level=5, name=str(n)) for n in range(19)]),
            magus(virtues=[virtue("skilled-parens")], spells=[spell(level=5, name=str(n)) for n in range(30)]),
        ),
        (
            magus(age=26, lab_seasons=3, spells=[spell(level=5, name=str(n)) for n in range(30)]),
            magus(age=26, spells=[spell(level=5, name=str(n)) for n in range(30)]),
        ),
    ],
    "ritual_missing": [
        (magus(spells=[spell(duration="Year")]), magus(spells=[spell(duration="Year", ritual=True)])),
        (magus(spells=[spell(level=55)]), magus(spells=[spell(level=50)])),
    ],
    "mastery_abilities": [
        (
            magus(spells=[spell(mastery_experience=5, mastery_abilities=["Fast Casting", "Quiet Casting"])]),
            magus(spells=[spell(mastery_experience=15, mastery_abilities=["Fast Casting", "Quiet Casting"])]),
        ),
        (
            magus(spells=[spell(mastery_abilities=["Fast Casting"])]),
            magus(virtues=[virtue("flawless-magic")], spells=[spell(mastery_abilities=["Fast Casting"])]),
        ),
    ],
    "score_xp_mismatch": [
        (
            companion(abilities=[scored("swim", experience=14, score=2)]),
            companion(abilities=[scored("swim", experience=15, score=2)]),
        ),
    ],
    "arts_not_allowed": [
        (companion(arts=[art("creo", 1)]), companion(arts=[art("creo", 0)])),
        (companion(arts=[art("creo", 1)]), magus(arts=[art("creo", 1)])),
    ],
    "spells_not_allowed": [(companion(spells=[spell()]), magus(spells=[spell()]))],
    "house_not_allowed": [
        (grog(house="house.mercere"), grog()),
        (
            companion(house="house.tremere", virtues=[virtue("redcap")]),
            companion(house="house.mercere", virtues=[virtue("redcap")]),
        ),
    ],
    "house_grant": [
        (
            magus(virtues=[virtue("puissant-art", named("creo"), granted_by_house=True)]),
            magus(virtues=[virtue("puissant-art", named("creo"))]),
        ),
        (
            magus(house="house.flambeau", virtues=[virtue("puissant-art", named("creo"), granted_by_house=True)]),
            with_(
                magus(house="house.flambeau"),
                virtues=[*GIFT, virtue("puissant-art", named("perdo"), granted_by_house=True)],
            ),
        ),
    ],
    "house_grant_missing": [
        (
            magus(house="house.ex-miscellanea"),
            magus(house="house.ex-miscellanea", virtues=[flaw("necessary-condition", granted_by_house=True)]),
        ),
    ],
    "mythic_type_missing": [
        (
            with_(companion(), type="mythic_companion"),
            with_(companion(taking=[virtue("faerie-doctor")]), type="mythic_companion"),
        ),
    ],
    "required_spend": [
        (
            companion(taking=[flaw("church-upbringing")], abilities=[ability("music", 2)]),
            companion(
                taking=[flaw("church-upbringing")],
                abilities=[
                    ability("music", 2),
                    ability("artes-liberales", 1),
                    ability("organization-lore", 1, "Church"),
                ],
            ),
        ),
    ],
    "trait_range": [
        (
            companion(taking=[flaw("weak-personality")], traits=[trait("Brave", 2)]),
            companion(taking=[flaw("weak-personality")], traits=[trait("Brave", 1)]),
        ),
    ],
}

WARNINGS = {
    "characteristic_points_unspent": [(companion(), companion(characteristics=SEVEN_POINTS))],
    "characteristic_not_chosen": [
        (
            companion(taking=[virtue("magical-blood", {"text": "Magic Human"})]),
            companion(taking=[virtue("magical-blood", {"text": "Magic Human (Stamina)"})]),
        ),
        (
            companion(taking=[flaw("monstrous-blood", {"text": "magic human"})]),
            companion(taking=[flaw("monstrous-blood", {"text": "dragon"})]),
        ),
    ],
    "story_flaws": [
        (
            companion(taking=[flaw("enemies"), flaw("dark-secret")]),
            companion(taking=[flaw("enemies")]),
        ),
        (grog(taking=[flaw("enemies")]), grog()),
    ],
    "personality_flaws": [
        (
            companion(taking=[*(flaw(id, size="minor") for id in ("proud", "lecherous", "greedy"))]),
            companion(taking=[*(flaw(id, size="minor") for id in ("proud", "lecherous"))]),
        ),
        (
            grog(taking=[*(flaw(id, size="minor") for id in ("proud", "greedy"))]),
            grog(taking=[flaw("proud", size="minor")]),
        ),
    ],
    "hermetic_flaw_missing": [(with_(magus(), virtues=list(GIFT)), magus())],
    "tainted_share": [
        (
            companion(taking=[virtue("demonic-blood"), virtue("immune-to-disease"), virtue("tough")]),
            companion(taking=[virtue("demonic-blood"), virtue("tough")]),
        ),
    ],
    "grog_loyal": [(grog(traits=[trait("Brave", 1)]), grog(traits=[trait("Loyal", 1)]))],
    "warrior_brave": [
        (
            grog(taking=[virtue("warrior")]),
            grog(taking=[virtue("warrior")], traits=[trait("Loyal", 1), trait("Brave", 1)]),
        ),
        (grog(abilities=[ability("bows", 3)]), grog(abilities=[ability("bows", 2)])),
    ],
    "xp_unspent": [
        (spent(), spent(native(), ability("swim", 3), ability("guile", 2), ability("brawl", 2))),
    ],
    "magus_recommended": [
        (magus(abilities=[ability("dead-language", 3, "Latin")]), magus()),
        (magus(abilities=[ability("magic-theory", 2)]), magus()),
        (magus(abilities=[ability("artes-liberales", 0)]), magus()),
    ],
    "parma_at_gauntlet": [
        (magus(abilities=[ability("parma-magica", 2)]), magus(age=26, abilities=[ability("parma-magica", 2)])),
    ],
    "aging_due": [
        (companion(age=36), companion(age=35)),
        (companion(age=40), companion(age=40, aging_points={"strength": 1})),
        (companion(age=40), companion(age=40, aging_settled=True)),
        (companion(age=50), companion(age=50, taking=[virtue("strong-faerie-blood")])),
    ],
    "specialty_missing": [
        (companion(abilities=[ability("swim", 1, specialty="")]), companion(abilities=[ability("swim", 1)])),
        (
            companion(abilities=[ability("swim", 1, specialty="")]),
            companion(taking=[flaw("unspecialized")], abilities=[ability("swim", 1, specialty="")]),
        ),
    ],
    "wealth_status": [
        (
            companion(virtues=[virtue("covenfolk"), flaw("poor")]),
            companion(virtues=[virtue("peasant"), flaw("poor")]),
        ),
        (
            companion(virtues=[virtue("perfectus"), virtue("wealthy")]),
            companion(virtues=[virtue("perfectus"), flaw("poor")]),
        ),
    ],
    "personality_trait_missing": [
        (
            companion(taking=[flaw("proud", size="minor")], traits=[trait("Proud", 2)]),
            companion(taking=[flaw("proud", size="minor")], traits=[trait("Proud", 3)]),
        ),
        (
            companion(taking=[flaw("proud", size="major")], traits=[trait("Humble", -3)]),
            companion(taking=[flaw("proud", size="major")], traits=[trait("Humble", -6)]),
        ),
    ],
    "text_missing": [
        (
            companion(taking=[flaw("dark-secret")]),
            companion(taking=[flaw("dark-secret", {"text": "a murder"})]),
        ),
    ],
    "house_missing": [(magus(house=None), magus())],
    "house_grant_open": [(magus(house="house.criamon"), magus())],
    "granted_flaw_missing": [
        (
            companion(taking=[virtue("blood-of-the-nephilim")]),
            companion(taking=[virtue("blood-of-the-nephilim"), flaw("greedy", size="minor")]),
        ),
    ],
    "granted_virtue_missing": [
        (
            companion(taking=[virtue("devil-child")]),
            companion(taking=[virtue("devil-child"), virtue("demonic-powers")]),
        ),
    ],
    "granted_spell_missing": [
        (
            magus(virtues=[virtue("mercurian-magic")]),
            magus(virtues=[virtue("mercurian-magic")], spells=[spell(spell="spell.wizards-vigil", ritual=True)]),
        ),
    ],
    "elemental_bonus": [
        (
            magus(virtues=[virtue("elemental-magic")], arts=[art("ignem", 5), art("aquam", 0)]),
            magus(
                virtues=[virtue("elemental-magic")],
                arts=[art("ignem", 5), art("aquam", experience=8, bonus_experience=8)],
            ),
        ),
    ],
    "spell_levels_unspent": [
        (magus(), magus(spells=[spell(level=5, name=str(n)) for n in range(24)])),
    ],
    "trait_too_low": [
        (
            companion(taking=[virtue("berserk")], traits=[trait("Angry", 1)]),
            companion(taking=[virtue("berserk")], traits=[trait("Angry", 2)]),
        ),
    ],
    "reputation_missing": [
        (
            companion(taking=[virtue("famous")]),
            companion(taking=[virtue("famous")], reputations=[reputation(4)]),
        ),
    ],
    "warping_at_start": [
        (
            companion(taking=[flaw("warped-by-magic")], warping_points=4),
            companion(taking=[flaw("warped-by-magic")], warping_points=5),
        ),
        (magus(house="house.merinita"), magus(house="house.merinita", virtues=[virtue("faerie-blood")])),
    ],
    "weapon_too_heavy": [
        (
            companion(weapons=[weapon("pole-axe")]),
            companion(weapons=[weapon("pole-axe")], characteristics={"strength": 3}),
        ),
    ],
}

REMINDERS = {
    "prerequisite_reminder": [
        (companion(taking=[flaw("inscribed-shadow")]), companion()),
    ],
    "mythic_abilities": [(with_(companion(), type="mythic_companion"), companion())],
    "age_cap_exempt": [
        (
            companion(taking=[virtue("mentored-by-demons")], abilities=[ability("charm", 6)]),
            companion(taking=[virtue("mentored-by-demons")], abilities=[ability("charm", 5)]),
        ),
    ],
}


def pairs():
    for severity, table in (("error", ERRORS), ("warning", WARNINGS), ("reminder", REMINDERS)):
        for code, cases in table.items():
            for number, (broken, kept) in enumerate(cases):
                yield pytest.param(severity, code, broken, kept, id=f"{code}-{number}")


@pytest.mark.parametrize(("severity", "code", "broken", "kept"), list(pairs()))
def test_a_rule_is_found_broken_and_found_kept(severity, code, broken, kept):
    assert code in found(broken)[severity]
    assert code not in set().union(*found(kept).values())


def test_every_code_in_the_source_is_tested():
    source = Path(rules.__file__).parent / "findings"
    texts = "".join(path.read_text(encoding="utf-8") for path in source.glob("*.py"))
    codes = set(re.findall(r'\b(?:error|warning|reminder|_too_many)\(\s*"([a-z_]+)"', texts))
    codes |= set(re.findall(r'code = "([a-z_]+)" if .* else "([a-z_]+)"', texts)[0])
    codes |= {"story_flaws", "personality_flaws"}  # made from the category
    assert codes == ERRORS.keys() | WARNINGS.keys() | REMINDERS.keys()


def test_the_eighteen_errors_of_the_rules_are_among_them():
    """The list of what a character sheet should validate, by its usual codes."""
    eighteen = {
        "characteristic_range", "characteristic_points", "great_without_base", "virtues_unfunded", "over_budget",
        "grog_major", "grog_gift", "major_personality", "major_hermetic_virtue", "gift_missing",
        "hermetic_without_gift", "hermetic_magus_status", "social_status_missing", "social_status_conflict",
        "duplicate_vf", "incompatible_vf", "missing_prerequisite_vf", "not_for_type", "size_not_allowed",
        "ability_not_permitted", "ability_instance_missing", "duplicate_ability", "age_cap", "xp_overspent",
        "magus_minimum", "spell_level_cap", "spell_levels_overspent", "score_xp_mismatch", "arts_not_allowed",
    }  # fmt: skip
    assert eighteen <= ERRORS.keys()


OF_CREATION = [
    "characteristic_points", "virtues_unfunded", "over_budget", "grog_major", "major_personality",
    "major_hermetic_virtue", "social_status_missing", "social_status_conflict", "age_cap", "xp_overspent",
    "magus_minimum", "spell_level_cap", "spell_levels_overspent", "required_spend", "house_grant_missing",
]  # fmt: skip


@pytest.mark.parametrize("code", OF_CREATION)
def test_rules_of_creation_are_off_in_play(code):
    broken, _kept = ERRORS[code][0]
    assert code not in found(with_(broken, mode="play"))["error"]


@pytest.mark.parametrize(
    "code", sorted(ERRORS.keys() - {*OF_CREATION, "house_grant", "trait_range", "mythic_type_missing"})
)
def test_structure_is_looked_at_in_play_too(code):
    """Only what a Flaw closes for good is left of the access to Abilities."""
    broken, _kept = ERRORS[code][4 if code == "ability_not_permitted" else 0]
    assert code in found(with_(broken, mode="play"))["error"]


@pytest.mark.parametrize("code", ["age_cap", "duplicate_vf"])
def test_enforced_finds_what_advisory_finds(code):
    broken, _kept = ERRORS[code][0]
    assert found(with_(broken, mode="enforced")) == found(broken)


@pytest.mark.parametrize(
    ("age", "cap"), [(6, 5), (29, 5), (30, 6), (35, 6), (36, 7), (40, 7), (41, 8), (45, 8), (46, 9), (90, 9)]
)
def test_the_highest_score_by_age(age, cap):
    assert by_age(age) == cap


def test_messages_are_for_players_and_name_the_rule():
    (finding,) = [
        finding
        for finding in findings(companion(age=29, abilities=[ability("charm", 6)]), catalogue())
        if finding.code == "age_cap"
    ]
    assert finding.message == "Charm 6 is above 5, the highest score at age 29 (age cap at creation)."
    assert finding.refs[0].resource == "abilities"
    assert finding.excess == 1


def test_all_messages_are_sentences():
    for _severity, _code, broken, _kept in (pair.values for pair in pairs()):
        for finding in findings(broken, catalogue()):
            assert finding.message[0].isupper(), finding
            assert finding.message.endswith("."), finding
            assert "None" not in finding.message, finding
            assert "_" not in finding.message, finding


def test_errors_come_first():
    severities = [finding.severity for finding in findings(ERRORS["age_cap"][0][0], catalogue())]
    assert severities == sorted(severities, key=["error", "warning", "reminder"].index)


def test_a_change_introduces_new_errors_and_worse_ones():
    before = (_error("age_cap", 1), _error("duplicate_vf", 0))
    assert introduced(before, before) == ()
    assert introduced(before, ()) == ()
    worse = _error("age_cap", 2)
    new = _error("over_budget", 1)
    assert introduced(before, (worse, new)) == (worse, new)
    better = _error("age_cap", 0)
    assert introduced(before, (better, _error("duplicate_vf", 0))) == ()


def test_to_buy_less_than_too_much_is_no_new_error():
    swim, brawl, charm = ability("swim", 5), ability("brawl", 5), ability("charm", 1)
    before = findings(spent(native(), swim, brawl, charm), catalogue())
    for rows in ([swim, brawl], [swim, charm], [swim, with_(brawl, experience=70), charm]):
        after = findings(spent(native(), *rows), catalogue())
        assert {finding.code for finding in after if finding.severity == "error"} == {"xp_overspent"}
        assert introduced(before, after) == ()
    more = findings(spent(native(), swim, brawl, with_(charm, experience=6)), catalogue())
    assert {finding.code for finding in introduced(before, more)} == {"xp_overspent"}


def test_one_of_three_less_is_no_new_error():
    three = [virtue("tough") for _time in range(3)]
    before = findings(companion(taking=[*three, *flaws(3)]), catalogue())
    after = findings(companion(taking=[*three[1:], *flaws(3)]), catalogue())
    assert introduced(before, after) == ()
    assert introduced(after, before) != ()


def test_one_more_ability_below_the_minimum_is_a_new_error():
    before = findings(magus(abilities=[ability("parma-magica", 0)]), catalogue())
    after = findings(magus(abilities=[ability("parma-magica", 0), ability("magic-theory", 0)]), catalogue())
    assert [finding.subject for finding in introduced(before, after)] == ["Magic Theory"]
    assert introduced(after, before) == ()


def test_one_of_three_alike_less_is_no_new_error():
    three = [ability("swim", 1) for _time in range(3)]
    before, after = (findings(companion(abilities=rows), catalogue()) for rows in (three, three[1:]))
    assert introduced(before, after) == ()


def test_a_new_warning_is_never_refused():
    warning = Finding(code="story_flaws", severity="warning", message="Too many.")
    assert introduced((), (warning,)) == ()


def _error(code, excess):
    return Finding(code=code, severity="error", message="Wrong.", refs=(Ref("characters", 1),), excess=excess)
