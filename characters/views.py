"""Pages of the character manager. What others do not share with the user is not found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.decorators import method_decorator
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.gzip import gzip_page
from django.views.generic import DetailView, FormView, ListView, TemplateView
from rest_framework.exceptions import Throttled

from characters import becoming, offers, published
from characters.catalogue import DATA
from characters.catalogue.reference import Reference, reference
from characters.copying import copy
from characters.forms import CharacterForm, OperationForm, TemplateForm
from characters.guide import first_step
from characters.listing import CharacterListFilter, counts
from characters.models import Character
from characters.models.sharing import editable_by
from characters.pages import edit_page, sheet_page
from characters.plain import describe
from characters.reading import read_rows
from characters.sheet import sheets
from characters.writes import counted, write, write_group


class OwnCharacters(LoginRequiredMixin):
    """Characters of the user. Pages are never kept: an old one would show old numbers after a step back."""

    request: HttpRequest

    @method_decorator(never_cache)
    def dispatch(self, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return super().dispatch(*args, **kwargs)

    def get_queryset(self) -> QuerySet[Character]:
        return Character.objects.filter(owner_id=self.request.user.pk).select_related("house").defer("house__facts")


class EditableCharacters(OwnCharacters):
    """Characters of the user, and grogs that others share with them."""

    def get_queryset(self) -> QuerySet[Character]:
        rows = Character.objects.filter(pk__in=editable_by(self.request.user))
        return rows.select_related("house", "owner").defer("house__facts")


class CharacterListView(EditableCharacters, ListView):  # type: ignore[type-arg]
    template_name = "characters/list.html"
    context_object_name = "characters"
    paginate_by = 60

    def get_queryset(self) -> QuerySet[Character]:
        self.filter = CharacterListFilter(self.request.GET, super().get_queryset())
        found: QuerySet[Character] = self.filter.qs
        return found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs, filter=self.filter, counts=counts(super().get_queryset()))


class CharacterCopyView(OwnCharacters, View):
    """Makes a copy and shows it."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return redirect("characters:list")  # whoever had to log in on the way arrives here

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        character = get_object_or_404(self.get_queryset(), pk=pk)
        try:
            counted(request)
        except Throttled as error:
            messages.error(request, str(error))
            return redirect("characters:list")
        made = copy(character)
        messages.success(request, _("%(name)s was made.") % {"name": made.name})
        return redirect("characters:sheet", made.pk)


@method_decorator(gzip_page, "dispatch")
class SheetView(EditableCharacters, DetailView):  # type: ignore[type-arg]
    """The sheet, which is long: seven times as long as what is sent of it."""

    template_name = "characters/sheet.html"
    context_object_name = "character"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs, **sheet_page(self.object, self.request.GET.get("total")))


class OffersView(LoginRequiredMixin, View):
    """What the catalogue offers to a character, as JSON. A browser that has it already is told so (304)."""

    @method_decorator(cache_control(private=True, no_cache=True))
    def get(self, request: HttpRequest, pk: int, kind: str) -> HttpResponse:
        character, known = get_object_or_404(Character, pk__in=editable_by(request.user), pk=pk), reference()
        if kind not in offers.KINDS:
            raise Http404
        stage = request.GET.get("stage", "")
        stage = stage if stage in offers.STAGES else ""
        etag = f'"{known.edition[:16]}-{character.pk}-{character.revision}-{kind}{stage}-{get_language()}"'
        unchanged: HttpResponse | None = get_conditional_response(request, etag=etag)
        return unchanged or self._answer(character, kind, stage, known, etag)

    def _answer(self, character: Character, kind: str, stage: str, known: Reference, etag: str) -> HttpResponse:
        rows = read_rows([character.pk])[character.pk]
        found = offers.offers(kind, describe(character, rows, known.rules), known, stage)
        return JsonResponse({"offers": found, "lists": offers.lists(known)}, headers={"ETag": etag})


class CharacterCreateView(LoginRequiredMixin, FormView):  # type: ignore[type-arg]
    """A new character: through the guide, with a blank sheet, or from a printed one."""

    form_class = CharacterForm
    template_name = "characters/new.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{"template_form": TemplateForm(auto_id="template_%s"), **kwargs})

    def form_valid(self, form: CharacterForm) -> HttpResponse:
        guided = "guide" in self.request.POST
        data = {**form.data_for_api, **({"guide_step": first_step(form.cleaned_data["type"])} if guided else {})}
        written = write(self.request, None, {"resource": "characters", "action": "create", "data": data})
        if written.error is None:
            return redirect("characters:guide-entry" if guided else "characters:sheet", written.target)
        form.add_error(None, written.error["detail"])
        return self.form_invalid(form)


