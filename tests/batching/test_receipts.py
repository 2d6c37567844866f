"""An operation with an id is applied once, however often and by whichever way it arrives (R16)."""

from __future__ import annotations

import uuid

import pytest
from django.db import connection
from rest_framework.test import APIClient

from batching.models import Receipt
from tests.batching.conftest import create, delete, grow, state, update
from tests.sampleapp.models import Book, Shelf, Ticket

pytestmark = pytest.mark.django_db


def new_id():
    return str(uuid.uuid4())


def once(operation, key=None):
    return {**operation, "id": key or new_id()}


def test_a_repeated_batch_is_answered_and_not_applied(batch, books):
    operations = [
        once(grow(books[0], 5)),
        once(update(books[1], title="New")),
        once(create(books[0].shelf, "n")),
        once(delete(books[4])),
    ]
    first = batch(*operations)
    after = state()
    second = batch(*operations)
    assert state() == after
    assert second.status_code == 200
    assert [result["replayed"] for result in second.json()["results"]] == [True] * 4
    assert second.json()["summary"]["replayed"] == 4
    for before, again in zip(first.json()["results"], second.json()["results"], strict=True):
        assert {**before, "replayed": True} == again


def test_a_replay_shows_the_row_as_it_is_now(batch, books):
    """The verdict is remembered, not a picture of the row."""
    operation = once(grow(books[0], 5))
    batch(operation)
    batch(update(books[0], title="Since"))
    result = batch(operation).json()["results"][0]
    assert (result["data"]["title"], result["data"]["pages"]) == ("Since", books[0].pages + 5)


@pytest.mark.parametrize("members", [{}, {"atomic": False}], ids=["atomic", "group"])
def test_what_was_applied_before_is_told_behind_what_the_database_refuses(batch, books, members):
    """It is not rolled back with the rest, which the broken transaction keeps from being tried."""
    group = {} if not members else {"group": "g"}
    before = once(grow(books[0], 5))
    batch(before)
    after = state()
    operations = [once(update(books[1], pages=10_001)), before, once(grow(books[2]))]
    results = batch(*({**operation, **group} for operation in operations), **members).json()["results"]
    assert [result["status"] for result in results] == [409, 200, 424]
    assert [result.get("replayed", False) for result in results] == [False, True, False]
    assert results[1]["data"]["pages"] == books[0].pages + 5
    assert state() == after


def test_a_replay_of_what_is_no_more_says_gone(batch, books, api):
    operation, creation = once(grow(books[0], 5)), once(create(books[0].shelf, "n"))
    made = batch(operation, creation).json()["results"][1]["target"]
    batch(delete(books[0]), delete(made))
    results = batch(operation, creation).json()["results"]
    assert [(result["success"], result["gone"], "data" in result) for result in results] == [(True, True, False)] * 2
    response = api.post(
        f"/api/books/{books[0].pk}/grow/", {"by": 5}, format="json", HTTP_IDEMPOTENCY_KEY=operation["id"]
    )
    assert (response.status_code, response.json()) == (200, {"gone": True})


def test_a_mixed_batch_applies_only_what_is_new(batch, books):
    old = once(grow(books[0], 5))
    batch(old)
    body = batch(old, once(grow(books[0], 1)), once(grow(books[1], 1))).json()
    assert [result["replayed"] for result in body["results"]] == [True, False, False]
    assert Book.objects.get(pk=books[0].pk).pages == books[0].pages + 6


def test_what_failed_is_not_remembered(batch, books):
    operation = once(grow(books[0], -5))
    assert batch(operation).status_code == 422
    assert batch(operation, atomic=False).status_code == 207
    assert not Receipt.objects.exists()
    batch(grow(books[0], 10))
    assert batch(operation).json()["results"][0]["replayed"] is False


def test_a_failed_batch_does_not_hide_what_an_earlier_one_applied(batch, books):
    old = once(grow(books[0], 5))
    batch(old)
    body = batch(old, once(grow(10**6)), once(grow(books[1]))).json()
    assert [result["status"] for result in body["results"]] == [200, 404, 424]
    assert body["results"][0]["replayed"] is True
    assert Receipt.objects.count() == 1


@pytest.mark.parametrize("change", [{"data": {"by": 6}}, {"action": "update", "data": {"by": 5}}, {"target": None}])
def test_an_id_used_for_another_payload_is_422(batch, books, change):
    operation = once(grow(books[0], 5))
    batch(operation)
    before = state()
    other = {**operation, **change}
    other["target"] = other["target"] or books[1].pk
    response = batch(other)
    assert response.status_code == 422
    assert response.json()["code"] == "idempotency_conflict"
    assert state() == before


def test_batch_and_single_request_share_one_memory(batch, api, books):
    """Fall back to single requests, and come back, without doubling anything."""
    pk = books[0].pk
    single = {
        "grow": lambda key: api.post(f"/api/books/{pk}/grow/", {"by": 5}, format="json", HTTP_IDEMPOTENCY_KEY=key),
        "update": lambda key: api.patch(
            f"/api/books/{pk}/", {"title": "T"}, format="json", HTTP_IDEMPOTENCY_KEY=f'"{key}"'
        ),
        "create": lambda key: api.post(
            "/api/books/", {"shelf": books[0].shelf_id, "code": "n"}, format="json", HTTP_IDEMPOTENCY_KEY=key
        ),
        "delete": lambda key: api.delete(f"/api/books/{books[4].pk}/", HTTP_IDEMPOTENCY_KEY=key),
    }
    batched = {
        "grow": grow(books[0], 5),
        "update": update(books[0], title="T"),
        "create": create(books[0].shelf_id, "n"),
        "delete": delete(books[4]),
    }
    for name, send in single.items():
        first_single, first_batch = new_id(), new_id()
        if name in ("grow", "update"):
            assert batch(once(batched[name], first_batch)).json()["results"][0]["replayed"] is False
            assert send(first_batch)["Idempotent-Replayed"] == "true"
        response = send(first_single)
        assert response.status_code < 300
        assert "Idempotent-Replayed" not in response
        before = state()
        assert batch(once(batched[name], first_single)).json()["results"][0]["replayed"] is True
        assert send(first_single).status_code == response.status_code
        assert state() == before


