"""What the pages ask for. Forms check the shape and word the errors; the API's serializers decide."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.utils.translation import gettext_lazy as _

from characters.models import CatalogueAbility, Character, Editor
from characters.models.limits import MAX_AGE
from characters.rules.characteristics import ABBREVIATIONS
from characters.rules.experience import MAX_EXPERIENCE


class CharacterForm(forms.ModelForm):  # type: ignore[type-arg]
    """A new character."""

    class Meta:
        model = Character
        fields = ["name", "type", "house", "age"]
        labels = {"name": _("Name"), "type": _("Type"), "age": _("Age")}
        help_texts = {"house": _("For magi.")}
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "off"}),
            "age": forms.NumberInput(attrs={"max": MAX_AGE, "inputmode": "numeric"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["house"].empty_label = _("None")  # type: ignore[attr-defined]

    @property
    def data_for_api(self) -> dict[str, Any]:
        house = self.cleaned_data["house"]
        return {**self.cleaned_data, "house": house and house.pk}


class OperationForm(forms.Form):
    """A form of the sheet that becomes one operation. Without fields: the operation needs no data."""

    def data_for_api(self, character: int) -> dict[str, Any]:
        return self.cleaned_data

    def refusal(self, error: Mapping[str, Any] | None = None) -> str:
        """The form's first error, or that of a problem document, in words: `Experience: Enter a whole number.`"""
        for name, (text, *_more) in (self.errors if error is None else error.get("fields", {})).items():
            return f"{self.fields[name].label}: {text}" if name in self.fields else str(text)
        return str(error["detail"]) if error else ""


class CharacteristicForm(OperationForm):
    field = forms.ChoiceField(label=_("Characteristic"), choices=[(name, name) for name in ABBREVIATIONS])


class ScoredForm(OperationForm):
    """Experience of an Ability or Art, and the specialty of an Ability. What is not sent stays as it is."""

    specialty = forms.CharField(label=_("Specialty"), max_length=100, required=False)
    experience_points = forms.IntegerField(label=_("Experience"), min_value=0, max_value=MAX_EXPERIENCE, required=False)

    def data_for_api(self, character: int) -> dict[str, Any]:
        sent = {name: value for name, value in self.cleaned_data.items() if name in self.data}
        return {name: value for name, value in sent.items() if value is not None}


class NewAbilityForm(OperationForm):
    ability = forms.ModelChoiceField(CatalogueAbility.objects.only("id", "name"), label=_("Ability"))
    instance = forms.CharField(label=_("Which one"), max_length=80, required=False)
    specialty = forms.CharField(label=_("Specialty"), max_length=100, required=False)

    def data_for_api(self, character: int) -> dict[str, Any]:
        return {**self.cleaned_data, "ability": self.cleaned_data["ability"].pk, "character": character}


class PlayerForm(forms.Form):
    """A player by name."""

    username = forms.ModelChoiceField(
        get_user_model()._default_manager.filter(is_active=True), to_field_name=get_user_model().USERNAME_FIELD
    )


class EditorForm(forms.Form):
    """One of the editors of a character."""

    editor = forms.ModelChoiceField(Editor.objects.none())

    def __init__(self, character: Character, *args: Any) -> None:
        super().__init__(*args)
        self.fields["editor"].queryset = character.editors.select_related("user")  # type: ignore[attr-defined]
