"""The transaction around a plan: all of a batch, or nothing, or each group on its own.

The usual run applies everything in memory and writes it at the end. If the database then refuses (a constraint that
no validator knows), the batch is run again, carefully: with a flush after each operation, so that the one at fault
can be named. A batch that runs code of the project's own is run carefully at once. Operations that were applied before,
locks that could not be had and transactions that could not be serialized start the whole run again, unless code of the
project's own has run, which may have done things that no rollback undoes.
"""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, DataError, IntegrityError, OperationalError, connections, router, transaction
from django.db.models import Model
from django.http import Http404
from rest_framework.exceptions import APIException, ValidationError

from batching import slow_path
from batching.answers import Answers, Trace
from batching.applying import Applying
from batching.bindings import Bindings
from batching.conf import conf
from batching.exceptions import Busy, Conflict, FailedDependency, Malformed, NotThere, RolledBack
from batching.judging import Judging
from batching.keys import key_of
from batching.locking import Loader
from batching.models import Ledger, transaction_ledger
from batching.operations import Outcome
from batching.pipeline import Pipeline
from batching.planning import Plan, Step
from batching.receipts import Receipts, is_repeat
from batching.reports import announce
from batching.resources import Registry
from batching.revisions import Revisions
from batching.trees import Trees
from batching.unit_of_work import UnitOfWork
from batching.write_lock import is_locked, write_transaction

TRIES = 4
DATABASE_REFUSALS = (IntegrityError, DataError)
REFUSALS = (APIException, Http404, PermissionDenied)
"""What an operation may answer with; every other exception is a bug and stays loud."""


def execute(plan: Plan, bindings: Bindings, registry: Registry | None = None) -> Outcome:
    """Run a plan in one transaction. Atomic: none of its changes is kept unless all operations succeed."""
    using = database_of(plan)
    refused = _prepare(plan)
    repeats = pinning = False
    for attempt in range(TRIES):
        run = Run(plan, bindings, registry, using, refused, repeats=repeats, pinning=pinning)
        try:
            return run.in_transaction()
        except (*DATABASE_REFUSALS, TrustMisplaced) as error:
            if is_repeat(error):
                repeats = True
            elif run.careful:
                raise Conflict() from None
            else:
                pinning = True
        except OperationalError as error:
            if not _may_pass(error):
                raise
            if run.slow_steps_ran:
                break
            time.sleep(random.uniform(0, 0.05 * 2**attempt))
    raise Busy()


class TrustMisplaced(Exception):
    """A local id led a relation to a row that the relation's queryset does not contain."""


def database_of(plan: Plan) -> str:
    """The one database of the plan. Raises Malformed if its rows live in several: there is no common transaction."""
    aliases = sorted({router.db_for_write(binding.resource.model) for binding in plan.bindings})
    if len(aliases) > 1:
        raise Malformed(f"The operations belong to several databases ({', '.join(aliases)}).", code="cross_database")
    return aliases[0]


def _prepare(plan: Plan) -> dict[int, Exception]:
    """All that can be done before the lock is taken. Answers refusals by operation."""
    refused: dict[int, Exception] = {}
    for step in plan.steps:
        binding, operation = step.binding, step.operation
        try:
            binding.permit(operation.data)
        except REFUSALS as error:
            refused[operation.index] = error
        if binding.takes_data and not binding.slow_reasons:
            step.checked = binding.validation.check(operation.data)
    return refused


def _may_pass(error: DatabaseError) -> bool:
    """Whether the same transaction may succeed when it is tried again."""
    code = getattr(error.__cause__, "sqlstate", None)
    return code in ("40001", "40P01", "55P03") or is_locked(error)


class _Undo(Exception):
    """Leaves an atomic block so that it is rolled back."""


