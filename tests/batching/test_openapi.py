"""The OpenAPI description of a foreign project: complete, valid, and true (REQUIREMENTS R20, R52)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import uuid

import jsonschema
import pytest
from rest_framework.test import APIClient

from tests.batching.conftest import create, delete, grow, make_books, update
from tests.described import Description
from tests.sampleapp.models import Book, Loan
from tests.sampleapp.urls import registry

pytestmark = pytest.mark.django_db

BATCH = "/api/batch/"


def run(*arguments, settings="tests.sampleapp.documented"):
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": settings}
    return subprocess.run([sys.executable, *arguments], env=environment, capture_output=True, text=True)


@pytest.fixture(scope="module")
def description(tmp_path_factory):
    """Made by the command that a project would run, without a warning."""
    file = tmp_path_factory.mktemp("openapi") / "schema.json"
    command = ["-m", "django", "spectacular", "--validate", "--fail-on-warn", "--format", "openapi-json"]
    done = run(*command, "--file", str(file))
    assert done.returncode == 0, done.stderr
    return Description(json.loads(file.read_text()))


@pytest.fixture
def ask(api, description):
    """Send a request; its body and its answer must be as described."""

    def ask(method, path, body=None, *, wrong=False, client=api, **headers):
        if body is not None and not wrong:
            description.takes(path, method, body)
        options = {} if body is None else {"data": body, "format": "json"}
        response = getattr(client, method)(path, **options, **headers)
        description.answers(path, method, response)
        return response

    return ask


def operations_of(description, path):
    """(resource, action) of everything that an address takes."""
    batch = description.resolved(description.body_of(path, "post")["schema"])
    found = []
    for reference in batch["properties"]["operations"]["items"]["oneOf"]:
        names = description.resolved(reference)["properties"]
        found.append(tuple(names[name]["allOf"][0]["enum"][0] for name in ("resource", "action")))
    return found


# --- complete ---


def test_every_action_of_every_resource_is_described(description):
    assert sorted(operations_of(description, BATCH)) == sorted(
        (resource.name, action) for resource in registry for action in resource.actions
    )


def test_below_a_root_only_its_own_is_described(description):
    assert {name for name, _ in operations_of(description, "/api/shelves/1/batch/")} == {"shelves", "books", "loans"}
    assert ("shelves", "create") not in operations_of(description, "/api/shelves/1/batch/")
    assert {name for name, _ in operations_of(description, "/api/shelves/1/books/batch/")} == {"books"}


def test_data_is_what_the_serializers_take(description):
    schemas = description.document["components"]["schemas"]
    grown = schemas["BooksGrowOperation"]["properties"]["data"]
    assert list(description.resolved(grown)["properties"]) == ["by"]
    assert "data" not in schemas["BooksDeleteOperation"]["properties"]
    assert "data" not in schemas["BooksSpoilOperation"]["properties"]
    made = schemas["BooksCreateData"]
    assert set(made["required"]) == {"code", "shelf"}
    assert "revision" not in made["properties"]
    assert "required" not in schemas["BooksUpdateData"]
    assert "shelf" not in schemas["ShelvesBooksCreateData"]["required"], "the address says it"
    assert schemas["BooksGrowOperation"]["description"] == "Add pages."


def test_operations_have_ids_of_their_own(description):
    ids = [each["operationId"] for methods in description.document["paths"].values() for each in methods.values()]
    assert len(ids) == len(set(ids))
    assert {"batch", "shelves_batch", "shelves_books_batch", "shelves_changes", "books_grow"} <= set(ids)


def test_headers_and_errors_are_described(description):
    change = description.of("/api/books/1/", "patch")
    names = {description.resolved(each)["name"] for each in change["parameters"]}
    assert names == {"id", "Idempotency-Key", "If-Match", "Prefer", "include"}
    assert {"ETag", "Idempotent-Replayed", "RateLimit", "X-Request-Id"} <= change["responses"]["200"]["headers"].keys()
    errors = {"400", "401", "403", "404", "409", "412", "413", "415", "422", "429", "503", "default"}
    assert errors <= change["responses"].keys()
    assert "428" in description.of("/api/loans/1/", "patch")["responses"]
    busy = description.resolved(change["responses"]["429"])
    assert "Retry-After" in busy["headers"]


def test_a_viewset_of_another_kind_promises_nothing_that_it_does_not_do(description):
    """Its single routes are Django REST framework's own."""
    names = {description.resolved(each)["name"] for each in description.of("/api/notes/1/", "patch")["parameters"]}
    assert names == {"id"}


