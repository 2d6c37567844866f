"""Instances made at the least cost are those that Django makes; a model with a say of its own keeps it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import models
from django.db.models.signals import post_init
from django.test.utils import isolate_apps

from batching.instances import instances
from tests.sampleapp.models import Book

NOW = datetime(2026, 1, 2, tzinfo=UTC)
BOOK = {"id": 4, "revision": 7, "shelf_id": 2, "category_id": None, "title": "Summa", "facts": {"a": 1}, "added": NOW}


def test_they_are_those_of_django():
    names = [column.attname for column in Book._meta.concrete_fields]
    values = [BOOK.get(name) for name in names]
    (made,), expected = instances(Book, "default", [values]), Book.from_db("default", names, values)
    states = [row.__dict__.pop("_state") for row in (made, expected)]
    assert made.__dict__ == expected.__dict__ == dict(zip(names, values, strict=True))
    assert [(state.adding, state.db, state.fields_cache) for state in states] == [(False, "default", {})] * 2


def test_instances_do_not_share_their_state():
    values = [BOOK.get(column.attname) for column in Book._meta.concrete_fields]
    first, second = instances(Book, "default", [values, values])
    first.title = "Other"
    Book._meta.get_field("category").set_cached_value(first, None)
    assert second.title == "Summa"
    assert not second._state.fields_cache


def test_a_row_with_too_few_values_is_refused():
    with pytest.raises(ValueError, match="shorter"):
        instances(Book, "default", [[1]])


def test_signals_are_heard_from_the_moment_somebody_listens():
    heard = []
    values = [BOOK.get(column.attname) for column in Book._meta.concrete_fields]
    instances(Book, "default", [values])

    def listen(instance, **kwargs):
        heard.append(instance.title)

    post_init.connect(listen, sender=Book)
    try:
        instances(Book, "default", [values])
    finally:
        post_init.disconnect(listen, sender=Book)
    assert heard == ["Summa"]


class Shouting:
    """A descriptor of a column that does something when its value is set."""

    def __init__(self, field):
        self.name = field.attname

    def __get__(self, instance, owner=None):
        return self if instance is None else instance.__dict__[self.name]

    def __set__(self, instance, value):
        instance.__dict__[self.name] = value.upper()


class ShoutingField(models.TextField):
    descriptor_class = Shouting


class Mixin:
    def __init__(self):
        self.text = "MIXED"
        super().__init__()


def own_constructor(self, *args, **kwargs):
    models.Model.__init__(self, *args, **kwargs)
    self.text = self.text.upper()


def own_from_db(cls, db, names, values):
    return cls(values[0], values[1].upper())


def own_setattr(self, name, value):
    object.__setattr__(self, name, value.upper() if name == "text" else value)


@pytest.mark.parametrize(
    ("bases", "members", "expected"),
    [
        ((models.Model,), {}, "quiet"),
        ((models.Model,), {"text": ShoutingField()}, "QUIET"),
        ((models.Model,), {"__init__": own_constructor}, "QUIET"),
        ((models.Model,), {"from_db": classmethod(own_from_db)}, "QUIET"),
        ((models.Model,), {"__setattr__": own_setattr}, "QUIET"),
        ((models.Model, Mixin), {}, "MIXED"),
    ],
    ids=["plain", "descriptor", "constructor", "from_db", "setattr", "mixin"],
)
def test_a_model_with_a_say_of_its_own_keeps_it(bases, members, expected):
    with isolate_apps("tests.sampleapp"):
        meta = type("Meta", (), {"app_label": "sampleapp"})
        body = {"text": models.TextField(), "Meta": meta, "__module__": __name__, **members}
        model = type("Phrase", bases, body)
        (row,) = instances(model, "default", [[1, "quiet"]])
    assert row.text == expected