class FromTemplateView(LoginRequiredMixin, View):
    """A new character that begins as a printed one."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return redirect("characters:new")

    def post(self, request: HttpRequest) -> HttpResponse:
        form = TemplateForm(request.POST, auto_id="template_%s")
        if form.is_valid():
            try:
                counted(request, sum(1 for _row in published.rows(form.printed)))
                return redirect("characters:sheet", published.load(form.printed, request.user).key)
            except (Throttled, published.PublishedError) as error:
                form.add_error(None, str(error))
        page = {"form": CharacterForm(), "template_form": form}
        return render(request, "characters/new.html", page)


class CharacterDeleteView(OwnCharacters, DetailView):  # type: ignore[type-arg]
    """Asks first, then deletes."""

    template_name = "characters/delete.html"
    context_object_name = "character"

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        name = self.get_object().name
        written = write(request, pk, {"resource": "characters", "action": "delete", "target": pk})
        if written.error is not None:
            messages.error(request, written.error["detail"])
            return redirect("characters:sheet", pk)
        messages.success(request, _("%(name)s was deleted.") % {"name": name})
        return redirect("characters:list")


class WriteView(LoginRequiredMixin, View):
    """A form on the sheet: done as the API does it, then back to the sheet, with a message if it was refused."""

    form_class: type[OperationForm] = OperationForm
    resource = ""
    action = ""
    fixed: Mapping[str, Any] = {}

    def get(self, request: HttpRequest, pk: int, target: int | None = None) -> HttpResponse:
        if self.action != "update" or target is None:
            return redirect(_page(request, pk))  # whoever had to log in on the way arrives here
        character = get_object_or_404(Character, pk__in=editable_by(request.user), pk=pk)
        context = edit_page(character, self.resource, target)
        if context is None:
            raise Http404
        removable = self.resource != "arts"
        context["remove"] = removable and reverse(f"characters:{self.resource}-delete", args=[pk, target])
        context["back"] = _place(request, pk, self.resource, target)
        context["guide"] = _guide(request)
        return render(request, "characters/edit.html", context)

    def post(self, request: HttpRequest, pk: int, target: int | None = None) -> HttpResponse:
        form = self.form_class(request.POST)
        if not form.is_valid():
            messages.error(request, form.refusal())
            return redirect(_place(request, pk, self.resource, target))
        data = {**form.data_for_api(), **self.fixed}
        operation: dict[str, Any] = {"resource": self.resource, "action": self.action, "data": data}
        if self.action == "create":
            operation["data"]["character"] = pk
        else:
            operation["target"] = pk if target is None else target
        written = write_group(request, pk, self.operations(pk, operation))
        if written.error is not None:
            messages.error(request, form.refusal(written.error))
        return redirect(_place(request, pk, self.resource, target or written.target))

    def operations(self, pk: int, operation: dict[str, Any]) -> list[dict[str, Any]]:
        """What is to be done: what the form says, and what follows from it."""
        return [operation]


class WhoView(WriteView):
    """Name, type, House and size: with another type or House goes what the old gave, and comes what the new gives."""

    def operations(self, pk: int, operation: dict[str, Any]) -> list[dict[str, Any]]:
        character = get_object_or_404(Character, pk__in=editable_by(self.request.user), pk=pk)
        (sheet,) = sheets([character])
        data = operation["data"]
        own, *others = becoming.operations(sheet, reference().rules, data["type"], data["house"]) or [operation]
        return [{**operation, "data": {**data, **own["data"]}}, *others]


class AboutView(TemplateView):
    """What this is, and whose material it uses."""

    template_name = "characters/about.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        notice = (DATA / "NOTICE").read_text(encoding="utf-8")
        paragraphs = [" ".join(paragraph.split()) for paragraph in notice.split("\n\n")]
        return super().get_context_data(**kwargs, notice=paragraphs)


def _place(request: HttpRequest, character: int, resource: str, target: int | None) -> str:
    """The row that a form belongs to, on the sheet or the step of the guide that it stands on."""
    return _page(request, character) + (f"#{resource}-{target}" if target else "")


def _page(request: HttpRequest, character: int) -> str:
    guide = _guide(request)
    return (
        reverse("characters:guide", args=[character, guide]) if guide else reverse("characters:sheet", args=[character])
    )


def _guide(request: HttpRequest) -> str:
    """The step of the guide that a form or a link says it stands on."""
    name = request.POST.get("guide") or request.GET.get("guide", "")
    return name if name in Character.Step.values else ""
