"""What serializers of a character's rows have in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from characters.api.fields import StrictIntegerField
from characters.api.steps import experience_for
from characters.catalogue.reference import Reference, reference
from characters.models import Character
from characters.models.sharing import editable_by
from characters.rules.experience import MAX_EXPERIENCE

Data = dict[str, Any]


class CharacterField(serializers.PrimaryKeyRelatedField[Character]):
    """One of the user's characters. Anybody else's is answered like one that does not exist."""

    def get_queryset(self) -> QuerySet[Character]:
        request = self.context.get("request")
        return Character.objects.filter(pk__in=editable_by(request.user)) if request else Character.objects.none()


class ChildSerializer(serializers.ModelSerializer[Any]):
    """A row of a character. It stays with its character and keeps the catalogue entry it was made from."""

    entry: str | None = None
    """Name of the field that holds the catalogue entry."""

    character = CharacterField()

    def validate(self, attrs: Data) -> Data:
        if self.instance is not None:
            for name in {"character", self.entry} & attrs.keys():
                assert name is not None
                if _key(attrs[name]) != getattr(self.instance, self.Meta.model._meta.get_field(name).attname):  # type: ignore[attr-defined]
                    raise serializers.ValidationError({name: [_("This cannot be changed; make a new row.")]})
        return attrs

    def result(self, attrs: Data, name: str) -> Any:
        """What a field will hold after this write."""
        if name in attrs:
            return attrs[name]
        if self.instance is not None:
            return getattr(self.instance, name)
        return self.Meta.model._meta.get_field(name).get_default()  # type: ignore[attr-defined]


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


MASTERED_FIELDS = ["experience_points", "score", "remainder", "next_cost"]
SCORED_FIELDS = [*MASTERED_FIELDS[:3], "bonus", "effective_score", "next_cost"]


def catalogue_of(context: Mapping[str, Any]) -> Reference:
    """The catalogue that the request has in hand; a serializer by itself asks for it anew."""
    view = context.get("view")
    return reference() if view is None else view.reference


def refuse(name: str, text: Any) -> serializers.ValidationError:
    """The error of one field, to be raised."""
    return serializers.ValidationError({name: [text]})


def _key(value: Any) -> Any:
    return getattr(value, "pk", value)
