"""A batch: operations that are collected, and what came of them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypedDict, Unpack

from batching.client.errors import refusal
from batching.client.operations import Key, Operation, Result, new_id
from batching.client.options import Options, Progress
from batching.client.sending import Sending

if TYPE_CHECKING:
    from batching.client.client import BatchClient

Target = Key | Operation | Mapping[str, str]


class Terms(TypedDict, total=False):
    """What any operation may say besides what it does."""

    id: str | uuid.UUID  # to know it by in another run of the program; otherwise it gets a new one
    group: str  # of an `atomic=False` batch: succeeds or fails with its neighbours of the same group
    depends_on: Sequence[Operation]  # earlier operations that must have succeeded
    if_match: str  # ETag that the row must still have


class Batch:
    """Operations that are sent when the `with` block ends, or by `send()`."""

    def __init__(self, client: BatchClient, options: Options) -> None:
        self.id = new_id()
        self.operations: list[Operation] = []
        self.included: dict[str, list[Any]] = {}  # derived state, in the order of the answers: the last is the newest
        self._client, self._options = client, options
        self._names: dict[str, Operation] = {}  # by local id
        self.places: dict[Operation, int] = {}  # numbers in the whole batch, however it is split

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
        self.places[operation] = len(self.operations)
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
        if other not in self.places:
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
        Sending(self, self._client, self._options).run()
        return self.results

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.send()
