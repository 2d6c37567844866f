"""What the steps of the guide ask for, where the sheet asks for nothing like it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from characters.editing import LIVING_LANGUAGE, houses
from characters.forms import OperationForm
from characters.models import Character
from characters.rules.budget import NATIVE_LANGUAGE


class BecomeForm(OperationForm):
    """Another type or House."""

    type = forms.ChoiceField(label=_("Type"), choices=Character.Type.choices, required=False)
    house = forms.ChoiceField(label=_("House"), choices=houses, required=False)

    def told(self) -> dict[str, Any]:
        """What was sent, as the API takes it."""
        found = {"kind": self.cleaned_data["type"] or None, "house": self.cleaned_data["house"] or None}
        sent = {"kind": "type", "house": "house"}
        return {name: value for name, value in found.items() if sent[name] in self.data and (value or name == "house")}


class GiftForm(OperationForm):
    """One of the choices of a House: the number of the gift, and of the choice."""

    gift = forms.RegexField(r"^\d{1,2}:\d{1,2}$", label=_("Gift"))

    @property
    def place(self) -> tuple[int, int]:
        gift, _, choice = self.cleaned_data["gift"].partition(":")
        return int(gift), int(choice)


class NativeLanguageForm(OperationForm):
    """The language of one's childhood, which nobody pays for."""

    instance = forms.CharField(label=_("Native language"), max_length=100)

    def data_for_api(self) -> dict[str, Any]:
        return {**self.cleaned_data, "ability": LIVING_LANGUAGE, "native": True, "experience_points": NATIVE_LANGUAGE}
