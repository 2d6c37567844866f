"""Pages with which a character is shown to others, and a grog edited by them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.generic import DetailView
from rest_framework.exceptions import Throttled

from characters import sharing
from characters.forms import EditorForm, PlayerForm
from characters.models import Character, Invitation, ReadLink
from characters.models.sharing import INVITATION_DAYS
from characters.printing import printed
from characters.throttling import seconds_to_wait
from characters.views import EditableCharacters, OwnCharacters
from characters.writes import counted


class ShareView(OwnCharacters, DetailView):  # type: ignore[type-arg]
    """The owner's page: who may see and edit the character, and forms that change it."""

    template_name = "characters/share.html"
    context_object_name = "character"
    object: Character

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        character = self.object
        link = ReadLink.objects.filter(character=character).first()
        return super().get_context_data(
            **kwargs,
            link=link and self._address("shared", link.token),
            invitation=Invitation.objects.filter(character=character).first(),
            editors=list(character.editors.select_related("user")),
            is_grog=character.type == Character.Type.GROG,
            days=INVITATION_DAYS,
        )

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Do what the button that was pressed says."""
        self.object = self.get_object()
        steps: dict[str, Callable[[], HttpResponse | None]] = {
            "open": self._open,
            "close": self._close,
            "invite": self._invite,
            "withdraw": self._withdraw,
            "add": self._add,
            "remove": self._remove,
        }
        step = steps.get(request.POST.get("do", ""))
        try:
            counted(request)
            response = step() if step else None
        except (ValidationError, Throttled) as error:
            messages.error(request, " ".join(getattr(error, "messages", [str(error)])))
            response = None
        return response or redirect("characters:share", pk)

    def _open(self) -> None:
        sharing.open_link(self.object)

    def _close(self) -> None:
        sharing.close_link(self.object)
        messages.success(self.request, _("The link does not work any more."))

    def _invite(self) -> HttpResponse:
        # Told now and never again: only its digest is kept.
        address = self._address("join", sharing.invite(self.object))
        return self.render_to_response(self.get_context_data(invitation_link=address))

    def _withdraw(self) -> None:
        sharing.withdraw(self.object)

    def _add(self) -> None:
        form = PlayerForm(self.request.POST)
        if not form.is_valid():
            raise ValidationError(_("There is no player of this name."))
        sharing.add_editor(self.object, form.cleaned_data["username"])

    def _remove(self) -> None:
        form = EditorForm(self.object, self.request.POST)
        if form.is_valid():
            sharing.remove_editor(self.object, form.cleaned_data["editor"].user)

    def _address(self, name: str, token: str) -> str:
        return self.request.build_absolute_uri(reverse(f"characters:{name}", args=[token]))


class LeaveView(EditableCharacters, View):
    """An editor gives a grog back."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return redirect("characters:list")  # whoever had to log in on the way arrives here

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        character = get_object_or_404(self.get_queryset().exclude(owner_id=request.user.pk), pk=pk)
        sharing.remove_editor(character, request.user)
        messages.success(request, _("%(name)s is no longer on your list.") % {"name": character.name})
        return redirect("characters:list")


class Unlisted(View):
    """A page behind a secret address: no search engine keeps it, nobody else is told where one comes from.

    `same-origin` rather than `no-referrer`: with the latter browsers hide where a form was sent from, and those of the
    page (to log out) would be refused.
    """

    @method_decorator(never_cache)
    def dispatch(self, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = super().dispatch(*args, **kwargs)
        response["X-Robots-Tag"] = "noindex, nofollow"
        response["Referrer-Policy"] = "same-origin"
        return response


class SharedView(Unlisted):
    """The sheet of a character to read, for everybody who has the link."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        if wait := seconds_to_wait(request, "shared", settings.SHARED_READS):
            response = render(request, "429.html", status=429)
            response["Retry-After"] = str(wait)
            return response
        rows = Character.objects.select_related("house").defer("house__facts")
        character = get_object_or_404(rows, read_link__token=token)
        return render(request, "characters/shared.html", {"papers": [printed(character)], "character": character})


class JoinView(Unlisted, LoginRequiredMixin, View):
    """Asks whoever was invited whether they want to edit the grog."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        found = sharing.invitation(token)
        if found is None:
            raise Http404
        return render(request, "characters/join.html", {"character": found.character})

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        try:
            counted(request)
            character = sharing.accept(token, request.user)
        except (ValidationError, Throttled) as error:
            messages.error(request, " ".join(getattr(error, "messages", [str(error)])))
            return redirect("characters:list")
        if character is None:
            raise Http404
        return redirect("characters:sheet", character.pk)
