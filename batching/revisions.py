"""Revisions that a batch gives: one more for each root whose tree it changes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Model

from batching.models import Ledger, Revisioned
from batching.resources import Resource
from batching.unit_of_work import Entry, UnitOfWork


class Revisions:
    """Gives revisions in one transaction. `ledger` knows those that were given already, also by `save()`."""

    def __init__(self, work: UnitOfWork, ledger: Ledger, resources: Iterable[Resource]) -> None:
        self.work = work
        self.ledger = ledger
        self._root_fields: dict[type[Model], Any] = {resource.model: resource.root_field for resource in resources}

    def give(self) -> list[Entry]:
        """Let each root whose tree changed grow by one revision, and stamp the rows that changed with it.

        Answers all entries that must be written.
        """
        dirty = {id(entry): entry for entry in self.work.changed()}
        given: dict[int, int] = {}  # by id() of the root
        for entry in list(dirty.values()):
            root = self.root_of(entry.row)
            revision = given.get(id(root))
            if revision is None:
                if not isinstance(root, Revisioned):
                    continue
                revision = given[id(root)] = self._next(root)
                if root.revision != revision and (held := self.work.entry_of(root)) is not None:
                    _set(held, revision)
                    dirty[id(held)] = held
            if entry.row is not root:
                _set(entry, revision)
        return list(dirty.values())

    def only(self) -> int | None:
        """The revision of the root that all rows belong to; None if they belong to several, or have no revisions."""
        roots = [entry.row for entry in self.work.entries.values() if self._root_fields.get(type(entry.row)) is None]
        return roots[0].revision if len(roots) == 1 and isinstance(roots[0], Revisioned) else None

    def expected(self) -> int | None:
        """The revision that this batch gives if it changes anything, as far as it touches one root."""
        only = self.only()
        return None if only is None else only + 1

    def of(self, row: Model | None) -> int | None:
        """The revision of a row's root."""
        root = None if row is None else self.root_of(row)
        return root.revision if isinstance(root, Revisioned) else None

    def root_of(self, row: Model) -> Model | None:
        field = self._root_fields.get(type(row))
        if field is None:
            return row
        root: Model | None = field.get_cached_value(row, default=None)
        return self.work.find(field.related_model, getattr(row, field.attname)) if root is None else root

    def _next(self, root: Revisioned) -> int:
        if root.pk is None or root._state.adding:
            return 1
        key = (type(root), root.pk)
        if key not in self.ledger:
            self.ledger[key] = (self.work.started.get(key) or root.revision) + 1
        return self.ledger[key]


def _set(entry: Entry, revision: int) -> None:
    if isinstance(entry.row, Revisioned):
        entry.row.revision = revision
        entry.changes = [*entry.changes, "revision"]
