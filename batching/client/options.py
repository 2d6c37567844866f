"""How a batch is sent, and how far that is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far the sending of a batch is."""

    total: int
    done: int  # have a result, of whatever kind
    succeeded: int
    failed: int
    skipped: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How a batch is sent; see `BatchClient.batch`."""

    atomic: bool = True
    split: bool = False
    include: Sequence[str] = ()
    minimal: bool = False
    dry_run: bool = False
    on_progress: Callable[[Progress], None] | None = None
