"""A batch: collected, sent in one request or in several, and answered operation by operation."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self, TypedDict, Unpack

from batching.client.errors import BadAnswer, CannotSplit, refusal
from batching.client.operations import Key, Operation, Problem, Result, encode, new_id
from batching.client.parts import split
from batching.client.single import send_alone
from batching.client.transport import Answer

if TYPE_CHECKING:
    from batching.client.client import BatchClient

Target = Key | Operation | Mapping[str, str]
NO_ENDPOINT: Final = frozenset({404, 405, 501})


class Terms(TypedDict, total=False):
    """What any operation may say besides what it does."""

    id: str | uuid.UUID  # to know it by in another run of the program; otherwise it gets a new one
    group: str  # of an `atomic=False` batch: succeeds or fails with its neighbours of the same group
    depends_on: Sequence[Operation]  # earlier operations that must have succeeded
    if_match: str  # ETag that the row must still have


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far the sending of a batch is."""

    total: int
    done: int  # have a result, of whatever kind
    succeeded: int
    failed: int
    skipped: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How a batch is sent; see `BatchClient.batch`."""

    atomic: bool = True
    split: bool = False
    include: Sequence[str] = ()
    minimal: bool = False
    dry_run: bool = False
    on_progress: Callable[[Progress], None] | None = None


class Batch:
    """Operations that are sent when the `with` block ends, or by `send()`."""

    def __init__(self, client: BatchClient, options: Options) -> None:
        self.id = new_id()
        self.operations: list[Operation] = []
        self.included: dict[str, list[Any]] = {}  # derived state, in the order of the answers: the last is the newest
        self._client, self._options = client, options
        self._names: dict[str, Operation] = {}  # by local id
        self._places: dict[Operation, int] = {}

    # --- collecting ---

    def create(
        self, resource: str, data: Mapping[str, Any], *, lid: str | None = None, **terms: Unpack[Terms]
    ) -> Operation:
        """A new row. What is returned stands for the row in later operations, and `lid` is another name for it."""
        return self._add(resource, "create", None, data, lid=lid, **terms)

    def update(self, resource: str, target: Target, data: Mapping[str, Any], **terms: Unpack[Terms]) -> Operation:
        """Change some fields of a row."""
        return self._add(resource, "update", target, data, **terms)

    def delete(self, resource: str, target: Target, **terms: Unpack[Terms]) -> Operation:
        """Delete a row."""
        return self._add(resource, "delete", target, {}, **terms)

    def retrieve(self, resource: str, target: Target, **terms: Unpack[Terms]) -> Operation:
        """Read a row as it is at this place in the order."""
        return self._add(resource, "retrieve", target, {}, **terms)

    def action(
        self, resource: str, action: str, target: Target, data: Mapping[str, Any] | None = None, **terms: Unpack[Terms]
    ) -> Operation:
        """An action that the resource declares for its rows, such as increment."""
        return self._add(resource, action, target, data or {}, **terms)

    def _add(
        self,
        resource: str,
        action: str,
        target: Target | None,
        data: Mapping[str, Any],
        *,
        id: str | uuid.UUID | None = None,
        lid: str | None = None,
        group: str | None = None,
        depends_on: Sequence[Operation] = (),
        if_match: str | None = None,
    ) -> Operation:
        if lid in self._names:
            raise ValueError(f"Two rows are called {lid!r}.")
        if group is not None and self._options.atomic:
            raise ValueError("An atomic batch has no groups: give atomic=False.")
        operation = Operation(
            resource=resource,
            action=action,
            id=self._id(id, action),
            target=None if target is None else self._target(target),
            data={name: self._value(value) for name, value in data.items()},
            lid=lid,
            group=group,
            depends_on=tuple(depends_on),
            if_match=if_match,
        )
        for other in operation.needs():
            self._check_earlier(other)
        if lid is not None:
            self._names[lid] = operation
        self._places[operation] = len(self.operations)
        self.operations.append(operation)
        return operation

    def _id(self, given: str | uuid.UUID | None, action: str) -> str | None:
        if given is not None:
            return str(uuid.UUID(str(given)))
        return new_id() if self._client.exactly_once and action != "retrieve" else None

    def _target(self, target: Target) -> Key | Operation:
        found = self._value(target)
        if isinstance(found, Mapping):
            raise ValueError(f"No earlier operation has the local id of {found!r}.")
        return found  # type: ignore[no-any-return]

    def _value(self, value: Any) -> Any:
        """The row that is meant: by an operation on it, or by `{"lid": name}`; any other value as it is.

        A JSON field can therefore not hold just that object with the name of a row of this batch.
        """
        if isinstance(value, Mapping) and value.keys() == {"lid"}:
            value = self._names.get(value["lid"], value)
        return value.row if isinstance(value, Operation) else value

    def _check_earlier(self, other: Operation) -> None:
        """Give an earlier operation of this batch a name to be known by; one of another batch must have its key."""
        if other not in self._places:
            if other.result is None:
                raise ValueError("An operation of another batch can be named after that batch was sent.")
        elif other.lid is None and other.action == "create":  # others may be waited for, but not named
            other.lid = f":row-{len(self._names)}"
            self._names[other.lid] = other

    # --- results ---

    @property
    def results(self) -> list[Result | None]:
        """One per operation, in order; None for one that was not answered."""
        return [operation.result for operation in self.operations]

    @property
    def failed(self) -> list[Operation]:
        """The operations that have failed or were skipped."""
        return [operation for operation in self.operations if operation.result and not operation.result.success]

    @property
    def progress(self) -> Progress:
        results = [result for result in self.results if result is not None]
        skipped = sum(result.skipped for result in results)
        succeeded = sum(result.success for result in results)
        return Progress(
            total=len(self.operations),
            done=len(results),
            succeeded=succeeded,
            failed=len(results) - succeeded - skipped,
            skipped=skipped,
        )

    def raise_for_failures(self) -> None:
        """Raise the Refused of the first operation that failed, if any did."""
        for operation in self.failed:
            assert operation.result is not None
            assert operation.result.error is not None
            if not operation.result.skipped:
                raise refusal(operation.result.error, operation)

    # --- sending ---

    def send(self) -> list[Result | None]:
        """Send what has no result yet. Raises Refused if an atomic batch, or a request as a whole, was refused.

        Of a batch with `atomic=False` each operation has its own result; failures raise nothing (`raise_for_failures`).
        """
        while waiting := [operation for operation in self.operations if operation.result is None]:
            if self._client.has_endpoint:
                self._send_parts(waiting)
            else:
                self._send_singly(waiting)
        return self.results

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.send()

    def _send_parts(self, waiting: Sequence[Operation]) -> None:
        parts = split(waiting, self._client.limits)
        if not self._client.has_endpoint:
            return
        if len(parts) > 1:
            self._allow_splitting(f"{len(waiting)} operations need {len(parts)} requests")
        for part in parts:
            ready = self._ready(part)
            if ready and not self._send_part(ready):
                return

    def _allow_splitting(self, reason: str) -> None:
        if self._options.dry_run:
            raise CannotSplit(f"{reason}, but a dry run keeps nothing for the next request.")
        if self._options.atomic and not self._options.split:
            raise CannotSplit(f"{reason}, but all or nothing holds only within one. Allow it with split=True.")

    def _send_part(self, part: Sequence[Operation]) -> bool:
        """Send one request and note its results. False if it must be sent in another way."""
        client, options = self._client, self._options
        together = frozenset(part)
        body = {"batch_id": self.id, "atomic": options.atomic, "operations": [item.wire(together) for item in part]}
        body |= {"include": list(options.include)} if options.include else {}
        body |= {"dry_run": True} if options.dry_run else {}
        headers = {"Prefer": "return=minimal"} if options.minimal else {}
        repeatable = options.dry_run or all(item.id is not None or item.action == "retrieve" for item in part)
        answer = client.transport.exchange("POST", client.batch_url, encode(body), headers, repeatable=repeatable)
        if isinstance(answer.body, dict) and "results" in answer.body:
            self._settle(part, answer)
            return True
        if answer.status in NO_ENDPOINT:
            client.do_without_endpoint()
            return False
        if answer.status == 413 and client.tighten(answer.problem, len(part)):
            return False
        if answer.ok:
            raise BadAnswer(f"{client.batch_url} answered without results.")
        raise refusal(self._renumbered(answer.problem, part), retry_after=answer.retry_after)

    def _settle(self, part: Sequence[Operation], answer: Answer) -> None:
        results = answer.body["results"]
        if not isinstance(results, list) or len(results) != len(part):
            raise BadAnswer(f"{self._client.batch_url} answered with results that do not fit the operations.")
        for operation, found in zip(part, results, strict=True):
            operation.result = read_result(self._renumbered(found, part))
        self._include(answer.body.get("included", {}))
        if answer.ok:
            self._tell()
            return
        culprit = part[answer.body["operation"]]
        self._skip(culprit, self.operations)
        self._tell()
        raise refusal(self._renumbered(answer.problem, part), culprit, retry_after=answer.retry_after)

    def _renumbered(self, document: Any, part: Sequence[Operation]) -> Any:
        """A document of the server, with the numbers that operations have in the whole batch."""
        if isinstance(document, list):
            return [self._renumbered(item, part) for item in document]
        if not isinstance(document, dict):
            return document
        found = {name: self._renumbered(document[name], part) for name in ("error", "errors") if name in document}
        for name in ("operation", "culprit"):
            number = document.get(name)
            if isinstance(number, int) and number < len(part):
                found[name] = self._places[part[number]]
        return {**document, **found}

    # --- one by one ---

    def _send_singly(self, waiting: Sequence[Operation]) -> None:
        if self._options.dry_run:
            raise CannotSplit("The server has no batch endpoint, and single requests cannot be tried out.")
        if any(item.group for item in waiting) and not self._options.split:
            raise CannotSplit("The server has no batch endpoint, and a group needs one. Allow it with split=True.")
        if len(self.operations) > 1:
            self._allow_splitting("The server has no batch endpoint, and each operation needs a request")
        for operation in waiting:
            if operation.result is None and self._ready([operation]):
                self._send_one(operation)

    def _send_one(self, operation: Operation) -> None:
        client, options = self._client, self._options
        operation.result, included = send_alone(
            operation,
            client.transport,
            client.url,
            key_field=client.key_field,
            include=options.include,
            minimal=options.minimal and operation.action != "create",  # its answer is where the new key stands
        )
        self._include(included)
        error = operation.result.error
        if error is not None and options.atomic:
            self._skip(operation, self.operations)
            self._tell()
            raise refusal(error, operation)
        if error is not None and operation.group is not None:
            self._skip(operation, [item for item in self.operations if item.group == operation.group])
        self._tell()

    # --- what follows from failures ---

    def _ready(self, part: Sequence[Operation]) -> list[Operation]:
        """Those of a part whose needs are met or travel with them; the others get their result here."""
        for operation in part:
            culprit = next((other for other in operation.needs() if _has_failed(other)), None)
            if culprit is not None and operation.result is None:
                same = [item for item in part if operation.group is not None and item.group == operation.group]
                self._skip(culprit, [operation, *same])
        return [operation for operation in part if operation.result is None]

    def _skip(self, culprit: Operation, operations: Sequence[Operation]) -> None:
        error: Problem = {
            "type": "urn:problem:failed_dependency",
            "title": "Failed Dependency",
            "status": 424,
            "code": "failed_dependency",
            "detail": f"Not sent, because a {culprit.action} on {culprit.resource} before it failed.",
        }
        if culprit in self._places:
            error["culprit"] = self._places[culprit]
        for operation in operations:
            if operation.result is None:
                operation.result = Result(status=424, error=error)

    def _include(self, included: Mapping[str, list[Any]]) -> None:
        for name, found in included.items():
            self.included.setdefault(name, []).extend(found)

    def _tell(self) -> None:
        if self._options.on_progress is not None:
            self._options.on_progress(self.progress)


def read_result(found: Mapping[str, Any]) -> Result:
    return Result(
        status=found["status"],
        target=found.get("target"),
        data=found.get("data"),
        etag=found.get("etag"),
        error=found.get("error"),
        replayed=found.get("replayed", False),
        gone=found.get("gone", False),
    )


def _has_failed(operation: Operation) -> bool:
    return operation.result is not None and not operation.result.success
