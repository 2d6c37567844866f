"""From what happened to results: the state of each touched row after the whole batch, read once per row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Model

from batching.bindings import Binding, Bindings
from batching.exceptions import PreconditionFailed, problem
from batching.keys import key_of
from batching.models import Receipt
from batching.operations import Lid, Result
from batching.planning import Step
from batching.preconditions import etag_of
from batching.resources import Registry
from batching.slow_path import Answered
from batching.unit_of_work import UnitOfWork

Place = tuple[Binding, Any]
"""Who shows a row, and its primary key."""
Shown = dict[Place, tuple[Any, str | None]]
"""Representation and entity tag of each row."""


class Trace:
    """What happened to one step so far."""

    __slots__ = ("answered", "error", "receipt", "row", "skipped", "step")

    def __init__(self, step: Step) -> None:
        self.step = step
        self.row: Model | None = None
        self.answered: Answered | None = None
        self.error: Exception | None = None
        self.skipped = False
        self.receipt: Receipt | None = None  # of an operation that was applied before

    def meet(self, row: Model) -> None:
        """Note the row that the step is about, also if the step then fails."""
        self.row = row

    def fail(self, error: Exception) -> None:
        self.error = error

    def skip(self, error: Exception) -> None:
        self.error, self.skipped = error, True


class Answers:
    def __init__(self, bindings: Bindings, registry: Registry | None, work: UnitOfWork) -> None:
        self.bindings = bindings
        self.registry = registry
        self.work = work

    def results(self, traces: Sequence[Trace], *, minimal: bool = False) -> list[Result]:
        """One result per trace. `data` is the row as it is after the flush; all results of one row share it."""
        places = [self._place(trace) for trace in traces]
        wanted: dict[Binding, dict[Any, Model]] = defaultdict(dict)
        for trace, place in zip(traces, places, strict=True):
            if place is not None and trace.row is not None and self._is_shown(trace, minimal):
                wanted[place[0]][place[1]] = trace.row
        shown = self._show(wanted)
        return [self._result(trace, place, shown) for trace, place in zip(traces, places, strict=True)]

    def included(self, traces: Sequence[Trace], names: Sequence[str]) -> dict[str, list[Any]]:
        """What else the client asked for: derived state of the roots of all rows that were touched."""
        if not names or self.registry is None:
            return {}
        self.work.pipeline.finish()  # as in _current
        found: dict[str, list[Any]] = {}
        for model, keys in self._touched_roots(traces).items():
            root = self.registry.root_of(model)
            offered = root.includes if root is not None else {}
            for name in names:
                if root is not None and name in offered:
                    binding = self.bindings.get(root, next(iter(root.actions.values())))
                    rows = list(binding.queryset().filter(pk__in=keys).order_by("pk"))
                    found.setdefault(name, []).extend(getattr(binding.view, offered[name])(rows))
        return found

    def _touched_roots(self, traces: Sequence[Trace]) -> dict[type[Model], set[Any]]:
        roots: dict[type[Model], set[Any]] = defaultdict(set)
        for trace in traces:
            if trace.error is None and trace.row is not None:
                field = trace.step.resource.root_field
                roots[trace.step.resource.root_model].add(
                    trace.row.pk if field is None else getattr(trace.row, field.attname)
                )
        return roots

    # --- rows ---

    @staticmethod
    def _is_shown(trace: Trace, minimal: bool) -> bool:
        if isinstance(trace.error, PreconditionFailed):
            return True
        return trace.error is None and trace.answered is None and not minimal

    def _place(self, trace: Trace) -> Place | None:
        pk = None if trace.row is None else trace.row.pk
        return None if pk is None else (self.bindings.showing(trace.step.binding), pk)

    def _show(self, wanted: Mapping[Binding, dict[Any, Model]]) -> Shown:
        return {
            (binding, pk): shown
            for binding, rows in wanted.items()
            for pk, shown in self._represent(binding, rows).items()
        }

    def _represent(self, binding: Binding, rows: dict[Any, Model]) -> dict[Any, Any]:
        current = self._current(binding, rows)
        binding.prepare_rows(list(current.values()))
        shown = binding.representation.of(current.values())
        return {pk: (data, etag_of(row)) for (pk, row), data in zip(current.items(), shown, strict=True)}

    def _current(self, binding: Binding, rows: dict[Any, Model]) -> dict[Any, Model]:
        """The rows as they are now: from memory where that is known to be the same, read again otherwise."""
        model = binding.resource.model
        held = {pk: row for pk in rows if (row := self.work.find(model, pk)) is not None}
        if len(held) == len(rows) and not self._must_read(binding):
            return held
        self.work.pipeline.finish()  # if the database refuses a change, there is nothing to read
        gone = {pk for pk in rows if (entry := self.work.entries.get((model, pk))) is not None and entry.deleted}
        fresh = {row.pk: row for row in binding.queryset().filter(pk__in=rows.keys() - gone)}
        return {pk: fresh.get(pk) or held[pk] for pk in rows if pk in fresh or pk in held}

    def _must_read(self, binding: Binding) -> bool:
        """Whether the serializer shows something that memory does not hold, or that this batch has changed."""
        representation = binding.representation
        if representation.beyond_row and not binding.prepares_rows:
            return True
        return bool(representation.related_models & self.work.written)

    # --- results ---

    def _result(self, trace: Trace, place: Place | None, shown: Shown) -> Result:
        step, row = trace.step, trace.row
        found = None if place is None else shown.get(place)
        data, etag = (None, self._held_etag(row)) if found is None else found
        if trace.error is not None:
            return self._failure(trace, data, etag)
        result = Result(
            operation=step.operation,
            status=step.binding.action.status,
            target=self._target(trace),
            data=data,
            etag=etag,
        )
        if trace.answered is not None:
            result.data, result.status = trace.answered.data, trace.answered.status
        if trace.receipt is not None:
            result.replayed, result.status = True, trace.receipt.status
            result.gone = row is None and step.binding.action.name != "delete"
        return result

    def _held_etag(self, row: Model | None) -> str | None:
        """The entity tag of a row that is not shown, if it is held and not deleted."""
        held = None if row is None else self.work.find(type(row), row.pk)
        return None if held is None else etag_of(held)

    def _failure(self, trace: Trace, data: Any, etag: str | None) -> Result:
        assert trace.error is not None
        current = {"current": {"data": data, "etag": etag}} if isinstance(trace.error, PreconditionFailed) else {}
        error = problem(trace.error, operation=trace.step.operation.index, **current)
        return Result(operation=trace.step.operation, status=error["status"], error=error)

    @staticmethod
    def _target(trace: Trace) -> Any:
        """The row's key, as the client can address it."""
        if trace.row is not None:
            return getattr(trace.row, trace.step.resource.lookup_field)
        if trace.receipt is not None:
            return key_of(trace.step.resource, trace.receipt.target)
        target = trace.step.operation.target
        return None if isinstance(target, Lid) else target
