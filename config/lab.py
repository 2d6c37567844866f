"""The laboratory of the browser queue: a page for developers that shows it at work and makes things go wrong."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView

from characters.models import Character
from characters.sheet import sheets


@method_decorator(never_cache, name="dispatch")
class QueueLabView(LoginRequiredMixin, TemplateView):
    """One of the user's characters (`?character=12`, or the one changed last) to click on. Not there without DEBUG."""

    template_name = "queue_lab.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not settings.DEBUG:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        character = self._characters().first()
        sheet = sheets([character])[0] if character else None
        return super().get_context_data(**kwargs, character=character, sheet=sheet)

    def _characters(self) -> QuerySet[Character]:
        own = Character.objects.filter(owner_id=self.request.user.pk).order_by("-updated")
        wanted = self.request.GET.get("character", "")
        return own.filter(pk=int(wanted)) if wanted.isascii() and wanted.isdecimal() and len(wanted) < 19 else own
