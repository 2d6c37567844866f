"""Words of the game that texts for players are made of."""

from __future__ import annotations

from characters.rules.texts import text as _

CHARACTERISTICS = {
    "intelligence": _("Intelligence"),
    "perception": _("Perception"),
    "strength": _("Strength"),
    "stamina": _("Stamina"),
    "presence": _("Presence"),
    "communication": _("Communication"),
    "dexterity": _("Dexterity"),
    "quickness": _("Quickness"),
}

TYPES = {
    "grog": _("grog"),
    "companion": _("companion"),
    "mythic_companion": _("mythic companion"),
    "magus": _("magus"),
}

SIZES = {"free": _("free"), "minor": _("minor"), "major": _("major")}
