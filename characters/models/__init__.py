"""Everything that is stored: the reference catalogue and the players' characters."""

from __future__ import annotations

from characters.models.ability import Ability
from characters.models.art import Art
from characters.models.catalogue import (
    CatalogueAbility,
    CatalogueArt,
    CatalogueHouse,
    CatalogueSpell,
    CatalogueVirtue,
)
from characters.models.character import Character
from characters.models.virtue import Virtue

__all__ = [
    "Ability",
    "Art",
    "CatalogueAbility",
    "CatalogueArt",
    "CatalogueHouse",
    "CatalogueSpell",
    "CatalogueVirtue",
    "Character",
    "Virtue",
]
