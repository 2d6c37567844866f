"""What the rules say, in the language of whoever asks."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.utils.translation import get_language, gettext, ngettext

from characters.rules.texts import Text


def in_words(said: str) -> str:
    """A text of the rules in the active language; data, such as names of the catalogue, stay as they are."""
    if not isinstance(said, Text):
        return said
    template = translated(get_language(), said.one, said.many, said.arguments["count"] if said.many else 1)
    return template.format(**{name: _argument(value) for name, value in said.arguments.items()})


@lru_cache(maxsize=2048)
def translated(language: str | None, one: str, many: str, count: int) -> str:
    """A template in the active language. A sheet says the same few a hundred times over."""
    return ngettext(one, many, count) if many else gettext(one)


def _argument(value: Any) -> Any:
    return in_words(value) if isinstance(value, str) else value