# --- true ---


def test_examples_can_be_sent(description):
    seen = 0
    for methods in description.document["paths"].values():
        for method in methods.values():
            body = method.get("requestBody", {}).get("content", {}).get("application/json", {})
            for example in body.get("examples", {}).values():
                description.check(example["value"], body["schema"], description.taken)
                seen += 1
    assert seen > 8


def test_mistakes_are_seen_before_anything_is_sent(description):
    """A check of the test's own means: the description is not so wide that everything fits."""
    good = {"resource": "books", "action": "update", "target": 4, "data": {"title": "T"}}
    description.takes(BATCH, "post", {"operations": [good]})
    description.takes(BATCH, "post", {"operations": [{**good, "target": {"lid": "b"}}]})
    for wrong in (
        {"operations": []},
        {"operations": [good], "atomically": True},
        {"operations": [{**good, "ifMatch": "*"}]},
        {"operations": [{**good, "action": "increment"}]},
        {"operations": [{**good, "resource": "loans", "action": "grow"}]},
        {"operations": [{**good, "lid": "new"}]},
        {"operations": [{**good, "data": {"pages": "many"}}]},
        {"operations": [{**good, "data": {"shelf": {"lid": "s", "more": 1}}}]},
        {"operations": [create(1, "c"), {"resource": "books", "action": "create", "data": {"code": "c"}}]},
        {"operations": [good] * 501},
    ):
        with pytest.raises(jsonschema.ValidationError):
            description.takes(BATCH, "post", wrong)


def test_batches_and_their_answers(ask, shelf, books, category):
    operations = [
        {"resource": "shelves", "action": "create", "lid": "s", "data": {"name": "New"}},
        {"resource": "books", "action": "create", "lid": "b", "data": {"shelf": {"lid": "s"}, "code": "n"}},
        {"resource": "books", "action": "update", "target": {"lid": "b"}, "data": {"category": "magic"}},
        {**grow(books[0], 5), "id": str(uuid.uuid4()), "if_match": f'"{books[0].revision}"'},
        {**delete(books[1]), "id": str(uuid.uuid4())},
        {"resource": "books", "action": "retrieve", "target": books[2].pk},
        {"resource": "tickets", "action": "create", "data": {"subject": "S"}},
        {"resource": "series", "action": "create", "data": {"name": "S", "volumes": [{"number": 1}]}},
        {"resource": "members", "action": "create", "data": {"email": "a@b.org", "town": "T", "seat": 1}},
    ]
    envelope = {"operations": operations, "include": ["inventory"], "batch_id": str(uuid.uuid4())}
    first = ask("post", BATCH, envelope)
    assert first.status_code == 200, first.json()
    again = ask("post", BATCH, {"operations": operations[3:5]})
    assert again.json()["summary"]["replayed"] == 2
    Book.objects.all().delete()
    assert ask("post", BATCH, {"operations": operations[3:4]}).json()["results"][0]["gone"] is True
    book, *_ = make_books(shelf, 1)
    ask("post", BATCH, {"operations": [grow(book)], "dry_run": True})
    ask("post", BATCH, {"operations": [grow(book)]}, HTTP_PREFER="return=minimal")


def test_failures_of_batches(ask, api, shelf, books):
    good, lost = grow(books[0]), grow(10**6)
    stale = {**update(books[1], title="T"), "if_match": '"99"'}
    loan = Loan.objects.create(shelf=shelf, reader="Ann")
    blind = {"resource": "loans", "action": "update", "target": loan.pk, "data": {"reader": "Ben"}}
    for status, operations in {
        404: [good, lost],
        412: [good, stale],
        422: [{"resource": "books", "action": "spoil", "target": books[0].pk}],
        428: [blind],
        413: [{"resource": "loans", "action": "create", "data": {"shelf": shelf.pk, "reader": "R"}}] * 4,
        409: [update(books[0], pages=20_000)],
    }.items():
        assert ask("post", BATCH, {"operations": operations}).status_code == status
    partial = ask("post", BATCH, {"operations": [good, lost, {**stale, "group": "g"}], "atomic": False})
    assert (partial.status_code, partial.json()["status"]) == (207, "partial")
    assert ask("post", BATCH, {"operations": [lost], "atomic": False}).json()["status"] == "error"
    for wrong in ({}, {"operations": [{}]}, [], {"operations": [update(books[0], pages="x")]}):
        assert ask("post", BATCH, wrong, wrong=True).status_code == 400
    assert ask("post", BATCH, {"operations": [good]}, client=APIClient()).status_code == 401
    assert ask("post", "/api/shelves/999999/batch/", {"operations": [good]}).status_code == 404


