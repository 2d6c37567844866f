"""Characters in the shape of `published_characters.json`: printed sheets with the inputs behind them.

What was put in is written the way of the API, as one batch with the same validation; what was printed is compared
with what the rules make of it (`characters.comparison`). Members that are missing are taken as empty.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from batching.operations import Operation, Outcome, Result
from characters.api.arriving import arriving
from characters.api.serializers import AT_BIRTH
from characters.catalogue import DATA
from characters.catalogue.reference import reference
from characters.rules import aging
from characters.rules.characteristics import ABBREVIATIONS
from characters.rules.experience import cost
from characters.writes import write_all

FILE = DATA / "published_characters.json"

MOST_TIMES = 100

Printed = Mapping[str, Any]
Written = tuple[str, str, dict[str, Any]]
"""Where something stands in the character's object, the resource it becomes a row of, and the data of the row."""


class PublishedError(Exception):
    """A file or character that cannot be loaded; says where in the document, and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A character that was written: its key, its derived sheet, and the keys of its rows by their place."""

    key: int
    sheet: dict[str, Any]
    keys: Mapping[str, Any] = field(default_factory=dict)


def read(path: Path = FILE) -> list[Printed]:
    """The characters of a file. Raises PublishedError."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise PublishedError(f"{path} cannot be read: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        raise PublishedError(f"{path} is not JSON: {error}.") from error
    characters = document.get("characters") if isinstance(document, dict) else None
    if not isinstance(characters, list):
        raise PublishedError(f"{path}: an object with a list of characters was expected.")
    for index, printed in enumerate(characters):
        if not isinstance(printed, dict):
            raise PublishedError(f"{path}: characters[{index}]: an object was expected.")
    return characters


def title(printed: Printed) -> str:
    """How a character is called in the file."""
    return str(printed.get("template") or printed.get("name") or printed.get("id") or "nameless")


def load(printed: Printed, owner: Any, *, dry_run: bool = False) -> Loaded:
    """Write a character for its owner; with `dry_run` take all of it back again. Raises PublishedError."""
    written = list(rows(printed))
    operations = [_operation(index, *one) for index, one in enumerate(written)]
    outcome = write_all(owner, operations, dry_run=dry_run, resources=arriving)
    _raise_first(written, outcome)
    keys = {place: result.target for (place, *_), result in zip(written, outcome.results, strict=True)}
    (sheet,) = outcome.included["sheet"]
    return Loaded(key=sheet["id"], sheet=sheet, keys=keys)


def _operation(index: int, place: str, resource: str, data: dict[str, Any]) -> Operation:
    if resource == "characters":
        data = {name: value for name, value in data.items() if name not in AT_BIRTH}
        return Operation(index=index, resource=resource, action="create", lid="character", data=data)
    return Operation(index=index, resource=resource, action="create", data={**data, "character": {"lid": "character"}})


def _raise_first(written: list[Written], outcome: Outcome) -> None:
    """Raise for the first operation that was refused for a reason of its own."""
    for (place, *_), result in zip(written, outcome.results, strict=True):
        if result.error is not None and not result.skipped:
            raise PublishedError(f"{place}: {_words(result)}" if place else _words(result))


def _words(result: Result) -> str:
    assert result.error is not None
    fields = result.error.get("fields") or {}
    return json.dumps(fields, ensure_ascii=False) if fields else str(result.error["detail"])


# --- what becomes a row ---


def rows(printed: Printed) -> Iterator[Written]:
    """The character itself, then all that belongs to it. Raises PublishedError."""
    sheet = Entry(printed, "")
    yield "", "characters", _character(sheet)
    for entry in sheet.each("abilities"):
        yield entry.place, "abilities", _ability(entry)
    yield from _arts(sheet)
    for entry in [*sheet.each("virtues"), *sheet.each("flaws")]:
        for _time in range(entry.number("times", 1, most=MOST_TIMES)):
            yield entry.place, "virtues", _virtue(entry)
    for entry in sheet.each("spells"):
        yield entry.place, "spells", _spell(entry)
    for name, score in sheet.mapping("personality_traits").items():
        yield f"personality_traits.{name}", "traits", {"name": name, "score": score}
    for entry in sheet.each("reputations"):
        yield entry.place, "reputations", _reputation(entry)
    yield from _equipment(sheet.entry("equipment"))
    for entry in sheet.each("combat"):
        yield entry.place, "attacks", _attack(entry)


class Entry:
    """An object of the document that knows where it stands. Members that are missing or null have a default."""

    def __init__(self, values: Any, place: str) -> None:
        if values is not None and not isinstance(values, dict):
            raise PublishedError(f"{place}: an object was expected.")
        self.values: Printed = values or {}
        self.place = place

    def __bool__(self) -> bool:
        return bool(self.values)

    def get(self, name: str, default: Any = None) -> Any:
        value = self.values.get(name)
        return default if value is None else value

    def text(self, name: str, default: str = "") -> str:
        return str(self._of(name, str, "a text", default))

    def number(self, name: str, default: int = 0, most: int | None = None) -> int:
        value = int(self._of(name, int, "a whole number", default))
        if most is not None and value > most:
            raise PublishedError(f"{self.at(name)}: at most {most}, please.")
        return value

    def texts(self, name: str) -> list[str]:
        values: list[Any] = self._of(name, list, "a list", [])
        if not all(isinstance(value, str) for value in values):
            raise PublishedError(f"{self.at(name)}: a list of texts was expected.")
        return values

    def mapping(self, name: str) -> Printed:
        found: Printed = self._of(name, dict, "an object", {})
        return found

    def entry(self, name: str) -> Entry:
        return Entry(self.values.get(name), self.at(name))

    def each(self, name: str) -> list[Entry]:
        """The objects of a list, or of an object that names them."""
        values = self.get(name, [])
        if isinstance(values, dict):
            return [Entry(value, f"{self.at(name)}.{key}") for key, value in values.items()]
        if not isinstance(values, list):
            raise PublishedError(f"{self.at(name)}: a list was expected.")
        return [Entry(value, f"{self.at(name)}[{index}]") for index, value in enumerate(values)]

    def at(self, name: str) -> str:
        return f"{self.place}.{name}" if self.place else name

    def _of(self, name: str, kind: type, words: str, default: Any) -> Any:
        value = self.get(name, default)
        if not isinstance(value, kind) or isinstance(value, bool):
            raise PublishedError(f"{self.at(name)}: {words} was expected.")
        return value


def _character(sheet: Entry) -> dict[str, Any]:
    given = {
        "type": sheet.get("type"),
        "age": sheet.get("age"),
        "apparent_age": sheet.get("apparent_age"),
        "apprenticed_at": sheet.get("apprenticed_at"),
    }
    bought, aged, lost = (_by_name(sheet, name) for name in ("characteristics_bought", "aging_points", "aging_losses"))
    return {
        "name": title(sheet.values),
        "house": sheet.get("house_id"),
        **{name: value for name, value in given.items() if value is not None},
        **bought,
        **{f"{name}_aging": points for name, points in aged.items()},
        **{f"{name}_lost": points for name, points in lost.items()},
        "aging_settled": True,
        "warping_points": _points(sheet.entry("warping")),
        "decrepitude_points": aging.decrepitude_points(bought, aged, lost),
        "with_arts": False,
        "house_grants": [],
    }


def _by_name(sheet: Entry, name: str) -> dict[str, int]:
    """Values by the names of Characteristics, from an object that abbreviates them."""
    values, names = sheet.mapping(name), {short: long for long, short in ABBREVIATIONS.items()}
    for key, value in values.items():
        if key not in names or not isinstance(value, int) or isinstance(value, bool):
            raise PublishedError(f"{sheet.at(name)}.{key}: a Characteristic with a whole number was expected.")
    return {names[key]: value for key, value in values.items()}


def _points(entry: Entry) -> int:
    """Sheets print Warping as `1 (2)`: the score, and the points beyond it."""
    return cost("ability", entry.number("score")) + entry.number("points")


def _ability(entry: Entry) -> dict[str, Any]:
    return {
        "ability": entry.get("ability_id"),
        "instance": entry.text("instance"),
        "specialty": entry.text("specialty"),
        "native": entry.get("native", False),
        "experience_points": entry.get("experience_points", _experience("ability", entry)),
    }


def _experience(kind: Any, entry: Entry) -> int:
    return cost(kind, entry.number("score")) + entry.number("remainder")


def _arts(sheet: Entry) -> Iterator[Written]:
    """The Arts that are there and, for a magus, the others at 0."""
    missing = dict.fromkeys(reference().rules.arts) if sheet.get("type", "magus") == "magus" else {}
    for entry in sheet.each("arts"):
        missing.pop(entry.text("art_id"), None)
        yield (
            entry.place,
            "arts",
            {
                "art": entry.get("art_id"),
                "experience_points": entry.get("experience_points", _experience("art", entry)),
                "bonus_experience": entry.get("bonus_experience", 0),
            },
        )
    for art in missing:
        yield f"arts ({art})", "arts", {"art": art}


def _virtue(entry: Entry) -> dict[str, Any]:
    size = entry.get("size")
    return {
        "virtue": entry.get("catalogue_id"),
        "parameters": entry.get("parameters", []),
        "granted_by_house": entry.get("free_from_house", False),
        "notes": entry.text("note"),
        **({} if size is None else {"size": size}),
    }


def _spell(entry: Entry) -> dict[str, Any]:
    """A spell of the grimoire, or one of the magus's own with all that the grimoire would say."""
    spell = entry.get("spell_id")
    taken = ["level", "requisites", "focus"]
    if spell is None:
        taken += ["name", "technique", "form", "range", "duration", "target", "ritual"]
    return {
        "spell": spell,
        "parameter": entry.entry("parameter").get("art"),
        **{name: entry.values[name] for name in taken if entry.get(name) is not None},
        "experience_points": cost("ability", entry.number("mastery")),
    }


