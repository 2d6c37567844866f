"""Applying one operation to rows in memory: the fast path."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Model
from rest_framework.exceptions import ValidationError

from batching import preconditions
from batching.exceptions import NotThere
from batching.locking import Loader
from batching.operations import Lid
from batching.planning import Step
from batching.serialization import Checked
from batching.trees import Trees
from batching.unit_of_work import UnitOfWork


class Applying:
    """Applies steps to the rows of a unit of work. Each method raises what a single request would answer."""

    def __init__(self, work: UnitOfWork, loader: Loader, trees: Trees, made: dict[str, Model]) -> None:
        self.work = work
        self.loader = loader
        self.trees = trees
        self.made = made  # rows created by this batch, by local id

    def apply(self, step: Step, meet: Callable[[Model], None]) -> Model:
        """Do what the step asks; answers the row. Nothing is written yet. `meet` hears of a row that was found."""
        action = step.binding.action
        if not action.targeted:
            return self._create(step)
        row = self.row(step, meet)
        match action.name:
            case "update":
                self._update(step, row)
            case "delete":
                self.work.remove(row)
            case "retrieve":
                pass
            case _:
                self._act(step, row)
        return row

    def row(self, step: Step, meet: Callable[[Model], None]) -> Model:
        """The row that a step addresses, if it exists for the user, who may touch it, and is as expected."""
        operation, binding = step.operation, step.binding
        if isinstance(operation.target, Lid):
            made = self.made.get(operation.target.name)
            row = None if made is None else self.loader.find_made(step, made)
        else:
            row = self.loader.find(step)
        if row is None:
            raise NotThere()
        binding.permit_row(row, operation.data)
        meet(row)
        if operation.if_match is not None or binding.requires_if_match:
            revision = self.work.started.get((type(row), row.pk))
            preconditions.require(row, revision, operation.if_match)
        return row

    def show_beside(self, step: Step, row: Model) -> None:
        """Give a row action the rows below the same root that it `reads`."""
        reads, field = step.binding.action.reads, step.resource.root_field
        if reads:
            pk = row.pk if field is None else getattr(row, field.attname)
            step.binding.view.batch_rows = self.trees.below(step.resource.root_model, pk, reads)

    def _create(self, step: Step) -> Model:
        root_field = step.resource.root_field
        if root_field is not None and root_field.name not in step.lids:
            key = self.loader.root_key(step)
            if key is not None and self.work.find(step.resource.root_model, key) is None:
                raise NotThere(
                    "There is no such row to belong to.", fields={root_field.name: ["There is no such row."]}
                )
        values = self._validated(step, None) | step.binding.defaults()
        row = step.resource.model(**values)
        self.loader.hold_root_of(step.resource, row)
        self.work.add(row)
        return row

    def _update(self, step: Step, row: Model) -> None:
        values = self._validated(step, row)
        root_field = step.resource.root_field
        if root_field is not None and _moves(row, root_field, values):
            raise ValidationError({root_field.name: ["A row stays where it was created."]})
        self.work.touch(row)
        for name, value in values.items():
            setattr(row, name, value)
        self.work.note(row)

    def _act(self, step: Step, row: Model) -> None:
        values = self._validated(step, row)
        self.show_beside(step, row)
        self.work.touch(row)
        assert step.binding.action.row_method is not None
        step.binding.action.row_method(step.binding.view, row, values)
        self.work.note(row)

    def _validated(self, step: Step, row: Model | None) -> dict[str, Any]:
        validation = step.binding.validation
        return validation.complete(step.operation.data, step.checked or Checked(), row)


def _moves(row: Model, root_field: Any, values: Mapping[str, Any]) -> bool:
    """Whether the values would put a row below another root."""
    if root_field.name in values:
        root = values[root_field.name]
        return root is None or root.pk != getattr(row, root_field.attname)
    return root_field.attname in values and values[root_field.attname] != getattr(row, root_field.attname)
