"""What a client may ask of a batch, and what a viewset may demand: minimal answers, dry runs, preconditions, limits."""

from __future__ import annotations

import logging
import uuid

import pytest
from django.test import override_settings

from batching.reports import batch_committed
from tests.batching.conftest import grow, state, update
from tests.sampleapp.models import Book, Loan

pytestmark = pytest.mark.django_db


def test_return_minimal_leaves_out_the_rows(api, books):
    operations = [grow(books[0]), update(books[1], title="T"), grow(10**6)]
    body = {"operations": operations, "atomic": False}
    response = api.post("/api/batch/", body, format="json", HTTP_PREFER="return=minimal")
    assert response["Preference-Applied"] == "return=minimal"
    results = response.json()["results"]
    assert not any("data" in result for result in results)
    assert results[0]["etag"] == f'"{Book.objects.get(pk=books[0].pk).revision}"'
    assert results[2]["error"]["code"] == "not_found"
    response = api.post(
        f"/api/books/{books[0].pk}/grow/", {}, format="json", HTTP_PREFER="respond-async, return=minimal"
    )
    assert (response.status_code, response.content) == (204, b"")
    assert response["ETag"] == f'"{Book.objects.get(pk=books[0].pk).revision}"'


def test_a_new_row_can_be_found_without_its_representation(api, shelf):
    response = api.post("/api/books/", {"shelf": shelf.pk, "code": "N1"}, format="json", HTTP_PREFER="return=minimal")
    book = Book.objects.get(code="N1")
    assert (response.status_code, response.content) == (201, b"")
    assert response["Location"] == f"http://testserver/api/books/{book.pk}/"
    assert api.get(response["Location"]).json()["code"] == "N1"


def test_a_new_row_that_is_gone_has_no_place(api, shelf):
    sent = {"data": {"shelf": shelf.pk, "code": "N1"}, "format": "json", "HTTP_IDEMPOTENCY_KEY": str(uuid.uuid4())}
    assert "Location" in api.post("/api/books/", **sent)
    Book.objects.get(code="N1").delete()
    assert "Location" not in api.post("/api/books/", **sent)


def test_a_dry_run_tells_what_would_happen_and_changes_nothing(batch, books):
    before = state()
    body = batch(grow(books[0], 5), update(books[1], pages="x"), dry_run=True, atomic=False).json()
    assert body["dry_run"] is True
    assert [result["status"] for result in body["results"]] == [200, 400]
    assert body["results"][0]["data"]["pages"] == books[0].pages + 5
    assert state() == before


def test_a_viewset_can_require_a_precondition(batch, api, shelf):
    loan = Loan.objects.create(shelf=shelf, reader="Ann")
    change = {"resource": "loans", "action": "update", "target": loan.pk, "data": {"reader": "Ben"}}
    response = batch(change)
    assert (response.status_code, response.json()["code"]) == (428, "precondition_required")
    assert api.patch(f"/api/loans/{loan.pk}/", {"reader": "Ben"}, format="json").status_code == 428
    assert api.delete(f"/api/loans/{loan.pk}/").status_code == 428
    assert batch({**change, "if_match": f'"{loan.revision}"'}).status_code == 200
    assert batch({"resource": "loans", "action": "retrieve", "target": loan.pk}).status_code == 200


def test_a_viewset_can_take_less_at_once(batch, shelf):
    one = {"resource": "loans", "action": "create", "data": {"shelf": shelf.pk, "reader": "R"}}
    assert batch(*[one] * 3).status_code == 200
    response = batch(*[one] * 4)
    assert response.status_code == 413
    assert response.json()["limits"] == {"resource": "loans", "max_operations": 3}


@override_settings(BATCHING={"MAX_SECONDS": 1e-9, "WRITES": None, "OPERATIONS": None})
def test_a_batch_that_takes_too_long_is_given_up(batch, books):
    before = state()
    response = batch(grow(books[0]))
    assert (response.status_code, response.json()["code"]) == (503, "timeout")
    assert int(response["Retry-After"]) >= 1
    assert state() == before


def test_a_line_is_logged_for_each_batch(batch, books, caplog):
    caplog.set_level(logging.INFO, "batching")
    batch(grow(books[0]), grow(10**6), atomic=False, batch_id="0198f6d2-6f0e-7c1b-9a55-0d5b5a3a1f10")
    (record,) = [record for record in caplog.records if record.name == "batching"]
    assert "0198f6d2-6f0e-7c1b-9a55-0d5b5a3a1f10" in record.getMessage()
    assert "total=2 succeeded=1 failed=1" in record.getMessage()


@pytest.mark.django_db(transaction=True)
def test_a_signal_is_sent_once_after_commit(batch, api, books, alice):
    heard = []

    def hear(outcome, user, **kwargs):
        heard.append((user, [result.status for result in outcome.results]))
        raise RuntimeError("a receiver that fails stops nothing")

    batch_committed.connect(hear)
    try:
        batch(grow(books[0]), grow(books[1]))
        batch(grow(books[0]), grow(10**6))
        batch(grow(books[0]), dry_run=True)
        api.post(f"/api/books/{books[0].pk}/grow/", {}, format="json")
    finally:
        batch_committed.disconnect(hear)
    assert heard == [(alice, [200, 200]), (alice, [200])]
