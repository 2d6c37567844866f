"""Casting totals, requisites, focus, deficiency, penetration, Magic Resistance."""

from __future__ import annotations

import pytest

from tests.characters.rules.people import (
    ability,
    art,
    companion,
    flaw,
    magus,
    named,
    pairs,
    sheet,
    spell,
    suit,
    virtue,
    with_,
)


def pair(character, technique, form):
    return pairs(sheet(character))[f"art.{technique}", f"art.{form}"]


def cast(character):
    (line,) = sheet(character).spells
    return line


SKILLED = {
    "characteristics": {"stamina": 1, "intelligence": 3},
    "abilities": [ability("philosophiae", 2), ability("penetration", 3), ability("parma-magica", 4)],
    "arts": [art("creo", 10), art("rego", 3), art("ignem", 7), art("aquam", 2)],
}


def test_there_are_fifty_pairs():
    assert len(pairs(sheet(magus()))) == len(sheet(magus()).castings.pairs) == 50


def test_whoever_has_no_arts_casts_nothing():
    assert sheet(companion()).castings == ((), (), (), ())
    assert sheet(companion()).resistances == ()


def test_all_totals_of_a_pair():
    line = pair(magus(**SKILLED), "creo", "ignem")
    assert line.formulaic.value == 10 + 7 + 1
    assert line.ritual.value == 18 + 1 + 2
    assert line.spontaneous.value == 9
    assert line.spontaneous_without_fatigue.value == 3
    assert line.ceremonial.value == 10
    assert line.lab.value == 10 + 7 + 3 + 3
    assert str(line.spontaneous_without_fatigue) == "(Cr 10 + Ig 7 + Sta 1) / 5 = 3"


def test_puissant_counts_in_every_total():
    line = pair(magus(virtues=[virtue("puissant-art", named("creo"))], **SKILLED), "creo", "ignem")
    assert (line.formulaic.value, line.lab.value) == (21, 26)


def test_a_load_hampers_casting():
    character = magus(armor=[suit("chain-mail")], **SKILLED)
    line = pair(character, "creo", "ignem")
    assert str(line.formulaic) == "Cr 10 + Ig 7 + Sta 1 + Encumbrance -3 = 15"
    assert line.lab.value == 23


def test_deficiencies_halve_and_halve_again():
    deficient = [flaw("deficient-technique", named("creo")), flaw("deficient-form", named("ignem"))]
    character = magus(virtues=deficient, **SKILLED)
    assert pair(character, "creo", "ignem").formulaic.value == 18 // 4
    assert pair(character, "creo", "aquam").formulaic.value == 13 // 2
    assert pair(character, "rego", "aquam").formulaic.value == 6
    assert pair(character, "creo", "aquam").spontaneous.value == 13 // 4


def test_a_requisite_counts_where_it_is_lower():
    low = magus(spells=[spell(technique_requisites=["art.rego"], form_requisites=["art.aquam"])], **SKILLED)
    assert str(cast(low).casting) == "Re 3 + Aq 2 + Sta 1 = 6"
    high = magus(spells=[spell("rego", "aquam", technique_requisites=["art.creo"])], **SKILLED)
    assert str(cast(high).casting) == "Re 3 + Aq 2 + Sta 1 = 6"


def test_puissant_counts_when_requisites_are_compared():
    character = magus(
        virtues=[virtue("puissant-art", named("creo"))],
        arts=[art("creo", 4), art("rego", 5), art("ignem", 1)],
        spells=[spell(technique_requisites=["art.rego"])],
    )
    assert str(cast(character).casting) == "Re 5 + Ig 1 + Sta 0 = 6"


def test_a_focus_adds_the_lowest_of_all_arts():
    focused = virtue("minor-magical-focus", {"text": "flames"})
    with_requisite = spell(focus=True, technique_requisites=["art.rego"])
    assert cast(magus(virtues=[focused], spells=[spell(focus=True)], **SKILLED)).casting.value == 18 + 7
    assert cast(magus(virtues=[focused], spells=[with_requisite], **SKILLED)).casting.value == 3 + 7 + 1 + 3


