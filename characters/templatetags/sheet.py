"""Numbers and names as a character sheet prints them."""

from __future__ import annotations

from django import template

from characters.models.catalogue import Size

register = template.Library()


@register.filter
def signed(value: int) -> str:
    """+2, 0, and -1 with a real minus sign, as wide as the plus."""
    return f"+{value}" if value > 0 else str(value).replace("-", "\N{MINUS SIGN}")


@register.filter
def size_name(size: str) -> str:
    """The size of a Virtue or Flaw in words."""
    return str(Size(size).label)
