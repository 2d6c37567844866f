"""Bad input is a 4xx problem document that names what is wrong and where, and changes nothing (R20)."""

from __future__ import annotations

import json
import sqlite3

import pytest
from django.db import OperationalError
from django.test import override_settings

from batching.exceptions import problem_handler
from tests.batching.conftest import create, delete, grow, state, update

pytestmark = pytest.mark.django_db

GOOD = {"resource": "shelves", "action": "create", "data": {"name": "s"}}
UUID = "0198f6d2-6f0e-7c1b-9a55-0d5b5a3a1f10"


@pytest.fixture(autouse=True)
def nothing_changes(books, bobs_shelf):
    before = state()
    yield
    assert state() == before


def post(api, body, content_type="application/json"):
    response = api.post("/api/batch/", body, content_type=content_type)
    document = json.loads(response.content)
    assert response["Content-Type"] == "application/problem+json"
    assert document["status"] == response.status_code
    assert {"type", "title", "code", "detail"} <= document.keys()
    return response.status_code, document


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"{", "not valid JSON"),
        (b"[" * 200_000, "nested deeper"),
        (b'{"operations":' * 50_000, "nested deeper"),
        (b'{"operations": ' + b"[" * 30 + b"]" * 30 + b"}", "nested deeper"),
        (b'{"operations": NaN}', "NaN"),
        (b'{"operations": 1e999}', "too large"),
        (b'{"operations": [], "operations": []}', "occurs twice"),
        (b'{"batch_id": "\\ud800"}', "surrogate"),
        (b'{"batch_id": "\xff"}', "UTF-8"),
        (b"9" * 5000, "not valid JSON"),
    ],
)
def test_what_is_not_json_is_refused(api, body, says):
    status, document = post(api, body)
    assert status == 400
    assert says in document["detail"]


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_other_media_types_are_refused(api, content_type):
    """A form of another site cannot carry a batch."""
    status, _ = post(api, b"operations=1", content_type)
    assert status == 415


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ([], "body"),
        ("text", "body"),
        ({}, "operations"),
        ({"operations": []}, "operations"),
        ({"operations": {}}, "operations"),
        ({"operations": None}, "operations"),
        ({"operations": [GOOD], "atomic": 1}, "atomic"),
        ({"operations": [GOOD], "atomic": None}, "atomic"),
        ({"operations": [GOOD], "batch_id": "x"}, "batch_id"),
        ({"operations": [GOOD], "batch_id": 7}, "batch_id"),
        ({"operations": [GOOD], "include": "inventory"}, "include"),
        ({"operations": [GOOD], "include": ["nonsense"]}, "include"),
        ({"operations": [GOOD], "extra": 1}, "extra"),
        ({"operations": [GOOD], "\x00": 1}, "\\x00"),
    ],
)
def test_a_wrong_envelope_names_the_member(api, body, field):
    status, document = post(api, json.dumps(body))
    assert status == 400
    assert document["field"] == field


@pytest.mark.parametrize(
    ("operation", "field"),
    [
        (7, "operation"),
        ([GOOD], "operation"),
        ({**GOOD, "resource": "users"}, "resource"),
        ({**GOOD, "resource": 5}, "resource"),
        ({**GOOD, "resource": "x" * 100}, "resource"),
        ({"action": "create"}, "resource"),
        ({**GOOD, "action": "drop"}, "action"),
        ({**GOOD, "action": "delete_all\x00"}, "action"),
        ({"resource": "shelves"}, "action"),
        ({**GOOD, "id": "1"}, "id"),
        ({**GOOD, "id": 1}, "id"),
        ({**GOOD, "data": []}, "data"),
        ({**GOOD, "data": None}, "data"),
        ({**GOOD, "target": 1}, "target"),
        ({**GOOD, "lid": ""}, "lid"),
        ({**GOOD, "lid": 5}, "lid"),
        ({**GOOD, "ifMatch": '"1"'}, "ifMatch"),
        ({**GOOD, "group": "g"}, "group"),
        ({**GOOD, "depends_on": UUID}, "depends_on"),
        ({**GOOD, "depends_on": [UUID]}, "depends_on"),
        ({**GOOD, "depends_on": [1]}, "depends_on"),
        ({"resource": "books", "action": "update"}, "target"),
        ({"resource": "books", "action": "update", "target": True}, "target"),
        ({"resource": "books", "action": "update", "target": None}, "target"),
        ({"resource": "books", "action": "update", "target": 1.0}, "target"),
        ({"resource": "books", "action": "update", "target": []}, "target"),
        ({"resource": "books", "action": "update", "target": ""}, "target"),
        ({"resource": "books", "action": "update", "target": "a\x00b"}, "target"),
        ({"resource": "books", "action": "update", "target": {"lid": "later"}}, "target"),
        ({"resource": "books", "action": "update", "target": {"lid": "a", "x": 1}}, "target"),
        ({"resource": "books", "action": "update", "target": 1, "lid": "a"}, "lid"),
        ({"resource": "books", "action": "update", "target": 1, "if_match": 41}, "if_match"),
        ({"resource": "books", "action": "update", "target": 1, "if_match": "41"}, "if_match"),
        ({"resource": "books", "action": "create", "data": {"shelf": {"lid": "later"}}}, "data.shelf"),
    ],
)
def test_a_wrong_operation_is_named_with_its_member(api, operation, field):
    status, document = post(api, json.dumps({"operations": [GOOD, operation]}))
    assert status == 400
    assert (document["operation"], document["field"]) == (1, field)


