"""What the rules say, in the language of whoever asks."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext, ngettext

from characters.rules.texts import Text


def in_words(said: str) -> str:
    """A text of the rules in the active language; data, such as names of the catalogue, stay as they are."""
    if not isinstance(said, Text):
        return said
    template = ngettext(said.one, said.many, said.arguments["count"]) if said.many else gettext(said.one)
    return template.format(**{name: _argument(value) for name, value in said.arguments.items()})


def _argument(value: Any) -> Any:
    return in_words(value) if isinstance(value, str) else value
