"""Whatever is entered, the rules answer: they never fail for a character that breaks them."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from characters.rules.facts import (
    Ability,
    Armor,
    Art,
    Character,
    Fight,
    Ref,
    Reputation,
    Spell,
    Trait,
    Virtue,
    Weapon,
    Wounds,
)
from tests.characters.rules.people import catalogue, pairs, sheet

refs = st.builds(Ref, st.sampled_from(["abilities", "virtues"]), st.integers(1, 99))
text = st.text(max_size=6)
number = st.integers(-9, 60)
amount = st.integers(0, 400)
ability_ids = st.sampled_from([*catalogue().abilities, "ability.unknown", ""])
art_ids = st.sampled_from([*catalogue().arts, "art.unknown"])
values = st.one_of(
    st.none(),
    text,
    st.builds(lambda id, instance: {"ability": id, "instance": instance}, ability_ids, st.none() | text),
    st.builds(lambda id: {"art": id}, art_ids),
    st.builds(lambda id: {"characteristic": id}, st.sampled_from(["Str", "Int", "Luck"])),
    st.builds(lambda realm: {"realm": realm}, st.sampled_from(["Magic", "Faerie", "Elsewhere"])),
    st.builds(lambda words: {"text": words}, text),
    st.builds(lambda word: {"choice": word}, st.sampled_from(["Martial", "Sidhe", "virtue.tough"])),
    st.just([{"art": "art.creo"}]),
)
virtues = st.builds(
    Virtue,
    ref=refs,
    virtue=st.sampled_from([*catalogue().virtues, "virtue.unknown", "flaw.unknown"]),
    size=st.sampled_from(["", "free", "minor", "major", "huge"]),
    parameters=st.lists(values, max_size=3),
    granted_by_house=st.booleans(),
)
abilities = st.builds(
    Ability,
    ref=refs,
    ability=ability_ids,
    instance=text | st.just("Native Language"),
    specialty=text,
    experience=amount,
    native=st.booleans(),
    score=st.none() | number,
)
spells = st.builds(
    Spell,
    ref=refs,
    name=text,
    technique=art_ids,
    form=art_ids,
    technique_requisites=st.lists(art_ids, max_size=2),
    form_requisites=st.lists(art_ids, max_size=2),
    level=number,
    ritual=st.booleans(),
    focus=st.booleans(),
    spell=st.sampled_from(["", "spell.wizards-vigil"]),
    mastery_experience=amount,
)
weapons = st.builds(
    Weapon, ref=refs, name=text, init=st.none() | number, atk=st.none() | number, load=number, shield=st.booleans()
)
characters = st.builds(
    Character,
    type=st.sampled_from(["grog", "companion", "mythic_companion", "magus", "dragon"]),
    house=st.none() | st.sampled_from([*catalogue().houses, "house.unknown"]),
    mode=st.sampled_from(["advisory", "enforced", "play"]),
    age=st.integers(0, 2000),
    apprenticed_at=st.none() | st.integers(0, 2000),
    years_after_apprenticeship=st.none() | number,
    lab_seasons=number,
    extra_experience=number,
    characteristics=st.dictionaries(st.sampled_from(["strength", "luck", "presence"]), number),
    aging_points=st.dictionaries(st.sampled_from(["strength", "stamina"]), number),
    aging_losses=st.dictionaries(st.sampled_from(["strength", "stamina"]), number),
    size=number,
    warping_points=amount,
    abilities=st.lists(abilities, max_size=8),
    arts=st.lists(st.builds(Art, ref=refs, art=art_ids, experience=amount, bonus_experience=amount), max_size=6),
    virtues=st.lists(virtues, max_size=8),
    spells=st.lists(spells, max_size=4),
    traits=st.lists(st.builds(Trait, ref=refs, name=text, score=number), max_size=3),
    reputations=st.lists(st.builds(Reputation, ref=refs, score=number), max_size=2),
    weapons=st.lists(weapons, max_size=3),
    armor=st.lists(st.builds(Armor, ref=refs, name=text, protection=number, load=number), max_size=2),
    fights=st.lists(
        st.builds(Fight, ref=refs, weapon=refs | st.just("weapon.fist"), mounted=st.booleans()), max_size=2
    ),
    other_load=number,
    wounds=st.builds(Wounds, light=number, heavy=number),
    fatigue=number,
)


@settings(max_examples=100, deadline=None)
@given(characters)
def test_everything_gets_an_answer(character):
    derived = sheet(character)
    assert len(derived.abilities) == len(character.abilities)
    assert derived.experience.unpaid >= 0
    for purse in derived.experience.purses:
        assert purse.left <= purse.most <= purse.amount
    for finding in derived.findings:
        assert finding.message.endswith(".")


@settings(max_examples=40, deadline=None)
@given(characters)
def test_totals_are_the_sums_of_their_parts(character):
    derived = sheet(character)
    totals = [total for pair in pairs(derived).values() for total in vars(pair).values()]
    totals += [total for line in derived.spells for total in (line.casting, line.penetration, line.level_cap)]
    totals += [total for line in derived.resistances for total in (line.resistance, line.without_parma)]
    totals += [line.total for line in derived.characteristics]
    totals += [total for line in derived.combat for total in (line.init, line.atk, line.dfn, line.dam) if total]
    for total in (*totals, derived.size, derived.health.soak, derived.load.encumbrance):
        assert total.value == sum(part.value for part in total.parts) // total.divisor, str(total)


def test_the_rules_of_every_virtue_and_flaw_can_be_applied():
    """Each of them alone, with nothing chosen."""
    for id in catalogue().virtues:
        row = Virtue(ref=Ref("virtues", 1), virtue=id)
        for type in ("grog", "magus"):
            sheet(Character(type=type, virtues=[row], arts=[Art(ref=Ref("arts", 1), art="art.creo")]))
