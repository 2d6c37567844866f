"""The feed of changes below a root (R18)."""

from __future__ import annotations

import pytest

from batching.models import Tombstone
from tests.batching.conftest import create, delete, grow, update
from tests.sampleapp.models import Book, Shelf

pytestmark = pytest.mark.django_db


@pytest.fixture
def changes(api, shelf):
    def get(since=None, status=200):
        response = api.get(f"/api/shelves/{shelf.pk}/changes/", {} if since is None else {"since": since})
        assert response.status_code == status, response.json()
        return response.json()

    return get


def test_it_tells_what_was_changed_and_deleted_since(batch, books, changes, shelf):
    start = changes()["revision"]
    batch(grow(books[0]), delete(books[1]), create(shelf, "new"))
    body = changes(start)
    assert (body["revision"], body["reset"]) == (start + 1, False)
    assert [row["code"] for row in body["changed"]["books"]] == ["b0", "new"]
    assert [row["id"] for row in body["changed"]["shelves"]] == [shelf.pk]
    assert body["deleted"] == {"books": [books[1].pk]}
    assert body["included"] == {"inventory": [{"shelf": shelf.pk, "books": 5}]}


def test_it_tells_nothing_when_nothing_changed(batch, books, changes):
    batch(grow(books[0]))
    now = changes()["revision"]
    assert changes(now) == {"revision": now, "reset": False, "changed": {}, "deleted": {}}


def test_a_page_that_asks_again_and_again_costs_one_statement(batch, books, api, shelf, django_assert_num_queries):
    """R40: pages ask every few seconds, and mostly nothing has changed."""
    batch(grow(books[0]), delete(books[1]))
    now = Shelf.objects.get(pk=shelf.pk).revision
    with django_assert_num_queries(1):
        body = api.get(f"/api/shelves/{shelf.pk}/changes/?since={now}").json()
    assert body == {"revision": now, "reset": False, "changed": {}, "deleted": {}}


def test_rows_are_shown_as_by_their_own_route(api, batch, books, changes):
    start = changes()["revision"]
    batch(grow(books[0]))
    assert changes(start)["changed"]["books"] == [api.get(f"/api/books/{books[0].pk}/").json()]


@pytest.mark.parametrize("since", [None, 999, 2**62])
def test_an_unknown_cursor_starts_anew(books, changes, since):
    body = changes(since)
    assert body["reset"] is True
    assert [row["code"] for row in body["changed"]["books"]] == ["b0", "b1", "b2", "b3", "b4"]
    assert body["deleted"] == {}


@pytest.mark.parametrize("since", ["x", "-1", "1.5", "", "\u0661", "9" * 30])
def test_a_senseless_cursor_is_refused(changes, since):
    assert changes(since, status=400)["field"] == "since"


def test_what_the_admin_site_does_shows_up(books, changes):
    """Saving, deleting one, and deleting those selected."""
    start = changes()["revision"]
    keys = [book.pk for book in books]
    books[0].title = "New"
    books[0].save()
    books[1].delete()
    Book.objects.filter(pk__in=keys[2:4]).delete()
    body = changes(start)
    assert body["revision"] == start + 4
    assert [row["title"] for row in body["changed"]["books"]] == ["New"]
    assert body["deleted"]["books"] == keys[1:4]


def test_pulling_step_by_step_ends_where_pulling_at_once_ends(batch, books, changes, shelf):
    start = cursor = changes()["revision"]
    seen, gone = {}, set()
    steps = [grow(books[0]), delete(books[1]), create(shelf, "n"), update(books[0], title="End"), grow(books[2], 3)]
    for step in steps:
        batch(step)
        body = changes(cursor)
        cursor = body["revision"]
        seen |= {row["id"]: row for row in body["changed"].get("books", [])}
        gone |= set(body["deleted"].get("books", []))
    whole = changes(start)
    assert {row["id"]: row for row in whole["changed"]["books"]} == {
        pk: row for pk, row in seen.items() if pk not in gone
    }
    assert set(whole["deleted"]["books"]) == gone


def test_another_users_root_is_404(api, bobs_shelf):
    for key in (bobs_shelf.pk, 10**6, "x", 10**30):
        assert api.get(f"/api/shelves/{key}/changes/").status_code == 404


def test_tombstones_go_with_their_root(batch, books, shelf):
    batch(delete(books[0]))
    assert Tombstone.objects.count() == 1
    Shelf.objects.get(pk=shelf.pk).delete()
    assert not Tombstone.objects.exists()


def test_the_number_of_queries_does_not_depend_on_the_rows(batch, books, api, shelf, django_assert_max_num_queries):
    batch(*[grow(book) for book in books], *[create(shelf, f"n{n}") for n in range(50)])
    with django_assert_max_num_queries(6):
        api.get(f"/api/shelves/{shelf.pk}/changes/?since=0")
