"""One serializer for many rows: validation in two steps, and representation through compiled reads.

Building a serializer per operation would cost more than everything else, so each (resource, action) of a batch has
one, and its `instance` is set anew for each row. The outcome is that of Django REST framework's own `is_valid()` and
`data`; where a serializer overrides those parts, its own code is called instead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from operator import attrgetter
from typing import Any, TypeAlias

from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import models
from rest_framework import fields, relations
from rest_framework.exceptions import ValidationError
from rest_framework.fields import SkipField, empty, get_error_detail
from rest_framework.serializers import BaseSerializer, ModelSerializer, Serializer, as_serializer_error

from batching.plain import plain_values

EARLY = frozenset(
    {
        fields.BooleanField,
        fields.CharField,
        fields.ChoiceField,
        fields.DateField,
        fields.DateTimeField,
        fields.DecimalField,
        fields.DurationField,
        fields.EmailField,
        fields.FloatField,
        fields.IntegerField,
        fields.JSONField,
        fields.RegexField,
        fields.SlugField,
        fields.TimeField,
        fields.URLField,
        fields.UUIDField,
        getattr(fields, "BigIntegerField", fields.IntegerField),
    }
)
"""Field classes that need neither the row nor the database, so that they can be checked before the lock is taken."""

PLAIN_VALUES = {
    fields.CharField: models.CharField | models.TextField,
    fields.IntegerField: models.IntegerField,
    fields.BooleanField: models.BooleanField,
    getattr(fields, "BigIntegerField", fields.IntegerField): models.IntegerField,
}
"""Field classes whose representation is the stored value itself, given that model field."""

Fault: TypeAlias = Any  # detail of a ValidationError
BoundField: TypeAlias = Any  # a field of a serializer; the stubs know it without its name


class Checked:
    """Values and faults found by the fields that were checked before the lock."""

    __slots__ = ("faults", "values")

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}
        self.faults: dict[str, Fault] = {}


class Validation:
    """Validates the data of many operations with one serializer."""

    def __init__(self, serializer: BaseSerializer[Any], *, partial: bool) -> None:
        self.serializer = serializer
        self.partial = partial
        self.standard = isinstance(serializer, Serializer) and _is_standard(type(serializer))
        self.fields: list[BoundField] = []
        if self.standard:
            self.fields = list(serializer._writable_fields)  # type: ignore[attr-defined]
        self.early = [field for field in self.fields if _is_early(serializer, field)]
        self.plain = {field.field_name: accepts for field in self.early if (accepts := plain_values(field)) is not None}
        self.relations = [str(field.field_name) for field in self.fields if isinstance(field, relations.RelatedField)]
        """Names of the fields that take the key of another row, and so may take a local id."""
        self.places = {field.field_name: field.source_attrs for field in self.fields}
        own = getattr(type(serializer), "set_value", None) is not getattr(Serializer, "set_value", None)
        self.flat = not own and all(len(place) == 1 for place in self.places.values())
        self.same_names = self.flat and all(place == [name] for name, place in self.places.items())
        self.validates = self.standard and not _adds_nothing(serializer)
        self.late = [field for field in self.fields if field not in self.early]
        self.sufficient = self.standard and not self.validates and not self.late
        """Whether nothing is left to do once `check` has found no fault."""

    def check(self, data: Mapping[str, Any]) -> Checked:
        """The part that needs no row and no database."""
        checked = Checked()
        if self.partial and self._are_plain(data):
            checked.values.update(data)
            return checked
        self.serializer.partial = self.partial
        self.serializer.instance = None
        for field in self.early:
            name = field.field_name
            if name not in data and self.partial:
                continue
            accepts = self.plain.get(name)
            if accepts is not None and name in data and accepts(data[name]):
                checked.values[name] = data[name]
            else:
                self._run(field, data, checked)
        return checked

    def _are_plain(self, data: Mapping[str, Any]) -> bool:
        for name, value in data.items():
            accepts = self.plain.get(name)
            if accepts is None or not accepts(value):
                return False
        return True

    def complete(self, data: Mapping[str, Any], checked: Checked, instance: models.Model | None) -> dict[str, Any]:
        """The rest, with the locked row at hand. Raises ValidationError with the faults of both parts."""
        if self.sufficient and not checked.faults:
            return self._placed(checked.values)
        serializer = self.serializer
        serializer.partial = self.partial
        serializer.instance = instance
        serializer.initial_data = data
        if not self.standard:
            return serializer.run_validation(data)  # type: ignore[no-any-return]
        assert isinstance(serializer, Serializer)
        if self.late:
            merged = Checked()
            merged.values.update(checked.values)
            merged.faults.update(checked.faults)
            for field in self.late:
                self._run(field, data, merged)
            checked = merged
        if checked.faults:
            raise ValidationError(
                {
                    field.field_name: checked.faults[field.field_name]
                    for field in self.fields
                    if field.field_name in checked.faults
                }
            )
        values = self._placed(checked.values)
        if not self.validates:
            return values
        try:
            serializer.run_validators(values)
            validated = serializer.validate(values)
        except (ValidationError, DjangoValidationError) as error:
            raise ValidationError(detail=as_serializer_error(error)) from None
        return validated  # type: ignore[no-any-return]

    def _placed(self, found: Mapping[str, Any]) -> dict[str, Any]:
        """Values under the names of the model, which a field's `source` may tell."""
        if self.same_names:
            return dict(found)
        if self.flat:
            return {self.places[name][0]: value for name, value in found.items()}
        values: dict[str, Any] = {}
        for name, value in found.items():
            self.serializer.set_value(values, self.places[name], value)  # type: ignore[attr-defined]
        return values

    def _run(self, field: BoundField, data: Mapping[str, Any], into: Checked) -> None:
        name = field.field_name
        own = getattr(self.serializer, f"validate_{name}", None)
        try:
            hidden = isinstance(field, fields.HiddenField)  # takes its default, whatever was sent
            value = field.run_validation(empty if hidden else data.get(name, empty))
            into.values[name] = value if own is None else own(value)
        except ValidationError as error:
            into.faults[name] = error.detail
        except DjangoValidationError as error:
            into.faults[name] = get_error_detail(error)
        except SkipField:
            pass


