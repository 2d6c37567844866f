"""Look-ups that validation makes per operation in Django REST framework, answered here once per batch.

Related fields and uniqueness validators ask a queryset. The classes below stand in for that queryset, in the few
methods that those callers use, so that the framework's own validation code runs and words its own errors.
"""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from typing import Any, Protocol

from django.core.exceptions import ValidationError
from django.db import models
from rest_framework import exceptions, fields, relations
from rest_framework.fields import empty
from rest_framework.serializers import Serializer
from rest_framework.validators import UniqueTogetherValidator, UniqueValidator

from batching.keys import column_value, fits
from batching.operations import Lid

Key = tuple[Hashable, ...]


class Rows(Protocol):
    """What uniqueness must know of the unit of work: the rows that it holds, as they are now."""

    def log(self, model: type[models.Model]) -> Sequence[models.Model]:
        """Rows that were loaded or whose state changed, in the order it happened, with repetitions."""

    def find(self, model: type[models.Model], pk: Any) -> models.Model | None:
        """The instance that stands for a row, if it is held."""

    def alive(self, row: models.Model) -> bool:
        """False once a row was deleted, or its creation undone."""


class RelatedLookup:
    """Stands in for the queryset of a related field: `get(pk=…)` or `get(slug=…)` from one SELECT."""

    def __init__(self, ask: Callable[[], models.QuerySet[Any]], field: str) -> None:
        self._ask = ask
        self._field = field

    def begin(self, rows: Rows, made: Mapping[str, models.Model]) -> None:
        """Start with a transaction; `made` holds the rows that this batch creates, by local id, as they come."""
        self.__dict__.pop("_queryset", None)
        self._rows = rows
        self._made_here = made
        self._found: dict[Any, Any] = {}
        self._asked: set[Any] = set()
        self.used: set[str] = set()  # local ids that operations referred to

    @cached_property
    def _queryset(self) -> models.QuerySet[Any]:
        """Asked for anew in each transaction, and only if there is anything to look up."""
        return self._ask()

    @property
    def model(self) -> Any:
        return self._queryset.model

    def load(self, raw: Iterable[Any]) -> None:
        wanted = {key for value in raw if (key := self._key(value)) is not None} - self._asked
        if wanted:
            for row in self._queryset.filter(**{f"{self._field}__in": wanted}):
                self._found[getattr(row, self._field)] = self._rows.find(self.model, row.pk) or row
            self._asked |= wanted

    def get(self, **lookup: Any) -> Any:
        (value,) = lookup.values()
        if isinstance(value, Mapping):
            return self._made(value)
        key = self._key(value)
        if key is None or key not in self._asked:
            return self._queryset.get(**lookup)
        try:
            return self._found[key]
        except KeyError:
            raise self.model.DoesNotExist from None

    def unseen(self) -> bool:
        """Whether local ids were taken on trust that the queryset's own conditions might refuse."""
        return bool(self.used) and (bool(self._queryset.query.where) or self._queryset.query.distinct)

    def refuses(self) -> set[str]:
        """Local ids of stored rows that the queryset does not contain."""
        keys = {name: self._made_here[name].pk for name in self.used}
        seen = set(self._queryset.filter(pk__in=keys.values()).values_list("pk", flat=True))
        return {name for name, pk in keys.items() if pk not in seen}

    def _made(self, reference: Mapping[str, Any]) -> models.Model:
        name = reference.get("lid")
        if not isinstance(name, str) or len(reference) != 1 or name not in self._made_here:
            raise TypeError
        row: models.Model = self._made_here[name]
        if type(row) is not self.model:
            raise self.model.DoesNotExist
        self.used.add(name)
        return row

    def _key(self, value: Any) -> Any:
        """The value as the database would compare it; None: let the database answer, or refuse, it."""
        if isinstance(value, bool | float) or not isinstance(value, Hashable) or value is None:
            return None
        field = self.model._meta.pk if self._field == "pk" else self.model._meta.get_field(self._field)
        try:
            key = field.to_python(value)
        except (ValidationError, TypeError, ValueError):
            return None
        return key if fits(key) else None


