"""What belongs to a character, on the character's own page.

The number of queries does not depend on how many rows there are: names of catalogue entries are read once per kind, and
rows come with the entries that they are called by.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.admin.widgets import AutocompleteSelect
from django.db import models
from django.db.models import QuerySet
from django.forms import BaseInlineFormSet
from django.http import HttpRequest
from django.utils.functional import cached_property

from characters.admin.base import TabularInline
from characters.models import Ability, Art, Attack, Possession, Reputation, Spell, Trait, Virtue
from characters.models.possession import FIGURES


class Names:
    """What the rows of a catalogue table are called, read when it is first asked."""

    def __init__(self, model: type[models.Model]) -> None:
        self.model = model

    @cached_property
    def by_key(self) -> dict[str, str]:
        return dict(self.model._default_manager.values_list("pk", "name"))


class CatalogueSelect(AutocompleteSelect):
    """Autocomplete that names what is chosen without a query of its own. All of a page share one `Names`."""

    names: Names

    def optgroups(self, name: str, value: Sequence[str], attr: Any = None) -> Any:
        empty = [] if self.is_required else [self.create_option(name, "", "", False, 0)]
        chosen = [
            self.create_option(name, key, self.names.by_key.get(key, key), True, len(empty)) for key in value if key
        ]
        return [(None, [*empty, *chosen], 0)]


class NamedFields(BaseInlineFormSet):  # type: ignore[type-arg]
    """Each field of a table says what it is, since the heading of its column is no label."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        for field in form.fields.values():
            if not field.widget.is_hidden:
                inner = getattr(field.widget, "widget", field.widget)
                inner.attrs.setdefault("aria-label", str(field.label))


class ChildInline(TabularInline):
    """Rows of a character."""

    extra = 0
    formset = NamedFields
    named_by: tuple[str, ...] = ()
    """Relations that the names of rows are made of."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows.select_related(*self.named_by) if self.named_by else rows

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        if db_field.name in self.autocomplete_fields:
            widget = CatalogueSelect(db_field, self.admin_site)
            widget.names = Names(db_field.remote_field.model)
            options["widget"] = widget
        return super().formfield_for_foreignkey(db_field, request, **options)


class AbilityInline(ChildInline):
    model = Ability
    named_by = ("ability",)
    autocomplete_fields = ["ability"]
    fields = ["ability", "instance", "specialty", "native", "experience_points"]


class ArtInline(ChildInline):
    model = Art
    named_by = ("art",)
    autocomplete_fields = ["art"]
    fields = ["art", "experience_points", "bonus_experience"]


class VirtueInline(ChildInline):
    model = Virtue
    named_by = ("virtue",)
    autocomplete_fields = ["virtue"]
    fields = ["virtue", "size", "parameters", "granted_by_house", "granted", "notes"]


class SpellInline(ChildInline):
    model = Spell
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


class TraitInline(ChildInline):
    model = Trait


class ReputationInline(ChildInline):
    model = Reputation
    fields = ["content", "type", "experience_points"]


class PossessionInline(ChildInline):
    model = Possession
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


class AttackInline(ChildInline):
    model = Attack
    autocomplete_fields = ["ability"]