def test_a_fingerprint_survives_local_ids(batch, alice):
    """A child whose parent was acknowledged goes out again with the parent's key in place of the local id."""
    parent = once({"resource": "shelves", "action": "create", "lid": "s", "data": {"name": "New"}})
    child = {**once(create({"lid": "s"}, "a")), "lid": "b"}
    grown = once(grow({"lid": "b"}, 5))
    results = batch(parent, child, grown).json()["results"]
    after = state()
    again = [parent, child, grown]
    assert [result["replayed"] for result in batch(*again).json()["results"]] == [True] * 3
    shelf, book = results[0]["target"], results[1]["target"]
    alone = [{**once(create(shelf, "a"), child["id"])}, once(grow(book, 5), grown["id"])]
    assert [result["replayed"] for result in batch(*alone).json()["results"]] == [True] * 2
    assert state() == after


def test_new_operations_can_refer_to_what_an_earlier_request_created(batch, alice):
    parent = once({"resource": "shelves", "action": "create", "lid": "s", "data": {"name": "New"}})
    batch(parent)
    response = batch(
        parent,
        once(create({"lid": "s"}, "a")),
        {"resource": "shelves", "action": "update", "target": {"lid": "s"}, "data": {"name": "Renamed"}},
    )
    assert response.status_code == 200, response.json()
    assert Book.objects.get().shelf.name == "Renamed"
    Shelf.objects.all().delete()
    response = batch(parent, once(create({"lid": "s"}, "b")), atomic=False)
    assert [result["status"] for result in response.json()["results"]] == [201, 400]


def test_users_have_memories_of_their_own(batch, books, bob, bobs_shelf):
    """R19: an id tells nothing about what another user did with it."""
    key = new_id()
    batch(once(grow(books[0], 5), key))
    client = APIClient()
    client.force_authenticate(bob)
    operation = {"resource": "shelves", "action": "update", "target": bobs_shelf.pk, "data": {"name": "B"}, "id": key}
    result = client.post("/api/batch/", {"operations": [operation]}, format="json").json()["results"][0]
    assert (result["success"], result["replayed"]) == (True, False)


def test_a_replay_does_not_show_what_the_user_may_no_longer_see(batch, books, bob):
    operation = once(grow(books[0], 5))
    batch(operation)
    Shelf.objects.filter(pk=books[0].shelf_id).update(owner=bob)
    result = batch(operation).json()["results"][0]
    assert (result["success"], result["gone"]) == (True, True)
    assert "data" not in result


def test_a_replay_ignores_the_precondition_of_the_first_time(batch, books):
    etag = batch(grow(books[0])).json()["results"][0]["etag"]
    operation = {**once(grow(books[0])), "if_match": etag}
    assert batch(operation).status_code == 200
    assert batch(operation).json()["results"][0]["replayed"] is True


def test_code_of_the_projects_own_runs_once(batch, alice):
    operation = once({"resource": "tickets", "action": "create", "data": {"subject": "t"}})
    first, second = batch(operation).json(), batch(operation).json()
    assert first["results"][0]["target"] == second["results"][0]["target"]
    assert Ticket.objects.count() == 1


def test_a_dry_run_leaves_no_receipt(batch, books):
    operation = once(grow(books[0], 5))
    body = batch(operation, dry_run=True).json()
    assert (body["dry_run"], body["results"][0]["data"]["pages"]) == (True, books[0].pages + 5)
    assert not Receipt.objects.exists()
    assert Book.objects.get(pk=books[0].pk).pages == books[0].pages


def test_a_receipt_says_what_was_done(batch, books, shelf):
    batch(once(grow(books[0])), once(grow(books[0], 0)), once(create(shelf, "n")))
    shelf.refresh_from_db()
    receipts = Receipt.objects.order_by("status", "target")
    assert [(receipt.status, receipt.revision) for receipt in receipts] == [
        (200, shelf.revision),
        (200, shelf.revision),
        (201, shelf.revision),
    ]
    assert receipts[2].target == str(Book.objects.get(code="n").pk)
    batch(once(grow(books[1], 0)))
    assert Receipt.objects.latest("created").revision == shelf.revision


def test_the_receipts_of_a_user_go_with_it(batch, books, alice):
    batch(once(update(books[0], title="A")))
    key = alice.pk
    alice.delete()
    assert not Receipt.objects.filter(user_id=key).exists()


def test_the_database_does_not_look_up_the_user_for_each_receipt(db):
    """PostgreSQL would do so one by one, which takes it half as long as inserting them."""
    with connection.cursor() as cursor:
        constraints = connection.introspection.get_constraints(cursor, Receipt._meta.db_table)
    assert not [name for name, constraint in constraints.items() if constraint["foreign_key"]]
