"""What of a sheet can be edited, and how: for each resource the fields of a new row and those of a row that is there.

The same forms draw the panels of the page, read what is posted without a script, and tell the page's script which
columns there are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from characters.catalogue.reference import at_hand
from characters.catalogue.tables import table
from characters.forms import OperationForm, RowForm, columns
from characters.models import Ability, Art, Attack, Character, Possession, Reputation, Spell, Trait, Virtue
from characters.models.aging import AGING_LOSSES, AGING_POINTS
from characters.models.catalogue import Size
from characters.models.possession import FIGURES
from characters.rules.characteristics import ABBREVIATIONS
from characters.rules.combat import UNARMED
from characters.rules.experience import MAX_EXPERIENCE

Choices = list[Any]

# --- fields ---


class Texts(forms.CharField):
    """A list of texts, with commas between them."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.TextInput(attrs={"data-list": ""}), **options)

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        return [text.strip() for text in (value or "").split(",") if text.strip()]


class YesNo(forms.TypedChoiceField):
    """Yes, no, or a third; the page's script reads the values as JSON."""

    def __init__(self, third: Any = None, **options: Any) -> None:
        choices = [("true", _("Yes")), ("false", _("No"))]
        super().__init__(
            choices=[("null", third), *choices] if third else choices,
            coerce={"null": None, "true": True, "false": False}.__getitem__,
            widget=forms.Select(attrs={"data-json": ""}),
            **options,
        )

    def prepare_value(self, value: Any) -> Any:
        return {True: "true", False: "false", None: "null"}.get(value, value)


class Named(forms.CharField):
    """An entry of the catalogue by its name, or its id. The page's script makes a list of it, of what there is."""

    def __init__(
        self, entries: Callable[[], Mapping[str, Any]], offers: str, *, needed: bool = True, **options: Any
    ) -> None:
        self._entries, self.needed = entries, needed
        super().__init__(widget=forms.TextInput(attrs={"data-picker": offers}), max_length=200, **options)

    def to_python(self, value: Any) -> Any:
        """The id of the entry. Raises ValidationError."""
        if not value:
            return ""
        wanted = str(value).strip().casefold()
        for id, entry in self._entries().items():
            if wanted in (entry.name.casefold(), id):
                return id
        text = _("There is no “%(name)s” in the catalogue.")
        raise ValidationError(text, params={"name": str(value)[:80]})


def _experience(label: Any) -> forms.IntegerField:
    widget = forms.NumberInput(attrs={"inputmode": "numeric"})
    return forms.IntegerField(label=label, min_value=0, max_value=MAX_EXPERIENCE, widget=widget)


def _in_words(label: Any) -> forms.CharField:
    """What the page's script asks for by itself."""
    return forms.CharField(label=label, max_length=200, widget=forms.TextInput(attrs={"data-plain": ""}))


# --- choices ---

NOTHING = ("", "\N{EN DASH}")


def _arms(*, shield: bool) -> Callable[[], Choices]:
    """Weapons or shields of the tables, asked for when a form is drawn."""
    return lambda: [NOTHING, *((row["id"], row["name"]) for row in table("weapons") if row["shield"] is shield)]


def _items() -> Choices:
    """What the tables have, by kind."""
    weapons = [row for row in table("weapons") if row["id"] not in UNARMED]
    kinds = (
        (_("Weapons"), [row for row in weapons if not row["shield"]]),
        (_("Shields"), [row for row in weapons if row["shield"]]),
        (_("Armour"), table("armor")),
    )
    return [
        ("", _("Something else")),
        *((name, [(row["id"], row["name"]) for row in rows]) for name, rows in kinds),
    ]


def _skills() -> Choices:
    """Abilities that weapons are used with."""
    entries = sorted(at_hand().rules.abilities.values(), key=lambda entry: entry.name)
    martial = [(entry.id, entry.name) for entry in entries if entry.category == "Martial" or entry.id == BRAWL]
    return [("", _("The weapon's own")), *martial]


