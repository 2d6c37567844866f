"""Pages where whole characters leave and arrive."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.generic import DetailView, FormView
from rest_framework.exceptions import Throttled

from batching.conf import conf
from characters.exchange import imports
from characters.exchange.files import FORMATS
from characters.exchange.imports import Duplicates, Report
from characters.exchange.parcel import Faulty
from characters.views import EditableCharacters
from characters.writes import counted

CHOICES: list[tuple[Duplicates, Any]] = [
    ("skip", _("Skip characters who are here already")),
    ("copy", _("Import everybody again, with a number after the name")),
    ("refuse", _("Import nothing if a name is taken")),
]


class ImportForm(forms.Form):
    file = forms.FileField(label=_("File"), help_text=_("Of this site, or an actor of Foundry VTT (arm5e)."))
    duplicates = forms.ChoiceField(label=_("If a name is taken"), choices=CHOICES)
    dry_run = forms.BooleanField(label=_("Only check the file"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].widget.attrs["accept"] = ".json,application/json"


class ImportView(LoginRequiredMixin, FormView):  # type: ignore[type-arg]
    """Takes a file; tells all that is wrong with it, or what became of it."""

    form_class = ImportForm
    template_name = "characters/import.html"

    def form_valid(self, form: ImportForm) -> HttpResponse:
        sent = form.cleaned_data
        try:
            parcel = imports.read(sent["file"].read(conf().MAX_BODY + 1))
            counted(self.request, imports.size(parcel))
            report = imports.bring(parcel, self.request.user, duplicates=sent["duplicates"], dry_run=sent["dry_run"])
        except Faulty as faulty:
            return self._again(form, faults=faulty.told)
        except Throttled as error:
            form.add_error(None, str(error.detail))
            return self.form_invalid(form)
        return self._told(form, report)

    def _told(self, form: ImportForm, report: Report) -> HttpResponse:
        if report.dry_run or report.notes:
            return self._again(form, report=report)
        number = len(report.arrivals)
        created = sum(arrival.created for arrival in report.arrivals)
        text = ngettext(
            "%(created)d of %(number)d character imported.", "%(created)d of %(number)d characters imported.", number
        )
        messages.success(self.request, text % {"created": created, "number": number})
        return redirect("characters:list")

    def _again(self, form: ImportForm, **told: Any) -> HttpResponse:
        status = 422 if "faults" in told else 200
        return self.render_to_response(self.get_context_data(form=form, **told), status=status)


class StatBlockView(EditableCharacters, DetailView):  # type: ignore[type-arg]
    """The stat block of a character, to be copied."""

    template_name = "characters/stat_block.html"
    context_object_name = "character"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs, text=FORMATS["markdown"].text(self.object))