def test_addresses_that_imply_something(ask, shelf, books):
    below = f"/api/shelves/{shelf.pk}"
    made = {"resource": "books", "action": "create", "data": {"code": "n"}}
    assert ask("post", f"{below}/batch/", {"operations": [made, grow(books[0])]}).status_code == 200
    operations = [
        {"action": "create", "lid": "b", "data": {"code": "m"}},
        {"action": "grow", "bookId": {"lid": "b"}, "data": {"by": 2}},
        {"action": "update", "target": books[1].pk, "data": {"title": "T"}},
    ]
    answer = ask("post", f"{below}/books/batch", {"operations": operations})
    assert answer.status_code == 200, answer.json()
    assert answer.json()["results"][1]["bookId"]


def test_single_routes(ask, api, shelf, books):
    made = ask("post", "/api/books/", {"shelf": shelf.pk, "code": "n", "facts": [1]})
    assert made.status_code == 201
    path = f"/api/books/{made.json()['id']}/"
    ask("get", path)
    ask("get", "/api/books/")
    ask("patch", path, {"title": "T"}, HTTP_IDEMPOTENCY_KEY=str(uuid.uuid4()), HTTP_IF_MATCH="*")
    ask("patch", f"{path}?include=inventory", {"title": "T"})
    ask("post", f"{path}grow/", {"by": 3})
    assert ask("post", f"{path}grow/", {}, HTTP_PREFER="return=minimal").status_code == 204
    assert ask("post", f"{path}grow/?include=inventory", {}, HTTP_PREFER="return=minimal").json().keys() == {"included"}
    assert ask("post", f"{path}spoil/").status_code == 422
    assert ask("patch", path, {"pages": "x"}, wrong=True).status_code == 400
    assert ask("patch", path, {"title": "T"}, HTTP_IF_MATCH='"99"').status_code == 412
    assert ask("delete", f"{path}?include=inventory").status_code == 200
    assert ask("delete", path).status_code == 404
    key = {"HTTP_IDEMPOTENCY_KEY": str(uuid.uuid4())}
    again = [ask("post", "/api/books/", {"shelf": shelf.pk, "code": "g"}, **key) for _time in range(2)]
    ask("delete", f"/api/books/{again[0].json()['id']}/")
    assert ask("post", "/api/books/", {"shelf": shelf.pk, "code": "g"}, **key).json() == {"gone": True}
    assert ask("delete", f"/api/books/{books[0].pk}/").status_code == 204
    changes = ask("get", f"/api/shelves/{shelf.pk}/changes/?since=0")
    assert changes.json()["deleted"]["books"]
    ask("get", f"/api/shelves/{shelf.pk}/changes/")
    assert ask("get", f"/api/shelves/{shelf.pk}/changes/?since=x").status_code == 400


# --- where it comes from ---


def test_without_drf_spectacular_nothing_of_it_is_loaded():
    code = "import django, sys; django.setup(); assert not {'drf_spectacular', 'batching.openapi'} & sys.modules.keys()"
    done = run("-c", code, settings="tests.sampleapp.settings")
    assert done.returncode == 0, done.stderr


def test_a_schema_class_of_the_project_is_kept():
    code = """
import django; django.setup()
from django.test import override_settings
from drf_spectacular.openapi import AutoSchema
from batching.openapi import BatchingAutoSchema
from batching.openapi.schema import make_schema
class Own(AutoSchema): pass
class Both(BatchingAutoSchema): pass
for default, expected in ((Own, {Own, BatchingAutoSchema}), (Both, {Both}), (AutoSchema, {BatchingAutoSchema})):
    with override_settings(REST_FRAMEWORK={"DEFAULT_SCHEMA_CLASS": default}):
        assert expected <= set(type(make_schema()).__mro__), default
"""
    done = run("-c", code)
    assert done.returncode == 0, done.stderr
