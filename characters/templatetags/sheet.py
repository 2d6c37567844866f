"""Numbers and names as a character sheet prints them."""

from __future__ import annotations

from django import template
from django.utils.html import json_script
from django.utils.safestring import SafeString

from characters.models.catalogue import Size
from characters.words import words

register = template.Library()


@register.filter
def signed(value: int) -> str:
    """+2, 0, and -1 with a real minus sign, as wide as the plus."""
    return f"+{value}" if value > 0 else str(value).replace("-", "\N{MINUS SIGN}")


@register.filter
def size_name(size: str) -> str:
    """The size of a Virtue or Flaw in words."""
    return str(Size(size).label)


@register.simple_tag
def page_words() -> SafeString:
    """The texts of the page's modules, as data of the page."""
    return json_script(words(), "words")
