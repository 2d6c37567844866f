"""A Python client of the batch endpoint. It needs `requests`, and neither Django nor its settings.

    from batching.client import BatchClient

    with BatchClient("https://example.org/api/", token="…") as client:
        with client.batch() as batch:
            petrus = batch.create("characters", {"name": "Petrus"})
            swim = batch.create("abilities", {"character": petrus, "ability": "ability.swim"})
            batch.action("abilities", "increment", swim, {"by": 2})
        print(petrus.key, swim.result.data)

The batch is sent when its block ends, and not at all if the block raises. Every operation has an id of its own, so that
a request whose answer was lost is simply sent again, and nothing is applied twice.
"""

from __future__ import annotations

from batching.client.batch import Batch
from batching.client.client import BatchClient
from batching.client.errors import (
    BadAnswer,
    BatchClientError,
    CannotSplit,
    Conflict,
    Forbidden,
    NoAnswer,
    NotFound,
    PreconditionFailed,
    Refused,
    ServerError,
    Throttled,
    TooLarge,
    Unauthorized,
    Unprocessable,
)
from batching.client.operations import Operation, Result
from batching.client.options import Progress
from batching.client.retry import Retry

__all__ = [
    "BadAnswer",
    "Batch",
    "BatchClient",
    "BatchClientError",
    "CannotSplit",
    "Conflict",
    "Forbidden",
    "NoAnswer",
    "NotFound",
    "Operation",
    "PreconditionFailed",
    "Progress",
    "Refused",
    "Result",
    "Retry",
    "ServerError",
    "Throttled",
    "TooLarge",
    "Unauthorized",
    "Unprocessable",
]
