"""Whether the rows below a root still make sense together, asked of the root's viewset around each group.

A viewset may know rules about a whole tree: not more on a shelf than it carries. Where it `batch_judges` a root, the
tree is read once per transaction, and after each operation `batch_findings` tells from memory what is wrong with it
by then. A group that leaves something wrong that was not wrong before (`batch_new_findings`) is refused; what was wrong
already does not stand in the way. A root that the batch itself creates is judged from the next batch on: new trees
are incomplete by nature.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db.models import Model

from batching.actions import RETRIEVE
from batching.answers import Trace
from batching.bindings import Bindings
from batching.exceptions import Refused
from batching.resources import Registry, Resource
from batching.trees import Trees
from batching.unit_of_work import UnitOfWork

Root = tuple[type[Model], Any]


class Judging:
    """Judges the groups of one run."""

    def __init__(self, bindings: Bindings, registry: Registry | None, work: UnitOfWork, trees: Trees) -> None:
        self.bindings = bindings
        self.work = work
        self.trees = trees
        self._resources = {root.model: root for root in registry or () if root.judges}
        self._before: dict[Root, Any] = {}  # findings when the group started
        self._now: dict[Root, Any] = {}
        self._since: dict[Root, int] = {}  # index of the operation since which there have been new findings

    def begin(self) -> bool:
        """Start a group; answers whether any root will be judged."""
        if not self._resources:
            return False
        self._since.clear()
        judged = {root: row for root, row in self._held() if self._wants(row)}
        for root, row in judged.items():
            if root not in self._now:
                self._now[root] = self._findings(row)
        self._before = {root: self._now[root] for root in judged}
        return bool(judged)

    def observe(self, trace: Trace) -> None:
        """Look at the trees after a step that succeeded."""
        if not self._before or trace.step.binding.action is RETRIEVE or trace.receipt is not None:
            return
        for root in self._touched(trace):
            row = self.work.find(*root)
            if row is not None:
                self._now[root] = self._findings(row)
            if row is None or not self._new(root):
                self._since.pop(root, None)
            else:
                self._since.setdefault(root, trace.step.operation.index)

    def verdict(self, traces: Sequence[Trace]) -> None:
        """Fail the step that brought something wrong that was not wrong before the group."""
        if not self._before:
            return
        if any(trace.error is not None for trace in traces):
            self._now.update(self._before)
            return
        roots = [root for root in self._since if self._is_judged(root)]
        if not roots:
            return
        culprit = min(self._since[root] for root in roots)
        error = _refusal([finding for root in roots for finding in self._new(root)])
        next(trace for trace in traces if trace.step.operation.index == culprit).fail(error)
        self._now.update(self._before)

    # --- which roots ---

    def _held(self) -> Iterator[tuple[Root, Model]]:
        for root in [key for key in self.work.entries if key[0] in self._resources]:
            row = self.work.find(*root)
            if row is not None:
                yield root, row

    def _wants(self, row: Model) -> bool:
        return bool(self._view(self._resources[type(row)]).batch_judges(row))

    def _is_judged(self, root: Root) -> bool:
        """Whether the root is still there, and still wants to be judged."""
        row = self.work.find(*root)
        return row is not None and self._wants(row)

    def _touched(self, trace: Trace) -> list[Root]:
        resource, row = trace.step.resource, trace.row
        if row is None:  # code of the project's own that does not tell
            return list(self._before)
        field = resource.root_field
        root = (resource.root_model, row.pk if field is None else getattr(row, field.attname))
        return [root] if root in self._before else []

    def _view(self, resource: Resource) -> Any:
        action = resource.actions.get("retrieve") or next(iter(resource.actions.values()))
        return self.bindings.get(resource, action).view

    def _findings(self, root: Model) -> Any:
        view = self._view(self._resources[type(root)])
        return view.batch_findings(root, self.trees.below(type(root), root.pk))

    def _new(self, root: Root) -> Sequence[Any]:
        view = self._view(self._resources[root[0]])
        new: Sequence[Any] = view.batch_new_findings(self._before[root], self._now[root])
        return new


def _refusal(findings: Sequence[Any]) -> Refused:
    """The error with its findings; what they have as `message` is the detail."""
    words = [str(finding["message"]) for finding in findings if isinstance(finding, Mapping) and "message" in finding]
    return Refused(" ".join(words) or None, findings=list(findings))
