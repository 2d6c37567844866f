"""How Personality Traits and Reputations are written and shown."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.validators import UniqueTogetherValidator

from characters.api.fields import StrictIntegerField
from characters.api.rows import MASTERED_FIELDS, ChildSerializer, ScoredSerializer
from characters.models import Reputation, Trait
from characters.models.trait import HIGHEST_TRAIT, LOWEST_TRAIT


class TraitSerializer(ChildSerializer):
    score = StrictIntegerField(required=False, min_value=LOWEST_TRAIT, max_value=HIGHEST_TRAIT)

    class Meta:
        model = Trait
        fields = ["id", "revision", "character", "name", "score"]
        read_only_fields = ["revision"]
        validators = [
            UniqueTogetherValidator(
                queryset=Trait.objects.all(),
                fields=["character", "name"],
                message=_("The character has this Personality Trait already."),
            )
        ]


class ReputationSerializer(ScoredSerializer):
    """A Reputation: `score`, or the noteworthy acts behind it as `experience_points`."""

    type = serializers.ChoiceField(choices=Reputation.Type.choices, allow_blank=True, default="")

    class Meta:
        model = Reputation
        fields = ["id", "revision", "character", "content", "type", *MASTERED_FIELDS]
        read_only_fields = ["revision"]
        validators = [
            UniqueTogetherValidator(
                queryset=Reputation.objects.all(),
                fields=["character", "content", "type"],
                message=_("The character has this Reputation already."),
            )
        ]
