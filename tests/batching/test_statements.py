"""The number of SQL statements does not depend on the number of operations (R14; DESIGN, Figures)."""

from __future__ import annotations

from uuid import uuid4

import pytest
from rest_framework.authtoken.models import Token

from batching.testing import BatchAPIClient, assert_batch_applied, count_statements
from tests.batching.conftest import create, delete, grow, make_books, update
from tests.sampleapp.models import Book

pytestmark = pytest.mark.django_db(transaction=True)

SIZES = [1, 10, 100, 500]
MOST = 12


@pytest.fixture
def client(alice):
    """A client whose authentication is counted like everything else."""
    client = BatchAPIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {Token.objects.create(user=alice)}")
    return client


def statements(client, operations, **members):
    with count_statements() as taken:
        assert_batch_applied(client.batch(operations, **members))
    return len(taken)


def test_updates_of_one_root_take_the_same_number_of_statements(client, shelf):
    """Authentication, BEGIN and COMMIT included."""
    books = make_books(shelf, 500)
    counts = {
        size: statements(client, [update(book, title=f"{size}", pages=size + n) for n, book in enumerate(books[:size])])
        for size in SIZES
    }
    assert len(set(counts.values())) == 1, counts
    assert counts[1] <= MOST


def test_row_actions_take_the_same_number_of_statements(client, shelf):
    books = make_books(shelf, 500)
    counts = {size: statements(client, [grow(book) for book in books[:size]]) for size in SIZES}
    assert len(set(counts.values())) == 1, counts
    assert counts[1] <= MOST


def test_rows_are_not_read_again_to_show_whom_they_belong_to(client, shelf):
    """By a field that lets nothing be referred to but rows of one's own, as most projects have one."""
    books = make_books(shelf, 2)
    with count_statements() as taken:
        assert_batch_applied(client.batch([grow(books[0]), update(books[1], pages=3)]))
    written = next(place for place, sql in enumerate(taken) if "UPDATE" in sql and "FOR " not in sql)
    assert not [sql for sql in taken[written:] if sql.startswith("SELECT")]


def test_creations_take_the_same_number_of_statements(client, shelf, category):
    """With a relation to look up and a uniqueness rule to check for each."""
    counts = {
        size: statements(client, [create(shelf, f"{size}-{n}", category="magic") for n in range(size)])
        for size in SIZES
    }
    assert len(set(counts.values())) == 1, counts


def test_deletions_take_the_same_number_of_statements(client, shelf):
    make_books(shelf, 611)
    counts = {
        size: statements(client, [delete(pk) for pk in Book.objects.values_list("pk", flat=True)[:size]])
        for size in SIZES
    }
    assert len(set(counts.values())) == 1, counts


@pytest.mark.parametrize("atomic", [True, False])
def test_mixed_batches_take_the_same_number_of_statements(client, shelf, category, atomic):
    """Best effort costs what all or nothing costs, as long as nothing fails."""
    make_books(shelf, 400)
    counts = {}
    for size in [1, 10, 100]:
        books = list(Book.objects.order_by("pk")[: 3 * size])
        operations = [update(book, title=f"{size}") for book in books[:size]]
        operations += [grow(book) for book in books[size : 2 * size]]
        operations += [delete(book) for book in books[2 * size :]]
        operations += [create(shelf, f"{size}-{n}", category="magic") for n in range(size)]
        counts[size] = statements(client, operations, atomic=atomic)
    assert len(set(counts.values())) == 1, counts


def test_best_effort_costs_what_all_or_nothing_costs(client, shelf):
    books = make_books(shelf, 100)
    operations = [grow(book) for book in books]
    assert statements(client, operations, atomic=False) == statements(client, operations, atomic=True)


def test_with_ids_it_is_one_statement_more(client, shelf):
    """Claiming the ids, whatever their number (R16)."""
    books = make_books(shelf, 500)
    plain = statements(client, [grow(book) for book in books[:10]])
    counts = {size: statements(client, [{**grow(book), "id": str(uuid4())} for book in books[:size]]) for size in SIZES}
    assert set(counts.values()) == {plain + 1}
    assert counts[1] <= MOST


def test_replays_take_the_same_number_of_statements(client, shelf):
    books = make_books(shelf, 100)
    counts = {}
    for size in [1, 10, 100]:
        operations = [{**grow(book), "id": str(uuid4())} for book in books[:size]]
        statements(client, operations)
        counts[size] = statements(client, operations)
    assert len(set(counts.values())) == 1, counts


def test_rows_below_a_new_root_take_the_same_number_of_statements(client, alice):
    """Whatever the number of rows that name it by its local id."""
    counts = {}
    for size in SIZES[:-1]:
        shelf = {"resource": "shelves", "action": "create", "lid": "s", "data": {"name": f"Shelf of {size}"}}
        rows = [{"shelf": {"lid": "s"}, "code": f"{size}-{number}"} for number in range(size)]
        books = [{"resource": "books", "action": "create", "data": row} for row in rows]
        counts[size] = statements(client, [shelf, *books])
    assert len(set(counts.values())) == 1, counts
