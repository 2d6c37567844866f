"""What a batch answers, and what it does to the rows."""

from __future__ import annotations

import pytest

from tests.batching.conftest import create, delete, grow, state, update
from tests.sampleapp.models import Book, Note, Shelf, Ticket

pytestmark = pytest.mark.django_db

UUID = "0198f6d2-6f0e-7c1b-9a55-0d5b5a3a1f10"


def test_results_come_in_request_order_and_echo_their_operation(batch, books):
    """R13, R21."""
    response = batch({**grow(books[1]), "id": UUID}, update(books[0], title="New"), batch_id=UUID)
    body = response.json()
    assert (body["status"], body["batch_id"], body["atomic"]) == ("success", UUID, True)
    assert [result["target"] for result in body["results"]] == [books[1].pk, books[0].pk]
    assert body["results"][0]["id"] == UUID
    assert body["summary"] == {"total": 2, "succeeded": 2, "failed": 0, "skipped": 0, "replayed": 0}
    assert body["processing_time_ms"] > 0


def test_data_is_what_the_single_route_shows(api, batch, books, category):
    result = batch(update(books[0], category="magic", price="2.50", printed="1220-05-01")).json()["results"][0]
    assert result["data"] == api.get(f"/api/books/{books[0].pk}/").json()
    assert result["data"]["category_name"] == "Magic"


def test_all_operations_on_a_row_show_its_final_state(batch, books):
    results = batch(grow(books[0], 1), grow(books[0], 2), update(books[0], title="End")).json()["results"]
    assert len({str(result["data"]) for result in results}) == 1
    assert results[0]["data"]["pages"] == books[0].pages + 3


def test_a_failed_atomic_batch_saves_nothing_and_tells_every_error(batch, books):
    """R12, R13."""
    before = state()
    response = batch(grow(books[0]), update(books[1], pages="x"), grow(10**6), grow(books[2]))
    body = response.json()
    assert response.status_code == body["status"] == 400
    assert [result["status"] for result in body["results"]] == [424, 400, 404, 424]
    assert body["results"][0]["error"]["code"] == "rolled_back"
    assert body["results"][0]["error"]["culprit"] == 1
    assert (body["operation"], body["success"]) == (1, False)
    assert state() == before


def test_best_effort_keeps_what_succeeded(batch, books):
    response = batch(grow(books[0], 1), update(books[1], pages="x"), grow(books[2], 1), atomic=False)
    body = response.json()
    assert (response.status_code, body["status"]) == (207, "partial")
    assert [result["success"] for result in body["results"]] == [True, False, True]
    assert Book.objects.get(pk=books[0].pk).pages == books[0].pages + 1
    assert body["summary"] == {"total": 3, "succeeded": 2, "failed": 1, "skipped": 0, "replayed": 0}


def test_an_action_that_fails_half_way_leaves_nothing_behind(batch, books, category):
    Book.objects.update(category=category)
    spoil = {"resource": "books", "action": "spoil", "target": books[1].pk}
    results = batch(grow(books[1], 1), spoil, grow(books[1], 1), atomic=False).json()["results"]
    assert [result["status"] for result in results] == [200, 422, 200]
    assert results[2]["data"]["pages"] == books[1].pages + 2
    assert results[2]["data"]["category_name"] == "Magic"
    book = Book.objects.get(pk=books[1].pk)
    assert (book.title, book.pages, book.category) == (books[1].title, books[1].pages + 2, category)


def test_best_effort_in_which_nothing_succeeds_says_error(batch, books):
    response = batch(grow(10**6), atomic=False)
    assert (response.status_code, response.json()["status"]) == (207, "error")


def test_a_group_is_all_or_nothing(batch, books):
    """R12."""
    first, second = {"group": "first"}, {"group": "second"}
    response = batch(
        {**grow(books[0], 1), **first},
        {**update(books[1], pages="x"), **first},
        {**grow(books[2], 1), **second},
        {**grow(books[2], 1), **second},
        atomic=False,
    )
    assert [result["status"] for result in response.json()["results"]] == [424, 400, 200, 200]
    assert Book.objects.get(pk=books[0].pk).pages == books[0].pages
    assert Book.objects.get(pk=books[2].pk).pages == books[2].pages + 2


def test_a_failed_group_leaves_no_trace_for_the_next(batch, books):
    group = {"group": "g"}
    response = batch(
        {**create(books[0].shelf, "new"), **group},
        {**delete(books[0]), **group},
        {**update(books[1], code="other"), **group},
        {**grow(10**6), **group},
        create(books[0].shelf, "new"),
        grow(books[0], 5),
        atomic=False,
    )
    assert [result["status"] for result in response.json()["results"]] == [424, 424, 424, 404, 201, 200]
    assert Book.objects.get(pk=books[1].pk).code == books[1].code


