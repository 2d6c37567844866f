"""Rows for tests. They need the catalogue, which the fixtures load."""

from __future__ import annotations

import factory
from django.contrib.auth import get_user_model
from factory.django import DjangoModelFactory

from characters.models import Ability, Art, Attack, Character, Possession, Reputation, Spell, Trait, Virtue


class UserFactory(DjangoModelFactory):
    class Meta:
        model = get_user_model()
        skip_postgeneration_save = True

    username = factory.Sequence(lambda number: f"player{number}")

    @factory.post_generation
    def password(user, create, extracted, **kwargs):
        user.set_password(extracted or "Vis-and-silver")
        if create:
            user.save()


class CharacterFactory(DjangoModelFactory):
    class Meta:
        model = Character
        skip_postgeneration_save = True

    owner = factory.SubFactory(UserFactory)
    name = factory.Faker("first_name")
    type = "companion"


class AbilityFactory(DjangoModelFactory):
    class Meta:
        model = Ability
        skip_postgeneration_save = True

    character = factory.SubFactory(CharacterFactory)
    ability_id = "ability.awareness"
    experience_points = 30


class ArtFactory(DjangoModelFactory):
    class Meta:
        model = Art
        skip_postgeneration_save = True

    character = factory.SubFactory(CharacterFactory, type="magus")
    art_id = "art.creo"


class VirtueFactory(DjangoModelFactory):
    class Meta:
        model = Virtue
        skip_postgeneration_save = True

    character = factory.SubFactory(CharacterFactory)
    virtue_id = "virtue.tough"
    size = "minor"


class SpellFactory(DjangoModelFactory):
    class Meta:
        model = Spell
        skip_postgeneration_save = True

    character = factory.SubFactory(CharacterFactory, type="magus")
    name = factory.Sequence(lambda number: f"Spell {number}")
    technique_id = "art.creo"
    form_id = "art.ignem"
    level = 10


class TraitFactory(DjangoModelFactory):
    class Meta:
        model = Trait
        skip_postgeneration_save = True

    character = factory.SubFactory(CharacterFactory)
    name = factory.Sequence(lambda number: f"Trait {number}")


class ReputationFactory(DjangoModelFactory):
    class Meta:
        model = Reputation
        skip_postgeneration_save = True

    character = factory.SubFactory(CharacterFactory)
    content = factory.Sequence(lambda number: f"Reputation {number}")
    experience_points = 5


class PossessionFactory(DjangoModelFactory):
    class Meta:
        model = Possession
        skip_postgeneration_save = True

    character = factory.SubFactory(CharacterFactory)
    kind = "weapon"
    item = "weapon.axe"
    name = "Axe"


class AttackFactory(DjangoModelFactory):
    class Meta:
        model = Attack
        skip_postgeneration_save = True

    character = factory.SubFactory(CharacterFactory)
    weapon = "weapon.axe"
