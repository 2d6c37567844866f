"""What the list of characters can be searched by, and in which order it stands."""

# mypy: disable-error-code="misc"
# (django-filter has no types, so that its classes are Any.)

from __future__ import annotations

from typing import Any

import django_filters as filters
from django import forms
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from characters.models import CatalogueHouse, Character

ORDERS = {
    "name": _("Name"),
    "-updated": _("Last changed"),
    "-created": _("Newest"),
    "age": _("Youngest"),
    "-age": _("Eldest"),
}


class CharacterListFilter(filters.FilterSet):
    """`?q=mar&type=magus&house=house.flambeau&order=-updated`; all of it may be left out."""

    q = filters.CharFilter(method="search", label=_("Search"), widget=forms.TextInput(attrs={"type": "search"}))
    type = filters.ChoiceFilter(choices=Character.Type.choices, widget=forms.HiddenInput)
    house = filters.ModelChoiceFilter(queryset=CatalogueHouse.objects.only("id", "name"), label=_("House"))
    order = filters.OrderingFilter(choices=list(ORDERS.items()), label=_("Order"), empty_label=None, null_label=None)

    class Meta:
        model = Character
        fields = ["q", "type", "house", "order"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["house"].extra["empty_label"] = _("All")

    def search(self, rows: QuerySet[Character], name: str, value: str) -> QuerySet[Character]:
        """Every word is in the name of the character or of its House."""
        for word in value.split():
            rows = rows.filter(Q(name__icontains=word) | Q(house__name__icontains=word))
        return rows

    @property
    def is_searched(self) -> bool:
        """Whether anything is asked for beyond an order."""
        return any(self.data.get(name) for name in ("q", "type", "house"))


def counts(rows: QuerySet[Character]) -> list[tuple[str, Any, int]]:
    """Type, its name and how many there are, for each type that occurs; one query."""
    found = dict(rows.order_by().values_list("type").annotate(Count("pk")))
    return [(value, label, found[value]) for value, label in reversed(Character.Type.choices) if value in found]
