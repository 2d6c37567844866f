"""A character as an actor of Foundry VTT (arm5e)."""

from __future__ import annotations

import hashlib
import html
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from characters.exchange.foundry import keys, readings
from characters.exchange.foundry.effects import active_effects, score_effects
from characters.exchange.foundry.lexicon import Lexicon
from characters.exchange.foundry.magnitudes import raised
from characters.exchange.foundry.scores import in_use
from characters.exchange.native import RESOURCES
from characters.exchange.parcel import Data
from characters.rules import naming, parameters
from characters.rules.effects import ScoreEffects
from characters.rules.experience import cost, raw_of
from characters.rules.facts import Ref

VERSION = 1
"""Of what stands in the flags."""

Item = dict[str, Any]


class Outward:
    """Makes the actor of one character, as `exports.contents` has it."""

    def __init__(self, content: Data, lexicon: Lexicon) -> None:
        self.content = content
        self.lexicon = lexicon
        self.effects: ScoreEffects = score_effects(content["virtues"], lexicon)

    def actor(self) -> Data:
        own = {name: value for name, value in self.content.items() if name not in RESOURCES}
        system = self._system(own)
        made = list(self._items())
        left = {resource: [row for row, item in made if item is None and row[0] == resource] for resource in RESOURCES}
        flags = {
            "version": VERSION,
            "own": own,
            "seen": readings.actor(system, own["name"], self.lexicon),
            "arts": [
                {"row": row, "seen": readings.art(system, row["art"], self.lexicon)} for row in self.content["arts"]
            ],
            "rows": {resource: [row[1] for row in rows] for resource, rows in left.items() if rows},
        }
        return {
            "name": own["name"],
            "type": "player",
            "img": "icons/svg/mystery-man.svg",
            "system": system,
            "items": [item for _, item in made if item is not None],
            "effects": [],
            "flags": {keys.FLAG: flags},
            "_stats": {"systemId": keys.SYSTEM, "systemVersion": keys.SYSTEM_VERSION},
        }

    # --- the actor's own ---

    def _system(self, own: Data) -> Data:
        used = in_use(own, self.content["virtues"], self.lexicon)
        return {
            "charType": {"value": keys.TYPES[own["type"]]},
            "house": {"value": self.lexicon.house_keys.get(own["house"], "n-a")},
            "age": {"value": own["age"]},
            "apparent": {"value": own["age"] if own["apparent_age"] is None else own["apparent_age"]},
            "description": {"apprentice": {"value": own["apprenticed_at"] or 0}},
            "biography": _markup(own["notes"]),
            "characteristics": {
                key: {"value": used.characteristics[name], "aging": own[f"{name}_aging"]}
                for name, key in keys.CHARACTERISTICS.items()
            },
            "vitals": {"siz": {"value": used.size}},
            "con": {"score": used.confidence.score, "points": used.confidence.points},
            "warping": {"points": own["warping_points"]},
            "decrepitude": {"points": own["decrepitude_points"]},
            "fatigueCurrent": own["fatigue"],
            "longTermFatigue": own["long_term_fatigue"],
            "arts": {"techniques": self._arts("technique"), "forms": self._arts("form")},
            "states": {"creationMode": False},
        }

    def _arts(self, kind: str) -> Data:
        known = {row["art"]: row for row in self.content["arts"]}
        arts = [art for art in self.lexicon.catalogue.arts.values() if art.kind == kind]
        return {
            self.lexicon.art_keys[art.id]: {"label": art.name, "xp": self._raw(known.get(art.id), art.id)}
            for art in arts
        }

    def _raw(self, row: Data | None, id: str, instance: str = "") -> int:
        """What counts as much as the experience of a row, before Affinity."""
        return 0 if row is None else raw_of(row["experience_points"], self.effects.multiplier(id, instance))

    # --- items ---

    def _items(self) -> Iterator[tuple[tuple[str, Data], Item | None]]:
        """Each row with its resource, and the item that it becomes, if any."""
        makers: Mapping[str, Callable[[Data], Item | None]] = {
            "abilities": self._ability,
            "virtues": self._virtue,
            "spells": self._spell,
            "traits": self._trait,
            "reputations": self._reputation,
            "possessions": self._possession,
            "attacks": lambda row: None,
        }
        for resource, make in makers.items():
            for index, row in enumerate(self.content[resource]):
                item = make(row)
                yield (resource, row), None if item is None else self._finished(item, row, f"{resource} {index}")

    def _finished(self, item: Item, row: Data, place: str) -> Item:
        """The item with an id, and with the row and how it reads in its flags."""
        seen = readings.READINGS[item["type"]][1](item, self.lexicon)
        digest = hashlib.sha256(f"{self.content['name']} {place}".encode()).hexdigest()
        return {
            "_id": digest[:16],
            **item,
            "effects": item.get("effects", []),
            "flags": {keys.FLAG: {"row": row, "seen": seen}},
        }

    def _ability(self, row: Data) -> Item | None:
        known = self.lexicon.ability_key(row["ability"], row["instance"])
        if known is None:
            return None
        entry = self.lexicon.catalogue.ability(row["ability"])
        system = {
            "key": known.key,
            "option": known.option,
            "speciality": row["specialty"],
            "xp": self._raw(row, row["ability"], row["instance"]),
            "defaultChaAb": keys.ABILITIES[entry.name]["default_characteristic"] or "int",
        }
        return {"type": "ability", "name": entry.printed(row["instance"]), "system": system}

    def _virtue(self, row: Data) -> Item:
        entry = self.lexicon.catalogue.virtue(row["virtue"])
        words = parameters.words(row["parameters"], self.lexicon.catalogue)
        name = naming.virtue_name(entry.name, entry.display_template, words)
        system = {
            "type": keys.CATEGORIES.get(entry.category, "general"),
            "impact": {"value": row["size"]},
            "tainted": entry.tainted,
            "description": _markup(row["notes"]),
        }
        effects = active_effects(name, row, self.content["abilities"], self.lexicon)
        return {"type": entry.kind, "name": name, "system": system, "effects": effects}

    def _spell(self, row: Data) -> Item:
        base, complexity = self._design(row)
        system = {
            "technique": {"value": self.lexicon.art_keys[row["technique"]]},
            "form": {"value": self.lexicon.art_keys[row["form"]]},
            "technique-req": self._requisites(row, "technique"),
            "form-req": self._requisites(row, "form"),
            **{field: {"value": known.get(row[field], keys.OTHER)[0]} for field, known in keys.PARAMETERS.items()},
            "baseLevel": base,
            "complexity": complexity,
            "ritual": row["ritual"],
            "xp": self._raw(row, "ability.spell-mastery", row["name"]),
            "description": _markup(row["notes"]),
        }
        return {"type": "spell", "name": row["name"], "system": system}

    def _design(self, row: Data) -> tuple[int, int]:
        """Base and further magnitudes that give the level with range, duration and target added in between."""
        added = sum(known.get(row[field], keys.OTHER)[1] for field, known in keys.PARAMETERS.items())
        design = (self.lexicon.spells.get(row["spell"]) or {}).get("design")
        if design and raised(design["base"], design["magnitudes"]) == row["level"]:
            return design["base"], design["magnitudes"] - added
        return row["level"], -added

    def _requisites(self, row: Data, kind: str) -> dict[str, bool]:
        chosen = (row["requisites"] or {}).get(kind, ())
        return {
            key: id in chosen
            for id, key in self.lexicon.art_keys.items()
            if self.lexicon.catalogue.kind_of_art(id) == kind
        }

    def _trait(self, row: Data) -> Item:
        points = cost("ability", abs(row["score"]))
        return {
            "type": "personalityTrait",
            "name": row["name"],
            "system": {"xp": points if row["score"] > 0 else -points},
        }

    def _reputation(self, row: Data) -> Item:
        system = {"xp": row["experience_points"], "type": keys.REPUTATIONS.get(row["type"], "local")}
        return {"type": "reputation", "name": row["content"], "system": system}

    def _possession(self, row: Data) -> Item:
        return {"weapon": self._weapon, "shield": self._weapon, "armor": self._armor, "other": _thing}[row["kind"]](row)

    def _weapon(self, row: Data) -> Item:
        known = self.lexicon.catalogue.weapon(Ref("possessions"), row["item"])
        ability = row["ability"] or (known.ability if known else "ability.brawl")
        used = self.lexicon.ability_key(ability, "")
        figures = {name: _figure(row, known, name) for name in ("init", "atk", "dfn", "dam", "load")}
        system = {
            **figures,
            "str": _figure(row, known, "min_str"),
            "equipped": row["carried"],
            "ability": {"key": used.key if used else "brawl", "option": used.option if used else ""},
        }
        return {"type": "weapon", "name": row["name"], "system": system}

    def _armor(self, row: Data) -> Item:
        known = self.lexicon.catalogue.suit(Ref("possessions"), row["item"], row["coverage"] or "full")
        system = {
            "load": _figure(row, known, "load"),
            "prot": _figure(row, known, "protection"),
            "full": row["coverage"] == "full",
            "equipped": row["worn"],
        }
        return {"type": "armor", "name": row["name"], "system": system}


def _thing(row: Data) -> Item:
    return {
        "type": "item",
        "name": row["name"],
        "system": {"quantity": 1, "weight": row["load"] or 0, "carried": row["carried"]},
    }


def _figure(row: Data, known: Any, name: str) -> int:
    """A figure of the row, or else of the table; Foundry has 0 where there is no such total."""
    value = row[name] if row[name] is not None else getattr(known, name, None)
    return int(value or 0)


def _markup(text: str) -> str:
    return "".join(f"<p>{html.escape(line)}</p>" for line in text.splitlines())
