"""Who may see and do what. `get_queryset()` is the boundary: other people's rows do not exist for a user."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.functional import cached_property
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from batching.actions import row_action
from batching.preconditions import etag_of
from batching.viewsets import BatchModelViewSet
from characters import rendering
from characters.api import filters, serializers
from characters.api.documentation import CHARACTER_WITH_SHEET, SHEET
from characters.api.house_grants import chosen_gifts
from characters.api.permissions import OwnerOnly
from characters.api.possessions import AttackSerializer, PossessionSerializer
from characters.api.spells import SpellSerializer
from characters.api.steps import (
    CounterStepSerializer,
    Data,
    GainSerializer,
    StepSerializer,
    TraitStepSerializer,
    gain,
    step,
    step_counter,
)
from characters.api.traits import ReputationSerializer, TraitSerializer
from characters.birth import equip
from characters.catalogue.reference import Reference, reference
from characters.models import (
    Ability,
    Art,
    Attack,
    CatalogueAbility,
    CatalogueArt,
    CatalogueHouse,
    CatalogueSpell,
    CatalogueVirtue,
    Character,
    Possession,
    Reputation,
    Spell,
    Trait,
    Virtue,
)
from characters.models.scored import Scored, attach_bonuses
from characters.models.sharing import editable_by
from characters.models.virtue import attach_names
from characters.plain import Rows
from characters.rules.catalogue import Catalogue
from characters.rules.effects import ScoreEffects, Taken
from characters.rules.findings import introduced
from characters.rules.results import Finding
from characters.sheet import findings_of, sheets


class OwnViewSet(BatchModelViewSet):
    """Rows of the user's own characters, and of the grogs that others share with them."""

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        # Building a filter set costs more than an operation, and operations come without parameters.
        return super().filter_queryset(queryset) if self.request.query_params else queryset

    @cached_property
    def reference(self) -> Reference:
        """The catalogue, for all that this request asks of it."""
        return reference()

    @property
    def catalogue(self) -> Catalogue:
        return self.reference.rules


class CharacterViewSet(OwnViewSet):
    """The user's characters, and grogs shared with them. One alone is answered with its whole derived `sheet`."""

    serializer_class = serializers.CharacterSerializer
    filterset_class = filters.CharacterFilter
    search_fields = ["name", "notes"]
    ordering_fields = ["name", "type", "age", "created", "updated"]
    batch_includes = {"sheet": "include_sheet"}

    def get_queryset(self) -> QuerySet[Character]:
        return (
            Character.objects.filter(pk__in=editable_by(self.request.user))
            .select_related("house")
            .defer("house__facts")
        )

    def get_permissions(self) -> list[Any]:
        own = [OwnerOnly()] if self.action == "destroy" else []
        return [*super().get_permissions(), *own]

    def batch_defaults(self) -> dict[str, Any]:
        return {"owner": self.request.user}

    @extend_schema_field(SHEET)
    def include_sheet(self, roots: Sequence[Character]) -> list[dict[str, Any]]:
        return sheets(roots, self.catalogue)

    def batch_judges(self, root: Character) -> bool:
        return root.mode == Character.Mode.ENFORCED

    def batch_findings(self, root: Character, rows: Rows) -> list[Finding]:
        return findings_of(root, rows, self.catalogue)

    def batch_new_findings(self, before: Sequence[Finding], after: Sequence[Finding]) -> list[dict[str, Any]]:
        """Errors that were not there, or not so bad."""
        return [rendering.finding(found) for found in introduced(before, after)]

    def perform_create(self, serializer: Any) -> None:
        with_arts = serializer.validated_data.pop("with_arts", True)
        chosen = serializer.validated_data.pop("house_grants", None)
        character = serializer.save(**self.batch_defaults())
        gifts = None if chosen is None else chosen_gifts(character, chosen, self.get_serializer_context())
        equip(character, self.catalogue, of_magi=with_arts, gifts=gifts)

    @extend_schema(responses=CHARACTER_WITH_SHEET)
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        character = self.get_object()
        data = {**self.get_serializer(character).data, "sheet": self.include_sheet([character])[0]}
        return Response(data, headers={"ETag": etag_of(character) or ""})

    @row_action(serializer_class=CounterStepSerializer)
    def increment(self, row: Character, data: Data) -> None:
        """Raise a bought Characteristic, or another number: `{"field": "strength", "by": 1}`."""
        step_counter(row, data["field"], data.get("by", 1))

    @row_action(serializer_class=CounterStepSerializer)
    def decrement(self, row: Character, data: Data) -> None:
        """Lower it."""
        step_counter(row, data["field"], -data.get("by", 1))


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


class GainingViewSet(ScoredViewSet):
    """What Affinity may multiply."""

    @row_action(serializer_class=GainSerializer, reads=[Virtue])
    def gain(self, row: Scored, data: Data) -> None:
        """Add experience gained in play: `{"amount": 5}`, or `{"amounts": [5, 4]}`, each multiplied on its own."""
        entries = ((self.catalogue.virtue(virtue.virtue_id), virtue) for virtue in self.batch_rows[Virtue])
        effects = ScoreEffects(Taken(entry.name, entry.effects, virtue.parameters) for entry, virtue in entries)
        gain(row, data, effects.multiplier(*row.reference))


