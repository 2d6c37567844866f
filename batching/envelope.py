"""The wire format: from a parsed JSON body to a `Batch`, and from an `Outcome` to the answer.

Only the form is checked here (`planning` checks the sense): which members there are, and of which type. Every fault of
the body is collected, so that a client sees all of them at once.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from http import HTTPStatus
from operator import attrgetter, itemgetter
from typing import Any

from batching.conf import conf
from batching.exceptions import Malformed, TooLarge
from batching.operations import Batch, Lid, Operation, Outcome, Result

NAME = re.compile(r"[A-Za-z0-9_.:-]{1,64}\Z")
MAX_TARGET = 200  # characters of a key
ENVELOPE = frozenset({"batch_id", "atomic", "operations", "include", "dry_run"})
OPTIONAL = frozenset({"lid", "group", "depends_on", "if_match"})
USUAL = frozenset({"id", "resource", "action", "target", "data"})
OPERATION = OPTIONAL | USUAL
USUAL_KINDS = (str, str, str, int, dict)
_usual_members = itemgetter("id", "resource", "action", "target", "data")
CANONICAL = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\Z")


def limits() -> dict[str, int]:
    """The limits of a batch, as OPTIONS and every 413 tell them."""
    return {"max_operations": conf().MAX_OPERATIONS, "max_body": conf().MAX_BODY, "max_depth": conf().MAX_DEPTH}


def read_batch(
    body: Any, *, resource: str | None = None, target_key: str | None = None, minimal: bool = False
) -> Batch:
    """Read a batch from a parsed body.

    On a mount of one resource `resource` is implied, and `target_key` ("abilityId") may stand for "target".
    Raises Malformed (400) with all `errors`, or TooLarge (413).
    """
    return replace(_Reader(resource, target_key).batch(body), minimal=minimal)


def wants_minimal(prefer: str) -> bool:
    """Whether a Prefer header (RFC 7240) asks for return=minimal."""
    return "return=minimal" in {part.strip().lower() for part in prefer.replace(";", ",").split(",")}


def render(outcome: Outcome, *, milliseconds: float) -> tuple[int, dict[str, Any]]:
    """HTTP status and body of the answer; the body of a failed atomic batch is a problem document."""
    batch, results = outcome.batch, outcome.results
    failed = [result for result in results if result.error is not None]
    body: dict[str, Any] = {"batch_id": batch.id} if batch.id is not None else {}
    body |= {"status": "success", "atomic": batch.atomic}
    if batch.dry_run:
        body["dry_run"] = True
    status = HTTPStatus.OK
    if failed and batch.atomic:
        culprit = next(result for result in failed if not result.skipped)
        status = HTTPStatus(culprit.status)
        body |= _rolled_back(culprit)
    elif failed:
        status = HTTPStatus.MULTI_STATUS
        body["status"] = "partial" if len(failed) < len(results) else "error"
    body["results"] = [render_result(result) for result in results]
    if outcome.included:
        body["included"] = outcome.included
    body["summary"] = summary(results)
    body["processing_time_ms"] = round(milliseconds, 1)
    return status, body


def render_result(result: Result) -> dict[str, Any]:
    operation = result.operation
    body: dict[str, Any] = {"id": operation.id} if operation.id is not None else {}
    body["resource"], body["action"] = operation.resource, operation.action
    if result.target is not None or operation.target is not None:
        body[operation.target_key] = result.target if result.target is not None else _echo(operation.target)
    if operation.lid is not None:
        body["lid"] = operation.lid
    body["success"], body["status"] = result.error is None, int(result.status)
    if result.error is not None:
        body["error"] = result.error
        return body
    if result.etag is not None:
        body["etag"] = result.etag
    if result.data is not None:
        body["data"] = result.data
    body["replayed"] = result.replayed
    if result.gone:
        body["gone"] = True
    return body


def summary(results: Sequence[Result]) -> dict[str, int]:
    """How many operations there were, and what became of them; `failed` does not count the skipped."""
    failed = [result for result in results if result.error is not None]
    skipped = sum(result.skipped for result in failed)
    return {
        "total": len(results),
        "succeeded": len(results) - len(failed),
        "failed": len(failed) - skipped,
        "skipped": skipped,
        "replayed": [result.replayed for result in results].count(True),
    }


def _rolled_back(culprit: Result) -> dict[str, Any]:
    assert culprit.error is not None
    return {
        **culprit.error,
        "operation": culprit.operation.index,
        "success": False,
        "detail": f"Nothing was saved: operation {culprit.operation.index} failed. {culprit.error['detail']}",
    }


def _echo(target: Any) -> Any:
    return {"lid": target.name} if isinstance(target, Lid) else target


class _Reader:
    """Reads one body and collects its faults."""

    def __init__(self, resource: str | None, target_key: str | None) -> None:
        self.resource = resource
        self.target_key = target_key
        self.members = OPERATION if target_key is None else OPERATION | {target_key}
        self.names_seen: set[str] = set()  # that are in order; most operations repeat them
        self.faults: list[dict[str, Any]] = []

    def fault(self, detail: str, member: str, index: int | None = None) -> None:
        where = {} if index is None else {"operation": index}
        self.faults.append({**where, "field": member, "detail": detail})

    def batch(self, body: Any) -> Batch:
        if not isinstance(body, dict):
            self.fault(f"Expected an object, not {_type(body)}.", "body")
            self.refuse()
        self.unknown(body, ENVELOPE)
        operations = self.member(body, "operations", list, "a list of operations")
        if operations is not None and not operations:
            self.fault("The list is empty.", "operations")
        if len(operations or ()) > conf().MAX_OPERATIONS:
            raise TooLarge(
                f"{len(operations)} operations are more than the limit of {conf().MAX_OPERATIONS}.", limits=limits()
            )
        read = [self.operation(index, item) for index, item in enumerate(operations or ())]
        self.unique(read)
        batch = Batch(
            id=self.identifier(body, "batch_id"),
            atomic=self.flag(body, "atomic", True),
            dry_run=self.flag(body, "dry_run", False),
            include=self.names(body, "include"),
            operations=tuple(read),
        )
        self.groups(batch)
        self.refuse()
        return batch

    def refuse(self) -> None:
        if self.faults:
            first = self.faults[0]
            where = f"operation {first['operation']}, " if "operation" in first else ""
            raise Malformed(f"{where}{first['field']}: {first['detail']}", **first_place(first), errors=self.faults)

    def operation(self, index: int, item: Any) -> Operation:
        if not isinstance(item, dict):
            self.fault(f"Expected an object, not {_type(item)}.", "operation", index)
            return Operation(index=index, resource="", action="")
        if (usual := self.usual(index, item)) is not None:
            return usual
        self.unknown(item, self.members, index)
        key = self.key(item, index)
        return Operation(
            index=index,
            id=self.identifier(item, "id", index),
            resource=self.resource_of(item, index),
            action=self.name(item, "action", index, required=True) or "",
            target=self.target(item, key, index),
            target_key=key,
            data=self.member(item, "data", dict, "an object", index, default={}) or {},
            **self.optional(item, index),
        )

    def usual(self, index: int, item: Mapping[str, Any]) -> Operation | None:
        """An operation as most are: like one that was read before, and in order at one look. None: look closer."""
        if self.resource is not None or item.keys() != USUAL:
            return None
        name, resource, action, target, data = _usual_members(item)
        kinds = (type(name), type(resource), type(action), type(target), type(data))
        if kinds != USUAL_KINDS or not self.names_seen.issuperset((resource, action)) or not CANONICAL.match(name):
            return None
        return Operation(index=index, id=name, resource=resource, action=action, target=target, data=data)

    def optional(self, item: Mapping[str, Any], index: int) -> dict[str, Any]:
        """Members that most operations do without."""
        if item.keys().isdisjoint(OPTIONAL):
            return {}
        return {
            "lid": self.name(item, "lid", index),
            "group": self.name(item, "group", index),
            "depends_on": self.names(item, "depends_on", index),
            "if_match": self.member(item, "if_match", str, "an entity tag", index, default=None),
        }

    def key(self, item: Mapping[str, Any], index: int) -> str:
        if self.target_key is None or self.target_key not in item:
            return "target" if self.target_key is None or "target" in item else self.target_key
        if "target" in item:
            self.fault(f"Give either target or {self.target_key}.", self.target_key, index)
        return self.target_key

    def resource_of(self, item: Mapping[str, Any], index: int) -> str:
        if self.resource is None:
            return self.name(item, "resource", index, required=True) or ""
        if item.get("resource", self.resource) != self.resource:
            self.fault(f"This address takes only {self.resource}.", "resource", index)
        return self.resource

    def target(self, item: Mapping[str, Any], key: str, index: int) -> int | str | Lid | None:
        if key not in item:
            return None
        value = item[key]
        match value:
            case bool():
                pass
            case int():
                return value
            case str() if 0 < len(value) <= MAX_TARGET and value.isprintable():
                return value
            case {"lid": str() as name} if len(value) == 1 and NAME.match(name):
                return Lid(name)
        self.fault('Expected a key (integer or text) or {"lid": name}.', key, index)
        return None

    # --- members by type ---

    def member(
        self,
        source: Mapping[str, Any],
        name: str,
        kind: type,
        described: str,
        index: int | None = None,
        default: Any = ...,
    ) -> Any:
        if name not in source:
            if default is ...:
                self.fault("This member is required.", name, index)
                return None
            return default
        value = source[name]
        if not isinstance(value, kind):
            self.fault(f"Expected {described}, not {_type(value)}.", name, index)
            return None
        return value

    def flag(self, source: Mapping[str, Any], name: str, default: bool) -> bool:
        return bool(self.member(source, name, bool, "true or false", default=default))

    def name(
        self, source: Mapping[str, Any], name: str, index: int | None = None, *, required: bool = False
    ) -> str | None:
        value = source.get(name)
        if type(value) is str and value in self.names_seen:
            return value
        value = self.member(source, name, str, "a name", index, default=... if required else None)
        if value is None:
            return None
        if not NAME.match(value):
            self.fault("Expected 1 to 64 letters, digits or any of _.:- as a name.", name, index)
            return None
        self.names_seen.add(value)
        return value  # type: ignore[no-any-return]

    def names(self, source: Mapping[str, Any], name: str, index: int | None = None) -> tuple[str, ...]:
        values = self.member(source, name, list, "a list of names", index, default=[]) or []
        if not all(isinstance(value, str) and NAME.match(value) for value in values):
            self.fault("Expected a list of names.", name, index)
            return ()
        return tuple(values)

    def identifier(self, source: Mapping[str, Any], name: str, index: int | None = None) -> str | None:
        value = source.get(name)
        if type(value) is str and CANONICAL.match(value):
            return value
        value = self.member(source, name, str, "a UUID", index, default=None)
        if value is None:
            return None
        try:
            return str(uuid.UUID(value))
        except ValueError:
            self.fault("Expected a UUID.", name, index)
            return None

    def unknown(self, source: Mapping[str, Any], known: frozenset[str], index: int | None = None) -> None:
        if source.keys() <= known:
            return
        for name in source.keys() - known:
            self.fault(f"Unknown member {ascii(name)[:80]}.", ascii(name)[1:-1][:80], index)

    # --- what holds between operations ---

    def unique(self, operations: Sequence[Operation]) -> None:
        for member in ("id", "lid"):
            values = [value for value in map(attrgetter(member), operations) if value is not None]
            if len(set(values)) < len(values):
                self.repeated(operations, member)

    def repeated(self, operations: Sequence[Operation], member: str) -> None:
        seen: dict[str, int] = {}
        for operation in operations:
            value = getattr(operation, member)
            if value is not None and seen.setdefault(value, operation.index) != operation.index:
                self.fault(f"Operation {seen[value]} has the same {member}.", member, operation.index)

    def groups(self, batch: Batch) -> None:
        """Groups stand only in a best-effort batch, each in one piece."""
        if not any(map(attrgetter("group"), batch.operations)):
            return
        closed: set[str] = set()
        last: str | None = None
        for operation in batch.operations:
            if operation.group is not None and batch.atomic:
                self.fault('A group needs "atomic": false.', "group", operation.index)
            if operation.group != last:
                if operation.group in closed:
                    self.fault("The operations of a group must follow each other.", "group", operation.index)
                if last is not None:
                    closed.add(last)
                last = operation.group


def first_place(fault: Mapping[str, Any]) -> dict[str, Any]:
    return {name: fault[name] for name in ("operation", "field") if name in fault}


def _type(value: Any) -> str:
    names = {dict: "an object", list: "a list", str: "text", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")
