"""Characters of the database as files: what is in them, and what they are called."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.text import slugify

from characters.exchange import exports, foundry, markdown, native
from characters.models import Character
from characters.sheet import sheets

MAX_STEM = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A kind of file: what makes its content of a character, and how its names begin and end."""

    make: Callable[[Character], Any]
    extension: str
    prefix: str = ""

    def name(self, character: Character) -> str:
        """A plain name, whatever the character is called: letters, digits, hyphens and the key."""
        stem = slugify(character.name)[:MAX_STEM].strip("-_") or "character"
        return f"{self.prefix}{stem}-{character.pk}.{self.extension}"

    def text(self, character: Character) -> str:
        made: str | dict[str, Any] = self.make(character)
        return made if isinstance(made, str) else json.dumps(made, ensure_ascii=False, indent=2) + "\n"


def together(characters: Sequence[Character]) -> dict[str, Any]:
    """Several characters in one document of this site."""
    return native.document(exports.contents(characters))


def _native(character: Character) -> dict[str, Any]:
    return together([character])


def _foundry(character: Character) -> dict[str, Any]:
    (content,) = exports.contents([character])
    return foundry.actor(content, exports.lexicon())


def _markdown(character: Character) -> str:
    (sheet,) = sheets([character])
    return markdown.stat_block(sheet, exports.stored(character))


FORMATS: Mapping[str, Format] = {
    "native": Format(make=_native, extension="json"),
    "foundry": Format(make=_foundry, extension="json", prefix="fvtt-Actor-"),
    "markdown": Format(make=_markdown, extension="md"),
}
