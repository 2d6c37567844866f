"""Characters from documents, written as one atomic batch: all of them with all that belongs to them, or nothing."""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from rest_framework.exceptions import ParseError

from batching.conf import conf
from batching.operations import Operation, Outcome, Result
from batching.parsers import parse_json
from characters.api.arriving import ArrivingSerializer, arriving
from characters.exchange import exports, foundry, native
from characters.exchange.parcel import MAX_CHARACTERS, MAX_ROWS, Data, Faulty, Newcomer, Parcel, Remark, at
from characters.models import Character
from characters.writes import write_all

Duplicates = Literal["skip", "copy", "refuse"]
DUPLICATES: Mapping[Duplicates, str] = {
    "skip": "a character who is here already, exactly so, is left alone; others of the same name get a number",
    "copy": "everybody is new, with a number if the name is taken",
    "refuse": "nothing is imported if one of the names is taken",
}
NAMELESS = "?"

_NUMBERED = re.compile(r"(?P<name>.*) \((?P<number>[1-9]\d{0,5})\)\Z", re.DOTALL)
_MAX_NAME = Character._meta.get_field("name").max_length or 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """What became of a character of the document: the `key` it has, or would have had none yet in a dry run."""

    path: str
    name: str
    key: int | None
    created: bool
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    dry_run: bool
    arrivals: Sequence[Arrival]
    notes: Sequence[Remark]


def read(body: bytes) -> Parcel:
    """The characters of a file. Raises Faulty."""
    if len(body) > conf().MAX_BODY:
        raise Faulty([Remark("", f"The file has {len(body)} bytes; at most {conf().MAX_BODY}, please.")], "too_large")
    try:
        value = parse_json(body.removeprefix(BOM_UTF8))
    except ParseError as error:
        raise Faulty([Remark("", str(error.detail))], "malformed") from error
    return unpack(value)


def unpack(value: Any) -> Parcel:
    """The characters of a parsed document, of this site or of Foundry. Raises Faulty."""
    if native.is_native(value):
        return _within_limits(native.parcel(value))
    if foundry.is_actor(value):
        return _within_limits(foundry.parcel(value, exports.lexicon()))
    raise Faulty([Remark("", "Neither characters of this site nor an actor of Foundry VTT (arm5e).")], "malformed")


def size(parcel: Parcel) -> int:
    """How many operations the characters of a document are."""
    return sum(1 + len(newcomer.rows) for newcomer in parcel.newcomers)


def bring(parcel: Parcel, owner: Any, *, duplicates: Duplicates = "skip", dry_run: bool = False) -> Report:
    """Create the characters of a parcel for their owner, or find that they are here. Raises Faulty: then nothing has
    changed."""
    here = _Here(owner, parcel.newcomers)
    settled = [here.settle(newcomer, duplicates) for newcomer in parcel.newcomers]
    if here.taken:
        raise Faulty(here.taken, "conflict")
    keys = _create([newcomer for newcomer, key in settled if key is None], owner, dry_run)
    arrivals = [
        Arrival(
            path=newcomer.path,
            name=newcomer.name,
            key=keys.get(newcomer.path) if key is None else key,
            created=key is None,
            rows=len(newcomer.rows),
        )
        for newcomer, key in settled
    ]
    return Report(dry_run=dry_run, arrivals=arrivals, notes=parcel.notes)


def _within_limits(parcel: Parcel) -> Parcel:
    if len(parcel.newcomers) > MAX_CHARACTERS:
        raise Faulty([Remark("characters", f"At most {MAX_CHARACTERS} at once, please.")], "too_large")
    if size(parcel) - len(parcel.newcomers) > MAX_ROWS:
        raise Faulty([Remark("characters", f"At most {MAX_ROWS} rows at once, please.")], "too_large")
    return parcel


# --- who is here already ---


class _Here:
    """The owner's characters. Whoever arrives is one of them from then on, in the same document too.

    Two imports at the same moment do not see each other: both may create the same character.
    """

    def __init__(self, owner: Any, newcomers: Sequence[Newcomer]) -> None:
        self.taken: list[Remark] = []
        own = list(Character.objects.filter(owner=owner).order_by("id"))
        self.names = {character.name for character in own}
        asked = {_base(newcomer.name) for newcomer in newcomers}
        alike = [character for character in own if _base(character.name) in asked]
        self.known = dict(zip([character.pk for character in alike], exports.contents(alike), strict=True))

    def settle(self, newcomer: Newcomer, duplicates: Duplicates) -> tuple[Newcomer, int | None]:
        """The character under the name it gets, and the key of the one that it is already, if so."""
        if duplicates == "skip" and (key := self._known_as(newcomer)) is not None:
            return _called(newcomer, self.known.pop(key)["name"]), key
        if newcomer.name in self.names:
            if duplicates == "refuse":
                self.taken.append(Remark(at(newcomer.path, "name"), "There is a character of this name."))
            newcomer = _called(newcomer, self._free(newcomer.name))
        self.names.add(newcomer.name)
        return newcomer, None

    def _known_as(self, newcomer: Newcomer) -> int | None:
        """The character that the newcomer is, rather one of exactly this name than one with another number."""
        content = _content(newcomer)
        same = [key for key, known in self.known.items() if _same(known, content)]
        return next((key for key in same if self.known[key]["name"] == newcomer.name), same[0] if same else None)

    def _free(self, name: str) -> str:
        base = _base(name)
        numbered = (
            f"{base[: _MAX_NAME - len(end)]}{end}" for end in (f" ({n})" for n in range(2, len(self.names) + 3))
        )
        return next(name for name in numbered if name not in self.names)


