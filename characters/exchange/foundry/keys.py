"""What the arm5e system of Foundry VTT calls things: facts of its data, under our names."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

SYSTEM = "arm5e"
SYSTEM_VERSION = "2.3.2"
FLAG = "ars-magica-sheets"
"""The name under which actors and items carry what Foundry has no place for."""

_DATA: Mapping[str, Any] = json.loads((Path(__file__).parent / "keys.json").read_text(encoding="utf-8"))

HOUSES: Mapping[str, str] = _DATA["houses"]
"""Keys of Houses by name."""

ARTS: Mapping[str, str] = _DATA["arts"]
"""Keys of Arts by name."""

ABILITIES: Mapping[str, Mapping[str, Any]] = _DATA["abilities"]
"""`{"key", "option", "option_value"?, "default_characteristic"}` of Abilities by name."""

CHARACTERISTICS = {
    "intelligence": "int",
    "perception": "per",
    "strength": "str",
    "stamina": "sta",
    "presence": "pre",
    "communication": "com",
    "dexterity": "dex",
    "quickness": "qik",
}

TYPES = {"magus": "magus", "companion": "companion", "mythic_companion": "companion", "grog": "grog"}
READ_TYPES = {"magus": "magus", "magusNPC": "magus", "companion": "companion", "grog": "grog", "mundane": "grog"}

CATEGORIES = {
    "Hermetic": "hermetic",
    "Special": "hermetic",
    "Supernatural": "supernatural",
    "Social Status": "social",
    "General": "general",
    "Personality": "personality",
    "Story": "story",
    "Mythic Companion": "heroic",
}

REPUTATIONS = {"local": "local", "ecclesiastical": "ecclesiastic", "hermetic": "hermetic"}

# Keys of ranges, durations and targets by their names, with the magnitudes that they add to a spell.
RANGES = {
    "Personal": ("personal", 0),
    "Touch": ("touch", 1),
    "Eye": ("eye", 1),
    "Voice": ("voice", 2),
    "Sight": ("sight", 3),
    "Arcane Connection": ("arc", 4),
}
DURATIONS = {
    "Momentary": ("moment", 0),
    "Concentration": ("conc", 1),
    "Diameter": ("diam", 1),
    "Sun": ("sun", 2),
    "Ring": ("ring", 2),
    "Moon": ("moon", 3),
    "Year": ("year", 4),
}
TARGETS = {
    "Individual": ("ind", 0),
    "Circle": ("circle", 0),
    "Taste": ("taste", 0),
    "Part": ("part", 1),
    "Touch": ("touch", 1),
    "Group": ("group", 2),
    "Room": ("room", 2),
    "Smell": ("smell", 2),
    "Structure": ("struct", 3),
    "Hearing": ("hearing", 3),
    "Boundary": ("bound", 4),
    "Vision": ("sight", 4),
}
PARAMETERS = {"range": RANGES, "duration": DURATIONS, "target": TARGETS}
OTHER = ("other", 0)
