"""Actors of Foundry VTT, game system arm5e.

    content ─ outward ─> actor, with items, and flags for what Foundry has no place for
    actor ─ readings (by itself) + flags ─ inward ─> newcomer and notes

Foundry keeps experience before Affinity, and Characteristics after Virtues. `keys` and `lexicon` are the words of both.
"""

from __future__ import annotations

from typing import Any

from characters.exchange.foundry.inward import parcel
from characters.exchange.foundry.lexicon import Lexicon
from characters.exchange.foundry.outward import Outward
from characters.exchange.parcel import Data

__all__ = ["Lexicon", "actor", "is_actor", "parcel"]


def actor(content: Data, lexicon: Lexicon) -> Data:
    """The actor of a character, as `exports.contents` has it."""
    return Outward(content, lexicon).actor()


def is_actor(value: Any) -> bool:
    return isinstance(value, dict) and "items" in value and ("system" in value or "data" in value)
