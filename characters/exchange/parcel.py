"""What arrives: characters as data for the API, each piece with its place in the document that it came from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

Data = dict[str, Any]

MAX_CHARACTERS = 50
MAX_ROWS = 2_000
"""Of one document: characters, and rows of all of them together."""

MAX_FAULTS = 100
"""So many are told; a file of another kind would have one on every line."""


@dataclass(frozen=True, slots=True)
class Remark:
    """Something about a document, and where: `characters[0].abilities[3].ability`."""

    path: str
    detail: str

    def __str__(self) -> str:
        return f"{self.path}: {self.detail}" if self.path else self.detail


class Faulty(Exception):
    """A document that is not taken. `faults` are all that were found, `code` is the kind of the worst."""

    def __init__(self, faults: Sequence[Remark], code: str = "invalid") -> None:
        super().__init__(str(faults[0]))
        self.faults = list(faults)
        self.code = code

    @property
    def told(self) -> list[Remark]:
        """The first of the faults, and how many more there are."""
        more = len(self.faults) - MAX_FAULTS
        return self.faults[:MAX_FAULTS] + ([Remark("", f"There are {more} more.")] if more > 0 else [])


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of a character, as data for its creation."""

    path: str
    resource: str
    data: Data


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """A character as data for its creation, and all that belongs to it."""

    path: str
    data: Data
    rows: Sequence[Row] = ()

    @property
    def name(self) -> str:
        return str(self.data.get("name", ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """What a document holds. `notes` tell what of it could not be taken along."""

    newcomers: Sequence[Newcomer]
    notes: Sequence[Remark] = field(default_factory=list)


def at(path: str, name: str | int) -> str:
    """The path to a member or an item below `path`."""
    if isinstance(name, int):
        return f"{path}[{name}]"
    return f"{path}.{name}" if path else name
