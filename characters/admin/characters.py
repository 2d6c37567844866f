"""Characters on the admin site: with all that belongs to them, and what follows from it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.options import IS_POPUP_VAR
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from characters.admin.actions import ActionsAdmin
from characters.admin.inlines import (
    AbilityInline,
    ArtInline,
    AttackInline,
    PossessionInline,
    ReputationInline,
    SpellInline,
    TraitInline,
    VirtueInline,
)
from characters.birth import equip
from characters.catalogue.reference import reference
from characters.models import Character
from characters.models.aging import AGING_LOSSES, AGING_POINTS
from characters.models.condition import WOUNDS
from characters.rules.characteristics import ABBREVIATIONS
from characters.sheet import sheets


class DerivedList(ChangeList):
    """A list whose rows carry their derived `sheet`, worked out for the whole page in a fixed number of queries."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        rows = list(self.result_list)
        for row, sheet in zip(rows, sheets(rows), strict=True):
            row.sheet = sheet
        self.result_list = rows


@admin.register(Character)
class CharacterAdmin(ActionsAdmin):
    list_display = ["name", "type", "house", "short_mode", "owner", "points", "experience_left", "findings", "updated"]
    list_filter = ["type", "mode", "house", "updated"]
    list_per_page = 50
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
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows.defer("house__facts")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return DerivedList

    def get_inlines(self, request: HttpRequest, obj: Character | None) -> list[Any]:
        """None for a new character: a magus begins with Arts and Virtues, which are there to be edited afterwards."""
        return list(self.inlines) if obj else []

    def save_model(self, request: HttpRequest, obj: Character, form: ModelForm[Character], change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not change:
            equip(obj, reference().rules)

    def response_add(self, request: HttpRequest, obj: Character, post_url_continue: str | None = None) -> HttpResponse:
        """On to the page where the rest is entered, as for users of the site."""
        if not request.POST.keys() & {"_addanother", IS_POPUP_VAR}:
            fields = request.POST.copy()
            fields["_continue"] = "1"
            request.POST = fields  # type: ignore[assignment]
        return super().response_add(request, obj, post_url_continue)

    @admin.display(description=_("mode"), ordering="mode")
    def short_mode(self, row: Character) -> str:
        """The first word of `Advisory: findings are shown`."""
        return row.get_mode_display().partition(":")[0]

    @admin.display(description=_("Virtues / Flaws"))
    def points(self, row: Any) -> str:
        return f"{row.sheet['virtue_points']['spent']} / {row.sheet['flaw_points']['spent']}"

    @admin.display(description=_("experience left"))
    def experience_left(self, row: Any) -> int:
        budget = row.sheet["experience"]["budget"]
        left: int = budget["left"] - budget["unpaid"]
        return left

    @admin.display(description=_("findings"))
    def findings(self, row: Any) -> str:
        found = row.sheet["findings"]
        errors = sum(one["severity"] == "error" for one in found)
        words = ngettext("%(number)d error", "%(number)d errors", errors) % {"number": errors}
        return f"{len(found)} ({words})" if errors else str(len(found))