@pytest.mark.parametrize(
    "operations",
    [
        [{**GOOD, "id": UUID}, {**GOOD, "id": UUID}],
        [{**GOOD, "id": UUID}, {**GOOD, "id": UUID.upper()}],
        [{**GOOD, "lid": "a"}, {**GOOD, "lid": "a"}],
    ],
)
def test_duplicate_names_are_refused(api, operations):
    status, document = post(api, json.dumps({"operations": operations}))
    assert (status, document["operation"]) == (400, 1)


def test_a_forward_reference_is_refused_before_anything_runs(api, books):
    operations = [
        {"resource": "books", "action": "update", "target": {"lid": "b"}, "data": {"title": "x"}},
        {**create(books[0].shelf_id, "new"), "lid": "b"},
    ]
    status, document = post(api, json.dumps({"operations": operations}))
    assert (status, document["operation"], document["errors"][0]["code"]) == (400, 0, "unknown_lid")


def test_all_faults_of_a_batch_are_told_at_once(api):
    """R13."""
    operations = [{"resource": 1}, GOOD, {**GOOD, "extra": 1}]
    _, document = post(api, json.dumps({"operations": operations, "atomic": "no"}))
    places = {(fault.get("operation"), fault["field"]) for fault in document["errors"]}
    assert places == {(0, "resource"), (0, "action"), (2, "extra"), (None, "atomic")}


def test_too_many_operations_are_413_with_the_limits(api):
    status, document = post(api, json.dumps({"operations": [GOOD] * 501}))
    assert status == 413
    assert document["limits"]["max_operations"] == 500


def test_a_large_body_is_413_with_the_limits(api):
    status, document = post(api, json.dumps({"operations": [GOOD], "padding": "x" * 1024 * 1024}))
    assert status == 413
    assert document["limits"]["max_body"] == 1024 * 1024


@pytest.mark.parametrize("target", [10**30, -(10**30), 2**63, 0, -1, "x", "01", " 1", "1.0", "٣"])
def test_a_target_that_cannot_be_is_404(api, target):
    status, document = post(api, json.dumps({"operations": [update(target, title="x")]}))
    assert (status, document["operation"]) == (404, 0)


@pytest.mark.parametrize("key", [2**31, 2**40, -(2**40)])
def test_a_key_too_large_for_its_column_is_of_no_row(api, key):
    """On PostgreSQL the column of a Note has 32 bits."""
    write = {"resource": "notes", "action": "update", "target": key, "data": {"text": "x"}}
    assert post(api, json.dumps({"operations": [write]}))[0] == 404
    refer = {"resource": "readings", "action": "create", "data": {"note": key, "minutes": 3}}
    status, document = post(api, json.dumps({"operations": [refer]}))
    assert (status, list(document["fields"])) == (400, ["note"])


def test_another_users_row_is_404_in_every_action(api, bobs_shelf):
    """R19: as if it did not exist."""
    missing, hidden = 10**6, bobs_shelf.pk
    for action in ("update", "delete", "retrieve"):
        answers = []
        for target in (missing, hidden):
            operation = {"resource": "shelves", "action": action, "target": target, "data": {"name": "mine"}}
            _, document = post(api, json.dumps({"operations": [operation]}))
            assert document["status"] == 404
            answers.append({**document, "processing_time_ms": 0, "results": None})
        assert answers[0] == answers[1]


@pytest.mark.parametrize("path", ["/api/shelves/{}/batch/", "/api/shelves/{}/books/batch"])
@pytest.mark.parametrize("key", ["missing", "bobs", "x", str(10**30)])
def test_another_users_root_is_404(api, bobs_shelf, books, path, key):
    key = {"missing": 10**6, "bobs": bobs_shelf.pk}.get(key, key)
    response = api.post(path.format(key), {"operations": [update(books[0], title="x")]}, format="json")
    assert response.status_code == (400 if "books" not in path and not books else 404), response.json()


