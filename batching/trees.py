"""All rows below a root, as they are now: read once per transaction, and then followed in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Model

from batching.resources import Registry, Resource
from batching.unit_of_work import UnitOfWork


class Trees:
    """Reads rows below roots into a unit of work, one SELECT per kind of row for all roots that are held."""

    def __init__(self, registry: Registry | None, work: UnitOfWork) -> None:
        self.registry = registry
        self.work = work
        self._read: set[tuple[type[Model], Any]] = set()  # kinds of rows, and the roots below which they were read

    def forget(self) -> None:
        """The rows were let go, and must be read again."""
        self._read.clear()

    def children(self, model: type[Model]) -> Sequence[Resource]:
        """The resources below roots of a model."""
        root = self.registry.root_of(model) if self.registry is not None else None
        return [] if root is None or self.registry is None else self.registry.children(root)

    def below(
        self, model: type[Model], pk: Any, kinds: Sequence[type[Model]] | None = None
    ) -> Mapping[type[Model], list[Any]]:
        """Rows below a root by their model: of some kinds, or of all."""
        children = [child for child in self.children(model) if kinds is None or child.model in kinds]
        found = {}
        for child in children:
            if (child.model, pk) not in self._read:
                self._read_all(child)
            assert child.root_field is not None
            column = child.root_field.attname
            found[child.model] = [row for row in self.work.rows(child.model) if getattr(row, column) == pk]
        return found

    def _read_all(self, child: Resource) -> None:
        held = {pk for model, pk in self.work.entries if model is child.root_model}
        missing = sorted(pk for pk in held if (child.model, pk) not in self._read)
        assert child.root_field is not None
        rows = child.model._base_manager.using(self.work.using)
        for row in rows.filter(**{f"{child.root_field.attname}__in": missing}).order_by("pk"):
            self.work.hold(row)
        self._read.update((child.model, pk) for pk in missing)
