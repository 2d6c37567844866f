"""The pages of the guided creation."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect

from characters import becoming, guide
from characters.catalogue.reference import reference
from characters.guide_forms import BecomeForm, GiftForm
from characters.models import Character
from characters.sheet import sheets
from characters.views import SheetView
from characters.writes import write, write_group


class GuideEntry(SheetView):
    """Leads to the step where its maker left."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return redirect(guide.address(self.get_object()))


class GuideView(SheetView):
    """A step: a part of the sheet, with what it gives, what is left of it, and what the rules say of it."""

    step: guide.Step
    object: Character

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if kwargs["name"] not in Character.Step.values:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.object = self.get_object()
        step = guide.step_of(self.object, kwargs["name"])
        if step is None:  # a companion has no apprenticeship
            return redirect(guide.address(self.object))
        self.step = step
        return self.render_to_response(self.get_context_data(object=self.object))

    def get_template_names(self) -> list[str]:
        return [self.step.template]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = super().get_context_data(**kwargs)
        return {**page, **guide.guide_page(self.object, self.step, page["sheet"])}

    def post(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        """Without a script: go on to a step (`go`), become something (`type`, `house`), or take a gift (`gift`)."""
        self.object = self.get_object()
        if "go" in request.POST:
            return self._go(request.POST["go"])
        problem = self._take() if "gift" in request.POST else self._become()
        if problem:
            messages.error(request, problem)
        return redirect("characters:guide", pk, name)

    def _go(self, to: str) -> HttpResponse:
        """To a step, which is where the guide goes on by then; or to the sheet, and the guide is over."""
        key = self.object.pk
        wanted = to if to in Character.Step.values else ""
        written = write(
            self.request,
            key,
            {"resource": "characters", "action": "update", "target": key, "data": {"guide_step": wanted}},
        )
        if written.error is not None:
            messages.error(self.request, written.error["detail"])
        return redirect(guide.address(self.object, wanted)) if wanted else redirect("characters:sheet", key)

    def _become(self) -> str:
        """What was refused, in words."""
        form = BecomeForm(self.request.POST)
        if not form.is_valid():
            return form.refusal()
        (sheet,) = sheets([self.object])
        to = {"kind": sheet["type"], "house": sheet["house"] and sheet["house"]["id"], **form.told()}
        return self._write(becoming.operations(sheet, reference().rules, to["kind"], to["house"]))

    def _take(self) -> str:
        form = GiftForm(self.request.POST)
        if not form.is_valid() or self.object.house_id is None:
            return form.refusal()
        (sheet,) = sheets([self.object])
        return self._write(becoming.chosen(sheet, reference().rules, *form.place))

    def _write(self, operations: list[dict[str, Any]]) -> str:
        written = write_group(self.request, self.object.pk, operations) if operations else None
        return str(written.error["detail"]) if written and written.error else ""