class Run:
    """One attempt at a plan."""

    def __init__(
        self,
        plan: Plan,
        bindings: Bindings,
        registry: Registry | None,
        using: str,
        refused: dict[int, Exception],
        *,
        repeats: bool,
        pinning: bool,
    ) -> None:
        self.plan = plan
        self.using = using
        self.refused = refused
        self.pinning = pinning  # this run is to find out what the database refused
        self.careful = pinning or any(binding.slow_reasons for binding in plan.bindings)
        self.slow_steps_ran = False
        self.made: dict[str, Model] = {}
        self.pipeline = Pipeline(using, awaited=self.careful)
        self.work = UnitOfWork(self.pipeline)
        self.loader = Loader(plan, bindings, registry, self.work)
        self.trees = Trees(registry, self.work)
        self.applying = Applying(self.work, self.loader, self.trees, self.made)
        self.receipts = Receipts(bindings.request.user, plan.steps, self.pipeline, repeats=repeats)
        self.answers = Answers(bindings, registry, self.work)
        self.judging = Judging(bindings, registry, self.work, self.trees)
        self.traces: list[Trace] = []
        self.ledger: Ledger = {}
        self.revisions = Revisions(self.work, self.ledger, [binding.resource for binding in plan.bindings])
        self.claimed = False
        self.deadline = time.monotonic() + conf().MAX_SECONDS
        self.failed: set[int] = set()  # indices of operations that have failed so far

    def in_transaction(self) -> Outcome:
        if not self.pipeline.sends_ahead:  # there is no time to use while the lock is held
            self.receipts.prepare()
        token = transaction_ledger.set(self.ledger)
        try:
            with write_transaction(self.using, durable=not self.plan.batch.dry_run), self.pipeline.transaction():
                undone = self._apply()
                outcome = None if undone else self._outcome()
                if outcome is None or not outcome.committed:
                    transaction.set_rollback(True, using=self.using)
                else:
                    announce(outcome, self.answers.bindings.request.user, self.using)
        finally:
            transaction_ledger.reset(token)
        if outcome is None:
            self.work.forget()  # what a failed precondition shows must be what is stored
            outcome = self._outcome()
        return outcome

    def _apply(self) -> bool:
        """Load, run and write the plan; answers whether all of it must be undone."""
        self._load()
        if self.plan.root is not None and self.work.find(self.plan.root[0].model, self.plan.root[1]) is None:
            raise NotThere()
        for group in self.plan.groups:
            self.traces += self._run_group(group)
        if self.plan.batch.atomic and any(trace.error for trace in self.traces):
            return True
        self._flush()
        self._verify_trust()
        self._complete_receipts()
        return False

    def _outcome(self) -> Outcome:
        batch = self.plan.batch
        results = self.answers.results(self.traces, minimal=batch.minimal)
        included = self.answers.included(self.traces, batch.include) if any(r.success for r in results) else {}
        return Outcome(batch=batch, results=results, included=included)

    def _load(self) -> None:
        """Lock and read what the steps address, and what their validation will ask."""
        self.loader.lock_roots(meanwhile=self.receipts.prepare)
        if self.receipts.repeats:  # which must be known, as more rows are read then
            self._claim()
        self.loader.read_rows(self.receipts.earlier)
        for binding in self.plan.bindings:
            if binding.takes_data and not binding.slow_reasons and binding.lookups is not None:
                binding.lookups.begin(self.work, self.made)
                if binding.lookups:
                    steps = [step for step in self.plan.steps if step.binding is binding]
                    binding.lookups.load([(step.operation.data, self.loader.find(step)) for step in steps])
        self._claim()

    def _claim(self) -> None:
        if not self.claimed:
            self.claimed = True
            self.receipts.claim(self.revisions.expected())

    # --- groups ---

    def _run_group(self, group: Sequence[Step]) -> list[Trace]:
        """Run the steps of a group; if one fails, none of them has happened."""
        judged = self.judging.begin()
        if self.careful and not self.plan.batch.atomic:
            return self._run_in_savepoint(group)
        if self.plan.batch.atomic or (len(group) == 1 and not judged):  # a step that fails takes itself back
            traces = self._judged(self._run_steps(group))
            self._share_failure(traces)
            return traces
        checkpoint = self.work.checkpoint()
        traces = self._judged(self._run_steps(group))
        if self._share_failure(traces):
            self.work.restore(checkpoint)
        else:
            self.work.release(checkpoint)
        return traces

    def _run_in_savepoint(self, group: Sequence[Step]) -> list[Trace]:
        ledger = dict(self.ledger)
        traces: list[Trace] = []
        try:
            with transaction.atomic(using=self.using):
                traces += self._judged(self._run_steps(group))
                if self._share_failure(traces):
                    raise _Undo
        except _Undo:
            self.ledger.clear()
            self.ledger.update(ledger)
            self._read_anew()
        return traces

    def _judged(self, traces: list[Trace]) -> list[Trace]:
        """The traces of a group, after a step of it has failed if the group must not be."""
        self.judging.verdict(traces)
        self.failed.update(trace.step.operation.index for trace in traces if trace.error is not None)
        return traces

    def _share_failure(self, traces: Sequence[Trace]) -> bool:
        """If a member of a group failed, let those that did not share its fate. Answers whether one did."""
        failed = [trace for trace in traces if trace.error is not None]
        if not failed:
            return False
        culprit = next((trace for trace in failed if not trace.skipped), failed[0])
        for trace in traces:
            if trace.error is None and trace.receipt is None:
                trace.skip(RolledBack(culprit=culprit.step.operation.index))
                self.failed.add(trace.step.operation.index)
        return True

    # --- steps ---

    def _run_steps(self, steps: Sequence[Step]) -> list[Trace]:
        """Run steps in order. After a failure the rest is still tried, so that all errors are known at once, until
        one of them leaves the transaction in a state in which nothing more can be learnt."""
        traces: list[Trace] = []
        culprit: int | None = None
        usable = True
        for step in steps:
            trace = Trace(step)
            traces.append(trace)
            index = step.operation.index
            missing = next((need for need in step.needs if need in self.failed), None) if step.needs else None
            self._check_time()
            if missing is not None:
                trace.skip(FailedDependency(culprit=missing))
            elif index in self.receipts.earlier:  # needs no transaction, and is not rolled back
                usable = self._run_step(step, trace) and usable
            elif not usable or (culprit is not None and step.binding.slow_reasons):
                trace.skip(RolledBack(culprit=culprit))
            else:
                usable = self._run_step(step, trace)
            if trace.error is not None:
                self.failed.add(index)
                culprit = index if culprit is None else culprit
        return traces

    def _check_time(self) -> None:
        if time.monotonic() > self.deadline:
            raise Busy(
                f"The batch takes longer than {conf().MAX_SECONDS:g} seconds; send less at once.", code="timeout"
            )

    def _run_step(self, step: Step, trace: Trace) -> bool:
        """Run a step; answers whether the transaction can still be used."""
        binding, operation = step.binding, step.operation
        slow = bool(binding.slow_reasons)
        # The project's own code may fail with a row half changed; all else changes rows last, when nothing can fail.
        checkpoint = None if binding.action.row_method is None else self.work.checkpoint()
        try:
            if (refusal := self.refused.get(operation.index)) is not None:
                raise refusal
            if operation.index in self.receipts.earlier:
                self._recall(step, trace)
            elif slow:
                self._run_slowly(step, trace)
            else:
                trace.row = self.applying.apply(step, trace.meet)
            if operation.lid is not None and trace.row is not None:
                self.made[operation.lid] = trace.row
            if self.careful and trace.receipt is None:
                self._flush()
                self._verify_step(step)
        except REFUSALS as error:
            if checkpoint is not None:
                self.work.restore(checkpoint)
            trace.fail(error)
            return not (slow or self.careful)
        except DATABASE_REFUSALS:
            if not self.careful:
                raise
            trace.fail(Conflict())
            return False
        if checkpoint is not None:
            self.work.release(checkpoint)
        self.judging.observe(trace)
        return True

    def _recall(self, step: Step, trace: Trace) -> None:
        """Answer an operation that was applied before from its receipt, with the row as it is now."""
        trace.receipt = self.receipts.check(step, self._keys_by_lid())
        trace.row = self.loader.recalled(step, trace.receipt)

    def _run_slowly(self, step: Step, trace: Trace) -> None:
        self._flush()
        row = self.applying.row(step, trace.meet) if step.binding.action.targeted else None
        data = self._with_keys(step)
        if row is not None:
            self.applying.show_beside(step, row)
        self.slow_steps_ran = True
        try:
            trace.row = slow_path.run(step, row, data)
        except slow_path.Answered as answered:
            trace.row, trace.answered = row, answered
        self._read_anew()

    def _with_keys(self, step: Step) -> dict[str, Any]:
        """The data with local ids replaced by the keys that their rows have by now."""
        if not all(lid.name in self.made for lid in step.lids.values()):
            raise NotThere()
        return {**step.operation.data, **{name: self.made[lid.name].pk for name, lid in step.lids.items()}}

    def _keys_by_lid(self) -> dict[str, Any]:
        """Keys of the rows that local ids stand for, as far as they have one."""
        recalled = {
            step.operation.lid: key_of(step.resource, self.receipts.earlier[step.operation.index].target)
            for step in self.plan.steps
            if step.operation.lid is not None and step.operation.index in self.receipts.earlier
        }
        made = {name: row.pk for name, row in self.made.items() if row.pk is not None}
        return {**recalled, **made}

    def _complete_receipts(self) -> None:
        if not self.failed and self.receipts.are_complete(self.revisions.only()):
            return
        done = {trace.step.operation.index: trace.row for trace in self.traces if trace.error is None}
        self.receipts.complete(done, self.revisions.of, self._keys_by_lid())

    def _read_anew(self) -> None:
        self.work.forget()
        self.trees.forget()
        self._load()

    # --- what could only be checked once it was written ---

    def _verify_trust(self) -> None:
        lookups = [binding.lookups for binding in {step.binding for step in self.plan.steps if step.lids}]
        related = [lookup for each in lookups if each is not None for lookup in each.related.values()]
        if not self.careful and any(lookup.unseen() and lookup.refuses() for lookup in related):
            raise TrustMisplaced

    def _verify_step(self, step: Step) -> None:
        if self.pinning:  # on SQLite this reads the whole table
            connections[self.using].check_constraints([step.resource.model._meta.db_table])
        lookups = step.binding.lookups if step.lids else None
        for name, lid in step.lids.items():
            lookup = lookups.related.get(name) if lookups is not None else None
            if lookup is not None and lookup.unseen() and lid.name in lookup.refuses():
                raise ValidationError({name: ["This row cannot be referred to here."]}, code="does_not_exist")

    def _flush(self) -> None:
        self.work.flush(self.revisions.give(), again=self.careful)