class UniqueLookup:
    """Stands in for the queryset of a uniqueness validator: `filter(…).exclude(pk=…).exists()`.

    Answers from one SELECT and from the rows that the unit of work holds, so that an operation sees what earlier
    operations of its batch did, as it would if they had been sent one by one.
    """

    def __init__(self, queryset: models.QuerySet[Any], names: Sequence[str]) -> None:
        self.model = queryset.model
        self._queryset = queryset
        self.fields = [queryset.model._meta.get_field(name) for name in names]

    def begin(self, rows: Rows) -> None:
        """Start with a transaction."""
        self._rows = rows
        self._stored: dict[Key, set[Any]] = defaultdict(set)
        self._asked: set[Key] = set()
        self._held: dict[Key, set[Any]] = defaultdict(set)
        self._key_of: dict[Any, Key | None] = {}
        self._read = 0  # how much of the log of rows is taken into account

    def load(self, candidates: Sequence[Key]) -> None:
        """Read, in one SELECT, all rows that any mixture of the candidates' values could meet."""
        if not candidates:
            return
        columns = [set(column) for column in zip(*candidates, strict=True)]
        wanted = zip(self.fields, columns, strict=True)
        self._remember(self._queryset.filter(**{f"{field.name}__in": column for field, column in wanted}))
        self._asked |= set(candidates)

    def candidate(self, values: Mapping[str, Any], row: models.Model | None) -> Key | None:
        """The key that data and row will have together; None when that cannot be told before validation."""
        key = []
        for field in self.fields:
            unspoken = getattr(row, field.attname, None) if row is not None else _default(field)
            value = column_value(field, values[field.name]) if field.name in values else unspoken
            if value is None:
                return None
            key.append(value)
        return tuple(key)

    def filter(self, **lookup: Any) -> _UniqueQuestion:
        values = {name.removesuffix("__exact"): value for name, value in lookup.items()}
        return _UniqueQuestion(self, tuple(_plain(values[field.name]) for field in self.fields))

    def holders(self, key: Key) -> set[Any]:
        """Identity of each row that has this key now."""
        self._catch_up()
        if key not in self._asked:
            self._ask(key)
        stored = {pk for pk in self._stored.get(key, ()) if pk not in self._key_of}
        return stored | self._held.get(key, set())

    def _ask(self, key: Key) -> None:
        self._asked.add(key)
        if not any(isinstance(value, tuple) for value in key):  # a row that is not stored yet has no stored children
            wanted = zip(self.fields, key, strict=True)
            self._remember(self._queryset.filter(**{field.attname: value for field, value in wanted}))

    def _remember(self, queryset: models.QuerySet[Any]) -> None:
        for pk, *key in queryset.values_list("pk", *(field.attname for field in self.fields)):
            self._stored[tuple(key)].add(pk)

    def _catch_up(self) -> None:
        log = self._rows.log(self.model)
        for row in log[self._read :]:
            name = identity(row)
            before = self._key_of.get(name)
            if before is not None:
                self._held[before].discard(name)
            now = tuple(_value(row, field) for field in self.fields) if self._rows.alive(row) else None
            self._key_of[name] = now
            if now is not None:
                self._held[now].add(name)
        self._read = len(log)


class _UniqueQuestion:
    """`filter(…)` of a UniqueLookup: is anybody there, but for one row?"""

    def __init__(self, lookup: UniqueLookup, key: Key, but_for: Any = None) -> None:
        self._lookup, self._key, self._but_for = lookup, key, but_for

    def exclude(self, pk: Any) -> _UniqueQuestion:
        return _UniqueQuestion(self._lookup, self._key, pk)

    def exists(self) -> bool:
        return bool(self._lookup.holders(self._key) - {self._but_for})


def identity(row: models.Model) -> Any:
    """The primary key, or a name of the object's own until it has one."""
    return row.pk if row.pk is not None else ("new", id(row))


