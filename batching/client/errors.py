"""What can go wrong for a client. Each error says whether the server may have done something."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from batching.client.operations import Operation, Problem


class BatchClientError(Exception):
    """Base of this client's errors. Do not raise directly."""


class CannotSplit(BatchClientError):
    """More than one request would be needed for what must succeed or fail together. Nothing was sent."""


class NoAnswer(BatchClientError):
    """The server did not answer, also after retries: what became of the last request is unknown.

    `batch.send()` sends what has no result yet once more, under the same ids, whenever you like.
    """


class BadAnswer(BatchClientError):
    """Something answered that is no batch endpoint: a login page, a proxy, another API."""


class Refused(BatchClientError):
    """The server said no, and saved nothing of that request.

    `problem` is its problem document, in which operations are numbered as in the whole batch. Where one operation of an
    atomic batch is to blame, it is `operation`, and all operations of the batch have their `result`.
    """

    def __init__(
        self, problem: Problem, operation: Operation | None = None, *, retry_after: float | None = None
    ) -> None:
        super().__init__(f"{problem['status']} {problem.get('code', '')}: {problem.get('detail', '')}")
        self.problem = problem
        self.operation = operation
        self.retry_after = retry_after  # seconds

    @property
    def status(self) -> int:
        return int(self.problem["status"])

    @property
    def code(self) -> str:
        return str(self.problem.get("code", ""))

    @property
    def fields(self) -> dict[str, Any]:
        """What is wrong with which field, where the data was invalid."""
        return dict(self.problem.get("fields", {}))

    @property
    def faults(self) -> Sequence[Problem]:
        """All faults of a request that was malformed."""
        return list(self.problem.get("errors", ()))


class Unauthorized(Refused):
    """401: no credentials, or expired ones."""


class Forbidden(Refused):
    """403: this user may not."""


class NotFound(Refused):
    """404: the row does not exist, or not for this user."""


class Conflict(Refused):
    """409: the database, or another writer, does not admit the change."""


class PreconditionFailed(Refused):
    """412: the row is not in the state that `if_match` asked for; `problem["current"]` shows it as it is."""


class TooLarge(Refused):
    """413: over a limit that cannot be kept by splitting."""


class Unprocessable(Refused):
    """422: impossible by the rules of the resource, or an id that was used for something else."""


class Throttled(Refused):
    """429: over budget, and `retry_after` is longer than this client waits."""


class ServerError(Refused):
    """5xx: a fault of the server, or it is busy."""


BY_STATUS: dict[int, type[Refused]] = {
    401: Unauthorized,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    412: PreconditionFailed,
    413: TooLarge,
    422: Unprocessable,
    428: PreconditionFailed,
    429: Throttled,
}


def refusal(problem: Problem, operation: Operation | None = None, *, retry_after: float | None = None) -> Refused:
    """The error of the class that fits the status."""
    status = int(problem["status"])
    kind = ServerError if status >= 500 else BY_STATUS.get(status, Refused)
    return kind(problem, operation, retry_after=retry_after)
