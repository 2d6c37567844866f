"""What lists can be filtered by.

Keys are compared as plain values. A look-up of the row behind a key would answer differently for a row of
somebody else and for no row, and so tell what exists.
"""

# mypy: disable-error-code="misc"
# (django-filter has no types, so that its classes are Any.)

from __future__ import annotations

from typing import Any

import django_filters as filters
from django.core.validators import MaxValueValidator
from django.db.models import QuerySet

from characters.models import (
    Ability,
    Art,
    CatalogueAbility,
    CatalogueArt,
    CatalogueHouse,
    CatalogueSpell,
    CatalogueVirtue,
    Character,
    Virtue,
)
from characters.models.catalogue import Size

LARGEST_KEY = 2**63 - 1


class KeyFilter(filters.NumberFilter):
    """An integer key. Numbers that no column can hold are refused, since SQLite would fail on them."""

    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=0, **options)

    def get_max_validator(self) -> MaxValueValidator:
        return MaxValueValidator(LARGEST_KEY)


class CharacterFilter(filters.FilterSet):
    type = filters.MultipleChoiceFilter(choices=Character.Type.choices)
    house = filters.CharFilter(field_name="house_id")
    name = filters.CharFilter(lookup_expr="icontains")

    class Meta:
        model = Character
        fields = ["type", "house", "name"]


class AbilityFilter(filters.FilterSet):
    character = KeyFilter(field_name="character_id")
    ability = filters.CharFilter(field_name="ability_id")
    category = filters.CharFilter(field_name="ability__category")

    class Meta:
        model = Ability
        fields = ["character", "ability", "category", "instance"]


class ArtFilter(filters.FilterSet):
    character = KeyFilter(field_name="character_id")
    art = filters.CharFilter(field_name="art_id")
    kind = filters.ChoiceFilter(field_name="art__kind", choices=CatalogueArt.Kind.choices)

    class Meta:
        model = Art
        fields = ["character", "art", "kind"]


class VirtueFilter(filters.FilterSet):
    character = KeyFilter(field_name="character_id")
    virtue = filters.CharFilter(field_name="virtue_id")
    kind = filters.ChoiceFilter(field_name="virtue__kind", choices=CatalogueVirtue.Kind.choices)
    category = filters.CharFilter(field_name="virtue__category")

    class Meta:
        model = Virtue
        fields = ["character", "virtue", "kind", "category", "size", "granted_by_house"]


class CatalogueAbilityFilter(filters.FilterSet):
    class Meta:
        model = CatalogueAbility
        fields = ["category", "needs_instance", "untrained_use"]


class CatalogueArtFilter(filters.FilterSet):
    class Meta:
        model = CatalogueArt
        fields = ["kind", "elemental"]


class CatalogueVirtueFilter(filters.FilterSet):
    allows = filters.ChoiceFilter(choices=Size.choices, method="filter_allows", label="may be taken in this size")

    class Meta:
        model = CatalogueVirtue
        fields = ["kind", "size", "category", "tainted"]

    def filter_allows(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        # Databases differ in how they look into JSON; the few possible lists can simply be told.
        lists = {
            "free": [["free"]],
            "minor": [["minor"], ["minor", "major"]],
            "major": [["major"], ["minor", "major"]],
        }
        return rows.filter(allowed_sizes__in=lists[value])


class CatalogueHouseFilter(filters.FilterSet):
    class Meta:
        model = CatalogueHouse
        fields = ["type"]


class CatalogueSpellFilter(filters.FilterSet):
    technique = filters.CharFilter(field_name="technique_id")
    form = filters.CharFilter(field_name="form_id")
    level = filters.NumberFilter(min_value=0, max_value=32767)
    general = filters.BooleanFilter(field_name="level", lookup_expr="isnull")

    class Meta:
        model = CatalogueSpell
        fields = ["technique", "form", "level", "general", "ritual"]
