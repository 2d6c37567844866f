"""What `batching.testing` gives to the tests of other projects, and that its assertions can fail."""

from __future__ import annotations

import uuid

import pytest
from django.contrib.auth import get_user_model
from rest_framework.authtoken.models import Token

from batching.testing import (
    BatchAPIClient,
    BatchTestCase,
    BatchTransactionTestCase,
    act,
    assert_batch_applied,
    assert_batch_refused,
    assert_constant_statements,
    assert_operation_failed,
    assert_statements,
    assert_unchanged,
    count_statements,
    create,
    delete,
    retrieve,
    update,
)
from tests.batching.conftest import make_books
from tests.sampleapp.models import Book, Note, Shelf

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(alice):
    client = BatchAPIClient()
    client.force_authenticate(alice)
    return client


def test_a_batch_is_posted_and_its_results_are_at_hand(client, shelf, books):
    results = assert_batch_applied(
        client.batch(
            [
                create("books", {"shelf": shelf.pk, "code": "n"}, lid="new"),
                update("books", {"lid": "new"}, {"title": "T"}),
                act("books", "grow", books[0].pk, {"by": 4}),
                retrieve("books", books[1].pk),
                delete("books", books[2].pk),
            ]
        )
    )
    assert [result["status"] for result in results] == [201, 200, 200, 200, 204]
    assert results[0]["data"]["title"] == "T"
    assert results[2]["data"]["pages"] == books[0].pages + 4


def test_uuids_are_keys_as_well(client):
    (made,) = assert_batch_applied(client.batch([create("tickets", {"subject": "S"})]))
    assert_batch_applied(client.batch([update("tickets", uuid.UUID(made["target"]), {"subject": "T"})]))


def test_a_repetition_is_told_apart(client, books):
    response = client.batch([act("books", "grow", book.pk) for book in books], ids=True)
    assert_batch_applied(response, replayed=False)
    with assert_unchanged(Book.objects.all(), Shelf.objects.all()):
        assert_batch_applied(client.batch(response.operations), replayed=True)
    with pytest.raises(AssertionError, match=r"Operations \[0, 1, 2, 3, 4\] were applied before"):
        assert_batch_applied(client.batch(response.operations), replayed=False)


def test_a_failure_is_told_with_every_operation_that_failed(client, books):
    response = client.batch([act("books", "grow", books[0].pk), update("books", books[1].pk, {"pages": "many"})])
    with pytest.raises(AssertionError, match="operation 1, update books: 400 invalid: pages: A valid integer"):
        assert_batch_applied(response)
    with pytest.raises(AssertionError, match="operation 0, grow books: 424 rolled_back"):
        assert_batch_applied(response)


def test_refusals_are_checked_by_status_code_and_culprit(client, books):
    response = client.batch([act("books", "grow", books[0].pk), delete("books", 10**6)])
    problem = assert_batch_refused(response, 404, "not_found", operation=1)
    assert problem["success"] is False
    for wrong in ({"status": 409}, {"code": "conflict"}, {"operation": 0}):
        with pytest.raises(AssertionError, match=f"{next(iter(wrong))} is"):
            assert_batch_refused(response, **wrong)
    with pytest.raises(AssertionError, match="was not refused"):
        assert_batch_refused(client.batch([act("books", "grow", books[0].pk)]))


def test_failures_of_one_operation_are_checked(client, books):
    response = client.batch([update("books", books[0].pk, {"pages": -1}), retrieve("books", books[1].pk)], atomic=False)
    error = assert_operation_failed(response, 0, 400, "invalid", field="pages")
    assert error["operation"] == 0
    with pytest.raises(AssertionError, match="'title' is not among"):
        assert_operation_failed(response, 0, field="title")
    with pytest.raises(AssertionError, match="status is 400, not 409"):
        assert_operation_failed(response, 0, 409)
    with pytest.raises(AssertionError, match="Operation 1 succeeded"):
        assert_operation_failed(response, 1)
    with pytest.raises(AssertionError, match="no results"):
        assert_operation_failed(client.batch([]), 0)


def test_what_is_no_batch_endpoint_is_told(client):
    with pytest.raises(AssertionError, match="404 without JSON"):
        assert_batch_applied(client.batch([], path="/nowhere/"))


def test_a_change_is_noticed(client, books):
    with (
        pytest.raises(AssertionError, match=r"Book has changed: was \[.*'pages': 0.*is \[.*'pages': 1"),
        assert_unchanged(Book.objects.all()),
    ):
        assert_batch_applied(client.batch([act("books", "grow", books[0].pk)]))


def test_statements_are_counted(client, shelf):
    make_books(shelf, 50)
    keys = list(Book.objects.values_list("pk", flat=True))
    with count_statements() as statements:
        Book.objects.count()
    assert len(statements) == 1
    assert "COUNT" in statements[0]
    number = assert_constant_statements(lambda size: client.batch([act("books", "grow", key) for key in keys[:size]]))
    with assert_statements(number):
        client.batch([act("books", "grow", key) for key in keys])
    with pytest.raises(AssertionError, match=r"1\. SELECT"), assert_statements(0):
        Book.objects.count()


def test_the_slow_path_is_noticed(client):
    with pytest.raises(AssertionError, match="Statements by size"):
        assert_constant_statements(lambda size: client.batch([create("notes", {"text": "T"})] * size), sizes=(1, 5))
    assert Note.objects.count() == 6


class UnittestTests(BatchTestCase):
    def setUp(self):
        self.alice = get_user_model().objects.create_user("alice")
        self.shelf = Shelf.objects.create(owner=self.alice, name="Alice's")
        self.books = make_books(self.shelf, 3)
        self.client.force_authenticate(self.alice)

    def test_the_same_by_other_names(self):
        grow, *others = [act("books", "grow", book.pk) for book in self.books]
        results = self.assertBatchApplied(self.client.batch([grow]), replayed=False)
        assert results[0]["data"]["pages"] == 1
        with self.assertUnchanged(Book.objects.all()):
            response = self.client.batch([grow, delete("books", 10**6)])
        self.assertBatchRefused(response, 404, operation=1)
        self.assertOperationFailed(response, 0, 424)
        self.assertConstantStatements(lambda size: self.client.batch([grow, *others][:size]), sizes=(1, 3))


class RealTransactionTests(BatchTransactionTestCase):
    def test_begin_and_commit_are_counted(self):
        """R14; DESIGN, Figures: at most 12, authentication included."""
        alice = get_user_model().objects.create_user("alice")
        book, *_ = make_books(Shelf.objects.create(owner=alice, name="Alice's"), 1)
        self.client.credentials(HTTP_AUTHORIZATION=f"Token {Token.objects.create(user=alice)}")
        with self.assertStatements(12) as statements:
            self.assertBatchApplied(self.client.batch([act("books", "grow", book.pk)]))
        assert statements[-1] == "COMMIT"
