"""A character as Markdown, in the order in which the books print them. Names and notes are never markup."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

Sheet = Mapping[str, Any]

WOUNDS = {"incapacitating": "Incapacitated", "dead": "Dead"}
STAR = r"\*"

_SPECIAL = re.compile(r"([\\`*_\[\]<>#|~&])")
_LINE_START = re.compile(r"^(\s*)([-+=]|\d+[.)])", re.MULTILINE)


def stat_block(sheet: Sheet, own: Mapping[str, Any]) -> str:
    """The stat block of a derived sheet (`characters.sheet`); `own` are the stored values of the character."""
    lines = [line for line in _lines(sheet, own) if line is not None]
    return "\n\n".join(lines) + "\n"


def plain(text: Any) -> str:
    """Text that says what it says in Markdown too, on one line."""
    return _LINE_START.sub(r"\1\\\2", _SPECIAL.sub(r"\\\1", " ".join(str(text).split())))


def _lines(sheet: Sheet, own: Mapping[str, Any]) -> Iterator[str | None]:
    yield f"## {plain(sheet['name'])}"
    yield f"*{_kind(sheet)}*"
    yield _entry("Characteristics", _list(map(_characteristic, sheet["characteristics"])))
    yield _entry("Size", _signed(sheet["size"]["value"]))
    yield _entry("Age", _age(own))
    yield _entry("Decrepitude", _points(sheet["decrepitude"]))
    yield _entry("Warping Score", _points(sheet["warping"]))
    yield _entry("Confidence Score", _confidence(sheet["confidence"]))
    yield _entry("Virtues and Flaws", _virtues(sheet))
    yield _entry(
        "Personality Traits", _list(f"{plain(row['name'])} {_signed(row['score'])}" for row in sheet["traits"])
    )
    yield _entry("Reputations", _list(map(_reputation, sheet["reputations"])))
    yield _entry("Combat", _combat(sheet["combat"]))
    yield _entry("Soak", _signed(sheet["health"]["soak"]["value"]))
    yield _entry("Fatigue Levels", _list(map(_fatigue, sheet["health"]["fatigue"])))
    yield _entry("Wound Penalties", _list(map(_wound, sheet["health"]["wounds"])))
    yield _entry("Abilities", _list(map(_ability, sheet["abilities"])))
    yield _entry("Arts", _list(map(_art, sheet["arts"])))
    yield _entry("Equipment", _list(plain(row["name"]) for row in sheet["possessions"]))
    yield _entry("Encumbrance", f"{sheet['load']['encumbrance']['value']} ({sheet['load']['burden']})")
    yield _entry("Spells Known", _spells(sheet["spells"]))
    yield _entry("Notes", _notes(own["notes"]))


def _entry(title: str, text: str) -> str | None:
    return f"**{title}:** {text}".replace(" \n", "\n") if text else None


def _list(parts: Iterable[str]) -> str:
    return ", ".join(parts)


def _signed(value: int) -> str:
    return f"{value:+d}" if value else "0"


def _kind(sheet: Sheet) -> str:
    house = sheet["house"]
    return f"{plain(sheet['type_name'])} of House {plain(house['name'])}" if house else plain(sheet["type_name"])


def _characteristic(row: Sheet) -> str:
    aging = f" ({row['aging_points']})" if row["aging_points"] else ""
    return f"{row['abbr']} {_signed(row['total']['value'])}{aging}"


def _age(own: Mapping[str, Any]) -> str:
    apparent = own["apparent_age"]
    return f"{own['age']} ({own['age'] if apparent is None else apparent})"


def _confidence(found: Sheet) -> str:
    return f"{found['score']} ({found['points']})" if found["score"] or found["points"] else ""


def _points(score: Sheet) -> str:
    return f"{score['score']} ({score['remainder']})"


def _virtues(sheet: Sheet) -> str:
    """Virtues before Flaws; one that was taken twice once, with how often; what the House gave with a star."""
    kinds = (_times(map(_virtue, sheet[kind])) for kind in ("virtues", "flaws"))
    return "; ".join(filter(None, map(_list, kinds)))


def _virtue(row: Sheet) -> str:
    size = " (Major)" if row["category"] == "Personality" and row["size"] == "major" else ""
    return f"{plain(row['virtue_name'])}{size}{STAR if row['granted_by_house'] else ''}"


def _times(names: Iterable[str]) -> Iterator[str]:
    for name, same in groupby(sorted(names, key=str.casefold)):
        number = len(list(same))
        yield f"{name} (x{number})" if number > 1 else name


def _reputation(row: Sheet) -> str:
    kind = f" ({row['type'].capitalize()})" if row["type"] else ""
    return f"{plain(row['content'])} {row['score']}{kind}"


def _combat(rows: Sequence[Sheet]) -> str:
    lines = [f"- *{plain(row['name'])}:* {', '.join(_figures(row))}" for row in rows]
    return "\n\n" + "\n".join(lines) if lines else ""


def _figures(row: Sheet) -> Iterator[str]:
    for name, label in (("init", "Init"), ("atk", "Attack"), ("dfn", "Defense"), ("dam", "Damage")):
        total = row[name]
        yield f"{label} {'n/a' if total is None else _signed(total['value'])}"


def _fatigue(level: Sheet) -> str:
    if level["level"] == "Fresh":
        return "OK"
    return "Unconscious" if level["penalty"] is None else str(level["penalty"])


def _wound(wound: Sheet) -> str:
    reach = f"{wound['from']}+" if wound["to"] is None else f"{wound['from']}-{wound['to']}"
    return f"{WOUNDS.get(wound['kind'], wound['penalty'])} ({reach})"


def _ability(row: Sheet) -> str:
    specialty = f" ({plain(row['specialty'])})" if row["specialty"] else ""
    return f"{plain(row['ability_name'])} {_score(row)}{specialty}"


def _art(row: Sheet) -> str:
    return f"{row['abbr']} {_score(row)}"


def _score(row: Sheet) -> str:
    bonus = f"+{row['bonus']}" if row["bonus"] else ""
    return f"{row['score']}{bonus}" + (f" ({row['remainder']})" if row["remainder"] and "art" in row else "")


def _spells(rows: Sequence[Sheet]) -> str:
    lines = [
        f"- *{plain(row['name'])}* ({row['arts']} {row['level']}) {row['total']}{row['mastered']}"
        for row in map(_spell, rows)
    ]
    return "\n\n" + "\n".join(lines) if lines else ""


def _spell(row: Sheet) -> dict[str, Any]:
    return {
        **row,
        "arts": _pair(row),
        "total": _signed(row["casting"]["value"]),
        "mastered": f", Mastery {row['score']}" if row["score"] else "",
    }


def _pair(row: Sheet) -> str:
    """`CrIg`, with requisites `Cr(Re)Ig`."""
    parts = []
    for kind in ("technique", "form"):
        requisites = [_abbr(art) for art in (row["requisites"] or {}).get(kind, ())]
        parts.append(_abbr(row[kind]) + (f"({', '.join(requisites)})" if requisites else ""))
    return "".join(parts)


def _abbr(art: str) -> str:
    return art.partition(".")[2][:2].capitalize()


def _notes(text: str) -> str:
    return "\n\n".join(plain(line) for line in text.splitlines() if line.strip())
