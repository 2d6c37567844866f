"""Texts for players, made by rules that do not know in which language they will be read.

    from characters.rules.texts import ntext as ngettext
    from characters.rules.texts import text as _

    _("{ability} is closed by {flaw}.", ability=known.name, flaw=entry.name)

A text is its English self, and keeps what it was made of, so that the edge of the site can say it in another language
(`characters.wording`). Under the names `_` and
`ngettext` it is found by what collects messages for translators.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class Text(str):
    """A text with its template. Arguments that are texts themselves are translated with it."""

    __slots__ = ("arguments", "many", "one")

    one: str
    many: str  # the template for other numbers than one; empty for a text without a number
    arguments: Mapping[str, Any]

    def __new__(cls, one: str, many: str, arguments: Mapping[str, Any]) -> Text:
        template = many if many and arguments["count"] != 1 else one
        made = super().__new__(cls, template.format(**arguments) if arguments else template)
        made.one, made.many, made.arguments = one, many, arguments
        return made


def text(template: str, /, **arguments: Any) -> Text:
    """A text; `{name}` stands for an argument."""
    return Text(template, "", arguments)


def ntext(one: str, many: str, /, **arguments: Any) -> Text:
    """A text about a number of things, which is the argument `count`."""
    return Text(one, many, arguments)
