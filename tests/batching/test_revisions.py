"""Revisions and entity tags (R17)."""

from __future__ import annotations

import pytest

from tests.batching.conftest import create, delete, grow, update
from tests.sampleapp.models import Book, Shelf

pytestmark = pytest.mark.django_db


def revisions(shelf):
    books = dict(Book.objects.filter(shelf=shelf).values_list("code", "revision"))
    return Shelf.objects.get(pk=shelf.pk).revision, books


def test_a_new_root_starts_at_one(api):
    assert api.post("/api/shelves/", {"name": "x"}, format="json").json()["revision"] == 1


def test_a_batch_is_one_revision_however_much_it_changes(batch, books, shelf):
    before, _ = revisions(shelf)
    batch(grow(books[0]), grow(books[0]), update(books[1], title="x"), create(shelf, "new"), delete(books[4]))
    after, rows = revisions(shelf)
    assert after == before + 1
    assert rows == {"b0": after, "b1": after, "b2": 0, "b3": 0, "new": after}


def test_a_change_that_changes_nothing_leaves_the_revision(batch, api, books, shelf):
    before = revisions(shelf)
    response = batch(update(books[0], title=books[0].title), grow(books[1], 0))
    assert response.json()["results"][0]["etag"] == f'"{books[0].revision}"'
    api.patch(f"/api/books/{books[2].pk}/", {"pages": books[2].pages}, format="json")
    assert revisions(shelf) == before


def test_a_deletion_counts_as_a_change(batch, books, shelf):
    before, _ = revisions(shelf)
    batch(delete(books[0]))
    assert revisions(shelf)[0] == before + 1


def test_a_group_that_was_taken_back_takes_its_revision_back(batch, books, shelf):
    """Also where code of the project's own ran in it."""
    before, _ = revisions(shelf)
    rename = {"resource": "shelves", "action": "update", "target": shelf.pk, "data": {"name": "x"}}
    note = {"resource": "notes", "action": "create", "data": {"text": "n"}}
    group = {"group": "g"}
    operations = [{**rename, **group}, {**note, **group}, {**grow(10**6), **group}, note, grow(books[0])]
    response = batch(*operations, atomic=False)
    assert [result["status"] for result in response.json()["results"]] == [424, 424, 404, 201, 200]
    assert revisions(shelf)[0] == Book.objects.get(pk=books[0].pk).revision == before + 1


def test_the_etag_is_the_revision_on_both_ways_in(api, batch, books):
    etag = batch(grow(books[0])).json()["results"][0]["etag"]
    assert api.get(f"/api/books/{books[0].pk}/")["ETag"] == etag
    response = api.post(f"/api/books/{books[0].pk}/grow/", {}, format="json")
    assert response["ETag"] == f'"{response.json()["revision"]}"' != etag


def test_save_and_delete_take_part(shelf):
    """What the admin site does."""
    start = shelf.revision
    book = Book.objects.create(shelf=shelf, code="x")
    assert (book.revision, revisions(shelf)[0]) == (start + 1, start + 1)
    book.title = "New"
    book.save(update_fields=["title"])
    assert revisions(shelf) == (start + 2, {"x": start + 2})
    book.delete()
    assert revisions(shelf)[0] == start + 3


def test_if_match_lets_only_the_expected_revision_pass(batch, books):
    etag = batch(grow(books[0])).json()["results"][0]["etag"]
    assert batch({**grow(books[0]), "if_match": etag}).status_code == 200
    response = batch({**grow(books[0]), "if_match": etag}, grow(books[1]))
    body = response.json()
    assert response.status_code == 412
    current = body["results"][0]["error"]["current"]
    assert current["data"]["pages"] == Book.objects.get(pk=books[0].pk).pages
    assert current["etag"] == f'"{current["data"]["revision"]}"'


def test_if_match_is_compared_with_the_row_as_it_was_at_the_start(batch, books):
    batch(grow(books[0]))
    etag = f'"{Book.objects.get(pk=books[0].pk).revision}"'
    assert batch({**grow(books[0]), "if_match": etag}, {**grow(books[0]), "if_match": etag}).status_code == 200


@pytest.mark.parametrize(
    ("tag", "status"), [("*", 200), ('"0", "{}"', 200), ('W/"{}"', 412), ('"999"', 412), ("5", 400)]
)
def test_if_match_on_a_single_write(api, batch, books, tag, status):
    batch(grow(books[0]))
    tag = tag.format(Book.objects.get(pk=books[0].pk).revision)
    response = api.patch(f"/api/books/{books[0].pk}/", {"title": "x"}, format="json", HTTP_IF_MATCH=tag)
    assert response.status_code == status
