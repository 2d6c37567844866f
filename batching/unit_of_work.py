"""The rows of one batch in memory: loaded together, changed in order, written together.

The number of SQL statements depends on the models and kinds of change, never on the number of rows.
"""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain, compress
from operator import attrgetter, is_not
from typing import Any

from django.db import IntegrityError, models
from django.db.models import ForeignKey, Model

from batching import sql, superseded
from batching.columns import INTEGERS, PREPARED, TEXTS, VENDORS, hold_nul, travels
from batching.models import Revisioned, Tombstone
from batching.pipeline import Pipeline

Key = tuple[type[Model], Any]


@dataclass(slots=True)
class Entry:
    """A row: the instance as it is now, and its columns as the database has them (None: not stored yet)."""

    row: Model
    stored: dict[str, Any] | None
    deleted: bool = False
    touched: bool = False  # since it was last written
    made_here: bool = False  # by an operation of this batch
    changes: Collection[str] = ()  # attribute names of changed columns, as of the last time somebody looked


@dataclass(slots=True)
class Memento:
    """What an entry was, to go back to."""

    entry: Entry
    columns: dict[str, Any]
    related: dict[str, Any]
    deleted: bool

    @classmethod
    def of(cls, entry: Entry) -> Memento:
        row = entry.row
        return cls(entry, _columns(row), dict(row._state.fields_cache), entry.deleted)

    def restore(self) -> None:
        self.entry.row.__dict__.update(self.columns)
        self.entry.row._state.fields_cache = self.related
        self.entry.deleted = self.deleted


class Checkpoint:
    """A moment that a unit of work can return to."""

    def __init__(self) -> None:
        self.mementos: dict[int, Memento] = {}
        self.created: list[Entry] = []


