"""Everything that is stored: the reference catalogue and the players' characters."""

from __future__ import annotations

from characters.models.ability import Ability
from characters.models.art import Art
from characters.models.attack import Attack
from characters.models.catalogue import (
    CatalogueAbility,
    CatalogueArt,
    CatalogueEdition,
    CatalogueHouse,
    CatalogueSpell,
    CatalogueVirtue,
)
from characters.models.character import Character
from characters.models.possession import Possession
from characters.models.reputation import Reputation
from characters.models.sharing import Editor, Invitation, ReadLink
from characters.models.spell import Spell
from characters.models.trait import Trait
from characters.models.virtue import Virtue

__all__ = [
    "Ability",
    "Art",
    "Attack",
    "CatalogueAbility",
    "CatalogueArt",
    "CatalogueEdition",
    "CatalogueHouse",
    "CatalogueSpell",
    "CatalogueVirtue",
    "Character",
    "Editor",
    "Invitation",
    "Possession",
    "ReadLink",
    "Reputation",
    "Spell",
    "Trait",
    "Virtue",
]
