"""What belongs to characters, by itself."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from characters.admin.base import ModelAdmin
from characters.models import Ability, Art, Attack, Possession, Reputation, Spell, Trait, Virtue


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
