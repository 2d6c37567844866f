"""Many rows that travel as the parameters of one statement arrive as those that Django saves one by one."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date
from decimal import Decimal

import pytest
from django.contrib.auth import get_user_model
from django.db import connection, models, transaction
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from batching import sql
from batching.pipeline import Pipeline
from batching.sources import among
from tests.sampleapp.models import Book, Shelf

pytestmark = pytest.mark.django_db

FIELDS = ["title", "pages", "lent", "price", "printed", "facts"]


class Colour(models.TextChoices):
    NONE = "", "none"
    QUOTED = 'a "b", {c} \\ d', "quoted"


class Size(models.IntegerChoices):
    QUARTO = 4


TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=80)
MEANT = st.sampled_from(["", "NULL", "null", "{}", '"', "\\", '\\"', "a,b", " a ", "'", "%s", "\n\t", "é", "😀"])
VALUES = st.fixed_dictionaries(
    {
        "title": st.one_of(TEXT, MEANT, st.sampled_from(Colour)),
        "pages": st.one_of(st.integers(0, 10_000), st.sampled_from(Size)),
        "lent": st.booleans(),
        "price": st.one_of(st.none(), st.decimals(-999_999, 999_999, places=2)),
        "printed": st.one_of(st.none(), st.dates(date(1000, 1, 1))),
        "facts": st.dictionaries(TEXT, st.one_of(MEANT, st.booleans(), st.none()), max_size=3),
    }
)


def stored():
    return list(Book.objects.order_by("code").values(*FIELDS))


def made(shelf, values):
    now = timezone.now()
    return [Book(shelf=shelf, code=f"{n:03}", added=now, updated=now, **each) for n, each in enumerate(values)]


@contextmanager
def passing_shelf():
    """A shelf for the time of one example."""
    with transaction.atomic():
        yield Shelf.objects.create(owner=get_user_model().objects.create_user("passing"), name="Shelf")
        transaction.set_rollback(True)


@settings(deadline=None)
@given(st.lists(VALUES, min_size=1, max_size=5), st.data())
def test_rows_arrive_as_they_are_saved(values, data):
    with passing_shelf() as shelf:
        sent = made(shelf, values)
        sql.insert(connection, sent)
        assert [book.pk for book in sent] == list(Book.objects.order_by("code").values_list("pk", flat=True))
        arrived = stored()
        Book.objects.all().delete()
        for book in made(shelf, values):
            book.save()
        assert arrived == stored()

        columns = [Book._meta.get_field(name) for name in FIELDS]
        books = list(Book.objects.order_by("code"))
        for book in books:
            vars(book).update(data.draw(VALUES))
        sql.run(Pipeline("default"), [sql.update_statement(connection, Book, books, columns, {})])
        arrived = stored()
        for book in books:
            book.save()
        assert arrived == stored()


@settings(deadline=None)
@given(st.lists(st.one_of(TEXT, MEANT), max_size=6))
def test_a_row_is_found_among_keys(titles):
    with passing_shelf() as shelf:
        wanted = made(shelf, [{"title": title} for title in titles])
        Book.objects.bulk_create([*wanted, Book(shelf=shelf, code="x", title="of none of them")])
        assert set(Book.objects.filter(among(Book, "title", titles))) == {*wanted}


def test_a_null_stays_null(shelf):
    null, full = {"price": None, "printed": None}, {"price": Decimal("1.50"), "printed": date(1220, 5, 1)}
    sql.insert(connection, made(shelf, [null, full]))
    assert list(Book.objects.order_by("code").values("price", "printed")) == [null, full]


def test_what_is_no_value_is_not_guessed_at(shelf):
    """An expression that code of a project's own left on a row, say: a bug, not the client's fault."""
    (book,) = made(shelf, [{"pages": models.F("pages") + 1}])
    with pytest.raises(TypeError):
        sql.update_statement(connection, Book, [book], [Book._meta.get_field("pages")], {})
