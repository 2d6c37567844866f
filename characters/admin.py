"""The admin site for characters and the catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db import models
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from characters.models import (
    Ability,
    Art,
    Attack,
    CatalogueAbility,
    CatalogueArt,
    CatalogueEdition,
    CatalogueHouse,
    CatalogueSpell,
    CatalogueVirtue,
    Character,
    Editor,
    Invitation,
    Possession,
    ReadLink,
    Reputation,
    Spell,
    Trait,
    Virtue,
)
from characters.models.aging import AGING_LOSSES, AGING_POINTS
from characters.models.condition import WOUNDS
from characters.models.possession import FIGURES
from characters.rules.characteristics import ABBREVIATIONS

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
    TabularInline = admin.TabularInline[Any, Any]
else:  # they are generic in the type stubs only
    ModelAdmin, TabularInline = admin.ModelAdmin, admin.TabularInline


class AbilityInline(TabularInline):
    model = Ability
    extra = 0
    autocomplete_fields = ["ability"]
    fields = ["ability", "instance", "specialty", "native", "experience_points"]


class ArtInline(TabularInline):
    model = Art
    extra = 0
    autocomplete_fields = ["art"]
    fields = ["art", "experience_points", "bonus_experience"]


class VirtueInline(TabularInline):
    model = Virtue
    extra = 0
    autocomplete_fields = ["virtue"]
    fields = ["virtue", "size", "parameters", "granted_by_house", "granted", "notes"]


class SpellInline(TabularInline):
    model = Spell
    extra = 0
    autocomplete_fields = ["spell", "parameter", "technique", "form"]
    fields = [
        "spell",
        "parameter",
        "name",
        "technique",
        "form",
        "requisites",
        "level",
        "ritual",
        "focus",
        "experience_points",
    ]


class TraitInline(TabularInline):
    model = Trait
    extra = 0


class ReputationInline(TabularInline):
    model = Reputation
    extra = 0
    fields = ["content", "type", "experience_points"]


class PossessionInline(TabularInline):
    model = Possession
    extra = 0
    autocomplete_fields = ["ability"]
    fields = [
        "kind",
        "item",
        "name",
        "coverage",
        "carried",
        "worn",
        "load",
        "protection",
        "ability",
        *FIGURES,
        "min_str",
    ]


class AttackInline(TabularInline):
    model = Attack
    extra = 0
    autocomplete_fields = ["ability"]


@admin.register(Character)
class CharacterAdmin(ModelAdmin):
    list_display = ["name", "type", "house", "mode", "owner", "abilities_count", "updated"]
    list_filter = ["type", "mode", "house"]
    list_select_related = ["owner", "house"]
    search_fields = ["name", "owner__username"]
    search_help_text = _("Name of the character or of its owner")
    autocomplete_fields = ["owner", "house"]
    readonly_fields = ["revision", "created", "updated"]
    inlines = [
        VirtueInline,
        AbilityInline,
        ArtInline,
        SpellInline,
        TraitInline,
        ReputationInline,
        PossessionInline,
        AttackInline,
    ]
    fieldsets = [
        (None, {"fields": ["owner", "name", "type", "house", "mode"]}),
        (
            _("Life"),
            {
                "fields": [
                    ("age", "apparent_age", "apprenticed_at"),
                    ("years_after_apprenticeship", "lab_seasons", "extra_experience"),
                ]
            },
        ),
        (_("Characteristics, as bought"), {"fields": [tuple(ABBREVIATIONS), "size"]}),
        (_("Aging"), {"fields": [AGING_POINTS, AGING_LOSSES, ("aging_settled", "decrepitude_points")]}),
        (
            _("Condition"),
            {
                "fields": [
                    ("confidence_score", "confidence_points", "warping_points"),
                    (*WOUNDS, "fatigue", "long_term_fatigue"),
                ],
            },
        ),
        (None, {"fields": ["notes"]}),
        (_("Record"), {"fields": [("revision", "created", "updated")]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request).annotate(abilities_count=Count("abilities"))
        return rows

    @admin.display(description=_("Abilities"), ordering="abilities_count")
    def abilities_count(self, row: Any) -> int:
        count: int = row.abilities_count
        return count


class ChildAdmin(ModelAdmin):
    """What belongs to a character."""

    show_full_result_count = False
    autocomplete_fields = ["character"]
    readonly_fields = ["revision"]

    @admin.display(description=_("score"))
    def score(self, row: Any) -> str:
        return f"{row.score} ({row.remainder})"


@admin.register(Ability)
class AbilityAdmin(ChildAdmin):
    list_display = ["name", "character", "specialty", "score", "experience_points"]
    list_filter = ["ability__category"]
    list_select_related = ["ability", "character"]
    search_fields = ["ability__name", "instance", "character__name"]
    autocomplete_fields = ["character", "ability"]

    @admin.display(description=_("Ability"), ordering="ability__name")
    def name(self, row: Ability) -> str:
        return row.name


@admin.register(Art)
class ArtAdmin(ChildAdmin):
    list_display = ["art", "character", "score", "experience_points", "bonus_experience"]
    list_filter = ["art__kind", "art"]
    list_select_related = ["art", "character"]
    search_fields = ["art__name", "character__name"]
    autocomplete_fields = ["character", "art"]


@admin.register(Virtue)
class VirtueAdmin(ChildAdmin):
    list_display = ["virtue", "character", "size", "parameters", "granted_by_house"]
    list_filter = ["virtue__kind", "size", "granted_by_house", "virtue__category"]
    list_select_related = ["virtue", "character"]
    search_fields = ["virtue__name", "character__name"]
    autocomplete_fields = ["character", "virtue"]


@admin.register(Spell)
class SpellAdmin(ChildAdmin):
    list_display = ["name", "character", "technique", "form", "level", "ritual"]
    list_filter = ["technique", "form", "ritual"]
    list_select_related = ["technique", "form", "character"]
    search_fields = ["name", "character__name"]
    autocomplete_fields = ["character", "spell", "parameter", "technique", "form"]


@admin.register(Trait)
class TraitAdmin(ChildAdmin):
    list_display = ["name", "character", "score"]
    list_select_related = ["character"]
    search_fields = ["name", "character__name"]

    @admin.display(description=_("score"), ordering="score")
    def score(self, row: Trait) -> str:
        return f"{row.score:+}"


@admin.register(Reputation)
class ReputationAdmin(ChildAdmin):
    list_display = ["content", "character", "type", "score"]
    list_filter = ["type"]
    list_select_related = ["character"]
    search_fields = ["content", "character__name"]


@admin.register(Possession)
class PossessionAdmin(ChildAdmin):
    list_display = ["name", "character", "kind", "item", "carried"]
    list_filter = ["kind", "carried"]
    list_select_related = ["character"]
    search_fields = ["name", "character__name"]
    autocomplete_fields = ["character", "ability"]


@admin.register(Attack)
class AttackAdmin(ChildAdmin):
    list_display = ["weapon", "shield", "character", "mounted"]
    list_filter = ["mounted"]
    list_select_related = ["character"]
    search_fields = ["name", "weapon", "character__name"]
    autocomplete_fields = ["character", "ability"]


class CatalogueAdmin(ModelAdmin):
    """Reference rows are only looked up here: an edit would be undone by the next `load_catalogue`."""

    search_fields = ["name", "id"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False


@admin.register(CatalogueAbility)
class CatalogueAbilityAdmin(CatalogueAdmin):
    list_display = ["name", "category", "needs_instance", "untrained_use", "id"]
    list_filter = ["category", "needs_instance", "untrained_use"]


@admin.register(CatalogueArt)
class CatalogueArtAdmin(CatalogueAdmin):
    list_display = ["name", "abbr", "kind", "elemental", "id"]
    list_filter = ["kind", "elemental"]


@admin.register(CatalogueVirtue)
class CatalogueVirtueAdmin(CatalogueAdmin):
    list_display = ["name", "kind", "size", "category", "tainted", "id"]
    list_filter = ["kind", "size", "category", "tainted"]


@admin.register(CatalogueHouse)
class CatalogueHouseAdmin(CatalogueAdmin):
    list_display = ["name", "type", "id"]
    list_filter = ["type"]


@admin.register(CatalogueSpell)
class CatalogueSpellAdmin(CatalogueAdmin):
    list_display = ["name", "technique", "form", "level", "ritual", "id"]
    list_filter = ["technique", "form", "ritual"]
    list_select_related = ["technique", "form"]


@admin.register(CatalogueEdition)
class CatalogueEditionAdmin(CatalogueAdmin):
    search_fields = ["stamp"]


class SharingAdmin(CatalogueAdmin):
    """Who may see or edit whose characters: only looked at here. The secrets of links are nobody's business."""

    list_display = ["character", "created"]
    list_select_related = ["character"]
    search_fields = ["character__name", "character__owner__username"]
    exclude = ["token", "digest"]


admin.site.register([ReadLink, Invitation], SharingAdmin)


@admin.register(Editor)
class EditorAdmin(SharingAdmin):
    list_display = ["character", "user", "created"]
    list_select_related = ["character", "user"]
