"""Numbers and names as a character sheet prints them; `static/site/formats.js` says the same of changes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.html import json_script
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from characters.catalogue.tables import table
from characters.editing import NEW, ROWS
from characters.forms import OperationForm
from characters.models import Possession, Reputation
from characters.models.catalogue import Size
from characters.words import FATIGUE_NAMES, WOUND_NAMES, words

register = template.Library()

NONE = "\N{EN DASH}"

Row = Mapping[str, Any]


@register.filter
def signed(value: int | None) -> str:
    """+2, 0, and -1 with a real minus sign, as wide as the plus; a dash for no number."""
    if not isinstance(value, int):
        return NONE
    return f"+{value}" if value > 0 else minus(value)


@register.filter
def minus(value: int | None) -> str:
    """A number with a real minus sign; a dash for no number."""
    return str(value).replace("-", "\N{MINUS SIGN}") if isinstance(value, int) else NONE


@register.filter
def size_name(size: str) -> str:
    """The size of a Virtue or Flaw in words."""
    return str(Size(size).label)


@register.filter
def wound_name(kind: str) -> str:
    """A kind of wound in words."""
    return str(WOUND_NAMES[kind])


@register.filter
def fatigue_name(level: str) -> str:
    """A level of fatigue in words."""
    return str(FATIGUE_NAMES[level])


@register.filter
def reputation_of(row: Row) -> str:
    """Among whom somebody is known: `(Local)`."""
    return f"({Reputation.Type(row['type']).label})" if row.get("type") else ""


@register.filter
def size_of(row: Row) -> str:
    """The size of a Virtue or Flaw in words, or where it comes from for nothing."""
    if row.get("granted_by_house"):
        return _("House")
    return size_name(row["size"]) if "size" in row else ""


@register.filter
def kind_of(row: Row) -> str:
    """What a possession is: `Armour, partial`, `Weapon, left behind`."""
    if not row:
        return ""
    parts = [str(Possession.Kind(row["kind"]).label)]
    if row["coverage"]:
        parts.append(str(Possession.Coverage(row["coverage"]).label).lower())
    if not row["carried"]:
        parts.append(_("left behind"))
    elif row["kind"] == "armor" and not row["worn"]:
        parts.append(_("not worn"))
    return ", ".join(parts)


@register.filter
def spell_arts(row: Row) -> str:
    """`CrIg`, with requisites `CrIg (Re)`."""
    requisites = row.get("requisites") or {}
    more = [_short(art) for kind in ("technique", "form") for art in requisites.get(kind, ())]
    arts = _short(row.get("technique")) + _short(row.get("form"))
    return f"{arts} ({', '.join(more)})" if more else arts


@register.filter
def design(row: Row) -> str:
    """`Voice, Sun, Group, ritual`."""
    parts = [row.get(name) for name in ("range", "duration", "target")]
    return ", ".join(filter(None, [*parts, _("ritual") if row.get("ritual") else ""]))


@register.filter
def arm(name: str | None) -> str:
    """A weapon or shield by its id or its own name."""
    known = (row["name"] for row in table("weapons") if row["id"] == name)
    return next(known, name or "")


@register.filter
def total_of(pair: Row, name: str) -> str:
    """One of the totals of a pair of Technique and Form."""
    return minus(pair.get(name))


@register.simple_tag(takes_context=True)
def new_fields(context: Row, resource: str) -> SafeString:
    """The fields of a new row."""
    return fields_of_forms(NEW[resource], context["edition"], get_language())


@register.simple_tag(takes_context=True)
def row_fields(context: Row, resource: str) -> SafeString:
    """The fields of a row that is there, empty."""
    return fields_of_forms(ROWS[resource], context["edition"], get_language())


@lru_cache
def fields_of_forms(form: type[OperationForm], edition: str, language: str | None) -> SafeString:
    """They are many, and the same for every character. Choices are from an edition of the catalogue."""
    return render_to_string("characters/_fields.html", {"form": form()})


@register.simple_tag
def page_words() -> SafeString:
    """The texts of the page's modules, as data of the page."""
    return json_script(words(), "words")


def _short(art: str | None) -> str:
    """The abbreviation that every Art has: the first two letters of its name."""
    return (art or "").removeprefix("art.")[:2].capitalize()