def test_a_focus_that_nobody_has_adds_nothing():
    line = cast(magus(spells=[spell(focus=True)], **SKILLED))
    assert (line.casting.value, line.focus) == (18, False)


def test_a_deficient_requisite_halves_too():
    character = magus(
        virtues=[flaw("deficient-technique", named("rego"))],
        spells=[spell(technique_requisites=["art.rego"])],
        **SKILLED,
    )
    line = cast(character)
    assert (line.casting.value, line.deficiencies) == ((3 + 7 + 1) // 2, ("art.rego",))


def test_rituals_add_learning():
    assert cast(magus(spells=[spell(ritual=True)], **SKILLED)).casting.value == 18 + 1 + 2


def test_mastery_adds_to_its_spell():
    line = cast(magus(spells=[spell(mastery_experience=18)], **SKILLED))
    assert (line.mastery, line.mastery_remainder, line.mastery_next_cost) == (2, 3, 15)
    assert line.casting.value == 20


def test_penetration():
    character = magus(spells=[spell(level=15)], **SKILLED)
    strong = [row for row in character.virtues if row.virtue != "flaw.weak-magic"]
    line = cast(with_(character, virtues=strong))
    assert str(line.penetration) == "Casting Total 18 + Penetration 3 + Level -15 = 6"


def test_the_highest_level_at_creation_knows_focus_and_specialty():
    abilities = [ability("magic-theory", 3, specialty="Ignem")]
    character = magus(
        virtues=[virtue("minor-magical-focus", {"text": "flames"})],
        characteristics={"intelligence": 3},
        abilities=abilities,
        arts=[art("creo", 5), art("ignem", 6)],
        spells=[spell(focus=True)],
    )
    assert cast(character).level_cap.value == 5 + 6 + 3 + 3 + 3 + 1 + 5
    other = spell("creo", "aquam")
    assert cast(with_(character, spells=[other])).level_cap.value == 5 + 3 + 3 + 3


def test_magnitude():
    levels = [1, 5, 6, 20, 21]
    lines = sheet(magus(spells=[spell(level=level, name=str(level)) for level in levels])).spells
    assert [line.magnitude for line in lines] == [1, 1, 2, 4, 5]


# Resistance.


def resistance(character, form):
    return next(line for line in sheet(character).resistances if line.form == f"art.{form}")


def test_resistance_is_form_and_five_times_parma():
    line = resistance(magus(**SKILLED), "ignem")
    assert str(line.resistance) == "Ig 7 + 5 x Parma Magica 20 = 27"
    assert line.without_parma.value == 7
    assert line.form_bonus == 2


def test_puissant_parma_counts_five_times():
    puissant = virtue("puissant-ability", {"ability": "ability.parma-magica", "instance": None})
    assert resistance(magus(virtues=[puissant], **SKILLED), "ignem").resistance.value == 7 + 5 * 6


@pytest.mark.parametrize(("score", "bonus"), [(0, 0), (1, 1), (5, 1), (6, 2), (10, 2), (11, 3)])
def test_form_bonus_rounds_up(score, bonus):
    assert resistance(magus(arts=[art("ignem", score)]), "ignem").form_bonus == bonus


def test_resistance_is_never_below_nothing():
    sensitive = companion(taking=[virtue("magic-sensitivity"), virtue("demonic-blood")])
    assert resistance(sensitive, "ignem").resistance.value == 5
    character = magus(virtues=[virtue("magic-sensitivity")], abilities=[ability("magic-sensitivity", 7)])
    line = resistance(character, "ignem")
    assert (line.resistance.value, line.without_parma.value) == (0, 0)


def test_might_and_parma_do_not_add_up():
    character = magus(virtues=[virtue("demonic-blood")], abilities=[ability("parma-magica", 1)], arts=[art("ignem", 4)])
    assert resistance(character, "ignem").resistance.value == 9
    assert resistance(character, "aquam").resistance.value == 5


def test_angels_grow_mightier_with_age():
    heritage = [virtue("blood-of-the-nephilim"), virtue("strong-angelic-heritage")]
    (might,) = sheet(companion(age=65, taking=heritage)).might
    assert (might.realm, might.form, might.total.value) == ("Divine", "art.corpus", 3)
