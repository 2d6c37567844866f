"""Sending a batch: in one request, in several along its dependencies, or one by one without a batch endpoint."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from batching.client.errors import BadAnswer, CannotSplit, refusal
from batching.client.operations import Operation, Problem, Result, encode
from batching.client.options import Options
from batching.client.parts import split
from batching.client.single import send_alone
from batching.client.transport import Answer

if TYPE_CHECKING:
    from batching.client.batch import Batch
    from batching.client.client import BatchClient

NO_ENDPOINT: Final = frozenset({404, 405, 501})


class Sending:
    """One go at sending what has no result yet. Results are noted on the operations as they come."""

    def __init__(self, batch: Batch, client: BatchClient, options: Options) -> None:
        self.batch, self.client, self.options = batch, client, options

    def run(self) -> None:
        while waiting := [operation for operation in self.batch.operations if operation.result is None]:
            if self.client.has_endpoint:
                self._send_parts(waiting)
            else:
                self._send_singly(waiting)

    # --- in batches ---

    def _send_parts(self, waiting: Sequence[Operation]) -> None:
        parts = split(waiting, self.client.limits)
        if not self.client.has_endpoint:
            return
        if len(parts) > 1:
            self._allow_splitting(f"{len(waiting)} operations need {len(parts)} requests")
        for part in parts:
            ready = self._ready(part)
            if ready and not self._send_part(ready):
                return

    def _allow_splitting(self, reason: str) -> None:
        if self.options.dry_run:
            raise CannotSplit(f"{reason}, but a dry run keeps nothing for the next request.")
        if self.options.atomic and not self.options.split:
            raise CannotSplit(f"{reason}, but all or nothing holds only within one. Allow it with split=True.")

    def _send_part(self, part: Sequence[Operation]) -> bool:
        """Send one request and note its results. False if it must be sent in another way."""
        client, options = self.client, self.options
        together = frozenset(part)
        body = {
            "batch_id": self.batch.id,
            "atomic": options.atomic,
            "operations": [item.wire(together) for item in part],
        }
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
            raise BadAnswer(f"{self.client.batch_url} answered with results that do not fit the operations.")
        for operation, found in zip(part, results, strict=True):
            operation.result = read_result(self._renumbered(found, part))
        self._include(answer.body.get("included", {}))
        if answer.ok:
            self._tell()
            return
        culprit = part[answer.body["operation"]]
        self._skip(culprit, self.batch.operations)
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
                found[name] = self.batch.places[part[number]]
        return {**document, **found}

    # --- one by one ---

    def _send_singly(self, waiting: Sequence[Operation]) -> None:
        if self.options.dry_run:
            raise CannotSplit("The server has no batch endpoint, and single requests cannot be tried out.")
        if any(item.group for item in waiting) and not self.options.split:
            raise CannotSplit("The server has no batch endpoint, and a group needs one. Allow it with split=True.")
        if len(self.batch.operations) > 1:
            self._allow_splitting("The server has no batch endpoint, and each operation needs a request")
        for operation in waiting:
            if operation.result is None and self._ready([operation]):
                self._send_one(operation)

    def _send_one(self, operation: Operation) -> None:
        client, options = self.client, self.options
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
            self._skip(operation, self.batch.operations)
            self._tell()
            raise refusal(error, operation)
        if error is not None and operation.group is not None:
            self._skip(operation, [item for item in self.batch.operations if item.group == operation.group])
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
        if culprit in self.batch.places:
            error["culprit"] = self.batch.places[culprit]
        for operation in operations:
            if operation.result is None:
                operation.result = Result(status=424, error=error)

    def _include(self, included: Mapping[str, list[Any]]) -> None:
        for name, found in included.items():
            self.batch.included.setdefault(name, []).extend(found)

    def _tell(self) -> None:
        if self.options.on_progress is not None:
            self.options.on_progress(self.batch.progress)


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
