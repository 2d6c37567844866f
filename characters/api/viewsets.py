"""Who may see and do what. `get_queryset()` is the boundary: other people's rows do not exist for a user."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import cached_property
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from batching.actions import row_action
from batching.preconditions import etag_of
from batching.viewsets import BatchModelViewSet
from characters.api import filters, serializers
from characters.api.documentation import CHARACTER_WITH_SHEET, SHEET
from characters.api.steps import CharacteristicStepSerializer, Data, StepSerializer, step, step_characteristic
from characters.catalogue.lookup import CatalogueLookup
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
from characters.models.scored import Scored, attach_bonuses
from characters.models.virtue import attach_names
from characters.sheet import sheets


class OwnViewSet(BatchModelViewSet):
    """Rows of the user."""

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        # Building a filter set costs more than an operation, and operations come without parameters.
        return super().filter_queryset(queryset) if self.request.query_params else queryset


class CharacterViewSet(OwnViewSet):
    """The user's own characters. One alone is answered with its whole derived `sheet`."""

    serializer_class = serializers.CharacterSerializer
    filterset_class = filters.CharacterFilter
    search_fields = ["name", "notes"]
    ordering_fields = ["name", "type", "age", "created", "updated"]
    batch_includes = {"sheet": "include_sheet"}

    def get_queryset(self) -> QuerySet[Character]:
        return Character.objects.filter(owner_id=self.request.user.pk).select_related("house").defer("house__facts")

    def batch_defaults(self) -> dict[str, Any]:
        return {"owner": self.request.user}

    @extend_schema_field(SHEET)
    def include_sheet(self, roots: Sequence[Character]) -> list[dict[str, Any]]:
        return sheets(roots)

    def perform_create(self, serializer: Any) -> None:
        with_arts = serializer.validated_data.pop("with_arts", True)
        character = serializer.save(**self.batch_defaults())
        if with_arts and character.type == Character.Type.MAGUS:
            _give_arts(character)

    @extend_schema(responses=CHARACTER_WITH_SHEET)
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        character = self.get_object()
        data = {**self.get_serializer(character).data, "sheet": self.include_sheet([character])[0]}
        return Response(data, headers={"ETag": etag_of(character) or ""})

    @row_action(serializer_class=CharacteristicStepSerializer)
    def increment(self, row: Character, data: Data) -> None:
        """Raise a bought Characteristic: `{"field": "strength", "by": 1}`."""
        step_characteristic(row, data, 1)

    @row_action(serializer_class=CharacteristicStepSerializer)
    def decrement(self, row: Character, data: Data) -> None:
        """Lower a bought Characteristic."""
        step_characteristic(row, data, -1)


def _give_arts(character: Character) -> None:
    """All Arts at 0: a magus knows each of them (core rules, Arts)."""
    arts = CatalogueArt.objects.only("id")
    Art.objects.bulk_create(Art(character=character, art=art, revision=character.revision) for art in arts)


class ScoredViewSet(OwnViewSet):
    """What is bought with experience."""

    def prepare_rows(self, rows: Sequence[Scored]) -> None:
        attach_bonuses(rows)

    @row_action(serializer_class=StepSerializer)
    def increment(self, row: Scored, data: Data) -> None:
        """Raise the score by one level, by `by` levels, or to a final `score` and `experience_points`."""
        step(row, data, 1)

    @row_action(serializer_class=StepSerializer)
    def decrement(self, row: Scored, data: Data) -> None:
        """Lower the score; the mirror of increment."""
        step(row, data, -1)


class AbilityViewSet(ScoredViewSet):
    """Abilities of the user's own characters."""

    serializer_class = serializers.AbilitySerializer
    filterset_class = filters.AbilityFilter
    search_fields = ["ability__name", "instance", "specialty"]
    ordering_fields = ["ability__name", "instance", "experience_points"]

    def get_queryset(self) -> QuerySet[Ability]:
        rows = Ability.objects.filter(character__owner_id=self.request.user.pk)
        return rows.select_related("ability").defer("ability__facts")


class ArtViewSet(ScoredViewSet):
    """Arts of the user's own characters."""

    serializer_class = serializers.ArtSerializer
    filterset_class = filters.ArtFilter
    search_fields = ["art__name"]
    ordering_fields = ["art__position", "experience_points"]

    def get_queryset(self) -> QuerySet[Art]:
        rows = Art.objects.filter(character__owner_id=self.request.user.pk)
        return rows.select_related("art").defer("art__facts")


class VirtueViewSet(OwnViewSet):
    """Virtues and Flaws of the user's own characters."""

    serializer_class = serializers.VirtueSerializer
    filterset_class = filters.VirtueFilter
    search_fields = ["virtue__name", "notes"]
    ordering_fields = ["virtue__name", "size"]

    @cached_property
    def catalogue(self) -> CatalogueLookup:
        """For the parameters of all rows of this request."""
        return CatalogueLookup()

    def get_queryset(self) -> QuerySet[Virtue]:
        rows = Virtue.objects.filter(character__owner_id=self.request.user.pk)
        return rows.select_related("virtue").defer("virtue__facts", "virtue__effects")

    def prepare_rows(self, rows: Sequence[Virtue]) -> None:
        attach_names(rows, self.catalogue)


class CatalogueViewSet(ReadOnlyModelViewSet[Any]):
    """Reference data: search by name, filter, read."""

    search_fields = ["name"]
    ordering_fields = ["name"]
    lookup_value_regex = "[^/]+"  # ids have a dot in them


class CatalogueAbilityViewSet(CatalogueViewSet):
    queryset = CatalogueAbility.objects.all()
    serializer_class = serializers.CatalogueAbilitySerializer
    filterset_class = filters.CatalogueAbilityFilter


class CatalogueArtViewSet(CatalogueViewSet):
    queryset = CatalogueArt.objects.all()
    serializer_class = serializers.CatalogueArtSerializer
    filterset_class = filters.CatalogueArtFilter


class CatalogueVirtueViewSet(CatalogueViewSet):
    queryset = CatalogueVirtue.objects.all()
    serializer_class = serializers.CatalogueVirtueSerializer
    filterset_class = filters.CatalogueVirtueFilter


class CatalogueHouseViewSet(CatalogueViewSet):
    queryset = CatalogueHouse.objects.all()
    serializer_class = serializers.CatalogueHouseSerializer
    filterset_class = filters.CatalogueHouseFilter


class CatalogueSpellViewSet(CatalogueViewSet):
    queryset = CatalogueSpell.objects.all()
    serializer_class = serializers.CatalogueSpellSerializer
    filterset_class = filters.CatalogueSpellFilter
    ordering_fields = ["name", "level", "technique", "form"]
