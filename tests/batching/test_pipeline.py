"""What is sent ahead on PostgreSQL: waited for in time, told when it fails, and never met by anybody else (R14)."""

from __future__ import annotations

import uuid
from contextlib import contextmanager, suppress

import pytest
from django.db import IntegrityError, connection, transaction

from batching.pipeline import Pipeline
from tests.batching.conftest import grow, make_books, update
from tests.sampleapp.api import BookViewSet
from tests.sampleapp.models import Book, Shelf

INSERT = "INSERT INTO sampleapp_category (code, name) VALUES (%s, %s)"
postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL takes statements ahead")


def under_way():
    """Whether statements are being sent without waiting for them."""
    raw = connection.connection
    return hasattr(raw, "pgconn") and raw.pgconn.pipeline_status != 0


def add_category(pipeline, code):
    with pipeline.cursor() as cursor:
        cursor.execute(INSERT, [code, code])


@contextmanager
def in_transaction(*, awaited=False):
    pipeline = Pipeline("default", awaited=awaited)
    with transaction.atomic(), pipeline.transaction():
        yield pipeline


@pytest.fixture
def pipeline(db):
    with in_transaction() as pipeline:
        yield pipeline


@postgresql
def test_statements_are_under_way_until_somebody_waits(pipeline):
    add_category(pipeline, "one")
    assert under_way()
    pipeline.finish()
    assert not under_way()


@postgresql
def test_rows_are_there_when_they_are_fetched(pipeline):
    add_category(pipeline, "one")
    with pipeline.cursor() as cursor:
        cursor.execute("SELECT code FROM sampleapp_category")
        assert cursor.fetchall() == [("one",)]
    assert under_way()


@pytest.mark.parametrize(
    "ask",
    [
        lambda books: books.filter(code="b0").update(pages=1),  # answers the number of rows
        lambda books: len(list(books.filter(code="b0").iterator())),  # with a cursor on the server
        lambda books: books.filter(code="b0").delete()[0],
    ],
    ids=["update", "iterator", "delete"],
)
def test_statements_of_others_are_waited_for(ask, pipeline, shelf):
    make_books(shelf, 2)
    add_category(pipeline, "ahead")
    assert ask(Book.objects.all()) == 1
    assert not under_way()


def test_it_is_over_with_the_transaction(db):
    with in_transaction() as pipeline:
        add_category(pipeline, "one")
    assert not under_way()
    assert not connection.execute_wrappers


def test_the_first_failure_is_told_in_the_end(db):
    def work():
        with in_transaction() as pipeline:
            for code in ("one", "same", "same", "other"):
                add_category(pipeline, code)

    with pytest.raises(IntegrityError, match="category"):
        work()
    assert not under_way()
    with in_transaction() as pipeline:
        add_category(pipeline, "usable again")


@postgresql
def test_a_failure_is_told_again_although_somebody_has_caught_it(db):
    def go_on(pipeline):
        with pytest.raises(IntegrityError):
            add_category(pipeline, "other")
        with pytest.raises(IntegrityError):
            pipeline.finish()

    def work():
        with in_transaction() as pipeline:
            add_category(pipeline, "same")
            add_category(pipeline, "same")
            with suppress(IntegrityError):
                pipeline.finish()
            go_on(pipeline)

    with pytest.raises(IntegrityError):
        work()


@postgresql
def test_an_error_of_another_kind_leaves_nothing_under_way(db):
    def work():
        with in_transaction() as pipeline:
            add_category(pipeline, "same")
            add_category(pipeline, "same")  # fails, of which nobody is to hear any more
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        work()
    assert not under_way()


def test_awaited_statements_fail_at_once(db):
    with in_transaction(awaited=True) as pipeline:
        add_category(pipeline, "same")
        assert not under_way()
        with pytest.raises(IntegrityError), transaction.atomic():
            add_category(pipeline, "same")


# --- with code of a project's own in between ---


@pytest.fixture
def asks(monkeypatch, bare_books):
    """A viewset that asks the database about each row, in ways that must wait for the answer."""
    seen = []

    def check(view, request, row):
        seen.append(under_way())
        list(Shelf.objects.iterator())
        with transaction.atomic():
            assert Book.objects.filter(pk=row.pk).update(lent=row.lent) == 1

    monkeypatch.setattr(BookViewSet, "check_object_permissions", check)
    return seen


def test_code_of_a_project_meets_the_database_as_ever(asks, batch, books):
    answer = batch(update(books[0], title="Asked"), update(books[1], title="Too"))
    assert answer.status_code == 200, answer.json()
    assert list(Book.objects.order_by("pk").values_list("title", flat=True)[:2]) == ["Asked", "Too"]
    assert asks == [connection.vendor == "postgresql", False]


@pytest.mark.django_db
def test_an_operation_that_was_applied_before_is_told_whoever_hears_of_it_first(asks, batch, books):
    """The receipt is refused while the viewset asks something else."""
    operation = {**grow(books[0]), "id": str(uuid.uuid4())}
    pages = [batch(operation).json()["results"][0]["data"]["pages"] for _ in range(2)]
    assert pages == [1, 1]


@pytest.mark.django_db
def test_who_catches_everything_does_not_hide_it(monkeypatch, asks, batch, books):
    def careless(view, request, row, check=BookViewSet.check_object_permissions):
        try:
            check(view, request, row)
        except Exception:
            asks.append("caught")

    monkeypatch.setattr(BookViewSet, "check_object_permissions", careless)
    operation = {**grow(books[0]), "id": str(uuid.uuid4())}
    answers = [batch(operation) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert [answer.json()["results"][0]["replayed"] for answer in answers] == [False, True]
    assert ("caught" in asks) == (connection.vendor == "postgresql")