class UnitOfWork:
    """Keeps each row once, whichever operations refer to it, and knows what must be written."""

    def __init__(self, pipeline: Pipeline) -> None:
        self.pipeline = pipeline
        self.using = pipeline.connection.alias
        self.entries: dict[Key, Entry] = {}
        self.created: dict[int, Entry] = {}  # by id() of the instance
        self._known: dict[int, Entry] = {}  # all of them, by id() of the instance
        self.started: dict[Key, int | None] = {}  # revisions of rows as they were first read under the lock
        self.written: set[type[Model]] = set()  # models of the rows that were written
        self._log: dict[type[Model], list[Model]] = defaultdict(list)
        self._checkpoints: list[Checkpoint] = []
        self._superseded: dict[type[Model], list[dict[str, Any]]] = defaultdict(list)

    # --- reading ---

    def hold(self, row: Model) -> Model:
        """Take in a row that was just read; answers the instance that stands for it.

        A row that is held already keeps its columns, and gains what else was read with it this time: annotations
        and the rows it refers to.
        """
        return self.hold_all(type(row), [row])[0]

    def hold_all(self, model: type[Model], rows: Sequence[Model]) -> list[Model]:
        """`hold` for rows of one model."""
        key_of, log = attrgetter(_key_name(model)), self._log[model]
        held: list[Model] = []
        for row in rows:
            key = (model, key_of(row))
            entry = self.entries.get(key)
            if entry is None:
                stored = _columns(row)
                entry = self.entries[key] = self._known[id(row)] = Entry(row, stored)
                self.started.setdefault(key, stored.get("revision"))
                log.append(row)
            elif entry.row is not row:
                _complete(entry.row, row)
            held.append(entry.row)
        return held

    def find(self, model: type[Model], pk: Any) -> Model | None:
        entry = self.entries.get((model, pk))
        return None if entry is None or entry.deleted else entry.row

    def find_made(self, model: type[Model], pk: Any) -> Model | None:
        """A row that an operation of this batch created, under a key of its own choice."""
        entry = self.entries.get((model, pk))
        return None if entry is None or entry.deleted or not entry.made_here else entry.row

    def rows(self, model: type[Model]) -> list[Model]:
        """All rows of a model that are held, as they are now, in the order in which they came."""
        stored = [entry for (kind, _), entry in self.entries.items() if kind is model]
        known = set(map(id, stored))
        new = [entry for entry in self.created.values() if type(entry.row) is model and id(entry) not in known]
        return [entry.row for entry in [*stored, *new] if not entry.deleted]

    def log(self, model: type[Model]) -> Sequence[Model]:
        return self._log[model]

    def alive(self, row: Model) -> bool:
        entry = self.entry_of(row)
        return entry is not None and not entry.deleted

    def entry_of(self, row: Model) -> Entry | None:
        return self._known.get(id(row)) or self.entries.get((type(row), row.pk))

    def changed(self) -> list[Entry]:
        """Entries that a flush would write; what was created comes last, in order."""
        old: Iterable[Entry] = self.entries.values()
        if self.created:
            new = set(map(id, self.created.values()))
            old = [entry for entry in old if id(entry) not in new]
        return list(filter(_is_changed, (*old, *self.created.values())))

    # --- changing ---

    def touch(self, row: Model) -> None:
        """Announce that a row is about to change, so that the change can be taken back."""
        entry = self.entry_of(row)
        assert entry is not None
        if entry.touched and superseded.matters(type(row)) and _is_changed(entry):
            self._superseded[type(row)].append(_columns(row))
        entry.touched = True
        for checkpoint in self._checkpoints:
            if id(entry) not in checkpoint.mementos:
                checkpoint.mementos[id(entry)] = Memento.of(entry)

    def note(self, row: Model) -> None:
        """Tell those who follow the log that a row has changed."""
        self._log[type(row)].append(row)

    def add(self, row: Model) -> None:
        entry = self.created[id(row)] = self._known[id(row)] = Entry(row, None, touched=True, made_here=True)
        if row.pk is not None:  # a key that the client chose can be addressed at once
            self.entries.setdefault((type(row), row.pk), entry)
        for checkpoint in self._checkpoints:
            checkpoint.created.append(entry)
        self.note(row)

    def remove(self, row: Model) -> None:
        self.touch(row)
        entry = self.entry_of(row)
        assert entry is not None
        entry.deleted = True
        self.note(row)

    def forget(self) -> None:
        """Drop everything; what was not flushed is lost. Rows are read anew when they are needed."""
        self.entries.clear()
        self.created.clear()
        self._known.clear()
        self._log.clear()
        self._superseded.clear()

    # --- going back ---

    def checkpoint(self) -> Checkpoint:
        self._checkpoints.append(Checkpoint())
        return self._checkpoints[-1]

    def release(self, checkpoint: Checkpoint) -> None:
        self._checkpoints.remove(checkpoint)

    def restore(self, checkpoint: Checkpoint) -> None:
        """Go back to a checkpoint and release it."""
        self.release(checkpoint)
        for memento in checkpoint.mementos.values():
            memento.restore()
            self.note(memento.entry.row)
        for entry in checkpoint.created:
            entry.deleted = True
            self.note(entry.row)

    # --- writing ---

    def flush(self, dirty: Sequence[Entry] | None = None, *, again: bool = True) -> None:
        """Write all changes: deletions, then updates, then insertions, parents before children.

        `dirty` are the entries to write, if they are known. After a flush that is not to come `again`, what is held may
        be read but not changed any more. Raises IntegrityError also for a state that a row went
        through without being written.
        """
        connection = self.pipeline.connection
        for model, states in self._superseded.items():
            if superseded.refused(connection, model, states):
                raise IntegrityError("a state in between is refused")
        self._superseded.clear()
        dirty = self.changed() if dirty is None else dirty
        gone = list(filter(attrgetter("deleted"), dirty))
        for model, entries in _by_model(gone, children_first=True):
            _delete(connection, entries)
            self.written.add(model)
        updates: list[sql.Statement] = []
        for model, entries in _by_model([entry for entry in dirty if not entry.deleted] if gone else dirty):
            self.written.add(model)
            updates += _update(connection, model, [entry for entry in entries if entry.stored is not None])
            if new := [entry for entry in entries if entry.stored is None]:
                sql.run(self.pipeline, updates)
                updates = []
                _insert(connection, [entry.row for entry in new])
        sql.run(self.pipeline, updates)
        for entry in dirty:
            if entry.stored is None and not entry.deleted:
                self.entries[(type(entry.row), entry.row.pk)] = entry
            if again:
                entry.touched = False
                entry.stored = None if entry.deleted else _columns(entry.row)
        self.created.clear()


# --- writing one model ---


def _delete(connection: Any, entries: Sequence[Entry]) -> None:
    """One DELETE, and one INSERT of the tombstones; a row's revision is by now that of its deletion."""
    rows = [entry.row for entry in entries if entry.stored is not None]
    if not rows:
        return
    stones = [Tombstone.of(row, row.revision) for row in rows if isinstance(row, Revisioned) and row.batch_root]
    if stones:
        sql.insert(connection, stones)
    sql.delete(connection, rows)


def _update(connection: Any, model: type[Model], entries: Sequence[Entry]) -> list[sql.Statement]:
    """One UPDATE for all rows of a model, of all columns that changed in any of them; or they are saved one by one."""
    if not entries:
        return []
    names = set(chain.from_iterable(map(attrgetter("changes"), entries)))
    rows = [entry.row for entry in entries]
    _stamp(connection, rows, add=False)
    scalars = _same_for_all(entries, _automatic(model, add=False))
    columns = [column for column in model._meta.local_concrete_fields if column.attname in names]
    columns = [column for column in columns if column not in scalars]
    if _travel(connection, columns, rows):
        return [sql.update_statement(connection, model, rows, columns, scalars)]
    fields = [column.name for column in [*columns, *scalars]]
    for row in rows:
        Model.save(row, using=connection.alias, force_update=True, update_fields=fields)
    return []