def test_a_group_in_two_pieces_is_refused(batch, books):
    group = {"group": "g"}
    response = batch({**grow(books[0]), **group}, grow(books[1]), {**grow(books[2]), **group}, atomic=False)
    assert (response.status_code, response.json()["operation"]) == (400, 2)


def test_a_created_row_can_be_referred_to(batch, alice):
    """R15: also across roots, and as a relation."""
    response = batch(
        {"resource": "shelves", "action": "create", "lid": "s", "data": {"name": "New"}},
        {**create({"lid": "s"}, "a", title="A"), "lid": "b"},
        {"resource": "books", "action": "update", "target": {"lid": "b"}, "data": {"pages": 7}},
        grow({"lid": "b"}, 3),
    )
    body = response.json()
    assert response.status_code == 200, body
    book = Book.objects.get(shelf__name="New")
    assert (book.pages, book.revision, book.shelf.revision) == (10, 1, 1)
    assert body["results"][1]["target"] == body["results"][3]["target"] == book.pk
    assert body["results"][1]["lid"] == "b"


def test_dependents_of_a_failed_operation_are_424(batch, books):
    failing = {**create(books[0].shelf, "b0"), "lid": "b", "id": UUID}
    response = batch(
        failing,
        grow({"lid": "b"}),
        {**grow(books[1]), "depends_on": [UUID]},
        grow(books[2]),
        atomic=False,
    )
    results = response.json()["results"]
    assert [result["status"] for result in results] == [400, 424, 424, 200]
    assert results[1]["error"] == {**results[1]["error"], "code": "failed_dependency", "culprit": 0}


def test_a_row_created_and_deleted_never_was(batch, shelf):
    response = batch({**create(shelf, "x"), "lid": "b"}, delete({"lid": "b"}))
    assert [result["status"] for result in response.json()["results"]] == [201, 204]
    assert not Book.objects.exists()


def test_retrieve_reads_in_place(batch, books):
    """R14."""
    result = batch(grow(books[0], 1), {"resource": "books", "action": "retrieve", "target": books[0].pk}).json()[
        "results"
    ][1]
    assert result["data"]["pages"] == books[0].pages + 1


def test_what_only_the_database_refuses_is_409_and_named(batch, books):
    """No SQL, no table and no constraint is told."""
    response = batch(grow(books[0], 1), update(books[1], pages=10_001), grow(books[2]), atomic=True)
    body = response.json()
    assert [result["status"] for result in body["results"]] == [424, 409, 424]
    assert "pages" not in str(body["results"][1]["error"])
    response = batch(grow(books[0], 1), update(books[1], pages=10_001), grow(books[2], 1), atomic=False)
    assert [result["status"] for result in response.json()["results"]] == [200, 409, 200]
    assert Book.objects.get(pk=books[2].pk).pages == books[2].pages + 1


def test_a_state_in_between_that_the_database_would_refuse_is_refused(batch, books):
    response = batch(update(books[0], pages=10_001), update(books[0], pages=5), atomic=False)
    assert [result["status"] for result in response.json()["results"]] == [409, 200]


def test_uniqueness_is_seen_between_operations(batch, books, shelf):
    results = batch(create(shelf, "x"), create(shelf, "x"), update(books[0], code="x"), atomic=False).json()["results"]
    assert [result["status"] for result in results] == [201, 400, 400]
    assert batch(delete(books[0]), create(shelf, "b0")).status_code == 200
    assert batch(update(books[1], code="free"), create(shelf, "b1")).status_code == 200


def test_codes_can_be_passed_on_but_not_swapped(batch, books):
    """As single requests could not: the first of two would meet the other's code."""
    response = batch(update(books[0], code="b1"), update(books[1], code="b0"))
    assert response.json()["results"][0]["status"] == 400
    response = batch(update(books[0], code="free"), update(books[1], code="b0"), update(books[0], code="b1"))
    assert response.status_code == 200, response.json()


def test_object_permissions_hold_for_each_operation(batch, books):
    """R19: a viewset's own permission class, which looks at the row."""
    Book.objects.filter(pk=books[1].pk).update(lent=True)
    response = batch(delete(books[0]), delete(books[1]), atomic=False)
    assert [result["status"] for result in response.json()["results"]] == [204, 403]
    assert batch(update(books[2], title="T", lent=True), delete(books[2])).status_code == 403


# --- mounts ---


def test_one_mount_for_one_root(batch, books):
    """R11."""
    shelf = books[0].shelf
    path = f"/api/shelves/{shelf.pk}/batch/"
    rename = {"resource": "shelves", "action": "update", "target": shelf.pk, "data": {"name": "Renamed"}}
    response = batch(
        rename, grow(books[0]), {"resource": "books", "action": "create", "data": {"code": "n"}}, path=path
    )
    assert response.status_code == 200, response.json()
    assert Book.objects.get(code="n").shelf == shelf


