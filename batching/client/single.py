"""The way of an operation where there is no batch endpoint: a request of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

from batching.client.errors import refusal
from batching.client.operations import Operation, Result, encode
from batching.client.transport import Answer, Transport

VERBS: Mapping[str, str] = {"create": "POST", "update": "PATCH", "delete": "DELETE", "retrieve": "GET"}


def send_alone(
    operation: Operation, transport: Transport, root: str, *, key_field: str, include: Sequence[str], minimal: bool
) -> tuple[Result, dict[str, list[Any]]]:
    """Send one operation to its single route; answers its result, and what was included.

    The operation's id travels as `Idempotency-Key`, so that also here it is applied once, and also if an earlier batch
    has applied it. Raises Refused for what is no verdict on the operation: 401, 429 and 5xx.
    """
    verb = VERBS.get(operation.action, "POST")
    reads = verb in ("GET", "DELETE")
    answer = transport.exchange(
        verb,
        address(operation, root, include),
        None if reads else encode(operation.plain_data()),
        _headers(operation, minimal),
        repeatable=operation.id is not None or verb == "GET",
    )
    if answer.status in (401, 429) or answer.status >= 500:
        raise refusal(answer.problem, operation, retry_after=answer.retry_after)
    return _result(operation, answer, key_field)


def address(operation: Operation, root: str, include: Sequence[str] = ()) -> str:
    """`…/abilities/`, `…/abilities/4/` or `…/abilities/4/increment/`, with `?include=…` for writes."""
    parts = [operation.resource]
    if operation.target is not None:
        parts.append(quote(str(operation.target.key if isinstance(operation.target, Operation) else operation.target)))
    if operation.action not in VERBS:
        parts.append(operation.action)
    query = f"?{urlencode({'include': ','.join(include)})}" if include and operation.action != "retrieve" else ""
    return f"{root}{'/'.join(parts)}/{query}"


def _headers(operation: Operation, minimal: bool) -> dict[str, str]:
    headers = {"Idempotency-Key": operation.id, "If-Match": operation.if_match}
    if operation.action == "retrieve":
        headers = {}
    if minimal:
        headers["Prefer"] = "return=minimal"
    return {name: value for name, value in headers.items() if value is not None}


def _result(operation: Operation, answer: Answer, key_field: str) -> tuple[Result, dict[str, list[Any]]]:
    target = None if operation.target is None else operation.key
    if not answer.ok:
        return Result(status=answer.status, target=target, error=answer.problem), {}
    data = dict(answer.body) if isinstance(answer.body, dict) else {}
    included = data.pop("included", {})
    replayed = answer.headers.get("Idempotent-Replayed") == "true"
    gone = replayed and data == {"gone": True}
    result = Result(
        status=answer.status,
        target=data.get(key_field, target),
        data=data if data and not gone else None,
        etag=answer.headers.get("ETag"),
        replayed=replayed,
        gone=gone,
    )
    return result, included
