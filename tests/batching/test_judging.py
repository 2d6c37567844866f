"""A viewset's own rules about a whole tree: a group that would newly break one is refused."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.batching.conftest import create, delete, grow, make_books, state, update
from tests.sampleapp.api import BookViewSet
from tests.sampleapp.models import Book, Shelf

pytestmark = pytest.mark.django_db


@pytest.fixture
def strict(shelf):
    """A shelf that carries 1000 pages, with 600 on it."""
    shelf.name = "Strict"
    shelf.save()
    return shelf


@pytest.fixture
def books(strict):
    return make_books(strict, 4)


def total():
    return sum(Book.objects.values_list("pages", flat=True))


def shelf_op(shelf, **data):
    return {"resource": "shelves", "action": "update", "target": shelf.pk, "data": data}


def test_what_breaks_a_rule_is_refused_with_the_findings(batch, books):
    before = state()
    response = batch(grow(books[0], 941))
    assert response.status_code == 422
    error = response.json()["results"][0]["error"]
    assert (error["code"], error["status"]) == ("refused", 422)
    assert error["findings"] == [{"message": "1001 pages are too heavy."}]
    assert error["detail"] == "1001 pages are too heavy."
    assert state() == before


def test_what_breaks_none_passes(batch, books):
    assert batch(grow(books[0], 940)).status_code == 200
    assert total() == 1000


def test_single_writes_are_judged_alike(api, books):
    before = state()
    response = api.post(f"/api/books/{books[0].pk}/grow/", {"by": 941}, format="json")
    assert response.status_code == 422
    assert response.json()["findings"] == [{"message": "1001 pages are too heavy."}]
    assert state() == before
    response = api.patch(f"/api/books/{books[0].pk}/", {"title": "Book 1"}, format="json")
    assert response.json()["findings"] == [{"message": "Book 1 is there twice."}]


def test_other_roots_are_not_judged(batch, api, shelf):
    books = make_books(shelf, 2)
    assert batch(grow(books[0], 999)).status_code == 200


def test_what_was_wrong_before_does_not_stand_in_the_way(batch, books):
    Book.objects.filter(pk=books[0].pk).update(pages=2000)
    assert batch(update(books[1], title="New")).status_code == 200
    assert batch(grow(books[0], 5)).status_code == 200  # as wrong as before, not newly wrong
    assert batch(update(books[2], title="New")).status_code == 422


def test_a_wrong_that_comes_and_goes_within_a_group_is_none(batch, books):
    response = batch(grow(books[0], 999), update(books[1], title="Book 2"), grow(books[0], -999), delete(books[2]))
    assert response.status_code == 200
    assert Book.objects.get(pk=books[1].pk).title == "Book 2"


def test_the_operation_that_brought_it_is_the_culprit(batch, books):
    response = batch(update(books[1], title="x"), grow(books[0], 999), update(books[2], title="y"))
    results = response.json()["results"]
    assert [result["status"] for result in results] == [424, 422, 424]
    assert results[0]["error"]["culprit"] == results[2]["error"]["culprit"] == 1


def test_best_effort_refuses_only_the_group_at_fault(batch, books):
    first, second = {"group": "first"}, {"group": "second"}
    response = batch(
        grow(books[0], 900),
        {**grow(books[1], 30), **first},
        {**grow(books[2], 30), **first},
        {**grow(books[3], 10), **second},
        {**grow(books[3], 10), **second},
        grow(books[3], 10),
        atomic=False,
    )
    assert response.status_code == 207
    assert [result["status"] for result in response.json()["results"]] == [200, 424, 422, 200, 200, 200]
    pages = dict(Book.objects.values_list("pk", "pages"))
    assert [pages[book.pk] for book in books] == [900, 10, 20, 60]


def test_dependents_of_what_was_refused_are_not_run(batch, strict, books):
    response = batch(
        {**create(strict, "new", pages=2000), "lid": "b"},
        {"resource": "books", "action": "update", "target": {"lid": "b"}, "data": {"title": "x"}},
        atomic=False,
    )
    assert [result["status"] for result in response.json()["results"]] == [422, 424]
    assert Book.objects.count() == len(books)


def test_creations_and_deletions_count(batch, strict, books):
    assert batch(create(strict, "new", pages=941)).status_code == 422
    assert batch(delete(books[3]), create(strict, "new", pages=941 + 29)).status_code == 200


def test_replays_are_not_judged_again(batch, books):
    """R16: the verdict stands, whatever has become of the tree since."""
    operation = {**grow(books[0], 900), "id": str(uuid4())}
    assert batch(operation).status_code == 200
    Book.objects.filter(pk=books[1].pk).update(pages=5000)
    result = batch(operation).json()["results"][0]
    assert (result["status"], result["replayed"]) == (200, True)


def test_a_refusal_leaves_no_receipt(batch, books):
    operation = {**grow(books[0], 941), "id": str(uuid4())}
    assert batch(operation).status_code == 422
    Book.objects.filter(pk=books[3].pk).update(pages=0)
    assert batch(operation).json()["results"][0]["replayed"] is False


def test_a_root_that_asks_to_be_judged_is_from_the_next_group_on(batch, shelf):
    books = make_books(shelf, 2)
    response = batch(
        grow(books[0], 999),
        shelf_op(shelf, name="Strict"),
        update(books[0], title="Book 1"),
        atomic=False,
    )
    assert [result["status"] for result in response.json()["results"]] == [200, 200, 422]


def test_a_new_root_is_not_judged_by_the_batch_that_creates_it(batch):
    response = batch(
        {"resource": "shelves", "action": "create", "lid": "s", "data": {"name": "Strict"}},
        create({"lid": "s"}, "new", pages=5000),
    )
    assert response.status_code == 200


def test_the_end_of_a_root_is_not_judged(batch, strict, books):
    assert batch({"resource": "shelves", "action": "delete", "target": strict.pk}).status_code == 200
    assert not Shelf.objects.exists()


def test_a_careful_run_judges_alike(batch, books):
    """The database refuses one operation, so that the batch is run again with a flush after each."""
    Book.objects.filter(pk=books[0].pk).update(pages=9500)
    response = batch(
        grow(books[0], 999),
        update(books[1], title="x"),
        update(books[2], title="x"),
        update(books[3], title="y"),
        atomic=False,
    )
    assert [result["status"] for result in response.json()["results"]] == [409, 200, 422, 200]
    assert list(Book.objects.order_by("pk").values_list("title", flat=True)) == ["Book 0", "x", "Book 2", "y"]


def test_judging_takes_the_same_number_of_statements(batch, strict):
    books = make_books(strict, 100)
    Book.objects.update(pages=0)
    counts = {}
    for size in [1, 10, 100]:
        with CaptureQueriesContext(connection) as captured:
            response = batch(*[grow(book, 1) for book in books[:size]], atomic=size != 10)
        assert response.status_code == 200
        counts[size] = len(captured)
    assert len(set(counts.values())) == 1, counts


# --- row actions that look at other rows below the same root ---


def outgrow(book):
    return {"resource": "books", "action": "outgrow", "target": book.pk, "data": {}}


def test_a_row_action_sees_what_the_batch_has_done_so_far(batch, shelf):
    """R14: as if sent one by one."""
    books = make_books(shelf, 3)  # 0, 10 and 20 pages
    response = batch(
        create(shelf, "new", pages=100), grow(books[1], 5), delete(books[2]), outgrow(books[0]), outgrow(books[1])
    )
    assert response.status_code == 200
    assert list(Book.objects.order_by("pk").values_list("pages", flat=True)) == [116, 217, 100]


def test_a_row_action_sees_its_own_root_only(batch, shelf, alice):
    books = make_books(shelf, 2)
    make_books(Shelf.objects.create(owner=alice, name="Other"), 9)
    batch(outgrow(books[0]))
    assert Book.objects.get(pk=books[0].pk).pages == 11


def test_looking_at_other_rows_takes_the_same_number_of_statements(batch, shelf):
    books = make_books(shelf, 6)
    counts = set()
    for size in [1, 5]:
        with CaptureQueriesContext(connection) as captured:
            assert batch(*[outgrow(book) for book in books[:size]]).status_code == 200
        counts.add(len(captured))
    assert len(counts) == 1


def test_rows_read_for_the_rules_alone_cannot_be_addressed(monkeypatch, strict, batch):
    """What the viewset hides from the user stays hidden, though the rules look at the whole tree."""
    hidden, shown = make_books(strict, 2)
    monkeypatch.setattr(BookViewSet, "queryset", Book.objects.exclude(pk=hidden.pk))
    response = batch(update(shown, title="Seen"), update(hidden, title="Seen"), atomic=False)
    assert [result["status"] for result in response.json()["results"]] == [200, 404]
    assert Book.objects.get(pk=hidden.pk).title == hidden.title
