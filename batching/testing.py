"""For tests of projects that use batches: a client, assertions that say what went wrong, and statement counts.

With pytest:

    @pytest.fixture
    def client(user):
        client = BatchAPIClient()
        client.force_authenticate(user)
        return client

    def test_swimmers_learn(client, ability):
        results = assert_batch_applied(client.batch([act("abilities", "increment", ability.pk)]))
        assert results[0]["data"]["score"] == 3

With unittest the same are methods of `BatchTestCase`: `self.client.batch(…)`, `self.assertBatchApplied(response)`.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any, TypeAlias

from django.db import connections
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from rest_framework.test import APIClient, APITestCase, APITransactionTestCase

Operation: TypeAlias = dict[str, Any]
Target: TypeAlias = int | str | uuid.UUID | Mapping[str, str]

# --- operations ---


def create(resource: str, data: Mapping[str, Any], **members: Any) -> Operation:
    """An operation as the wire has it. `members`: id, lid, group, depends_on."""
    return {"resource": resource, "action": "create", "data": dict(data), **members}


def update(resource: str, target: Target, data: Mapping[str, Any], **members: Any) -> Operation:
    return act(resource, "update", target, data, **members)


def delete(resource: str, target: Target, **members: Any) -> Operation:
    return act(resource, "delete", target, **members)


def retrieve(resource: str, target: Target, **members: Any) -> Operation:
    return act(resource, "retrieve", target, **members)


def act(resource: str, action: str, target: Target, data: Mapping[str, Any] | None = None, **members: Any) -> Operation:
    """A row action, or any other operation on a row. A target is a key, or `{"lid": name}`."""
    key = str(target) if isinstance(target, uuid.UUID) else target
    with_data = {} if data is None else {"data": dict(data)}
    return {"resource": resource, "action": action, "target": key, **with_data, **members}


# --- client ---


class BatchAPIClient(APIClient):
    """`APIClient` that also posts batches."""

    batch_path: str | None = None
    """Address of the endpoint; None: what the URL configuration calls `batch`, which `Registry.urls()` gives it."""

    def batch(
        self, operations: Sequence[Operation], *, ids: bool = False, path: str | None = None, **members: Any
    ) -> Any:
        """Post operations; answers the response.

        `ids` gives each operation without one an id, so that posting `response.operations` again is a repetition.
        `members` go into the envelope: `atomic=False`, `dry_run=True`, `include=["sheet"]`.
        """
        sent = [{"id": str(uuid.uuid4()), **operation} if ids else operation for operation in operations]
        response = self.post(
            path or self.batch_path or reverse("batch"), {"operations": sent, **members}, format="json"
        )
        response.operations = sent  # type: ignore[attr-defined]
        return response


# --- assertions ---


def assert_batch_applied(response: Any, *, replayed: bool | None = None) -> list[dict[str, Any]]:
    """Every operation of the batch succeeded. Answers the results.

    `replayed` also asks that all of them, or none, had been applied by an earlier request.
    """
    body = _body(response)
    assert response.status_code == 200, f"The batch was not applied.\n{describe(response)}"
    results: list[dict[str, Any]] = body["results"]
    if replayed is not None:
        odd = [index for index, result in enumerate(results) if result["replayed"] is not replayed]
        assert not odd, f"Operations {odd} were {'applied only now' if replayed else 'applied before'}."
    return results


def assert_batch_refused(
    response: Any, status: int | None = None, code: str | None = None, *, operation: int | None = None
) -> dict[str, Any]:
    """The batch as a whole was refused, so that nothing of it was saved. Answers the problem document.

    `operation` is the index of the one to blame.
    """
    problem = _body(response)
    assert response.status_code >= 400, f"The batch was not refused.\n{describe(response)}"
    expected = {"status": status, "code": code, "operation": operation}
    _agree(problem, expected, describe(response))
    return problem


def assert_operation_failed(
    response: Any, index: int, status: int | None = None, code: str | None = None, *, field: str | None = None
) -> dict[str, Any]:
    """One operation failed, in a batch of either kind. Answers its error; `field` must be among the invalid ones."""
    results = _body(response).get("results")
    assert results is not None, f"There are no results.\n{describe(response)}"
    result = results[index]
    assert not result["success"], f"Operation {index} succeeded.\n{describe(response)}"
    error: dict[str, Any] = result["error"]
    _agree(error, {"status": status, "code": code}, describe(response))
    if field is not None:
        assert field in error.get("fields", {}), f"{field!r} is not among the invalid fields.\n{describe(response)}"
    return error


@contextmanager
def assert_unchanged(*querysets: QuerySet[Any]) -> Iterator[None]:
    """The block leaves the rows of all querysets, every column of them, as they were."""
    before = [_rows(queryset) for queryset in querysets]
    yield
    for queryset, rows in zip(querysets, before, strict=True):
        after = _rows(queryset)
        assert after == rows, f"{queryset.model.__name__} has changed: {_difference(rows, after)}"


@contextmanager
def count_statements(using: str = "default") -> Iterator[list[str]]:
    """The SQL statements of the block, complete when it has ended.

    BEGIN and COMMIT are among them where transactions are real (`transaction=True`, `BatchTransactionTestCase`), and
    savepoints elsewhere.
    """
    statements: list[str] = []
    with CaptureQueriesContext(connections[using]) as captured:
        yield statements
    statements += [query["sql"] for query in captured.captured_queries]


@contextmanager
def assert_statements(most: int, using: str = "default") -> Iterator[list[str]]:
    """The block takes at most so many SQL statements."""
    with count_statements(using) as statements:
        yield statements
    assert len(statements) <= most, _listed(f"{len(statements)} statements, at most {most} expected", statements)


def assert_constant_statements(
    post: Callable[[int], Any], sizes: Sequence[int] = (1, 10, 50), using: str = "default"
) -> int:
    """`post(n)`, which sends a batch of n operations, takes as many statements for each size. Answers that number.

    It does on the fast path. What runs one by one does not; `manage.py check` says which operations do, and why.
    """
    taken: dict[int, list[str]] = {}
    for size in sizes:
        with count_statements(using) as taken[size]:
            assert_batch_applied(post(size))
    counts = {size: len(statements) for size, statements in taken.items()}
    assert len(set(counts.values())) == 1, _listed(f"Statements by size: {counts}", taken[sizes[-1]])
    return counts[sizes[0]]


def describe(response: Any) -> str:
    """A batch's answer in words: a line for each operation that failed."""
    body = _body(response)
    lines = [f"{response.status_code} {body.get('code', '')} {body.get('detail', body.get('status'))}"]
    lines += [f"  {fault.get('operation', '')} {fault}" for fault in body.get("errors", ())]
    lines += [
        f"  operation {index}, {result['action']} {result['resource']}: {result['status']} "
        f"{result['error']['code']}: {result['error']['detail']}"
        for index, result in enumerate(body.get("results", ()))
        if not result["success"]
    ]
    return "\n".join(lines)