def _insert(connection: Any, rows: Sequence[Model]) -> None:
    for row in rows:
        _take_keys_of_parents(row)
    _stamp(connection, rows, add=True)
    keyed = [[row for row in rows if row.pk is not None], [row for row in rows if row.pk is None]]
    for some in filter(None, keyed):
        if _travel(connection, rows[0]._meta.local_concrete_fields, some):
            sql.insert(connection, some)
        else:
            for row in some:
                Model.save(row, using=connection.alias, force_insert=True)


def _take_keys_of_parents(row: Model) -> None:
    """Copy the keys that referred rows got when they were inserted."""
    for column in row._meta.local_concrete_fields:
        if isinstance(column, ForeignKey) and getattr(row, column.attname) is None and column.is_cached(row):
            parent = column.get_cached_value(row)
            if parent is not None:
                setattr(row, column.attname, getattr(parent, column.target_field.attname))


def _stamp(connection: Any, rows: Sequence[Model], *, add: bool) -> None:
    """Let dates that are set by themselves be set, to one moment for all rows."""
    for column in _automatic(type(rows[0]), add=add):
        moment = column.pre_save(rows[0], add)
        for row in rows[1:]:
            setattr(row, column.attname, moment)


def _same_for_all(entries: Sequence[Entry], automatic: Sequence[Any]) -> dict[Any, Any]:
    """Columns with one value for all rows, which need not travel with each: automatic dates, and often the revision."""
    first = entries[0].row
    scalars = {column: getattr(first, column.attname) for column in automatic}
    if isinstance(first, Revisioned) and len({getattr(entry.row, "revision", None) for entry in entries}) == 1:
        scalars[first._meta.get_field("revision")] = first.revision
    return scalars


def _travel(connection: Any, columns: Iterable[Any], rows: Sequence[Model]) -> bool:
    columns = list(columns)
    return (
        connection.vendor in VENDORS
        and all(travels(column) for column in columns)
        and not any(hold_nul(column, rows) for column in columns)
    )


# --- small questions ---


def _complete(row: Model, other: Model) -> None:
    """Give a row what another instance of it has beyond."""
    row.__dict__.update({name: value for name, value in other.__dict__.items() if name not in row.__dict__})
    row._state.fields_cache = {**other._state.fields_cache, **row._state.fields_cache}


@cache
def _key_name(model: type[Model]) -> str:
    assert model._meta.pk is not None
    return model._meta.pk.attname


@cache
def _attnames(model: type[Model]) -> frozenset[str]:
    return frozenset(column.attname for column in model._meta.local_concrete_fields)


@cache
def _mutable(model: type[Model]) -> frozenset[str]:
    """Attribute names of the columns whose values may change in place."""
    return frozenset(column.attname for column in model._meta.local_concrete_fields if not _immutable(column))


def _immutable(column: Any) -> bool:
    return isinstance(column, models.ForeignKey) or type(column) in (
        INTEGERS | TEXTS | PREPARED | {models.BooleanField, models.FloatField, models.DurationField}
    )


def _columns(row: Model) -> dict[str, Any]:
    """The values of a row that are loaded, by attribute name; and what else is noted on it, at no cost."""
    values = row.__dict__.copy()
    for name in _mutable(type(row)):
        if name in values:
            values[name] = copy.deepcopy(values[name])
    return values


@cache
def _automatic(model: type[Model], *, add: bool) -> tuple[Any, ...]:
    """Dates that Django sets on each save (`auto_now`) or on the first (`auto_now_add`)."""
    return tuple(
        column
        for column in model._meta.local_concrete_fields
        if getattr(column, "auto_now", False) or (add and getattr(column, "auto_now_add", False))
    )


def _is_changed(entry: Entry) -> bool:
    """Whether a flush would write an entry; notes what has changed."""
    if entry.stored is None:
        return not entry.deleted
    stored, now, columns = entry.stored, entry.row.__dict__, _attnames(type(entry.row))
    # Most values are the same object still. Names come in the same order unless something was added or taken away.
    alike = list(now) == list(stored)
    names = compress(now, map(is_not, now.values(), stored.values())) if alike else now
    entry.changes = [name for name in names if name in columns and now[name] != stored.get(name, stored)]
    return entry.deleted or bool(entry.changes)


def _by_model(entries: Sequence[Entry], *, children_first: bool = False) -> list[tuple[type[Model], list[Entry]]]:
    """Group entries by model, models ordered so that those referred to come first (or last)."""
    groups: dict[type[Model], list[Entry]] = defaultdict(list)
    for entry in entries:
        groups[type(entry.row)].append(entry)
    ordered = sorted(groups, key=lambda model: (_depth(model), model._meta.label))
    if children_first:
        ordered.reverse()
    return [(model, groups[model]) for model in ordered]


@cache
def _depth(model: type[Model]) -> int:
    """Length of the longest chain of foreign keys from a model, as far as it does not lead back to it."""
    return _chain(model, frozenset())


def _chain(model: type[Model], seen: frozenset[type[Model]]) -> int:
    parents = {
        column.related_model
        for column in model._meta.local_concrete_fields
        if isinstance(column, ForeignKey) and column.related_model not in (*seen, model)
    }
    return max((1 + _chain(parent, seen | {model}) for parent in parents), default=0)
