"""What was chosen of what a House gives, as the API takes it (Houses)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ValidationError

from characters.api.serializers import VirtueSerializer
from characters.models import Character, Virtue
from characters.rules import facts
from characters.rules.catalogue import Catalogue
from characters.rules.facts import Ref
from characters.rules.houses import grants, unmatched

MOST_GRANTS = 10


def chosen_gifts(character: Character, chosen: Any, context: Mapping[str, Any]) -> list[Virtue]:
    """What was chosen of what the House gives; `[]` declines everything. Raises ValidationError.

    `chosen` is a list of objects like `{"virtue": …, "parameters": […]}`; `context` that of a serializer.
    """
    if not isinstance(chosen, list) or len(chosen) > MOST_GRANTS:
        raise ValidationError({"house_grants": [_("A list of what the House gives is expected.")]})
    rows = [_checked(character, index, value, context) for index, value in enumerate(chosen)]
    catalogue: Catalogue = context["view"].catalogue
    described = [_described(index, row) for index, row in enumerate(rows)]
    offered = grants(catalogue, character.house_id)
    _left, lost = unmatched(offered, [(row, catalogue.virtue(row.virtue)) for row in described])
    if lost:
        text = _("The House does not give this (core rules, Houses).")
        raise ValidationError({"house_grants": {str(row.ref.id): [text] for row, _entry in lost}})
    return rows


def _checked(character: Character, index: int, value: Any, context: Mapping[str, Any]) -> Virtue:
    if not isinstance(value, dict) or value.keys() - {"virtue", "size", "parameters"}:
        text = _('An object like {"virtue": …, "parameters": […]} is expected.')
        raise ValidationError({"house_grants": {str(index): [text]}})
    serializer = VirtueSerializer(data={**value, "character": character.pk}, context=dict(context))
    if not serializer.is_valid():
        raise ValidationError({"house_grants": {str(index): serializer.errors}})
    return Virtue(**{**serializer.validated_data, "granted_by_house": True})


def _described(index: int, row: Virtue) -> facts.Virtue:
    return facts.Virtue(ref=Ref("house_grants", index), virtue=row.virtue_id, size=row.size, parameters=row.parameters)
