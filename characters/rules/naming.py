"""Printed names: `{area} Lore` and the instance Provence make Provence Lore."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache, reduce

from characters.rules.texts import text as _

_PLACE = re.compile(r"\{[^{}]*\}")


def fill(template: str, words: Sequence[str]) -> str:
    """Put the words into the places of the template, in order; a place without a word shows its label."""
    rest = iter(words)
    return _PLACE.sub(lambda place: next(rest, "") or f"({place[0][1:-1].capitalize()})", template)


@lru_cache(maxsize=4096)
def ability_name(name: str, template: str, instance: str) -> str:
    """`Provence Lore`, `Craft (smith)`, or the plain name of an Ability without instances."""
    return fill(template, [instance]) if template and instance else name


def virtue_name(name: str, template: str, words: Sequence[str]) -> str:
    """`Puissant Provence Lore`, `Major Magical Focus (stone)`. An empty word is a parameter left open."""
    if not any(words):
        return name
    if template:
        return fill(template, words)
    return f"{name} ({', '.join(filter(None, words))})"


def listing(words: Sequence[str]) -> str:
    """`Creo, Muto and Rego`."""
    *first, last = words or [""]
    return _("{first} and {last}", first=joined(first), last=last) if first else last


def choice(words: Sequence[str]) -> str:
    """`Creo, Muto or Rego`."""
    *first, last = words or [""]
    return _("{first} or {last}", first=joined(first), last=last) if first else last


def joined(words: Sequence[str]) -> str:
    return reduce(lambda first, last: _("{first}, {last}", first=first, last=last), words)