class AbilityViewSet(GainingViewSet):
    """Abilities of the user's own characters."""

    serializer_class = serializers.AbilitySerializer
    filterset_class = filters.AbilityFilter
    search_fields = ["ability__name", "instance", "specialty"]
    ordering_fields = ["ability__name", "instance", "experience_points"]

    def get_queryset(self) -> QuerySet[Ability]:
        rows = Ability.objects.filter(character_id__in=editable_by(self.request.user))
        return rows.select_related("ability").defer("ability__facts")


class ArtViewSet(GainingViewSet):
    """Arts of the user's own characters."""

    serializer_class = serializers.ArtSerializer
    filterset_class = filters.ArtFilter
    search_fields = ["art__name"]
    ordering_fields = ["art__position", "experience_points"]

    def get_queryset(self) -> QuerySet[Art]:
        rows = Art.objects.filter(character_id__in=editable_by(self.request.user))
        return rows.select_related("art").defer("art__facts")


class VirtueViewSet(OwnViewSet):
    """Virtues and Flaws of the user's own characters."""

    serializer_class = serializers.VirtueSerializer
    filterset_class = filters.VirtueFilter
    search_fields = ["virtue__name", "notes"]
    ordering_fields = ["virtue__name", "size"]

    def get_queryset(self) -> QuerySet[Virtue]:
        rows = Virtue.objects.filter(character_id__in=editable_by(self.request.user))
        return rows.select_related("virtue").defer("virtue__facts", "virtue__effects")

    def prepare_rows(self, rows: Sequence[Virtue]) -> None:
        attach_names(rows, self.catalogue)


class SpellViewSet(GainingViewSet):
    """Spells of the user's own characters. What is raised and lowered is the Mastery of the spell."""

    serializer_class = SpellSerializer
    filterset_class = filters.SpellFilter
    search_fields = ["name", "notes"]
    ordering_fields = ["name", "level", "technique", "form"]

    def prepare_rows(self, rows: Sequence[Scored]) -> None:
        """Nothing of a spell is shown beyond its columns and what follows from them."""

    def get_queryset(self) -> QuerySet[Spell]:
        return Spell.objects.filter(character_id__in=editable_by(self.request.user))


class TraitViewSet(OwnViewSet):
    """Personality Traits of the user's own characters."""

    serializer_class = TraitSerializer
    filterset_class = filters.TraitFilter
    search_fields = ["name"]
    ordering_fields = ["name", "score"]

    def get_queryset(self) -> QuerySet[Trait]:
        return Trait.objects.filter(character_id__in=editable_by(self.request.user))

    @row_action(serializer_class=TraitStepSerializer)
    def increment(self, row: Trait, data: Data) -> None:
        """Raise the trait by one, or by `by`."""
        step_counter(row, "score", data.get("by", 1))

    @row_action(serializer_class=TraitStepSerializer)
    def decrement(self, row: Trait, data: Data) -> None:
        """Lower it."""
        step_counter(row, "score", -data.get("by", 1))


class ReputationViewSet(ScoredViewSet):
    """Reputations of the user's own characters."""

    serializer_class = ReputationSerializer
    filterset_class = filters.ReputationFilter
    search_fields = ["content"]
    ordering_fields = ["content", "experience_points"]

    def prepare_rows(self, rows: Sequence[Scored]) -> None:
        """Nothing of a Reputation is shown beyond its columns and what follows from them."""

    def get_queryset(self) -> QuerySet[Reputation]:
        return Reputation.objects.filter(character_id__in=editable_by(self.request.user))


class PossessionViewSet(OwnViewSet):
    """Weapons, shields, armour and other things of the user's own characters."""

    serializer_class = PossessionSerializer
    filterset_class = filters.PossessionFilter
    search_fields = ["name", "notes"]
    ordering_fields = ["name", "kind"]

    def get_queryset(self) -> QuerySet[Possession]:
        return Possession.objects.filter(character_id__in=editable_by(self.request.user))


class AttackViewSet(OwnViewSet):
    """Ways to fight that the sheets of the user's own characters show."""

    serializer_class = AttackSerializer
    filterset_class = filters.AttackFilter
    search_fields = ["name", "weapon"]
    ordering_fields = ["name", "weapon"]

    def get_queryset(self) -> QuerySet[Attack]:
        return Attack.objects.filter(character_id__in=editable_by(self.request.user))


class CatalogueViewSet(ReadOnlyModelViewSet[Any]):
    """Reference data: search by name, filter, read. Answers carry an ETag that lasts until the catalogue changes."""

    search_fields = ["name"]
    ordering_fields = ["name"]
    lookup_value_regex = "[^/]+"  # ids have a dot in them

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        return self._unless_known(request, lambda: super(CatalogueViewSet, self).list(request, *args, **kwargs))

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        return self._unless_known(request, lambda: super(CatalogueViewSet, self).retrieve(request, *args, **kwargs))

    def _unless_known(self, request: Request, answer: Callable[[], Response]) -> HttpResponse:
        """304 if the client has this edition of the catalogue in this representation, without looking at a row."""
        etag = f'"{reference().edition[:32]}-{request.accepted_renderer.format}"'
        response = get_conditional_response(request._request, etag=etag) or answer()
        response["ETag"] = etag
        response["Cache-Control"] = "private, no-cache"  # keep it, and ask whether it is still right
        return response


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
