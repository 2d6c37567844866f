"""What can be done to many characters at once. Whatever changes something asks first."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from characters.admin.base import ModelAdmin
from characters.copying import copy
from characters.exchange.files import together
from characters.exchange.parcel import MAX_CHARACTERS
from characters.models import Character


class NewOwnerForm(forms.Form):
    username = forms.CharField(label=_("New owner"), max_length=150)

    def clean_username(self) -> str:
        model = get_user_model()
        try:
            self.owner = model._default_manager.get_by_natural_key(self.cleaned_data["username"])
        except model.DoesNotExist:
            raise forms.ValidationError(_("There is no user of this name.")) from None
        return str(self.cleaned_data["username"])


class ActionsAdmin(ModelAdmin):
    """Actions of the list of characters."""

    actions = ["export", "duplicate", "transfer"]

    @admin.action(description=_("Export the selected characters"), permissions=["view"])
    def export(self, request: HttpRequest, chosen: QuerySet[Character]) -> HttpResponse | None:
        if (number := chosen.count()) > MAX_CHARACTERS:
            self._tell(request, _("At most %(most)d at once, please.") % {"most": MAX_CHARACTERS}, messages.ERROR)
            return None
        body = json.dumps(together(list(chosen)), ensure_ascii=False, indent=2)
        disposition = f'attachment; filename="characters-{number}.json"'
        return HttpResponse(body, content_type="application/json", headers={"Content-Disposition": disposition})

    @admin.action(description=_("Duplicate the selected characters"), permissions=["add"])
    def duplicate(self, request: HttpRequest, chosen: QuerySet[Character]) -> HttpResponse | None:
        """A copy of each, for the same owner."""
        if "confirmed" not in request.POST:
            return self._ask(request, chosen, "duplicate", _now("Duplicate these characters?"))
        for character in chosen:
            self.log_addition(request, copy(character), "Duplicated.")
        number = chosen.count()
        self._tell(request, ngettext("%d character duplicated.", "%d characters duplicated.", number) % number)
        return None

    @admin.action(description=_("Give the selected characters to another owner"), permissions=["change"])
    def transfer(self, request: HttpRequest, chosen: QuerySet[Character]) -> HttpResponse | None:
        """Sheets that are open learn of it by the revision, and that the character is no longer there for them."""
        form = NewOwnerForm(request.POST if "confirmed" in request.POST else None)
        if not form.is_valid():
            return self._ask(request, chosen, "transfer", _now("Give these characters to another owner?"), form)
        with transaction.atomic():
            for character in chosen.select_for_update(of=("self",)):  # not the House, which may be none
                character.owner = form.owner
                character.save(update_fields=["owner", "updated"])
                self.log_change(request, character, [{"changed": {"fields": ["owner"]}}])
        self._tell(request, _("They belong to %(owner)s now.") % {"owner": form.owner})
        return None

    def _ask(
        self, request: HttpRequest, chosen: QuerySet[Character], action: str, title: str, form: forms.Form | None = None
    ) -> HttpResponse:
        context = {
            **admin.site.each_context(request),
            "title": title,
            "opts": Character._meta,
            "chosen": chosen.select_related("owner"),
            "action": action,
            "form": form,
            "checkbox": ACTION_CHECKBOX_NAME,
        }
        return TemplateResponse(request, "admin/characters/confirm.html", context)

    def _tell(self, request: HttpRequest, text: Any, level: int = messages.SUCCESS) -> None:
        self.message_user(request, str(text), level)
