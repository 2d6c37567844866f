"""What operations people and other apps hear of a batch: a log line, and a signal after commit."""

from __future__ import annotations

import logging
from typing import Any

from django.db import transaction
from django.dispatch import Signal

from batching.envelope import summary
from batching.operations import Outcome

logger = logging.getLogger("batching")

batch_committed = Signal()
"""Sent once after a batch, or a single write, is committed: `outcome` (an Outcome), `user`, `using` (the database).

Receivers run outside the transaction. One that fails is logged and stops neither the others nor the answer.
"""


def report(request: Any, outcome: Outcome, milliseconds: float) -> None:
    """Log one line: which batch, whose, what became of it, how long it took."""
    counts = summary(outcome.results)
    logger.info(
        "batch %s user=%s atomic=%s committed=%s total=%d succeeded=%d failed=%d skipped=%d replayed=%d ms=%.1f",
        outcome.batch.id or "-",
        getattr(request.user, "pk", None),
        outcome.batch.atomic,
        outcome.committed,
        *(counts[name] for name in ("total", "succeeded", "failed", "skipped", "replayed")),
        milliseconds,
        extra={
            "batch_id": outcome.batch.id,
            "milliseconds": milliseconds,
            **{f"batch_{k}": v for k, v in counts.items()},
        },
    )


def announce(outcome: Outcome, user: Any, using: str) -> None:
    """Send `batch_committed` when the current transaction has committed."""

    def send() -> None:
        batch_committed.send_robust(sender=Outcome, outcome=outcome, user=user, using=using)

    transaction.on_commit(send, using=using, robust=True)
