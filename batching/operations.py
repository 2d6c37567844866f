"""The vocabulary of every other module: what a request asks for, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any


@dataclass(frozen=True, slots=True)
class Lid:
    """A local id: stands for the row that an earlier operation of the same batch creates."""

    name: str


@dataclass(slots=True, kw_only=True)
class Operation:
    """One wish of the client, checked for form but not yet for sense."""

    index: int  # position in the request
    resource: str
    action: str
    id: str | None = None  # canonical UUID; None: not remembered
    target: int | str | Lid | None = None
    target_key: str = "target"  # how the client wrote the member: "target" or, for example, "abilityId"
    data: Mapping[str, Any] = field(default_factory=dict)
    lid: str | None = None
    group: str | None = None
    depends_on: tuple[str, ...] = ()
    if_match: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """One request: operations that travel, and by default succeed or fail, together."""

    operations: tuple[Operation, ...]
    id: str | None = None
    atomic: bool = True
    include: tuple[str, ...] = ()
    dry_run: bool = False
    minimal: bool = False  # the client wants no representations back


@dataclass(slots=True, kw_only=True)
class Result:
    """What became of one operation. `error` is a problem document (see `exceptions`) and means failure."""

    operation: Operation
    status: int
    target: Any = None  # key of the row, also of one that was created
    data: Any = None
    etag: str | None = None
    error: dict[str, Any] | None = None
    replayed: bool = False  # applied by an earlier request, and not again
    gone: bool = False  # and its row is no more

    @property
    def success(self) -> bool:
        return self.error is None

    @property
    def skipped(self) -> bool:
        """Not run, or undone, because of another operation."""
        return self.error is not None and self.status == 424


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a batch: one result per operation, in request order."""

    batch: Batch
    results: list[Result]
    included: dict[str, list[Any]] = field(default_factory=dict)

    @property
    def failed(self) -> bool:
        return any(map(attrgetter("error"), self.results))

    @property
    def committed(self) -> bool:
        return not self.batch.dry_run and not (self.batch.atomic and self.failed)