class Representation:
    """Represents many rows with one serializer, reading exact core fields without going through them."""

    def __init__(self, serializer: BaseSerializer[Any], model: type[models.Model]) -> None:
        self.serializer = serializer
        self.compiled = isinstance(serializer, Serializer) and (
            type(serializer).to_representation is Serializer.to_representation
            or type(serializer).to_representation is ModelSerializer.to_representation
        )
        readable = list(serializer._readable_fields) if self.compiled else []  # type: ignore[attr-defined]
        self._blank: dict[str, Any] = dict.fromkeys(field.field_name for field in readable)  # keeps their order
        columns = [(field, column) for field in readable if (column := _read_column(field, model)) is not None]
        self._names = [field.field_name for field, _ in columns]
        self._values = _getter([column.attname for _, column in columns])
        self._converts = [(f.field_name, convert) for f, c in columns if (convert := _conversion(f, c)) is not None]
        others = [field for field in readable if field.field_name not in self._names]
        self._others = [(field.field_name, field.get_attribute, _representing(field)) for field in others]
        self.beyond_row = not self.compiled or any(_reads_beyond_row(field, model) for field in readable)
        """Whether a row shows more than its own columns and the names of rows it refers to."""
        self.related_models = {related for field in readable for related in _related_models(field, model)}

    def of(self, rows: Iterable[models.Model]) -> list[dict[str, Any]]:
        self.serializer.partial = False  # a partial serializer leaves out fields that fall back on a default
        if not self.compiled:
            return [self._by_serializer(row) for row in rows]
        for _, convert in self._converts:
            if isinstance(convert, _Moments):
                convert.forget()
        return [self._by_columns(row) for row in rows]

    def _by_serializer(self, row: models.Model) -> dict[str, Any]:
        self.serializer.instance = row
        return self.serializer.to_representation(row)  # type: ignore[no-any-return]

    def _by_columns(self, row: models.Model) -> dict[str, Any]:
        shown = dict(zip(self._names, self._values(row), strict=True))
        if self._others:
            shown = self._blank | shown
        for name, convert in self._converts:
            if shown[name] is not None:
                shown[name] = convert(shown[name])
        for name, get, represent in self._others:
            try:
                value = get(row)
            except SkipField:
                del shown[name]
                continue
            shown[name] = None if value is None else represent(value)
        return shown


@cache
def _is_standard(serializer: type[Serializer[Any]]) -> bool:
    """Whether validation follows the framework's own steps, which `Validation` takes apart."""
    return all(
        getattr(serializer, name) in (getattr(Serializer, name), getattr(ModelSerializer, name))
        for name in ("run_validation", "to_internal_value", "run_validators", "validate_empty_values")
    )


