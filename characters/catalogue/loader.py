"""Load the data files into the reference tables.

Loading is idempotent: rows that already say what the file says are not written. Nothing is ever deleted,
since characters refer to the rows; entries that a file no longer has stay as they are.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from characters.catalogue import DATA
from characters.models.catalogue import (
    CatalogueAbility,
    CatalogueArt,
    CatalogueEdition,
    CatalogueEntry,
    CatalogueHouse,
    CatalogueSpell,
    CatalogueVirtue,
)
from characters.rules.effects import ON_SCORES

FILES = (DATA / "catalogue.json", DATA / "spells.json")

Entry = dict[str, Any]


class CatalogueError(Exception):
    """A data file that cannot be loaded; says which file, entry and member."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One list of a data file and the table it goes to."""

    key: str
    model: type[CatalogueEntry]
    columns: tuple[str, ...]  # members that have a column of the same name
    optional: tuple[str, ...] = ()  # the same, but an entry may lack them
    also: Callable[[Entry, int], Entry] = lambda entry, position: {}  # columns that are computed


def _virtue_columns(entry: Entry, position: int) -> Entry:
    return {"changes_scores": any(effect["type"] in ON_SCORES for effect in entry["effects"])}


def _spell_columns(entry: Entry, position: int) -> Entry:
    general = entry["level"] == "general"
    return {
        "technique_id": entry["technique"],
        "form_id": entry["form"],
        "level": None if general else entry["level"],
    }


