"""What the pages ask for. Forms check the shape and word the errors; the API's serializers decide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, ClassVar

from django import forms
from django.contrib.auth import get_user_model
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Model
from django.forms.models import fields_for_model
from django.utils.translation import gettext_lazy as _

from characters import published
from characters.api.steps import COUNTERS
from characters.models import Character, Editor
from characters.models.limits import MAX_AGE


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


class TemplateForm(forms.Form):
    """A printed character to begin with."""

    template = forms.ChoiceField(label=_("Printed character"), choices=lambda: _printed_characters())
    name = forms.CharField(
        label=_("To be called"),
        required=False,
        max_length=100,
        help_text=_("Empty: as it is printed."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    @property
    def printed(self) -> published.Printed:
        """What was chosen, under its new name."""
        found = _printed()[self.cleaned_data["template"]]
        name = self.cleaned_data["name"]
        return {**found, "template": name} if name else found


@cache
def _printed() -> dict[str, published.Printed]:
    """By id. The file comes with the code."""
    return {str(printed["id"]): printed for printed in published.read()}


def _printed_characters() -> list[Any]:
    """In groups by type, as one looks for them."""
    kinds: dict[str, list[tuple[str, str]]] = {}
    for id, printed in sorted(_printed().items(), key=lambda item: published.title(item[1])):
        kinds.setdefault(str(printed["type"]), []).append((id, published.title(printed)))
    return [(label, kinds[value]) for value, label in reversed(Character.Type.choices) if value in kinds]


class OperationForm(forms.Form):
    """A form of the sheet that becomes one operation. Without fields: the operation needs no data."""

    def __init__(self, data: Mapping[str, Any] | None = None, initial: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial=dict(initial or {}), auto_id=False)

    def data_for_api(self) -> dict[str, Any]:
        return self.cleaned_data

    def refusal(self, error: Mapping[str, Any] | None = None) -> str:
        """The form's first error, or that of a problem document, in words: `Experience: Enter a whole number.`"""
        found: Mapping[str, Any] = self.errors if error is None else error.get("fields", {})
        for name, texts in found.items():
            text = texts[0] if isinstance(texts, list) else next(iter(texts.values()))[0]
            return f"{self.fields[name].label}: {text}" if name in self.fields else str(text)
        return str(error["detail"]) if error else ""


class CounterForm(OperationForm):
    """A step of one of the character's own numbers."""

    field = forms.ChoiceField(label=_("Number"), choices=[(name, name) for name in COUNTERS])


class RowForm(OperationForm):
    """Columns of a row. What is not sent stays as it is, and so does a number that was left empty and may not be."""

    nullable: ClassVar[frozenset[str]] = frozenset()

    def data_for_api(self) -> dict[str, Any]:
        told = {name: value for name, value in self.cleaned_data.items() if self._is_told(name)}
        told = {name: None if value == "" and name in self.nullable else value for name, value in told.items()}
        return {name: value for name, value in told.items() if value is not None or name in self.nullable}

    def _is_told(self, name: str) -> bool:
        """A box that is not ticked is not sent."""
        return name in self.data or isinstance(self.fields[name], forms.BooleanField)


def columns(
    model: type[Model], names: Sequence[str], base: type[RowForm] = RowForm, **own: forms.Field
) -> type[RowForm]:
    """A form with these columns of a model in order; those that are `own` fields stand for themselves."""
    fields: dict[str, Any] = {**fields_for_model(model, [name for name in names if name not in own]), **own}
    for field in fields.values():
        field.required = field.widget.is_required = getattr(field, "needed", False)
        if not isinstance(field.widget, forms.CheckboxInput | forms.Select):
            field.widget.attrs["autocomplete"] = "off"
    nullable = frozenset(name for name in names if name in _names(model) and model._meta.get_field(name).null)
    for name in names:
        fields[name].widget.attrs.update(_limits(model, name) if isinstance(fields[name], forms.IntegerField) else {})
    for name in nullable:
        fields[name].widget.attrs["data-empty"] = "null"
    return type(f"{model.__name__}Form", (base,), {**{name: fields[name] for name in names}, "nullable": nullable})


def _limits(model: type[Model], name: str) -> dict[str, int]:
    """What the validators of a column say, for its input."""
    if name not in _names(model):
        return {}
    found = model._meta.get_field(name).validators  # type: ignore[union-attr]
    kinds = {"min": MinValueValidator, "max": MaxValueValidator}
    return {key: each.limit_value for each in found for key, kind in kinds.items() if type(each) is kind}


def _names(model: type[Model]) -> set[str]:
    return {field.name for field in model._meta.concrete_fields}


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