def _adds_nothing(serializer: Any) -> bool:
    """Whether nothing is checked beyond the fields."""
    own = type(serializer).validate
    return not serializer.validators and own in (Serializer.validate, ModelSerializer.validate)


def _is_early(serializer: Any, field: BoundField) -> bool:
    return (
        type(field) in EARLY
        and not hasattr(serializer, f"validate_{field.field_name}")
        and not callable(field.default if field.default is not empty else None)
        and all(_needs_no_row(validator) for validator in field.validators)
    )


def _needs_no_row(validator: Any) -> bool:
    module = type(validator).__module__
    return not getattr(validator, "requires_context", False) and module.startswith(("django.core", "rest_framework"))


def _read_column(field: Any, model: type[models.Model]) -> models.Field[Any, Any] | None:
    """The column that holds what a field shows, if it can be read without going through the field."""
    column = _column(model, field.source_attrs[0]) if len(field.source_attrs) == 1 else None
    if _is_key(field):
        return column if field.pk_field is None else None
    return column if type(field) in EARLY else None


def _conversion(field: Any, column: models.Field[Any, Any]) -> Callable[[Any], Any] | None:
    """How a stored value becomes what is shown; None where it stands for itself."""
    kind = type(field)
    expected = PLAIN_VALUES.get(kind)
    if _is_key(field):
        return None
    if expected is not None and isinstance(column, expected) and not column.choices:
        return None
    return _Moments(field) if kind is fields.DateTimeField else field.to_representation


def _getter(names: list[str]) -> Callable[[Any], tuple[Any, ...]]:
    """Reads these attributes of an object, all at once."""
    if len(names) > 1:
        return attrgetter(*names)
    return lambda row: tuple(getattr(row, name) for name in names)


class _Moments:
    """Represents dates with time. Rows that are written together share one, which is worth remembering."""

    def __init__(self, field: BoundField) -> None:
        self._field = field
        self._value: Any = None
        self._shown: Any = None

    def forget(self) -> None:
        """Begin anew: the time zone may be another for the next user."""
        self._value = None

    def __call__(self, value: Any) -> Any:
        if value != self._value:
            self._value, self._shown = value, self._field.to_representation(value)
        return self._shown


def _representing(field: Any) -> Callable[[Any], Any]:
    """`to_representation`, with the None that hides inside a related field's placeholder."""
    if not isinstance(field, relations.RelatedField):
        return field.to_representation  # type: ignore[no-any-return]

    def represent(value: Any) -> Any:
        return (
            None if isinstance(value, relations.PKOnlyObject) and value.pk is None else field.to_representation(value)
        )

    return represent


def _column(model: type[models.Model], name: str) -> models.Field[Any, Any] | None:
    return _columns(model).get(name)


@cache
def _columns(model: type[models.Model]) -> dict[str, models.Field[Any, Any]]:
    """Concrete fields by name, by attribute name and, for the primary key, by "pk"."""
    columns = {name: field for field in model._meta.concrete_fields for name in (field.name, field.attname)}
    assert model._meta.pk is not None
    return columns | {"pk": model._meta.pk}


def _reads_beyond_row(field: Any, model: type[models.Model]) -> bool:
    """Whether a field shows something that is neither a column nor reached through foreign keys of the row."""
    if field.source == "*" or (type(field) not in EARLY and not _is_reference(field)):
        return True
    *path, last = field.source_attrs
    for name in path:
        column = _column(model, name)
        if not isinstance(column, models.ForeignKey):
            return True
        model = column.related_model
    return _column(model, last) is None


def _is_reference(field: Any) -> bool:
    return _is_key(field) or type(field) in (relations.SlugRelatedField, fields.ReadOnlyField)


def _is_key(field: Any) -> bool:
    """Whether a field shows the key of the row it refers to, whichever rows it lets be referred to."""
    plain = relations.PrimaryKeyRelatedField
    shows = ("get_attribute", "use_pk_only_optimization", "to_representation")
    return isinstance(field, plain) and all(getattr(type(field), name) is getattr(plain, name) for name in shows)


def _related_models(field: Any, model: type[models.Model]) -> list[type[models.Model]]:
    """Models of the rows that a field reads through foreign keys."""
    found: list[type[models.Model]] = []
    path = field.source_attrs if isinstance(field, relations.SlugRelatedField) else field.source_attrs[:-1]
    for name in path:
        column = _column(model, name)
        if not isinstance(column, models.ForeignKey):
            break
        model = column.related_model
        found.append(model)
    return found
