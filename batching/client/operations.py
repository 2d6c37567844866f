"""What a program asks for, and what became of it."""

from __future__ import annotations

import json
import secrets
import time
import uuid
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from datetime import time as time_of_day
from decimal import Decimal
from typing import Any, TypeAlias

Key: TypeAlias = int | str
Problem: TypeAlias = dict[str, Any]  # a problem document (RFC 9457): type, title, status, code, detail, …


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What became of one operation. `data` is the row as it is after the request that carried the operation."""

    status: int
    target: Key | None = None
    data: Any = None
    etag: str | None = None
    error: Problem | None = None
    replayed: bool = False  # applied by an earlier request, and not again
    gone: bool = False  # and its row is no more

    @property
    def success(self) -> bool:
        return self.error is None

    @property
    def skipped(self) -> bool:
        """Not run, undone or not even sent, because of another operation."""
        return self.error is not None and self.status == 424


@dataclass(slots=True, kw_only=True, eq=False)
class Operation:
    """One operation. It stands for its row: as the target of later operations, and as a value in their data."""

    resource: str
    action: str
    id: str | None  # a UUID: the server applies it once; None: it may be applied again by a second sending
    target: Key | Operation | None = None  # an operation that creates the row
    data: Mapping[str, Any] = field(default_factory=dict)
    lid: str | None = None
    group: str | None = None
    depends_on: tuple[Operation, ...] = ()
    if_match: str | None = None
    result: Result | None = None  # None until the server has answered

    @property
    def row(self) -> Key | Operation | None:
        """The key of the row, or the operation that makes it."""
        return self if self.action == "create" else self.target

    @property
    def key(self) -> Key:
        """Key of the row. Raises LookupError as long as nobody knows it."""
        if self.result is not None and self.result.success and self.result.target is not None:
            return self.result.target
        if self.target is not None:
            return self.target.key if isinstance(self.target, Operation) else self.target
        raise LookupError(f"The row of this {self.action} on {self.resource} has no key yet.")

    def references(self) -> Iterator[Operation]:
        """The operations that create the rows which this one names."""
        if isinstance(self.target, Operation):
            yield self.target
        yield from (value for value in self.data.values() if isinstance(value, Operation))

    def needs(self) -> Iterator[Operation]:
        """The operations that must have succeeded before this one."""
        yield from self.references()
        yield from self.depends_on

    def wire(self, together: Collection[Operation] = ()) -> dict[str, Any]:
        """As the batch endpoint reads it. Rows that are made `together` with it go by local id, others by key."""
        body: dict[str, Any] = {"resource": self.resource, "action": self.action}
        for name in ("id", "lid", "group", "if_match"):
            if (value := getattr(self, name)) is not None:
                body[name] = value
        if self.target is not None:
            body["target"] = _named(self.target, together)
        if self.data:
            body["data"] = self.plain_data(together)
        if waits_for := [other.id for other in self.depends_on if other in together]:
            body["depends_on"] = waits_for
        return body

    def plain_data(self, together: Collection[Operation] = ()) -> dict[str, Any]:
        return {name: _named(value, together) for name, value in self.data.items()}


def _named(value: Any, together: Collection[Operation]) -> Any:
    if not isinstance(value, Operation):
        return value
    return {"lid": value.lid} if value in together and value.lid is not None else value.key


def new_id() -> str:
    """A UUIDv7 (RFC 9562): the milliseconds since 1970, then chance. Ids in order of time keep an index compact."""
    stamp = time.time_ns() // 1_000_000
    value = (stamp << 80) | secrets.randbits(80)
    value = value & ~(0xF << 76) | (0x7 << 76)
    value = value & ~(0x3 << 62) | (0x2 << 62)
    return str(uuid.UUID(int=value))


def encode(body: Any) -> bytes:
    """A body as JSON; dates, decimals and UUIDs become text. TypeError or ValueError for what JSON cannot hold."""
    return json.dumps(body, default=_text, allow_nan=False, ensure_ascii=False, separators=(",", ":")).encode()


def _text(value: Any) -> str:
    match value:
        case date() | time_of_day():
            return value.isoformat()
        case Decimal() | uuid.UUID():
            return str(value)
    raise TypeError(f"{type(value).__name__} cannot be written as JSON")
