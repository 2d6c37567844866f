"""What the database refuses, whoever asks."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from characters.models import Ability, Art, CatalogueAbility, Character, Virtue
from characters.models.scored import attach_bonuses
from characters.rules.characteristics import ABBREVIATIONS
from characters.rules.experience import MAX_EXPERIENCE
from tests.characters.factories import (
    AbilityFactory,
    ArtFactory,
    AttackFactory,
    CharacterFactory,
    PossessionFactory,
    ReputationFactory,
    SpellFactory,
    TraitFactory,
    VirtueFactory,
)

pytestmark = pytest.mark.django_db


def refused(constraint):
    return pytest.raises(IntegrityError, match=constraint)


@pytest.mark.parametrize("name", ABBREVIATIONS)
@pytest.mark.parametrize("value", [-4, 4])
def test_characteristics_are_bought_between_minus_three_and_three(name, value):
    with refused(f"character_{name}_range"), transaction.atomic():
        CharacterFactory(**{name: value})


@pytest.mark.parametrize(
    ("field", "value", "constraint"),
    [
        ("name", "", "character_has_a_name"),
        ("type", "dragon", "character_type_known"),
        ("age", 2001, "character_age_range"),
        ("apparent_age", 2001, "character_apparent_age_range"),
        ("apprenticed_at", 2001, "character_apprenticed_at_range"),
        ("confidence_score", 101, "character_confidence_score_range"),
        ("confidence_points", 101, "character_confidence_points_range"),
        ("warping_points", MAX_EXPERIENCE + 1, "character_warping_range"),
        ("decrepitude_points", MAX_EXPERIENCE + 1, "character_decrepitude_range"),
        ("mode", "strict", "character_mode_known"),
        ("size", 21, "character_size_range"),
        ("size", -11, "character_size_range"),
        ("fatigue", 6, "character_fatigue_range"),
        ("long_term_fatigue", 6, "character_long_term_fatigue_range"),
        ("light_wounds", 101, "character_light_wounds_range"),
        ("strength_aging", 21, "character_strength_aging_range"),
        ("strength_lost", 11, "character_strength_lost_range"),
        ("lab_seasons", 8001, "character_lab_seasons_range"),
        ("extra_experience", MAX_EXPERIENCE + 1, "character_extra_experience_range"),
        ("years_after_apprenticeship", 2001, "character_years_after_apprenticeship_range"),
        ("house_id", "house.tremere", "character_grog_without_house"),
    ],
)
def test_characters_stay_within_bounds(field, value, constraint):
    with refused(constraint), transaction.atomic():
        CharacterFactory(**{"type": "grog", field: value})


@pytest.mark.parametrize("amount", [-1, MAX_EXPERIENCE + 1])
def test_experience_stays_within_bounds(amount):
    with pytest.raises(IntegrityError, match=r"experience"), transaction.atomic():
        AbilityFactory(experience_points=amount)
    with pytest.raises(IntegrityError, match=r"experience"), transaction.atomic():
        ArtFactory(experience_points=amount)
    with pytest.raises(IntegrityError, match=r"experience"), transaction.atomic():
        ArtFactory(bonus_experience=amount)


def test_an_ability_is_had_once_per_instance():
    provence = AbilityFactory(ability_id="ability.area-lore", instance="Provence")
    AbilityFactory(character=provence.character, ability_id="ability.area-lore", instance="Rhine")
    AbilityFactory(ability_id="ability.area-lore", instance="Provence")  # somebody else's
    with pytest.raises(IntegrityError), transaction.atomic():
        AbilityFactory(character=provence.character, ability_id="ability.area-lore", instance="Provence")
    assert Ability.objects.filter(character=provence.character).count() == 2


def test_an_art_is_had_once():
    art = ArtFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        ArtFactory(character=art.character)


def test_a_virtue_has_a_known_size():
    with refused("virtue_size_known"), transaction.atomic():
        VirtueFactory(size="tiny")


def test_a_virtue_may_be_taken_again():
    virtue = VirtueFactory(virtue_id="virtue.improved-characteristics")
    VirtueFactory(character=virtue.character, virtue_id="virtue.improved-characteristics")
    assert virtue.character.virtues.count() == 2


def test_what_a_character_uses_cannot_leave_the_catalogue():
    ability = AbilityFactory()
    with pytest.raises(ProtectedError):
        CatalogueAbility.objects.get(id=ability.ability_id).delete()


def test_a_character_takes_everything_along():
    ability = AbilityFactory()
    ArtFactory(character=ability.character)
    VirtueFactory(character=ability.character)
    ability.character.delete()
    assert not any(model.objects.exists() for model in (Ability, Art, Virtue, Character))


def test_rows_name_themselves():
    lore = AbilityFactory(ability_id="ability.area-lore", instance="Provence", experience_points=80)
    assert str(lore) == "Provence Lore 5"
    assert str(ArtFactory(experience_points=78)) == "Creo 12"
    assert str(VirtueFactory()) == "Tough (Minor)"
    assert str(CharacterFactory(name="Darius")) == "Darius"


def test_scores_follow_from_experience():
    ability = AbilityFactory(experience_points=80)
    assert (ability.score, ability.remainder, ability.next_cost) == (5, 5, 30)
    art = ArtFactory(experience_points=80)
    assert (art.score, art.remainder, art.next_cost) == (12, 2, 13)


def test_puissant_raises_the_score_in_use_and_not_the_score():
    """R50"""
    ability = AbilityFactory(ability_id="ability.music", experience_points=50)
    parameters = [{"ability": "ability.music", "instance": None}]
    VirtueFactory(character=ability.character, virtue_id="virtue.puissant-ability", parameters=parameters)
    assert (ability.score, ability.bonus, ability.effective_score) == (4, 2, 6)


def test_bonuses_of_many_rows_cost_one_query(django_assert_num_queries):
    rows = [AbilityFactory(), ArtFactory(), *AbilityFactory.create_batch(5)]
    music = AbilityFactory(ability_id="ability.music")
    VirtueFactory(
        character=music.character,
        virtue_id="virtue.puissant-ability",
        parameters=[{"ability": "ability.music", "instance": None}],
    )
    with django_assert_num_queries(1):
        attach_bonuses([*rows, music])
        assert [row.bonus for row in rows] == [0] * 7
        assert music.bonus == 2


def test_no_rows_ask_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        attach_bonuses([])


def test_a_virtue_prints_what_was_chosen():
    virtue = VirtueFactory(virtue_id="virtue.puissant-art", parameters=[{"art": "art.ignem"}])
    assert (virtue.printed, virtue.points) == ("Puissant Ignem", 1)


def test_migrations_are_complete():
    call_command("makemigrations", "characters", check=True, dry_run=True, verbosity=0)


def test_models_have_no_code_of_their_own_on_the_write_path():
    """Overrides of save() and delete(), and signal receivers, would make batches write row by row."""
    from django.db.models import signals

    from batching.deletions import OWN
    from batching.models import Revisioned

    for model in (Character, Ability, Art, Virtue):
        assert model.save is Revisioned.save
        assert model.delete is Revisioned.delete
        for signal in (signals.pre_save, signals.post_save, signals.pre_delete, signals.post_delete):
            receivers = {receiver for some in signal._live_receivers(model) for receiver in some}
            assert receivers <= set(OWN), "batching's own tombstones are part of its fast path; nothing else is"


@pytest.mark.parametrize(
    ("make", "data", "constraint"),
    [
        (AbilityFactory, {"native": True}, "ability_native_is_a_language"),
        (SpellFactory, {"level": 0}, "spell_level_positive"),
        (SpellFactory, {"level": 501}, "spell_level_range"),
        (SpellFactory, {"name": ""}, "spell_has_a_name"),
        (TraitFactory, {"name": ""}, "trait_has_a_name"),
        (TraitFactory, {"score": 21}, "trait_score_range"),
        (TraitFactory, {"score": -21}, "trait_score_range"),
        (ReputationFactory, {"content": ""}, "reputation_has_a_content"),
        (ReputationFactory, {"type": "famous"}, "reputation_type_known"),
        (PossessionFactory, {"kind": "castle"}, "possession_kind_known"),
        (PossessionFactory, {"coverage": "some"}, "possession_coverage_known"),
        (PossessionFactory, {"name": ""}, "possession_has_a_name"),
        (PossessionFactory, {"load": 1001}, "possession_load_range"),
        (PossessionFactory, {"atk": 101}, "possession_atk_range"),
        (AttackFactory, {"weapon": ""}, "attack_has_a_weapon"),
    ],
)
def test_rows_stay_within_bounds(make, data, constraint):
    with refused(constraint), transaction.atomic():
        make(**data)


@pytest.mark.parametrize(
    ("make", "names"),
    [
        (SpellFactory, {"name": "Mine", "level": 5}),
        (TraitFactory, {"name": "Brave"}),
        (ReputationFactory, {"content": "Hero", "type": "local"}),
        (VirtueFactory, {"virtue_id": "virtue.tough", "once": True}),
    ],
)
def test_rows_are_there_once(make, names):
    first = make(**names)
    make(**names)  # somebody else's
    with pytest.raises(IntegrityError), transaction.atomic():
        make(character=first.character, **names)


def test_forms_of_the_admin_site_check_what_the_api_checks():
    grog = CharacterFactory(type="grog")
    grog.house_id = "house.tremere"
    virtue = VirtueFactory(virtue_id="virtue.puissant-art", parameters=[{"art": "art.creo"}])
    virtue.parameters = [{"ability": "ability.brawl"}]
    large = VirtueFactory(virtue_id="virtue.tough", size="major")
    lore = AbilityFactory(ability_id="ability.area-lore", instance="")
    for row, field in ((grog, "house"), (virtue, "parameters"), (large, "size"), (lore, "instance")):
        with pytest.raises(ValidationError) as caught:
            row.full_clean()
        assert set(caught.value.message_dict) == {field}


def test_a_virtue_from_the_admin_site_is_taken_once():
    first = VirtueFactory(virtue_id="virtue.tough", once=True)
    again = VirtueFactory.build(character=first.character, virtue_id="virtue.tough")
    with pytest.raises(ValidationError, match="already exists"):
        again.full_clean()