def _arts(kind: str) -> Callable[[], Choices]:
    return lambda: [NOTHING, *((art.id, art.name) for art in at_hand().rules.arts.values() if art.kind == kind)]


def houses() -> Choices:
    known = at_hand().rules.houses.values()
    return [("", _("None")), *((house["id"], house["name"]) for house in known)]


BRAWL = "ability.brawl"

# --- what is written in words ---


class NewVirtue(RowForm):
    """Several choices of one Virtue have semicolons between them."""

    def data_for_api(self) -> dict[str, Any]:
        data = {name: value for name, value in super().data_for_api().items() if value != ""}
        words = data.pop("which", "")
        entry = at_hand().rules.virtue(data.get("virtue", ""))
        chosen = [text.strip() for text in words.split(";")] if words else []
        return {**data, "parameters": [_said(*pair) for pair in zip(entry.parameters, chosen, strict=False)]}


class NewSpell(RowForm):
    """A spell of the grimoire, or one of the magus's own."""

    def data_for_api(self) -> dict[str, Any]:
        data = {name: value for name, value in super().data_for_api().items() if value not in ("", None)}
        return {**data, "parameter": _art(data["parameter"])} if "parameter" in data else data


class NewPossession(RowForm):
    """Something of the tables has its name and kind from there."""

    def data_for_api(self) -> dict[str, Any]:
        data = {name: value for name, value in super().data_for_api().items() if value != ""}
        if "item" in data:
            data.pop("kind", None)
        return data


def _said(parameter: Mapping[str, Any], text: str) -> Any:
    """The value of a parameter from words; what cannot be understood is left to the API to refuse."""
    match parameter["kind"]:
        case "text":
            return {"text": text}
        case "art" | "technique" | "form":
            return {"art": _art(text)}
        case "ability":
            return {"ability": _id(at_hand().rules.abilities, text)}
        case "characteristic":
            return {"characteristic": ABBREVIATIONS.get(text.casefold(), text)}
        case "realm":
            return {"realm": text.capitalize()}
        case _:
            return {"choice": text}


def _art(text: str) -> str:
    return _id(at_hand().rules.arts, text)


def _id(entries: Mapping[str, Any], text: str) -> str:
    """The id of an entry by its name; the text itself if there is none."""
    wanted = text.casefold()
    return next((id for id, entry in entries.items() if entry.name.casefold() == wanted), text)


# --- the forms ---

LIVING_LANGUAGE = "ability.living-language"

NEW: Mapping[str, type[OperationForm]] = {
    "abilities": columns(
        Ability,
        ["ability", "instance", "specialty", "score"],
        ability=Named(lambda: at_hand().rules.abilities, "abilities", label=_("Ability")),
        instance=_in_words(_("Which one")),
        score=_experience(_("Score")),
    ),
    "virtues": columns(
        Virtue,
        ["virtue", "which", "size", "notes"],
        base=NewVirtue,
        virtue=Named(lambda: at_hand().rules.virtues, "virtues", label=_("Virtue or Flaw")),
        which=_in_words(_("Which one")),
        size=forms.ChoiceField(
            label=_("Size"),
            choices=[("", _("as it comes")), *Size.choices],
            widget=forms.Select(attrs={"data-plain": ""}),
        ),
    ),
    "spells": columns(
        Spell,
        ["spell", "parameter", "name", "technique", "form", "level", "range", "duration", "target", "ritual", "focus"],
        base=NewSpell,
        spell=Named(lambda: at_hand().spells, "spells", needed=False, label=_("Spell")),
        parameter=_in_words(_("For which Form")),
        level=forms.IntegerField(label=_("Level"), min_value=1),
        technique=forms.ChoiceField(label=_("Technique"), choices=_arts("technique")),
        form=forms.ChoiceField(label=_("Form"), choices=_arts("form")),
    ),
    "traits": columns(Trait, ["name", "score"]),
    "reputations": columns(Reputation, ["content", "type", "score"], score=_experience(_("Score"))),
    "possessions": columns(
        Possession,
        ["item", "name", "kind", "coverage"],
        base=NewPossession,
        item=forms.ChoiceField(label=_("Of the tables"), choices=_items),
    ),
    "attacks": columns(
        Attack,
        ["weapon", "shield", "mounted", "specialty_applies"],
        weapon=forms.ChoiceField(label=_("Weapon"), choices=_arms(shield=False)),
        shield=forms.ChoiceField(label=_("Shield"), choices=_arms(shield=True)),
        specialty_applies=YesNo(_("as its words say"), label=_("Specialty applies")),
    ),
}
"""Forms of new rows, by resource."""

