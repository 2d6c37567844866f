"""The reference catalogue on the admin site."""

from __future__ import annotations

from django.contrib import admin
from django.db import models
from django.utils.translation import gettext_lazy as _

from characters.admin.base import ReadOnlyAdmin
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
    Possession,
    Spell,
    Virtue,
)

USERS = (Character, Ability, Art, Virtue, Spell, Possession, Attack)


def _users(model: type[models.Model], entry: models.Model) -> int:
    """How many rows of a model name an entry, in any of their relations."""
    relations = [field.name for field in model._meta.concrete_fields if field.related_model is type(entry)]
    named = models.Q(*((name, entry.pk) for name in relations), _connector=models.Q.OR)
    return model._default_manager.filter(named).count() if relations else 0


class CatalogueAdmin(ReadOnlyAdmin):
    """Reference rows are only looked up here: an edit would be undone by the next `load_catalogue`."""

    search_fields = ["name", "id"]
    readonly_fields = ("used_by",)

    @admin.display(description=_("used by"))
    def used_by(self, row: models.Model) -> str:
        """How many rows name the entry: as long as there are any, the database keeps it."""
        counts = ((model, _users(model, row)) for model in USERS)
        words = [f"{number} {model._meta.verbose_name_plural}" for model, number in counts if number]
        return ", ".join(words) or str(_("nobody"))


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
    readonly_fields = ()  # type: ignore[assignment]
