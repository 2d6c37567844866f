"""Rows and roots in one statement: the same rows, locks and answers as in two (R14)."""

from __future__ import annotations

import threading

import pytest
from django.db import OperationalError, connection, transaction
from django.db.models import Count, F

from batching import locked_rows
from batching.pipeline import Pipeline
from batching.resources import Resource
from batching.testing import count_statements
from tests.batching.conftest import create, delete, grow, make_books, update
from tests.locks import await_waiter
from tests.sampleapp.api import BookViewSet, NoteViewSet, ShelfViewSet
from tests.sampleapp.models import Book, Note, Shelf

BOOKS = Book.objects.order_by("pk")
postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL locks rows")


@pytest.mark.parametrize(
    ("queryset", "served"),
    [
        (BOOKS, True),
        (BOOKS.filter(shelf__owner=1).exclude(lent=True), True),
        (BOOKS.select_related("category"), True),
        (BOOKS.select_related("category", "shelf").defer("category__name"), True),
        (BOOKS.select_related(), False),
        (BOOKS.select_related("shelf__owner"), False),
        (BOOKS.select_related("category").defer("title"), False),
        (BOOKS.select_related("category").only("title", "category"), False),
        (BOOKS.defer("category__name"), False),
        (BOOKS.prefetch_related("category"), False),
        (BOOKS.annotate(more=F("pages") + 1), False),
        (BOOKS.annotate(number=Count("category")), False),
        (BOOKS.defer("facts"), False),
        (BOOKS.only("title"), False),
        (BOOKS.distinct(), False),
        (BOOKS.union(BOOKS), False),
        (BOOKS.values(), False),
        (BOOKS[:10], False),
        (BOOKS.extra(where=["true"]), True),
        (BOOKS.extra(select={"more": "1"}), False),
    ],
    ids=lambda value: str(value) if isinstance(value, bool) else "",
)
def test_only_querysets_with_nothing_but_rows_are_served(queryset, served):
    assert locked_rows.serves(Resource("books", BookViewSet), queryset, "default") is served


@pytest.mark.parametrize(("viewset", "model"), [(ShelfViewSet, Shelf), (NoteViewSet, Note)])
def test_rows_without_a_root_are_not_served(viewset, model):
    assert not locked_rows.serves(Resource("rows", viewset), model.objects.all(), "default")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "queryset",
    [
        BOOKS,
        BOOKS.select_related("category"),
        BOOKS.select_related("category", "shelf"),
        BOOKS.select_related("category").defer("category__name", "category__code"),
    ],
    ids=["rows alone", "category", "category and root", "part of the category"],
)
def test_rows_are_those_that_the_queryset_reads(queryset, shelf, category, django_assert_num_queries):
    make_books(shelf, 2)
    Book.objects.create(shelf=shelf, code="first", category=category, facts={"a": [1]}, price="1.50")
    Book.objects.create(shelf=shelf, code="second", category=category)
    pipeline = Pipeline("default", awaited=True)
    with transaction.atomic(), django_assert_num_queries(1):
        locked = locked_rows.read(Resource("books", BookViewSet), queryset, pipeline)
    assert [_columns(row) for row in locked.rows] == [_columns(row) for row in queryset]
    for row, expected in zip(locked.rows, queryset, strict=True):
        assert Book.category.is_cached(row) == Book.category.is_cached(expected)
        if Book.category.is_cached(row):
            assert _columns(row.category) == _columns(expected.category)
    assert [_columns(root) for root in locked.roots] == [_columns(Shelf.objects.get())]


@pytest.mark.django_db
def test_it_takes_one_statement_less_and_comes_to_the_same(monkeypatch, shelf, bobs_shelf, batch, category):
    books, (others, *_) = make_books(shelf, 4, category=category), make_books(bobs_shelf, 1)
    (kept,) = make_books(Shelf.objects.create(owner=shelf.owner, name="Second"), 1)
    operations = [update(books[0], title="New"), update(books[2], pages=3), update(others, title="Mine"), update(kept)]
    taken, answers = [], []
    joined = BOOKS.select_related("category")
    for queryset in (joined.select_related("shelf__owner"), joined):
        monkeypatch.setattr(BookViewSet, "queryset", queryset)
        with count_statements() as statements:
            answers.append(batch(*operations, atomic=False, dry_run=True).json()["results"])
        taken.append(len(statements))
    assert taken[1] == taken[0] - 1
    assert _steady(answers[0]) == _steady(answers[1])
    assert [result["status"] for result in answers[0]] == [200, 200, 404, 200]


@pytest.mark.django_db
def test_all_actions_on_rows_take_it(bare_books, books, shelf, batch):
    assert batch(grow(books[0]), grow(books[1])).status_code == 200
    assert batch(delete(books[0]), delete(books[1])).status_code == 200
    assert batch(grow(books[0])).status_code == 404
    assert batch(update(books[2]), create(shelf, "mixed"), grow(books[2])).status_code == 200
    assert list(Book.objects.values_list("code", flat=True).order_by("pk")) == ["b2", "b3", "b4", "mixed"]


@postgresql
@pytest.mark.django_db(transaction=True)
def test_the_root_is_locked_before_the_row(bare_books, shelf, api):
    book = make_books(shelf, 1)[0]
    with transaction.atomic():
        Book.objects.select_for_update().get(pk=book.pk)
        thread, answers = _meanwhile(api, grow(book))
        with pytest.raises(OperationalError, match="lock"), transaction.atomic():
            Shelf.objects.select_for_update(nowait=True).get(pk=shelf.pk)
    thread.join()
    assert answers == [200]


@postgresql
@pytest.mark.django_db(transaction=True)
def test_what_the_user_may_see_is_decided_after_the_wait(bare_books, shelf, bob, api):
    """Another transaction takes the shelf away while the batch waits for it."""
    book = make_books(shelf, 1)[0]
    with transaction.atomic():
        shelf.owner = bob
        shelf.save()
        thread, answers = _meanwhile(api, grow(book))
    thread.join()
    assert answers == [404]
    assert Book.objects.get(pk=book.pk).pages == book.pages


def _meanwhile(api, operation):
    """A batch in a thread of its own, which waits by now; and where its status will be."""
    answers = []

    def send():
        try:
            answers.append(api.post("/api/batch/", {"operations": [operation]}, format="json").status_code)
        finally:
            connection.close()

    thread = threading.Thread(target=send)
    thread.start()
    await_waiter()
    return thread, answers


def _columns(row):
    """What was read of a row; None for nothing."""
    return row and {name: value for name, value in vars(row).items() if name != "_state"}


def _steady(value):
    """A value without the moments at which it was written."""
    if isinstance(value, dict):
        return {key: _steady(each) for key, each in value.items() if key != "updated"}
    return [_steady(each) for each in value] if isinstance(value, list) else value