ROWS: Mapping[str, type[OperationForm]] = {
    "abilities": columns(
        Ability,
        ["specialty", "experience_points", "native"],
        experience_points=_experience(_("Experience")),
        native=forms.BooleanField(label=_("Native"), widget=forms.CheckboxInput(attrs={"data-only": LIVING_LANGUAGE})),
    ),
    "arts": columns(
        Art,
        ["experience_points", "bonus_experience"],
        experience_points=_experience(_("Experience")),
        bonus_experience=_experience(_("of it by Elemental Magic")),
    ),
    "virtues": columns(Virtue, ["size", "granted", "granted_by_house", "notes"]),
    "spells": columns(
        Spell,
        ["focus", "experience_points", "mastery_abilities", "notes"],
        experience_points=_experience(_("Experience in its Mastery")),
        mastery_abilities=Texts(label=_("Special abilities")),
    ),
    "traits": columns(Trait, ["name"]),
    "reputations": columns(
        Reputation, ["content", "type", "experience_points"], experience_points=_experience(_("Experience"))
    ),
    "possessions": columns(
        Possession,
        ["name", "carried", "worn", "load", "protection", "ability", *FIGURES, "min_str", "notes"],
        ability=forms.ChoiceField(
            label=_("Ability"), choices=_skills, widget=forms.Select(attrs={"data-empty": "null"})
        ),
    ),
    "attacks": columns(
        Attack,
        ["name", "mounted", "specialty_applies"],
        specialty_applies=YesNo(_("as its words say"), label=_("Specialty applies")),
    ),
}
"""Forms of rows that are there, by resource."""

OWN: Mapping[str, type[OperationForm]] = {
    "who": columns(
        Character,
        ["name", "type", "house", "size"],
        house=forms.ChoiceField(label=_("House"), choices=houses, widget=forms.Select(attrs={"data-empty": "null"})),
    ),
    "name": columns(Character, ["name"]),
    "years": columns(
        Character,
        ["age", "apparent_age", "apprenticed_at", "years_after_apprenticeship", "lab_seasons", "extra_experience"],
    ),
    "aging": columns(
        Character,
        ["aging_settled", *(name for pair in zip(AGING_POINTS, AGING_LOSSES, strict=True) for name in pair)],
        aging_settled=YesNo(label=_("Aging settled")),
    ),
    "confidence": columns(Character, ["confidence_score", "confidence_points"]),
    "points": columns(Character, ["warping_points", "decrepitude_points"]),
    "mode": columns(Character, ["mode"]),
    "notes": columns(Character, ["notes"]),
    "fatigue": columns(Character, ["fatigue"]),
}
"""Forms of the character's own columns, by where they stand on the sheet."""


def form_of(resource: str, row: Mapping[str, Any]) -> OperationForm:
    """The form of a row, without what only others have."""
    form = ROWS[resource](initial=row)
    for name, field in list(form.fields.items()):
        if field.widget.attrs.get("data-only", row.get("ability")) != row.get("ability"):
            del form.fields[name]
    return form