class Lookups:
    """The look-ups of one serializer, standing in for its querysets."""

    def __init__(self, serializer: Serializer[Any]) -> None:
        self.related: dict[str, RelatedLookup] = {}  # by field name
        self.unique: list[UniqueLookup] = []
        self._serializer = serializer
        self._fields: list[Any] = list(serializer._writable_fields)
        for field in self._fields:
            if type(field).to_internal_value in _PLAIN_RELATIONS and getattr(field, "pk_field", None) is None:
                lookup = RelatedLookup(field.get_queryset, getattr(field, "slug_field", "pk"))
                field.get_queryset = lambda lookup=lookup: lookup
                self.related[field.field_name] = lookup
            field.validators = [self._stand_in(validator, [field.source]) for validator in field.validators]
        serializer.validators = [
            self._stand_in(validator, _sources(serializer, validator)) for validator in serializer.validators
        ]

    def __bool__(self) -> bool:
        return bool(self.related or self.unique)

    def begin(self, rows: Rows, made: Mapping[str, models.Model]) -> None:
        for related in self.related.values():
            related.begin(rows, made)
        for unique in self.unique:
            unique.begin(rows)

    def load(self, data: Sequence[tuple[Mapping[str, Any], models.Model | None]]) -> None:
        """Answer the questions that the data of all operations, each with its row, will raise."""
        for name, related in self.related.items():
            related.load(values[name] for values, _ in data if name in values)
        for unique in self.unique:
            unique.load([key for values, row in data if (key := self._candidate(unique, values, row)) is not None])

    def _candidate(self, unique: UniqueLookup, data: Mapping[str, Any], row: models.Model | None) -> Key | None:
        """The key to look for, unless the operation leaves the key as it is."""
        names = {field.name for field in unique.fields}
        given = {field.source: data[field.field_name] for field in self._fields if field.field_name in data}
        if row is None:
            given = {**self._defaults(data, names - given.keys()), **given}
        return unique.candidate(given, row) if names & given.keys() else None

    def _defaults(self, data: Mapping[str, Any], names: Collection[str]) -> dict[str, Any]:
        """What fields of the serializer take where the data has nothing; a default may look at the rest of the data."""
        self._serializer.initial_data = data
        self._serializer.partial = False
        found = {}
        for field in self._fields:
            if field.source in names and field.default is not empty:
                with suppress(exceptions.ValidationError, fields.SkipField):
                    found[field.source] = field.get_default()
        return found

    def _stand_in(self, validator: Any, names: Sequence[str]) -> Any:
        plain = type(validator) is UniqueTogetherValidator and getattr(validator, "condition", None) is None
        if not plain and not (type(validator) is UniqueValidator and validator.lookup == "exact"):
            return validator
        own = copy.copy(validator)
        own.queryset = UniqueLookup(validator.queryset.all(), names)
        self.unique.append(own.queryset)
        return own


def lids_in(data: Mapping[str, Any], fields: Iterable[str]) -> dict[str, Lid]:
    """Local ids that stand as the whole value of a relation: `{"character": {"lid": "c1"}}`."""
    found = {}
    for name in fields:
        match data.get(name):
            case {"lid": str() as lid, **rest} if not rest:
                found[name] = Lid(lid)
    return found


_PLAIN_RELATIONS = (
    relations.PrimaryKeyRelatedField.to_internal_value,
    relations.SlugRelatedField.to_internal_value,
)


def _default(field: Any) -> Any:
    return field.get_default() if field.has_default() else None


def _sources(serializer: Serializer[Any], validator: Any) -> list[str]:
    return [str(serializer.fields[name].source) for name in getattr(validator, "fields", ())]


def _plain(value: Any) -> Any:
    return identity(value) if isinstance(value, models.Model) else value


def _value(row: models.Model, field: Any) -> Any:
    """Value of a column; for a reference to a row that is not stored yet, that row's identity."""
    value = getattr(row, field.attname)
    if value is None and field.is_relation and field.is_cached(row):
        return _plain(field.get_cached_value(row))
    return value
