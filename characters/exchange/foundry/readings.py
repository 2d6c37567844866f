"""What an actor and its items say by themselves, in our words: each a flat dict, without a look at anything else.

Experience is raw, Characteristics and Size are those in use, as Foundry has them. The same readings are taken when a
character leaves, and travel in the flags: what reads differently when it comes back was changed in Foundry.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping
from typing import Any

from characters.exchange.foundry import keys
from characters.exchange.foundry.lexicon import Lexicon, plain
from characters.exchange.foundry.magnitudes import raised
from characters.exchange.parcel import Data
from characters.rules.experience import MAX_EXPERIENCE, cost, score_of

Reading = Callable[[Mapping[str, Any], Lexicon], Data | None]

AGE = 25
"""Of whoever has none: a child's would lower every Characteristic."""

_BREAK = re.compile(r"</(p|div|li|h\d)>|<br */?>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")


def boxed(value: Any) -> Any:
    """A value, or what is in its box: some versions have `{"value": 3}` where others have 3."""
    return value.get("value") if isinstance(value, dict) else value


def number(value: Any, least: int = -MAX_EXPERIENCE, most: int = MAX_EXPERIENCE) -> int:
    """A whole number from a number or its digits, within the bounds; 0 where there is none."""
    value = boxed(value)
    if isinstance(value, str) and re.fullmatch(r"\s*[+-]?\d{1,9}(\.0*)?\s*", value):
        value = float(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return max(least, min(0, most))
    return max(least, min(int(value), most))


def text(value: Any, most: int) -> str:
    value = boxed(value)
    return value.replace("\x00", "").strip()[:most].strip() if isinstance(value, str) else ""


def paragraphs(value: Any, most: int) -> str:
    """The words of a text with markup."""
    found = html.unescape(_TAG.sub("", _BREAK.sub("\n", boxed(value)))) if isinstance(boxed(value), str) else ""
    return "\n".join(line.strip() for line in found.strip().splitlines()).replace("\x00", "")[:most].strip()


def inside(value: Any, *path: str) -> Any:
    """What lies at the end of a path of members; None where there is no such thing."""
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


# --- the actor ---


def actor(system: Mapping[str, Any], name: Any, lexicon: Lexicon) -> Data:
    apprenticed = inside(system, "description", "apprentice")
    return {
        "name": text(name, 100) or "Nameless",
        "type": keys.READ_TYPES.get(text(system.get("charType"), 40), "magus"),
        "house": lexicon.houses.get(text(system.get("house"), 40)),
        "age": number(system.get("age"), 0, 2000) or AGE,
        "apparent_age": number(system["apparent"], 0, 2000) if boxed(system.get("apparent")) is not None else None,
        "apprenticed_at": number(apprenticed, 0, 2000) or None,
        **_characteristics(system),
        "size": number(inside(system, "vitals", "siz"), -30, 30),
        "confidence_score": number(inside(system, "con", "score"), 0, 100),
        "confidence_points": number(inside(system, "con", "points"), 0, 100),
        "warping_points": number(inside(system, "warping", "points"), 0),
        "decrepitude_points": number(inside(system, "decrepitude", "points"), 0),
        "fatigue": number(system.get("fatigueCurrent"), 0, 5),
        "long_term_fatigue": number(system.get("longTermFatigue"), 0, 5),
        "notes": paragraphs(system.get("biography"), 20_000),
    }


def _characteristics(system: Mapping[str, Any]) -> Data:
    found: Data = {}
    for name, key in keys.CHARACTERISTICS.items():
        of = inside(system, "characteristics", key)
        found[name] = number(of, -30, 30)
        found[f"{name}_aging"] = number(inside(of, "aging"), 0, 20)
    return found


def art(system: Mapping[str, Any], id: str, lexicon: Lexicon) -> Data:
    kind = "techniques" if lexicon.catalogue.kind_of_art(id) == "technique" else "forms"
    return {"art": id, "raw": number(inside(system, "arts", kind, lexicon.art_keys[id], "xp"), 0)}


# --- items: None where the catalogue has nothing like it ---


def ability(item: Mapping[str, Any], lexicon: Lexicon) -> Data | None:
    system, name = item["system"], text(item.get("name"), 100)
    found = lexicon.ability(text(system.get("key"), 40), text(system.get("option"), 80), name)
    if found is None:
        return None
    return {
        "ability": found[0],
        "instance": found[1][:80],
        "specialty": text(system.get("speciality"), 100),
        "raw": number(system.get("xp"), 0),
    }


def virtue(item: Mapping[str, Any], lexicon: Lexicon) -> Data | None:
    system = item["system"]
    found = lexicon.virtue(item["type"], text(item.get("name"), 200))
    if found is None:
        return None
    entry, parameters = found
    size = text(system.get("impact"), 20)
    return {
        "virtue": entry.id,
        "size": size if size in entry.allowed_sizes else entry.size,
        "parameters": parameters or _of_effects(item, entry.parameters, lexicon),
    }


_EFFECT = re.compile(
    r"system\.(?:arts\.(?:techniques|forms)\.(?P<art>[a-z]{2})|bonuses\.skills\.(?P<key>[A-Za-z]+)(?:_(?P<option>.+?))?)\.[A-Za-z]+\Z"
)


def _of_effects(item: Mapping[str, Any], parameters: Any, lexicon: Lexicon) -> list[Data]:
    """The Ability or Art that the effects of an item name, where its name does not."""
    wanted = parameters[0]["kind"] if parameters else ""
    for effect in item.get("effects") or () if wanted in ("ability", "art", "technique", "form") else ():
        for change in inside(effect, "system", "changes") or inside(effect, "changes") or ():
            found = _EFFECT.match(text(inside(change, "key"), 200))
            if found and found["art"] in lexicon.arts and wanted != "ability":
                return [{"art": lexicon.arts[found["art"]]}]
            if found and found["key"] and wanted == "ability":
                named = lexicon.ability(found["key"], found["option"] or "", "")
                return [] if named is None else [{"ability": named[0], "instance": named[1] or None}]
    return []


def spell(item: Mapping[str, Any], lexicon: Lexicon) -> Data | None:
    system, name = item["system"], text(item.get("name"), 100)
    technique, form = (lexicon.arts.get(text(system.get(kind), 2)) for kind in ("technique", "form"))
    if not name or technique is None or form is None:
        return None
    entry, parameter = lexicon.spell(name) or (None, None)
    own: Data = {
        "spell": None,
        "name": name,
        "technique": technique,
        "form": form,
        "requisites": {kind: _requisites(system.get(f"{kind}-req"), lexicon) for kind in ("technique", "form")},
        "level": max(1, min(_level(system), 500)),
        **{field: _parameter(system.get(field), field) for field in keys.PARAMETERS},
        "ritual": boxed(system.get("ritual")) is True,
        "raw": number(system.get("xp"), 0),
    }
    if entry is None or (entry["technique"], entry["form"]) != (technique, form):
        return own
    return _of_grimoire(own, entry, parameter)


def _of_grimoire(own: Data, entry: Mapping[str, Any], parameter: str | None) -> Data:
    """The spell as the grimoire has it, which knows better: only a general spell has a level of its own."""
    known = {name: entry[name] for name in ("range", "duration", "target", "ritual")}
    level = own["level"] if entry["level"] is None else entry["level"]
    return {**own, **known, "spell": entry["id"], "parameter": parameter, "level": level}


def _requisites(chosen: Any, lexicon: Lexicon) -> list[str]:
    found = chosen.items() if isinstance(chosen, dict) else ()
    return [lexicon.arts[key] for key, wanted in found if wanted is True and key in lexicon.arts]


def _parameter(value: Any, field: str) -> str:
    key = text(value, 30)
    return next((name for name, (known, _) in keys.PARAMETERS[field].items() if known == key), "")


def _level(system: Mapping[str, Any]) -> int:
    level = number(system.get("baseLevel"), 0, 500) or number(system.get("level"), 1, 500)
    for field, known in keys.PARAMETERS.items():
        level = raised(level, dict(known.values()).get(text(system.get(field), 30), 0))
    for extra in ("complexity", "targetSize", "enhancingRequisite"):
        level = raised(level, number(system.get(extra), -20, 20))
    return level


def trait(item: Mapping[str, Any], lexicon: Lexicon) -> Data | None:
    system, name = item["system"], text(item.get("name"), 100)
    points = number(system.get("xp"))
    score = score_of("ability", abs(points)) * (1 if points > 0 else -1)
    if "points" in system:  # before experience was kept
        score = number(system["points"])
    return {"name": name, "score": max(-20, min(score, 20))} if name else None


def reputation(item: Mapping[str, Any], lexicon: Lexicon) -> Data | None:
    system, content = item["system"], text(item.get("name"), 200)
    kinds = {key: kind for kind, key in keys.REPUTATIONS.items()}
    points = cost("ability", number(system["points"], 0, 100)) if "points" in system else number(system.get("xp"), 0)
    kind = kinds.get(text(system.get("type"), 40), "")
    return {"content": content, "type": kind, "experience_points": points} if content else None


def weapon(item: Mapping[str, Any], lexicon: Lexicon) -> Data | None:
    system, name = item["system"], text(item.get("name"), 200)
    figures = {
        "load": number(system.get("load"), 0, 1000),
        **{field: number(system.get(field), -100, 100) for field in ("init", "atk", "dfn", "dam")},
        "min_str": number(system.get("str"), -100, 100),
    }
    found = lexicon.ability(
        text(inside(system, "ability", "key"), 40), text(inside(system, "ability", "option"), 80), ""
    )
    of_table = _of_table(name, lexicon, "weapon.")
    return (
        {
            "kind": "shield" if of_table and of_table["shield"] else "weapon",
            "item": of_table["id"] if of_table else "",
            "name": name,
            "carried": system.get("equipped") is not False,
            **(dict.fromkeys(figures) if of_table and _agree(figures, of_table) else figures),
            "ability": None if of_table or found is None else found[0],
        }
        if name
        else None
    )


def armor(item: Mapping[str, Any], lexicon: Lexicon) -> Data | None:
    system, name = item["system"], text(item.get("name"), 200)
    figures = {"load": number(system.get("load"), 0, 1000), "protection": number(system.get("prot"), 0, 100)}
    coverage = "full" if system.get("full") is True else "partial"
    of_table = _of_table(name, lexicon, "armor.")
    suit = (of_table or {}).get(coverage)
    return (
        {
            "kind": "armor",
            "item": of_table["id"] if of_table and suit else "",
            "name": name,
            "coverage": coverage,
            "worn": system.get("equipped") is not False,
            **(dict.fromkeys(figures) if suit == figures else figures),
        }
        if name
        else None
    )


def _of_table(name: str, lexicon: Lexicon, start: str) -> Mapping[str, Any] | None:
    found = lexicon.items.get(plain(name))
    return found if found and found["id"].startswith(start) else None


def _agree(figures: Mapping[str, int], entry: Mapping[str, Any]) -> bool:
    """Whether a weapon is as the table has it; a figure that the table lacks is 0 in Foundry."""
    return all((entry.get(name) or 0) == value for name, value in figures.items())


def thing(item: Mapping[str, Any], lexicon: Lexicon) -> Data | None:
    system, name = item["system"], text(item.get("name"), 200)
    load = number(system.get("weight", system.get("load")), 0, 1000) or None
    return (
        {"kind": "other", "name": name, "carried": system.get("carried") is not False, "load": load} if name else None
    )


READINGS: Mapping[str, tuple[str, Reading]] = {
    "ability": ("abilities", ability),
    "virtue": ("virtues", virtue),
    "flaw": ("virtues", virtue),
    "spell": ("spells", spell),
    "personalityTrait": ("traits", trait),
    "personality": ("traits", trait),
    "reputation": ("reputations", reputation),
    "weapon": ("possessions", weapon),
    "armor": ("possessions", armor),
    "item": ("possessions", thing),
}
"""By type of item: the resource that it becomes a row of, and how it is read."""