def test_a_row_cannot_be_created_under_another_users_root(api, bobs_shelf):
    for shelf in (bobs_shelf.pk, 10**6, 10**30):
        status, document = post(api, json.dumps({"operations": [create(shelf, "new")]}))
        assert status in (400, 404)
        assert "shelf" in document["fields"]


def test_a_row_cannot_be_moved_to_another_root(api, books, bobs_shelf):
    status, document = post(api, json.dumps({"operations": [update(books[0], shelf=bobs_shelf.pk)]}))
    assert status == 400
    assert "shelf" in document["fields"]


def test_a_row_deleted_in_the_same_batch_is_gone(api, books):
    status, document = post(api, json.dumps({"operations": [delete(books[0]), grow(books[0])]}))
    assert (status, document["operation"]) == (404, 1)


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"pages": True}, "pages"),
        ({"pages": "many"}, "pages"),
        ({"pages": 10**30}, "pages"),
        ({"pages": -1}, "pages"),
        ({"pages": None}, "pages"),
        ({"title": "a\x00b"}, "title"),
        ({"title": ["x"]}, "title"),
        ({"title": {"lid": "x"}}, "title"),
        ({"category": {"lid": "nothing"}}, None),
        ({"category": 10**30}, "category"),
        ({"printed": "yesterday"}, "printed"),
        ({"price": "1e400"}, "price"),
        ({"title": "", "lent": True}, "lent"),
    ],
)
def test_invalid_data_names_the_operation_and_the_field(api, books, data, field):
    status, document = post(api, json.dumps({"operations": [grow(books[1]), update(books[0], **data)]}))
    assert (status, document["operation"]) == (400, 1)
    assert field is None or field in document["fields"]


def test_404_wins_over_400(api):
    status, _ = post(api, json.dumps({"operations": [update(10**6, pages="x")]}))
    assert status == 404


@pytest.mark.parametrize("body", [b"[]", b'"x"', b"7", b"{", b"[" * 200_000, b'{"title": "\\ud800"}'])
@pytest.mark.parametrize("path", ["/api/books/", "/api/books/1/grow/"])
def test_single_writes_read_json_as_strictly(api, path, body):
    response = api.post(path, body, content_type="application/json")
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("key", ["7", "x" * 300, "{}"])
def test_a_wrong_idempotency_key_is_400(api, books, key):
    response = api.post(f"/api/books/{books[0].pk}/grow/", {}, format="json", HTTP_IDEMPOTENCY_KEY=key)
    assert response.status_code == 400
    assert response.json()["field"] == "Idempotency-Key"


def test_put_is_not_offered(api, books):
    assert api.put(f"/api/books/{books[0].pk}/", {"title": "x"}, format="json").status_code == 405


def test_without_credentials_it_is_401(client, books):
    response = client.post("/api/batch/", {"operations": [GOOD]}, content_type="application/json")
    assert response.status_code == 401
    assert response["WWW-Authenticate"]


def test_a_session_without_csrf_token_is_refused(alice, books):
    from rest_framework.test import APIClient

    client = APIClient(enforce_csrf_checks=True)
    client.force_login(alice)
    response = client.post("/api/batch/", {"operations": [update(books[0], title="x")]}, format="json")
    assert response.status_code == 403
    assert "CSRF" in response.json()["detail"]


@override_settings(BATCHING={"MAX_OPERATIONS": 2, "WRITES": None, "OPERATIONS": None})
def test_limits_are_settings(api):
    status, document = post(api, json.dumps({"operations": [GOOD] * 3}))
    assert (status, document["limits"]["max_operations"]) == (413, 2)


# --- the database's own trouble ---


@pytest.mark.parametrize("cause", [sqlite3.OperationalError("database or disk is full"), None])
def test_a_database_in_trouble_is_503_and_a_mistake_in_a_statement_stays_loud(cause):
    trouble = OperationalError("whatever")
    if cause is not None:
        cause.sqlite_errorcode = sqlite3.SQLITE_FULL
    trouble.__cause__ = cause
    response = problem_handler(trouble, {})
    assert (response.status_code, response.data["code"], response["Retry-After"]) == (503, "unavailable", "2")
    mistake = OperationalError("no such table: books")
    mistake.__cause__ = sqlite3.OperationalError()
    mistake.__cause__.sqlite_errorcode = sqlite3.SQLITE_ERROR
    assert problem_handler(mistake, {}) is None
