"""The parts of the catalogue that are no rows: limits per type of character, and the tables of the rules."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from characters.catalogue import DATA


@cache
def _document() -> dict[str, Any]:
    document: dict[str, Any] = json.loads((DATA / "catalogue.json").read_text(encoding="utf-8"))
    return document


def character_type(name: str) -> dict[str, Any]:
    """What the rules say of a grog, companion, mythic_companion or magus; the caller must not change it."""
    limits: dict[str, Any] = _document()["character_types"][name]
    return limits


def character_types() -> dict[str, Any]:
    """The same for all types, by name; the caller must not change it."""
    types: dict[str, Any] = _document()["character_types"]
    return types


def tables() -> dict[str, Any]:
    """All tables of the rules by name; the caller must not change them."""
    found: dict[str, Any] = _document()["tables"]
    return found


def table(name: str) -> Any:
    """A table of the rules, such as `weapons` or `armor`; the caller must not change it."""
    return _document()["tables"][name]