# In this order: spells refer to Arts.
SECTIONS = (
    Section(
        key="abilities",
        model=CatalogueAbility,
        columns=("name", "category", "needs_instance", "untrained_use"),
        optional=("display_template",),
    ),
    Section(
        key="arts",
        model=CatalogueArt,
        columns=("name", "abbr", "kind", "elemental"),
        also=lambda entry, position: {"position": position},
    ),
    Section(
        key="virtues_and_flaws",
        model=CatalogueVirtue,
        columns=("name", "kind", "size", "allowed_sizes", "category", "tainted", "parameters", "effects"),
        optional=("display_template",),
        also=_virtue_columns,
    ),
    Section(key="houses", model=CatalogueHouse, columns=("name", "type")),
    Section(
        key="spells",
        model=CatalogueSpell,
        columns=("name", "range", "duration", "target", "ritual"),
        also=_spell_columns,
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What loading one section did, in numbers of rows. `kept` are in the table and not in the files."""

    section: str
    created: int
    updated: int
    unchanged: int
    kept: int
    rows: Sequence[CatalogueEntry] = ()  # that were created or updated

    @property
    def changed(self) -> bool:
        return bool(self.created or self.updated)


def load(paths: Sequence[Path] = FILES) -> list[Outcome]:
    """Load the files, all or nothing, and give the tables a new stamp if they changed. Raises CatalogueError."""
    found = _entries(paths)
    if not found:
        keys = ", ".join(section.key for section in SECTIONS)
        raise CatalogueError(f"{', '.join(map(str, paths))}: none of the lists {keys} is there.")
    with transaction.atomic():
        outcomes = [_load_section(section, found[section.key]) for section in SECTIONS if section.key in found]
        _stamp(outcomes)
    return outcomes


def ensure() -> None:
    """Load the files that come with the program, unless there is a catalogue already. Raises CatalogueError."""
    if not CatalogueEdition.objects.exists():
        load()


def _stamp(outcomes: Iterable[Outcome]) -> None:
    """Tell everybody who keeps the catalogue in memory that it has changed.

    The stamp follows from what was loaded since the tables were empty: equal tables have equal stamps.
    """
    changes = [_values(row) for outcome in outcomes for row in outcome.rows]
    if changes:
        edition = CatalogueEdition.objects.first() or CatalogueEdition()
        edition.stamp = sha256(json.dumps([edition.stamp, changes], sort_keys=True).encode()).hexdigest()
        edition.save()


def _entries(paths: Sequence[Path]) -> dict[str, list[tuple[str, Entry]]]:
    """The entries of all files by list, each with the words that name its place."""
    found: dict[str, list[tuple[str, Entry]]] = {}
    for path in paths:
        document = _read(path)
        for section in SECTIONS:
            if section.key in document:
                found.setdefault(section.key, []).extend(_located(path, section.key, document[section.key]))
    return found


def _read(path: Path) -> Entry:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CatalogueError(f"{path} cannot be read: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        raise CatalogueError(f"{path} is not JSON: {error}.") from error
    if not isinstance(document, dict):
        raise CatalogueError(f"{path}: an object with the lists of the catalogue was expected.")
    return document


def _located(path: Path, key: str, entries: Any) -> Iterable[tuple[str, Entry]]:
    if not isinstance(entries, list):
        raise CatalogueError(f"{path}: {key} must be a list.")
    for index, entry in enumerate(entries):
        place = f"{path}: {key}[{index}]"
        if not isinstance(entry, dict) or not isinstance(entry.get("id"), str):
            raise CatalogueError(f"{place} must be an object with an id.")
        yield f"{place} ({entry['id']})", entry


def _load_section(section: Section, entries: list[tuple[str, Entry]]) -> Outcome:
    stored = section.model._default_manager.in_bulk()
    rows = _rows(section, entries)
    new = [row for row in rows if row.pk not in stored]
    changed = [row for row in rows if row.pk in stored and _values(row) != _values(stored[row.pk])]
    _validate(section, [*new, *changed], dict(zip((row.pk for row in rows), entries, strict=True)))
    names = [field.name for field in section.model._meta.concrete_fields if not field.primary_key]
    if new or changed:
        section.model._default_manager.bulk_create(
            [*new, *changed], update_conflicts=True, unique_fields=["id"], update_fields=names
        )
    return Outcome(
        section=section.key,
        created=len(new),
        updated=len(changed),
        unchanged=len(rows) - len(new) - len(changed),
        kept=len(stored.keys() - {row.pk for row in rows}),
        rows=[*new, *changed],
    )


def _rows(section: Section, entries: list[tuple[str, Entry]]) -> list[CatalogueEntry]:
    rows: dict[str, CatalogueEntry] = {}
    for position, (place, entry) in enumerate(entries):
        if entry["id"] in rows:
            raise CatalogueError(f"{place}: this id occurs twice.")
        rows[entry["id"]] = _row(section, place, entry, position)
    return list(rows.values())


def _row(section: Section, place: str, entry: Entry, position: int) -> CatalogueEntry:
    try:
        columns = {name: entry[name] for name in section.columns}
        columns |= {name: entry[name] for name in section.optional if entry.get(name) is not None}
        columns |= section.also(entry, position)
    except KeyError as error:
        raise CatalogueError(f"{place}: {error.args[0]} is missing.") from error
    except TypeError as error:
        raise CatalogueError(f"{place}: a member has the wrong type ({error}).") from error
    used = {"id", *columns, *(name.removesuffix("_id") for name in columns)}
    facts = {name: value for name, value in entry.items() if name not in used}
    return section.model(id=entry["id"], facts=facts, **columns)


def _values(row: CatalogueEntry) -> list[Any]:
    return [getattr(row, field.attname) for field in row._meta.concrete_fields]


def _validate(section: Section, rows: list[CatalogueEntry], entries: dict[str, tuple[str, Entry]]) -> None:
    relations = [field.name for field in section.model._meta.concrete_fields if field.is_relation]
    arts = set(CatalogueArt.objects.values_list("id", flat=True)) if relations and rows else set()
    for row in rows:
        place, _entry = entries[row.pk]
        try:
            row.clean_fields(exclude=relations)
        except ValidationError as error:
            problems = "; ".join(f"{name}: {' '.join(texts)}" for name, texts in error.message_dict.items())
            raise CatalogueError(f"{place}: {problems}") from error
        for name in relations:
            if getattr(row, f"{name}_id") not in arts:
                raise CatalogueError(f"{place}: {name} {getattr(row, f'{name}_id')!r} is not an Art.")
