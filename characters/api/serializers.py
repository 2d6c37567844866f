"""How rows are written and shown."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers
from rest_framework.validators import UniqueTogetherValidator

from characters.api.documentation import request_example
from characters.api.fields import StrictIntegerField
from characters.api.rows import SCORED_FIELDS, ChildSerializer, Data, ScoredSerializer, catalogue_of, refuse
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
from characters.models.character import SHARED_STAYS_A_GROG
from characters.rules import parameters
from characters.rules.experience import MAX_EXPERIENCE
from characters.sheet import STORED
from characters.wording import in_words

AT_BIRTH = ("with_arts", "house_grants")
"""Members that mean something only when a character is created."""


@extend_schema_serializer(examples=[request_example("A magus", name="Petrus", type="magus", house="house.bonisagus")])
class CharacterSerializer(serializers.ModelSerializer[Character]):
    """A character without what belongs to it. Characteristics are as bought."""

    house = serializers.PrimaryKeyRelatedField(
        queryset=CatalogueHouse.objects.defer("facts"), allow_null=True, required=False
    )
    house_name = serializers.CharField(source="house.name", read_only=True, default=None, allow_null=True)
    guide_step = serializers.ChoiceField(
        choices=Character.Step.choices,
        allow_blank=True,
        required=False,
        help_text=_("Where the guided creation goes on; empty when it is over, or never was."),
    )
    with_arts = serializers.BooleanField(
        write_only=True,
        required=False,
        help_text=_(
            "A new magus gets the fifteen Arts at 0, The Gift and the status of a Hermetic Magus, unless this is false."
        ),
    )
    house_grants = serializers.JSONField(
        write_only=True,
        required=False,
        help_text=_(
            'What the House gives a new magus: [{"virtue": "virtue.puissant-art", '
            '"parameters": [{"art": "art.ignem"}]}]. Where it offers a choice and none is given, the first is taken; '
            "[] for none."
        ),
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
            "mode",
            *STORED,
            "guide_step",
            "created",
            "updated",
            "with_arts",
            "house_grants",
        ]
        read_only_fields = ["revision"]

    def validate(self, attrs: Data) -> Data:
        if self.instance is not None:
            for name in AT_BIRTH:
                attrs.pop(name, None)
        if self._result(attrs, "type") != Character.Type.GROG and getattr(self.instance, "shared", False):
            raise refuse("type", SHARED_STAYS_A_GROG)
        if self._result(attrs, "type") == Character.Type.GROG and self._result(attrs, "house") is not None:
            raise refuse("house", _("A grog belongs to no House: Houses are for magi (core rules, Houses)."))
        if attrs.get("house_grants") and (attrs.get("type", "magus") != "magus" or attrs.get("house") is None):
            raise refuse("house_grants", _("Only a magus with a House gets what it gives (core rules, Houses)."))
        return attrs

    def _result(self, attrs: Data, name: str) -> Any:
        """What a field will hold after this write."""
        default = {"type": Character.Type.MAGUS, "house": None}[name]
        return attrs.get(name, default if self.instance is None else getattr(self.instance, name))


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
            "native",
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
        if self.result(attrs, "native") and _ability_id(attrs, self.instance) != LANGUAGE:
            raise refuse("native", _("Only a Living Language can be native."))
        return attrs


LANGUAGE = "ability.living-language"


def _ability_id(attrs: Data, row: Any) -> str:
    return str(attrs["ability"].pk if "ability" in attrs else row.ability_id)


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


class Once:
    """What `once` of a new row is: True where the Virtue or Flaw can be taken a single time."""

    requires_context = True

    def __call__(self, field: serializers.Field[Any, Any, Any, Any]) -> bool | None:
        wanted = field.parent.initial_data.get("virtue")
        entry = catalogue_of(field.context).rules.virtues.get(wanted if isinstance(wanted, str) else "")
        return None if entry is None or entry.repeatable else True


@extend_schema_serializer(
    examples=[request_example("A Virtue", character=12, virtue="virtue.covenfolk", notes="born there")]
)
class VirtueSerializer(ChildSerializer):
    """A Virtue or Flaw as taken."""

    entry = "virtue"
    virtue = serializers.PrimaryKeyRelatedField(queryset=CatalogueVirtue.objects.defer("facts"))
    virtue_name = serializers.CharField(source="printed", read_only=True)
    kind = serializers.CharField(source="virtue.kind", read_only=True)
    category = serializers.CharField(source="virtue.category", read_only=True)
    points = serializers.IntegerField(read_only=True)
    once = serializers.HiddenField(default=Once())

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
            "assumed",
            "granted",
            "notes",
            "once",
        ]
        read_only_fields = ["revision"]
        extra_kwargs = {"size": {"required": False}}
        validators = [
            UniqueTogetherValidator(
                queryset=Virtue.objects.all(),
                fields=["character", "virtue", "once"],
                message=_("The character has this Virtue or Flaw already, and it can be taken only once."),
            )
        ]

    def validate(self, attrs: Data) -> Data:
        attrs = super().validate(attrs)
        if self.instance is not None and "parameters" in attrs:
            attrs.setdefault("assumed", False)  # now it has been chosen
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
        checked, errors = parameters.check(entry.parameters, values, catalogue_of(self.context).rules)
        if errors:
            raise serializers.ValidationError(
                {"parameters": {str(index): [in_words(text)] for index, text in sorted(errors.items())}}
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
