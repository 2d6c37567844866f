"""Pages that are made to be printed."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import View
from django.views.generic import DetailView, TemplateView

from characters.models import Character
from characters.printing import blank, cards, printed
from characters.views import EditableCharacters

MOST_CARDS = 40


class PrintView(EditableCharacters, DetailView):  # type: ignore[type-arg]
    """A character on two pages."""

    template_name = "characters/print.html"
    context_object_name = "character"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs, papers=[printed(self.object)])


class BlankView(LoginRequiredMixin, View):
    """`?type=magus`: an empty sheet for a type of character."""

    def get(self, request: HttpRequest) -> HttpResponse:
        kind = request.GET.get("type", Character.Type.MAGUS)
        if kind not in Character.Type.values:
            raise Http404
        return render(request, "characters/print.html", {"papers": [blank(kind)], "types": Character.Type.choices})


class CardsView(EditableCharacters, TemplateView):
    """`?character=3&character=5`: what a fight needs of each, four to a page. All grogs if nobody is named."""

    template_name = "characters/cards.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        wanted = set(self.request.GET.getlist("character"))
        grogs = list(self.get_queryset().filter(type=Character.Type.GROG))
        chosen = [grog for grog in grogs if not wanted or str(grog.pk) in wanted][:MOST_CARDS]
        return super().get_context_data(
            **kwargs, grogs=grogs, chosen={grog.pk for grog in chosen}, pages=cards(chosen), most=MOST_CARDS
        )
