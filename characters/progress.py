"""A bar for commands that take a while."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sized
from typing import Protocol, TextIO, TypeVar

Item = TypeVar("Item", covariant=True)

WIDTH = 30


class Items(Sized, Iterable[Item], Protocol[Item]):
    """What can be counted and gone through."""


def bar(items: Items[Item], stream: TextIO) -> Iterator[Item]:
    """Go through items; on a terminal, `[######····] 3/5` shows how far it is. Elsewhere nothing is written."""
    shown = stream.isatty()
    for done, item in enumerate(items):
        if shown:
            _draw(done, len(items), stream)
        yield item
    if shown and len(items):
        _draw(len(items), len(items), stream)
        stream.write("\n")


def _draw(done: int, total: int, stream: TextIO) -> None:
    full = WIDTH * done // total
    stream.write(f"\r[{'#' * full}{'·' * (WIDTH - full)}] {done}/{total}")
    stream.flush()