@pytest.mark.parametrize("slash", ["", "/"])
def test_one_mount_for_one_resource(batch, books, slash):
    """R10: the resource is implied, and the target may be written as bookId."""
    path = f"/api/shelves/{books[0].shelf_id}/books/batch{slash}"
    response = batch({"bookId": books[0].pk, "action": "grow"}, {"target": books[1].pk, "action": "grow"}, path=path)
    results = response.json()["results"]
    assert (results[0]["bookId"], results[1]["target"]) == (books[0].pk, books[1].pk)
    assert "target" not in results[0]


def test_a_mount_keeps_to_its_root(batch, api, books, alice):
    other = Shelf.objects.create(owner=alice, name="Other")
    path = f"/api/shelves/{other.pk}/books/batch"
    assert batch({"bookId": books[0].pk, "action": "grow"}, path=path).status_code == 404
    assert batch({"action": "create", "data": {"shelf": books[0].shelf_id, "code": "n"}}, path=path).status_code == 400
    path = f"/api/shelves/{other.pk}/batch/"
    assert batch({"resource": "notes", "action": "create", "data": {"text": "x"}}, path=path).status_code == 400
    assert batch({"resource": "shelves", "action": "create", "data": {"name": "x"}}, path=path).status_code == 400
    rename = {"resource": "shelves", "action": "update", "target": books[0].shelf_id, "data": {"name": "x"}}
    assert batch(rename, path=path).status_code == 404


def test_options_describes_resources_and_limits(api):
    """R20."""
    body = api.options("/api/batch/").json()
    own = ["grow", "outgrow", "spoil"]
    assert sorted(body["resources"]["books"]["actions"]) == ["create", "delete", *own[:2], "retrieve", own[2], "update"]
    assert body["resources"]["books"]["actions"]["grow"]["by"]["max_value"] == 1000
    assert "revision" not in body["resources"]["books"]["actions"]["update"]
    assert body["resources"]["shelves"]["include"] == ["inventory"]
    assert body["limits"] == {"max_operations": 500, "max_body": 1024 * 1024, "max_depth": 20}


# --- includes ---


def test_derived_state_of_touched_roots_comes_in_the_same_answer(batch, books, alice):
    body = batch(create(books[0].shelf, "n"), include=["inventory"]).json()
    assert body["included"] == {"inventory": [{"shelf": books[0].shelf_id, "books": 6}]}


def test_a_single_write_can_include_too(api, books):
    response = api.post(f"/api/books/{books[0].pk}/grow/?include=inventory", {}, format="json")
    assert response.json()["included"] == {"inventory": [{"shelf": books[0].shelf_id, "books": 5}]}
    response = api.delete(f"/api/books/{books[0].pk}/?include=inventory")
    assert response.json()["included"]["inventory"][0]["books"] == 4
    assert api.delete(f"/api/books/{books[1].pk}/").content == b""


# --- the slow path ---


def test_code_of_the_projects_own_runs_at_its_place(batch, alice):
    """R23: perform_create, save() and a count of what was saved before."""
    ticket = {"resource": "tickets", "action": "create"}
    response = batch({**ticket, "data": {"subject": "a"}, "lid": "t"}, {**ticket, "data": {"subject": "b"}})
    assert [result["data"]["number"] for result in response.json()["results"]] == [1, 2]
    response = batch(
        {"resource": "notes", "action": "create", "data": {"text": "n"}, "lid": "n"},
        {"resource": "notes", "action": "update", "target": {"lid": "n"}, "data": {"weight": 0.1}},
        {**ticket, "data": {"subject": "x" * 81}},
    )
    assert [result["status"] for result in response.json()["results"]] == [424, 424, 400]
    assert not Note.objects.exists()
    assert Ticket.objects.count() == 2


def test_slow_and_fast_operations_mix_in_one_order(batch, books, alice):
    ticket = {"resource": "tickets", "action": "create", "data": {"subject": "t"}}
    response = batch(
        grow(books[0], 1), ticket, grow(books[0], 1), delete(books[1]), ticket, grow(books[1]), atomic=False
    )
    assert [result["status"] for result in response.json()["results"]] == [200, 201, 200, 204, 201, 404]
    assert Book.objects.get(pk=books[0].pk).pages == books[0].pages + 2
    assert Shelf.objects.get().revision == Book.objects.get(pk=books[0].pk).revision == 2


def test_a_root_deletes_what_hangs_on_it(batch, books):
    shelf = books[0].shelf
    response = batch({"resource": "shelves", "action": "delete", "target": shelf.pk}, grow(books[0]), atomic=False)
    assert [result["status"] for result in response.json()["results"]] == [204, 404]
    assert not Book.objects.exists()