def _called(newcomer: Newcomer, name: str) -> Newcomer:
    return replace(newcomer, data={**newcomer.data, "name": name})


def _base(name: str) -> str:
    """`Darius` of `Darius (2)`."""
    found = _NUMBERED.match(name)
    return found["name"] if found else name


def _content(newcomer: Newcomer) -> Data:
    """The newcomer as `exports.contents` would have it, as far as that can be told before it is written."""
    content: Data = {**exports.defaults("characters"), **newcomer.data, **{name: [] for name in native.RESOURCES}}
    for row in newcomer.rows:
        content[row.resource].append({**exports.defaults(row.resource), **row.data})
    return content


def _same(one: Data, other: Data) -> bool:
    """Whether only the number after the name differs, if anything."""
    return _base(one["name"]) == _base(str(other["name"])) and {**one, "name": ""} == {**other, "name": ""}


# --- the batch ---

Step = tuple[str, Operation]
"""Where something stands in the document, and the operation that it becomes."""


def _create(newcomers: Sequence[Newcomer], owner: Any, dry_run: bool) -> dict[str, int]:
    """Keys of the characters by their path. Raises Faulty with every fault of every row."""
    if not newcomers:
        return {}
    steps = _steps(newcomers)
    outcome = _write(steps, owner, dry_run)
    if any(result.error is not None for result in outcome.results):
        raise Faulty(_faults(newcomers, steps, outcome.results, owner))
    return {} if dry_run else {path: result.target for (path, _), result in zip(steps, outcome.results, strict=True)}


def _write(steps: Sequence[Step], owner: Any, dry_run: bool) -> Outcome:
    operations = [operation for _, operation in steps]
    return write_all(owner, operations, dry_run=dry_run, include=(), resources=arriving)


def _steps(newcomers: Sequence[Newcomer]) -> list[Step]:
    """Characters first, then all that belongs to them."""
    heads = [(one.path, "characters", f"c{number}", one.data) for number, one in enumerate(newcomers)]
    rows = [
        (row.path, row.resource, None, {**row.data, "character": {"lid": f"c{number}"}})
        for number, one in enumerate(newcomers)
        for row in one.rows
    ]
    return [
        (path, Operation(index=index, resource=resource, action="create", lid=lid, data=data))
        for index, (path, resource, lid, data) in enumerate([*heads, *rows])
    ]


def _faults(
    newcomers: Sequence[Newcomer], steps: Sequence[Step], results: Sequence[Result], owner: Any
) -> list[Remark]:
    """What is wrong with the rows and, where a character itself is wrong, what would be wrong with its rows besides."""
    own = [fault for one in newcomers for fault in _flat(_own_errors(one), one.path)]
    if not own:
        return list(_refusals(steps, results))
    repaired = _steps([_repaired(one) for one in newcomers])
    tried = _write(repaired, owner, True)
    return [*own, *_refusals(repaired, tried.results)]


def _own_errors(newcomer: Newcomer) -> Mapping[str, Any]:
    """What is wrong with the character itself, by field."""
    serializer = ArrivingSerializer(data=newcomer.data)
    serializer.is_valid()
    errors: Mapping[str, Any] = serializer.errors
    return errors


def _repaired(newcomer: Newcomer) -> Newcomer:
    """The character without what is wrong with itself."""
    wrong = _own_errors(newcomer)
    return replace(newcomer, data={"name": NAMELESS, **{k: v for k, v in newcomer.data.items() if k not in wrong}})


def _refusals(steps: Sequence[Step], results: Sequence[Result]) -> Iterator[Remark]:
    """What was refused for a reason of its own."""
    for (path, _), result in zip(steps, results, strict=True):
        if result.error is not None and not result.skipped:
            fields = result.error.get("fields")
            yield from _flat(fields, path) if fields else [Remark(path, str(result.error["detail"]))]


def _flat(errors: Any, path: str) -> Iterator[Remark]:
    """The messages of a tree of errors, each with its path."""
    if isinstance(errors, Mapping):
        for name, below in errors.items():
            yield from _flat(below, path if name == "non_field_errors" else _below(path, str(name)))
    elif isinstance(errors, Iterable) and not isinstance(errors, str):
        for error in errors:
            yield from _flat(error, path)
    else:
        yield Remark(path, str(errors))


def _below(path: str, name: str) -> str:
    return at(path, int(name)) if name.isdecimal() else at(path, name)
