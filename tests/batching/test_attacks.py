"""What one user tries to do to another's rows, by every way in (R19): nothing happens, and nothing is told."""

from __future__ import annotations

import json

import pytest
from rest_framework import permissions
from rest_framework.test import APIClient

from batching.models import Receipt
from tests.batching.conftest import create, state, update
from tests.sampleapp.api import BookViewSet
from tests.sampleapp.models import Book, Loan, Shelf

pytestmark = pytest.mark.django_db

SECRET = "Secret title"


@pytest.fixture
def bobs_book(bobs_shelf):
    return Book.objects.create(shelf=bobs_shelf, code="secret", title=SECRET)


@pytest.fixture(autouse=True)
def nothing_happens(books, bobs_book):
    before = state()
    yield
    assert state() == before


def attack(api, *operations, path="/api/batch/", statuses=(404, 422, 400), **members):
    response = api.post(path, {"operations": list(operations), **members}, format="json")
    assert response.status_code in statuses, response.json()
    assert SECRET not in response.content.decode()
    return response.json()


@pytest.mark.parametrize("action", ["update", "delete", "grow", "retrieve"])
@pytest.mark.parametrize("atomic", [True, False])
def test_by_target(api, bobs_book, action, atomic):
    operation = {"resource": "books", "action": action, "target": bobs_book.pk, "data": {}}
    body = attack(api, operation, atomic=atomic, statuses=(404, 207))
    assert body["results"][0]["status"] == 404


def test_by_target_on_single_routes(api, bobs_book):
    path = f"/api/books/{bobs_book.pk}/"
    answers = [
        api.get(path),
        api.patch(path, {}, format="json"),
        api.delete(path),
        api.post(f"{path}grow/", {}, format="json"),
    ]
    assert [response.status_code for response in answers] == [404] * 4


@pytest.mark.parametrize("path", ["/api/batch/", "/api/shelves/{own}/batch/", "/api/shelves/{own}/books/batch"])
def test_by_a_mount_of_ones_own(api, books, bobs_book, path):
    operation = {"action": "update", "target": bobs_book.pk, "data": {"title": "x"}}
    if not path.endswith("books/batch"):
        operation["resource"] = "books"
    attack(api, operation, path=path.format(own=books[0].shelf_id), statuses=(404,))


@pytest.mark.parametrize("path", ["/api/shelves/{bobs}/batch/", "/api/shelves/{bobs}/books/batch"])
def test_by_creating_below_anothers_root(api, bobs_shelf, path):
    operation = {"resource": "books", "action": "create", "data": {"code": "mine"}}
    attack(api, operation, path=path.format(bobs=bobs_shelf.pk), statuses=(404,))
    attack(api, create(bobs_shelf, "mine"), statuses=(400, 404))
    assert api.post("/api/books/", {"shelf": bobs_shelf.pk, "code": "m"}, format="json").status_code in (400, 404)


def test_by_moving_rows(api, books, bobs_shelf, alice):
    attack(api, update(books[0], shelf=bobs_shelf.pk), statuses=(400,))


def test_a_row_stays_below_its_root(api, books, alice):
    """Also between roots of one user: revisions of a root would tell nothing of a row that left."""
    other = Shelf.objects.create(owner=alice, name="Other")
    response = api.patch(f"/api/books/{books[0].pk}/", {"shelf": other.pk}, format="json")
    assert response.status_code == 400
    assert "shelf" in response.json()["fields"]
    other.delete()


def test_by_local_id(api, bobs_book, bobs_shelf):
    """A local id stands for rows of the batch only."""
    attack(api, update({"lid": str(bobs_book.pk)}, title="x"), statuses=(400,))
    attack(api, create({"lid": str(bobs_shelf.pk)}, "x"), statuses=(400,))


def test_a_local_id_leads_nowhere_that_a_key_would_not(batch, books):
    """A relation whose queryset does not contain a new row refuses it by local id, too."""
    shelf = {"resource": "shelves", "action": "create", "lid": "s", "data": {"name": "Closed"}}
    response = batch(shelf, create({"lid": "s"}, "x"))
    assert [result["status"] for result in response.json()["results"]] == [424, 400]
    assert "shelf" in response.json()["results"][1]["error"]["fields"]


def test_by_receipt(api, bob, bobs_book):
    """Another user's operation id tells nothing, and is not in the way."""
    key = "0198f6d2-6f0e-7c1b-9a55-0d5b5a3a1f10"
    owner = APIClient()
    owner.force_authenticate(bob)
    grow = {"resource": "books", "action": "grow", "target": bobs_book.pk, "data": {"by": 0}, "id": key}
    assert owner.post("/api/batch/", {"operations": [grow]}, format="json").status_code == 200
    attack(api, grow, statuses=(404,))
    assert Receipt.objects.count() == 1


def test_by_include(api, books, bobs_book):
    grow = {"resource": "books", "action": "grow", "target": bobs_book.pk, "data": {}}
    body = attack(api, grow, include=["inventory"], atomic=False, statuses=(207,))
    assert "included" not in body


def test_by_changes_feed(api, bobs_shelf, bobs_book):
    response = api.get(f"/api/shelves/{bobs_shelf.pk}/changes/?since=0")
    assert response.status_code == 404
    assert SECRET not in response.content.decode()


def test_by_naming_an_owner(api, bob, alice):
    """Identity comes from the session or token, never from the body."""
    response = api.post("/api/shelves/", {"name": "x", "owner": bob.pk}, format="json")
    assert Shelf.objects.get(pk=response.json()["id"]).owner == alice
    Shelf.objects.get(pk=response.json()["id"]).delete()


def test_by_precondition(api, bobs_book):
    """412 would tell that the row is there."""
    grow = {"resource": "books", "action": "grow", "target": bobs_book.pk, "data": {}, "if_match": '"999"'}
    assert "current" not in json.dumps(attack(api, grow, statuses=(404,)))


def test_nothing_of_the_database_is_told(api, books):
    body = attack(api, update(books[0], pages=10_001), statuses=(409,))
    text = json.dumps(body).lower()
    assert not any(word in text for word in ("sampleapp", "constraint", "books_are_finite", "sql", "failing row"))


def test_a_viewset_that_is_not_for_the_user_refuses_each_operation(monkeypatch, batch, books):
    monkeypatch.setattr(BookViewSet, "permission_classes", [permissions.IsAdminUser])
    response = batch(
        update(books[0], title="Mine"), {"resource": "loans", "action": "retrieve", "target": 1}, atomic=False
    )
    assert [result["status"] for result in response.json()["results"]] == [403, 404]
    assert Book.objects.get(pk=books[0].pk).title == books[0].title


def test_a_row_cannot_be_created_below_the_root_of_others(batch, bobs_shelf):
    """Also where the serializer's own relation would take any."""
    response = batch({"resource": "loans", "action": "create", "data": {"shelf": bobs_shelf.pk, "reader": "Alice"}})
    assert (response.status_code, Loan.objects.count()) == (404, 0)
