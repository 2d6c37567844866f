"""Exactly-once memory of operations.

All ids of a batch are claimed at once by one INSERT, under the lock of the roots and before anything is applied. If one
of them is known, which is rare, the transaction begins anew and claims those that are not. The others were applied
before: their receipts are read, and the operations are refused (another payload) or answered from memory. Claims,
effects and verdicts commit together, so a crash leaves all of them or none.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter
from typing import Any

from django.db.models import Model, QuerySet
from django.utils import timezone

from batching import sql
from batching.actions import RETRIEVE
from batching.exceptions import IdempotencyConflict, Malformed
from batching.models import Receipt
from batching.operations import Lid
from batching.pipeline import Pipeline
from batching.planning import Step

CORRECTED = ("fingerprint", "target", "revision")


@dataclass(slots=True)
class Claim:
    """A receipt in the making: what will be stored if the operation succeeds."""

    user_id: Any
    operation: str
    fingerprint: str | None
    status: int
    target: str | None
    revision: int | None


class Receipts:
    """The receipts of one run of a plan."""

    def __init__(self, user: Any, steps: Sequence[Step], pipeline: Pipeline, *, repeats: bool) -> None:
        self.user = user
        self.pipeline = pipeline
        self.repeats = repeats
        self.steps = [step for step in steps if step.operation.id is not None and step.binding.action is not RETRIEVE]
        self.earlier: dict[int, Receipt] = {}  # receipts of operations that were applied before, by index
        if self.steps and not getattr(user, "is_authenticated", False):
            raise Malformed("Only for a user who is logged in can operations be remembered.", field="id")

    @cached_property
    def _claims(self) -> dict[int, Claim]:
        """Of new operations, by index; of all until some are known to have been applied before."""
        user = self.user.pk
        return {step.operation.index: self._expected(step, user) for step in self.steps}

    def prepare(self) -> int:
        """Work out what will be claimed, for which nothing must have been read. Answers the number of claims."""
        return len(self._claims)

    def claim(self, revision: int | None) -> None:
        """Insert a receipt for each new operation, expecting it to succeed; with `repeats` find those of the others.

        `revision` is the one that the batch will probably give. If there are others unexpectedly, the database raises
        an IntegrityError, now or later, that `is_repeat` knows.
        """
        if not self.steps:
            return
        for claim in self._claims.values():
            claim.revision = revision
        rows = sorted(self._claims.values(), key=attrgetter("operation"))
        alike = {_column("user"): self.user.pk, _column("revision"): revision, _column("created"): timezone.now()}
        if self.repeats:
            self._find(set(sql.insert_new(self.pipeline.connection, Receipt, rows, alike)))
        else:
            sql.insert_all(self.pipeline, Receipt, rows, alike)

    def check(self, step: Step, keys: Mapping[str, Any]) -> Receipt:
        """The receipt of an operation that was applied before. Raises IdempotencyConflict if it was another one.

        `keys` are the keys of rows that local ids stand for; a fingerprint names real keys only.
        """
        receipt = self.earlier[step.operation.index]
        remembered = None if receipt.fingerprint is None else receipt.fingerprint.hex
        if remembered != fingerprint(step, keys):
            raise IdempotencyConflict()
        return receipt

    def are_complete(self, revision: int | None) -> bool:
        """Whether nothing is to be added if all operations have succeeded, below a root that has this revision now."""
        claims = self._claims.values()
        return (
            revision is not None
            and set(map(attrgetter("revision"), claims)) == {revision}
            and all(map(attrgetter("target"), claims))
            and all(map(attrgetter("fingerprint"), claims))
        )

    def complete(
        self,
        done: Mapping[int, Model | None],
        revision_of: Callable[[Model | None], int | None],
        keys: Mapping[str, Any],
    ) -> None:
        """Bring the receipts of new operations in line with what came of them; forget those that failed.

        `done` holds the row of each operation that succeeded, by index.
        """
        failed = [claim.operation for index, claim in self._claims.items() if index not in done]
        corrected = [
            claim
            for step in self.steps
            if (index := step.operation.index) in done
            and (claim := self._claims.get(index)) is not None
            and self._correct(claim, step, done[index], revision_of(done[index]), keys)
        ]
        if corrected:
            columns = [_column(name) for name in CORRECTED]
            sql.run(self.pipeline, [sql.update_statement(self.pipeline.connection, Receipt, corrected, columns, {})])
        if failed:
            self._stored().filter(user=self.user, operation__in=failed).delete()

    def _expected(self, step: Step, user: Any) -> Claim:
        action, key = step.binding.action, step.key
        target = None if key is None or not action.targeted else str(key)
        return Claim(user, str(step.operation.id), fingerprint(step, {}), action.status, target, None)

    def _find(self, known: set[str]) -> None:
        old = {claim.operation: index for index, claim in self._claims.items() if claim.operation in known}
        for index in old.values():
            del self._claims[index]
        for receipt in self._stored().filter(user=self.user, operation__in=old):
            self.earlier[old[str(receipt.operation)]] = receipt

    def _stored(self) -> QuerySet[Receipt]:
        return Receipt.objects.using(self.pipeline.connection.alias)

    @staticmethod
    def _correct(claim: Claim, step: Step, row: Model | None, revision: int | None, keys: Mapping[str, Any]) -> bool:
        """Add to a claim what could not be known when it was made, such as keys of rows that this batch created.

        False if all was known.
        """
        if claim.revision == revision and claim.fingerprint is not None and step.binding.action.targeted:
            return False
        claim.fingerprint = claim.fingerprint or fingerprint(step, keys)
        key = None if row is None else getattr(row, step.resource.lookup_field)
        claim.target = claim.target if key is None else str(key)  # a row may have been created and deleted at once
        claim.revision = revision
        return True


def is_repeat(error: Exception) -> bool:
    """Whether the database refused a receipt that is there already, and so an operation that was applied before."""
    told, table = getattr(error.__cause__, "diag", None), Receipt._meta.db_table
    if told is not None:
        return bool(told.table_name == table)
    return f"UNIQUE constraint failed: {table}." in str(error)  # SQLite's words, in which no value occurs


FLAT = frozenset({bool, int, str, type(None)})
_canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":"), default=str).encode


def fingerprint(step: Step, keys: Mapping[str, Any]) -> str | None:
    """Digest of what an operation asks for: the same in a batch and as a single request, with local ids and with keys.

    None while a local id stands for a row whose key is not among `keys`.
    """
    operation = step.operation
    target, data = operation.target, operation.data
    if step.lids or isinstance(target, Lid):
        lids = [*step.lids.values(), *([target] if isinstance(target, Lid) else [])]
        if any(lid.name not in keys for lid in lids):
            return None
        target = keys[target.name] if isinstance(target, Lid) else target
        data = {**data, **{name: _as_sent(keys[lid.name]) for name, lid in step.lids.items()}}
    address = (step.resource.name, operation.action, None if target is None else str(target))
    # One text for equal data in whatever order; data without nesting, the usual kind, in a tenth of the time.
    flat = FLAT.issuperset(map(type, data.values()))
    text = ascii([*address, sorted(data.items())]) if flat else _canonical([*address, data])
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _as_sent(key: Any) -> Any:
    """A key as a client would write it in JSON."""
    return key if type(key) is int else str(key)


def _column(name: str) -> Any:
    return Receipt._meta.get_field(name)
