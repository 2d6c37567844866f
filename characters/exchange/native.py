"""The format of this site: characters as the API writes them, without keys and without what can be derived.

    {"format": "ars-magica-sheets", "version": 1,
     "characters": [{"name": "Darius", "type": "magus", …, "abilities": [{"ability": "ability.awareness", …}], …}]}

`native-1.schema.json` beside this file is its JSON Schema (2020-12), and what documents are checked with. A member that
is added, or means something else, makes a new version; a reader refuses versions that it does not know.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from characters.exchange.parcel import Faulty, Newcomer, Parcel, Remark, Row, at

FORMAT = "ars-magica-sheets"
VERSION = 1
SCHEMA = Path(__file__).parent / "native-1.schema.json"

RESOURCES = ("abilities", "arts", "virtues", "spells", "traits", "reputations", "possessions", "attacks")
"""Members of a character that are lists of rows, in the order in which the rows are created."""


def document(characters: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """A document of characters, each as `exports.contents` has it."""
    return {"format": FORMAT, "version": VERSION, "characters": list(characters)}


def is_native(value: Any) -> bool:
    return isinstance(value, dict) and "format" in value


def parcel(value: Any) -> Parcel:
    """The characters of a document. Raises Faulty with everything that is not as the schema has it."""
    _check_version(value)
    if faults := [fault for error in _validator().iter_errors(value) for fault in _faults(error)]:
        raise Faulty(sorted(faults, key=lambda fault: fault.path), "malformed")
    characters = enumerate(value["characters"])
    return Parcel(newcomers=[newcomer(found, at("characters", index)) for index, found in characters])


def newcomer(character: dict[str, Any], path: str) -> Newcomer:
    """One character of a document."""
    own = {name: value for name, value in character.items() if name not in RESOURCES}
    return Newcomer(path=path, data=own, rows=list(_rows(character, path)))


def _rows(character: dict[str, Any], path: str) -> Iterator[Row]:
    for resource in RESOURCES:
        for index, data in enumerate(character.get(resource, ())):
            yield Row(path=at(at(path, resource), index), resource=resource, data=dict(data))


def _check_version(value: Any) -> None:
    """Before all else: what another version has would only look like many faults."""
    if not isinstance(value, dict):
        raise Faulty([Remark("", "An object was expected.")], "malformed")
    if value.get("format") != FORMAT:
        raise Faulty([Remark("format", f"{FORMAT!r} was expected.")], "malformed")
    version = value.get("version")
    if version != VERSION or isinstance(version, bool):
        raise Faulty([Remark("version", f"This site reads version {VERSION}.")], "unknown_version")


def is_row(data: Any, resource: str) -> bool:
    """Whether something is a row of a resource, or for "character" one without any rows, as the schema has it."""
    within = not isinstance(data, dict) or data.keys().isdisjoint(RESOURCES)
    return within and _validator_of(resource).is_valid(data)


@cache
def _schema() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(SCHEMA.read_text(encoding="utf-8"))
    return found


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(_schema())


@cache
def _validator_of(name: str) -> Draft202012Validator:
    return Draft202012Validator(_schema()["$defs"][name])


# --- what the schema says, in words ---

TYPES = {
    "string": "a text",
    "integer": "a whole number",
    "boolean": "true or false",
    "array": "a list",
    "object": "an object",
    "null": "null",
}


def _faults(error: ValidationError) -> Iterator[Remark]:
    """The faults that an error of the schema tells of, without the words of the document in them."""
    path = ""
    for step in error.absolute_path:
        path = at(path, step)
    limit: Any = error.validator_value
    match error.validator:
        case "additionalProperties":
            known = error.schema["properties"]
            yield from (
                Remark(at(path, name[:80]), "There is no such member.") for name in error.instance.keys() - known
            )
        case "required":
            yield from (Remark(at(path, name), "This is required.") for name in limit if name not in error.instance)
        case "type":
            kinds = [limit] if isinstance(limit, str) else limit
            yield Remark(path, f"Expected {' or '.join(TYPES[kind] for kind in kinds)}.")
        case "enum":
            yield Remark(path, f"Expected one of {', '.join(map(repr, limit))}.")
        case "minimum" | "maximum":
            yield Remark(path, f"At {'least' if error.validator == 'minimum' else 'most'} {limit}.")
        case "minLength" | "minItems":
            yield Remark(path, "This must not be empty.")
        case "maxLength":
            yield Remark(path, f"At most {limit} characters, please.")
        case "maxItems":
            yield Remark(path, f"At most {limit}, please.")
        case _:
            yield Remark(path, "This is not as it should be.")