def _body(response: Any) -> dict[str, Any]:
    assert "json" in response.get("Content-Type", ""), f"{response.status_code} without JSON: {response.content!r:.500}"
    body: dict[str, Any] = response.json()
    return body


def _agree(found: Mapping[str, Any], expected: Mapping[str, Any], description: str) -> None:
    for name, value in expected.items():
        assert value is None or found.get(name) == value, (
            f"{name} is {found.get(name)!r}, not {value!r}.\n{description}"
        )


def _rows(queryset: QuerySet[Any]) -> list[dict[str, Any]]:
    return list(queryset.all().order_by("pk").values())


def _difference(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> str:
    lost = [row for row in before if row not in after]
    new = [row for row in after if row not in before]
    return f"was {lost}, is {new}"


def _listed(headline: str, statements: Sequence[str]) -> str:
    return "\n".join([headline, *(f"{number}. {sql:.300}" for number, sql in enumerate(statements, 1))])


# --- unittest ---


class BatchAssertions:
    """The assertions above by unittest's names, for test cases of your own."""

    def assertBatchApplied(self, response: Any, *, replayed: bool | None = None) -> list[dict[str, Any]]:
        return assert_batch_applied(response, replayed=replayed)

    def assertBatchRefused(
        self, response: Any, status: int | None = None, code: str | None = None, *, operation: int | None = None
    ) -> dict[str, Any]:
        return assert_batch_refused(response, status, code, operation=operation)

    def assertOperationFailed(
        self, response: Any, index: int, status: int | None = None, code: str | None = None, *, field: str | None = None
    ) -> dict[str, Any]:
        return assert_operation_failed(response, index, status, code, field=field)

    def assertUnchanged(self, *querysets: QuerySet[Any]) -> AbstractContextManager[None]:
        return assert_unchanged(*querysets)

    def assertStatements(self, most: int, using: str = "default") -> AbstractContextManager[list[str]]:
        return assert_statements(most, using)

    def assertConstantStatements(
        self, post: Callable[[int], Any], sizes: Sequence[int] = (1, 10, 50), using: str = "default"
    ) -> int:
        return assert_constant_statements(post, sizes, using)


class BatchTestCase(BatchAssertions, APITestCase):
    """`APITestCase` with a `BatchAPIClient` as `self.client`."""

    client: BatchAPIClient
    client_class = BatchAPIClient


class BatchTransactionTestCase(BatchAssertions, APITransactionTestCase):
    """The same with real transactions, for what happens after COMMIT, and for exact statement counts."""

    client: BatchAPIClient
    client_class = BatchAPIClient
