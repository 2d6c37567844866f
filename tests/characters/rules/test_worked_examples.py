"""The examples that the rule book works out itself."""

from __future__ import annotations

from fractions import Fraction

import pytest

from characters.rules import aging, casting, elemental, experience, health, traits
from characters.rules.results import Part
from tests.characters.rules.people import (
    Virtue,
    ability,
    art,
    document,
    magus,
    pairs,
    ref,
    sheet,
    spell,
    virtue,
    with_,
)

EXAMPLES = {example["id"].removeprefix("worked."): example for example in document()["worked_examples"]}


def given(name):
    """What goes into an example, and what has to come out. Asking takes it off the list of those not yet tested."""
    example = EXAMPLES[name]
    return example["input"], example["expected"]


def test_affinity_at_creation():
    inputs, expected = given("affinity.perdo")
    counted = experience.counted(inputs["xp_spent"], Fraction(str(inputs["affinity"])))
    assert counted == expected["xp_counted"]
    assert experience.score_of("art", counted) == expected["score"]
    assert experience.remainder_of("art", counted) == expected["xp_towards_next"]


def test_puissant_on_top_of_affinity():
    _inputs, expected = given("affinity.perdo")
    character = magus(
        virtues=[virtue(id, {"art": "art.perdo"}) for id in ("affinity-with-art", "puissant-art")],
        arts=[art("perdo", experience=expected["xp_counted"])],
    )
    (line,) = sheet(character).arts
    assert line.paid == 37
    assert (line.score, line.bonus) == (expected["score"], expected["puissant_bonus"])
    assert line.effective.value == expected["effective_score"]


def test_later_life_of_a_magus():
    inputs, expected = given("darius.later_life")
    budget = sheet(magus(apprenticed_at=inputs["to_age"])).experience
    assert [purse.amount for purse in budget.purses if purse.code == "later_life"] == [expected["total"]]
    assert sum(expected["spend"].values()) == expected["total"]


def test_the_highest_spell_of_an_apprentice():
    inputs, expected = given("darius.max_spell_level")
    character = magus(
        characteristics={"intelligence": inputs["Int"]},
        abilities=[ability("magic-theory", inputs["magic_theory"], specialty="inventing spells")],
        spells=[spell("creo", "ignem")],
    )
    (line,) = sheet(character).spells
    assert line.level_cap.value == expected["added_to_technique_plus_form"]


def test_the_balance_of_darius():
    inputs, expected = given("darius.virtues_flaws")
    taken = [_taken(row) for kind in ("virtues", "flaws") for row in inputs[kind]]
    free = [_taken(row) for row in inputs["free"][:2]]
    house = with_(_taken(inputs["free"][2]), granted_by_house=True)
    darius = with_(magus(house="house.flambeau"), virtues=[*free, house, *taken])
    derived = sheet(darius)
    assert derived.virtue_points == (expected["virtue_points"], 10)
    assert derived.flaw_points == (expected["flaw_points"], 10)
    wrong = {finding.code for finding in derived.findings if finding.severity == "error"}

    assert wrong == set()


def test_the_lab_total_of_tillitus():
    inputs, expected = given("tillitus.lab_total")
    character = magus(
        characteristics={"intelligence": inputs["Int"]},
        virtues=[virtue("puissant-ability", {"ability": "ability.magic-theory", "instance": None})],
        abilities=[ability("magic-theory", inputs["magic_theory"])],
        arts=[art("rego", inputs["Rego"]), art("vim", inputs["Vim"])],
    )
    pair = pairs(sheet(character))["art.rego", "art.vim"]
    assert pair.lab.value + inputs["aura"] == expected["lab_total"]


def test_a_ritual_that_falls_short():
    inputs, expected = given("ritual_shortfall")
    outcome = casting.ritual(inputs["casting_total"], inputs["level"])
    assert outcome == (expected["cast"], expected["levels_lost"], True)


def test_encumbrance():
    inputs, expected = given("encumbrance")
    for row, wanted in zip(inputs, expected, strict=True):
        if "burden" in row:
            assert health.encumbrance(row["burden"], Part("Str", row["Str"])).value == wanted
        else:
            assert health.burden(row["load"]) == wanted["burden"]


def test_aging_points():
    inputs, expected = given("aging_points")
    for row, wanted in zip(inputs, expected, strict=True):
        if "score" in row:
            after = aging.counted(row["score"], row["aging_points"])
            assert after == (wanted["new_score"], wanted["aging_points"])
        else:
            assert traits.point_score(row["total_aging_points"]).score == wanted["decrepitude"]


def test_elemental_magic():
    inputs, expected = given("elemental_magic.text")
    ids = {"Aq": "art.aquam", "Au": "art.auram", "Ig": "art.ignem", "Te": "art.terram"}
    bonuses = elemental.bonuses({ids[form]: raw for form, raw in inputs.items()})
    assert bonuses == {ids[form]: bonus for form, bonus in expected["bonus"].items()}


def test_words_and_gestures():
    inputs, expected = given("mastery_words_gestures")
    assert casting.modifier(inputs["words"], inputs["gestures"]) == expected["modifier"]


def test_voice_and_gestures():
    assert [casting.modifier(words=words) for words in ("loud", "firm", "quiet", "none")] == [1, 0, -5, -10]
    assert [casting.modifier(gestures=how) for how in ("exaggerated", "bold", "subtle", "none")] == [1, 0, -2, -5]


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_is_tested(name):
    with open(__file__, encoding="utf-8") as source:
        assert f'given("{name}")' in source.read()


def test_a_formulaic_spell_below_its_level():
    assert casting.formulaic(20, 20) == (True, 0, False)
    assert casting.formulaic(19, 20) == (True, 1, False)
    assert casting.formulaic(10, 20) == (True, 1, False)
    assert casting.formulaic(9, 20) == (False, 1, False)


@pytest.mark.parametrize(
    ("above", "cast", "fatigue"),
    [(0, True, 1), (-1, True, 2), (-5, True, 2), (-6, True, 3), (-10, True, 3), (-11, False, 4), (-16, False, 5)],
)
def test_what_rituals_cost(above, cast, fatigue):
    assert casting.ritual(30 + above, 30) == (cast, fatigue, True)


def _taken(row):
    return Virtue(ref=ref("virtues"), virtue=row["catalogue_id"], size=row["size"], parameters=row["parameters"])
