"""How rows are written and shown."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers
from rest_framework.validators import UniqueTogetherValidator

from characters.api.documentation import request_example
from characters.api.fields import StrictIntegerField
from characters.api.steps import experience_for
from characters.catalogue.tables import character_type
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
from characters.rules import parameters
from characters.rules.characteristics import ABBREVIATIONS
from characters.rules.experience import MAX_EXPERIENCE

Data = dict[str, Any]


@extend_schema_serializer(examples=[request_example("A magus", name="Petrus", type="magus", house="house.bonisagus")])
class CharacterSerializer(serializers.ModelSerializer[Character]):
    """A character without what belongs to it. Characteristics are as bought."""

    house = serializers.PrimaryKeyRelatedField(
        queryset=CatalogueHouse.objects.defer("facts"), allow_null=True, required=False
    )
    house_name = serializers.CharField(source="house.name", read_only=True, default=None, allow_null=True)
    with_arts = serializers.BooleanField(
        write_only=True,
        required=False,
        help_text=_("A new magus gets the fifteen Arts at 0, unless this is false."),
    )

    class Meta:
        model = Character
        fields = [
            "id",
            "revision",
            "name",
            "type",
            "house",
            "house_name",
            "age",
            "apparent_age",
            "apprenticed_at",
            *ABBREVIATIONS,
            "confidence_score",
            "confidence_points",
            "warping_points",
            "decrepitude_points",
            "notes",
            "created",
            "updated",
            "with_arts",
        ]
        read_only_fields = ["revision"]

    def validate(self, attrs: Data) -> Data:
        if self.instance is not None:
            attrs.pop("with_arts", None)  # Arts are given at birth only
        else:
            limits = character_type(attrs.get("type", Character.Type.MAGUS))
            attrs.setdefault("confidence_score", limits["confidence_score"])
            attrs.setdefault("confidence_points", limits["confidence_points"])
        return attrs


class ChildSerializer(serializers.ModelSerializer[Any]):
    """A row of a character. It stays with its character and keeps the catalogue entry it was made from."""

    entry: str
    """Name of the field that holds the catalogue entry."""

    character = serializers.PrimaryKeyRelatedField(queryset=Character.objects.none())

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        fields = super().get_fields()
        if request := self.context.get("request"):
            # Anybody else's character is answered like one that does not exist.
            own = Character.objects.filter(owner_id=request.user.pk)
            fields["character"].queryset = own  # type: ignore[attr-defined]
        return fields

    def validate(self, attrs: Data) -> Data:
        if self.instance is not None:
            for name in {"character", self.entry} & attrs.keys():
                if attrs[name].pk != getattr(self.instance, f"{name}_id"):
                    raise serializers.ValidationError({name: [_("This cannot be changed; make a new row.")]})
        return attrs


class ScoredSerializer(ChildSerializer):
    """Experience and what follows from it. Writes take `score`, `experience_points`, or both."""

    experience_points = StrictIntegerField(required=False, min_value=0, max_value=MAX_EXPERIENCE)
    score = StrictIntegerField(required=False, min_value=0)
    remainder = serializers.IntegerField(read_only=True)
    bonus = serializers.IntegerField(read_only=True)
    effective_score = serializers.IntegerField(read_only=True)
    next_cost = serializers.IntegerField(read_only=True)

    def validate(self, attrs: Data) -> Data:
        attrs = super().validate(attrs)
        points = experience_for(self.Meta.model.kind_of_cost, attrs)  # type: ignore[attr-defined]
        attrs.pop("score", None)
        return attrs if points is None else {**attrs, "experience_points": points}


SCORED_FIELDS = ["experience_points", "score", "remainder", "bonus", "effective_score", "next_cost"]


@extend_schema_serializer(examples=[request_example("Swim", character=12, ability="ability.swim", specialty="rivers")])
class AbilitySerializer(ScoredSerializer):
    entry = "ability"
    ability = serializers.PrimaryKeyRelatedField(queryset=CatalogueAbility.objects.defer("facts"))
    ability_name = serializers.CharField(source="name", read_only=True)
    category = serializers.CharField(source="ability.category", read_only=True)

    class Meta:
        model = Ability
        fields = [
            "id",
            "revision",
            "character",
            "ability",
            "ability_name",
            "category",
            "instance",
            "specialty",
            *SCORED_FIELDS,
        ]
        read_only_fields = ["revision"]
        extra_kwargs = {"instance": {"default": ""}}
        validators = [
            UniqueTogetherValidator(
                queryset=Ability.objects.all(),
                fields=["character", "ability", "instance"],
                message=_("The character has this Ability already."),
            )
        ]

    def validate(self, attrs: Data) -> Data:
        attrs = super().validate(attrs)
        if {"ability", "instance"} & attrs.keys():
            ability = attrs.get("ability") or self.instance.ability  # type: ignore[union-attr]
            instance = attrs.get("instance", getattr(self.instance, "instance", ""))
            if ability.needs_instance and not instance:
                raise serializers.ValidationError({"instance": [_("This Ability needs an instance.")]})
            if instance and not ability.needs_instance:
                raise serializers.ValidationError({"instance": [_("This Ability has no instances.")]})
        return attrs


@extend_schema_serializer(examples=[request_example("Creo 5", character=12, art="art.creo", score=5)])
class ArtSerializer(ScoredSerializer):
    entry = "art"
    art = serializers.PrimaryKeyRelatedField(queryset=CatalogueArt.objects.defer("facts"))
    art_name = serializers.CharField(source="art.name", read_only=True)
    abbr = serializers.CharField(source="art.abbr", read_only=True)
    kind = serializers.CharField(source="art.kind", read_only=True)
    bonus_experience = StrictIntegerField(required=False, min_value=0, max_value=MAX_EXPERIENCE)

    class Meta:
        model = Art
        fields = [
            "id",
            "revision",
            "character",
            "art",
            "art_name",
            "abbr",
            "kind",
            "bonus_experience",
            *SCORED_FIELDS,
        ]
        read_only_fields = ["revision"]
        validators = [
            UniqueTogetherValidator(
                queryset=Art.objects.all(),
                fields=["character", "art"],
                message=_("The character has this Art already."),
            )
        ]


@extend_schema_serializer(
    examples=[request_example("A Virtue", character=12, virtue="virtue.covenfolk", notes="born there")]
)
class VirtueSerializer(ChildSerializer):
    """A Virtue or Flaw. Needs `view.catalogue`, a CatalogueLookup, in its context."""

    entry = "virtue"
    virtue = serializers.PrimaryKeyRelatedField(queryset=CatalogueVirtue.objects.defer("facts"))
    virtue_name = serializers.CharField(source="printed", read_only=True)
    kind = serializers.CharField(source="virtue.kind", read_only=True)
    category = serializers.CharField(source="virtue.category", read_only=True)
    points = serializers.IntegerField(read_only=True)

    class Meta:
        model = Virtue
        fields = [
            "id",
            "revision",
            "character",
            "virtue",
            "virtue_name",
            "kind",
            "category",
            "size",
            "points",
            "parameters",
            "granted_by_house",
            "notes",
        ]
        read_only_fields = ["revision"]
        extra_kwargs = {"size": {"required": False}}

    def validate(self, attrs: Data) -> Data:
        attrs = super().validate(attrs)
        entry = attrs["virtue"] if self.instance is None else self.instance.virtue
        if self.instance is None:
            attrs.setdefault("size", entry.size)
            attrs.setdefault("parameters", [])
        if "size" in attrs and attrs["size"] not in entry.allowed_sizes:
            sizes = ", ".join(entry.allowed_sizes)
            raise serializers.ValidationError({"size": [_("Allowed: %(sizes)s.") % {"sizes": sizes}]})
        if "parameters" in attrs:
            attrs["parameters"] = self._chosen(entry, attrs["parameters"])
        return attrs

    def _chosen(self, entry: CatalogueVirtue, values: Any) -> list[Any]:
        if not isinstance(values, list):
            raise serializers.ValidationError({"parameters": [_("A list is expected.")]})
        checked, errors = parameters.check(entry.parameters, values, self.context["view"].catalogue)
        if errors:
            raise serializers.ValidationError(
                {"parameters": {str(index): [text] for index, text in sorted(errors.items())}}
            )
        return checked


class CatalogueAbilitySerializer(serializers.ModelSerializer[CatalogueAbility]):
    class Meta:
        model = CatalogueAbility
        fields = ["id", "name", "category", "needs_instance", "untrained_use", "display_template", "facts"]


class CatalogueArtSerializer(serializers.ModelSerializer[CatalogueArt]):
    class Meta:
        model = CatalogueArt
        fields = ["id", "name", "abbr", "kind", "elemental", "position", "facts"]


class CatalogueVirtueSerializer(serializers.ModelSerializer[CatalogueVirtue]):
    class Meta:
        model = CatalogueVirtue
        fields = [
            "id",
            "name",
            "kind",
            "size",
            "allowed_sizes",
            "category",
            "tainted",
            "display_template",
            "parameters",
            "effects",
            "facts",
        ]


class CatalogueHouseSerializer(serializers.ModelSerializer[CatalogueHouse]):
    class Meta:
        model = CatalogueHouse
        fields = ["id", "name", "type", "facts"]


class CatalogueSpellSerializer(serializers.ModelSerializer[CatalogueSpell]):
    class Meta:
        model = CatalogueSpell
        fields = [
            "id",
            "name",
            "technique",
            "form",
            "level",
            "range",
            "duration",
            "target",
            "ritual",
            "facts",
        ]