def _reputation(entry: Entry) -> dict[str, Any]:
    kind = entry.text("type").casefold()
    return {
        "content": entry.get("content"),
        "type": "" if kind in ("any", "unstated") else kind,
        "score": entry.get("score", 1),
    }


def _equipment(equipment: Entry) -> Iterator[Written]:
    if armor := equipment.entry("armor"):
        data = {"item": armor.get("armor_id"), "coverage": armor.text("coverage", "full")}
        yield armor.place, "possessions", {**data, "carried": armor.get("carried", True)}
    shield = equipment.entry("shield")
    for weapon in [*([shield] if shield else []), *equipment.each("weapons")]:
        data = {"item": weapon.get("weapon_id"), "carried": weapon.get("carried", True)}
        yield weapon.place, "possessions", data
    for index, name in enumerate(equipment.texts("other")):
        yield f"{equipment.place}.other[{index}]", "possessions", {"kind": "other", "name": name}


def _attack(entry: Entry) -> dict[str, Any]:
    return {
        "name": entry.text("printed"),
        "weapon": entry.get("weapon_id"),
        "shield": entry.text("shield_id"),
        "ability": entry.get("ability_id"),
        "mounted": entry.get("mounted", False),
        "specialty_applies": entry.values.get("specialty_applies"),
    }
