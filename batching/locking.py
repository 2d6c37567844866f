"""Find the roots that a plan touches, lock them in one order, and load the rows that it addresses.

Writers on one root queue up behind its lock, and because all take locks by model and then by key, they never
deadlock. Locks are taken on bare tables: PostgreSQL cannot lock through annotations, outer joins or DISTINCT. What the
user may see decides what is locked, so nobody can hold up other people's rows.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import attrgetter, or_
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import Model, Q, QuerySet

from batching import locked_rows
from batching.bindings import Binding, Bindings
from batching.keys import column_value, key_of
from batching.models import Receipt
from batching.planning import Plan, Step
from batching.resources import Registry, Resource
from batching.sources import among
from batching.unit_of_work import UnitOfWork


class Loader:
    """Locks and loads what the steps of a plan address, into a unit of work."""

    def __init__(self, plan: Plan, bindings: Bindings, registry: Registry | None, work: UnitOfWork) -> None:
        self.plan = plan
        self.bindings = bindings
        self.registry = registry
        self.work = work
        self.asked = _asked(plan)
        self.read = False  # whether the rows were read with their roots
        self.visible: dict[Binding, dict[Any, Any]] = {}  # primary keys by target, of the rows that exist for the user

    def find(self, step: Step) -> Model | None:
        """The row that a step addresses, unless it is missing, hidden, outside the root or deleted meanwhile."""
        if step.key is None:
            return None
        pk = self.visible.get(step.binding, {}).get(step.key)
        if pk is None:
            return self.work.find_made(step.resource.model, step.key)
        return self.work.find(step.resource.model, pk)

    def recalled(self, step: Step, receipt: Receipt) -> Model | None:
        """The row of an operation that was applied before, as far as it still exists for the user."""
        key = key_of(step.resource, receipt.target)
        pk = self.visible.get(step.binding, {}).get(key)
        return None if pk is None else self.work.find(step.resource.model, pk)

    def find_made(self, step: Step, row: Model) -> Model | None:
        """The row that an earlier step created, unless it was deleted meanwhile; read again if it was let go."""
        if self.work.alive(row):
            return row
        if row.pk is None or (type(row), row.pk) in self.work.entries:
            return None
        found = step.binding.queryset().filter(pk=row.pk).first()
        return None if found is None else self._hold(step.resource, found)

    def hold_root_of(self, resource: Resource, row: Model) -> None:
        """Lock the root of a new row, if it is not yet: the viewset may have chosen it itself."""
        field = resource.root_field
        if field is None or (pk := getattr(row, field.attname)) is None:
            return
        root = self.work.find(resource.root_model, pk)
        if root is None:
            rows = resource.root_model._base_manager.using(self.work.using).filter(pk=pk)
            root = self.work.hold(rows.select_for_update(no_key=True).get())
        field.set_cached_value(row, root)

    def root_key(self, step: Step) -> Any:
        """Key of the root under which a step creates a row, None if it is malformed or a local id."""
        field = step.resource.root_field
        return None if field is None else column_value(field, step.operation.data.get(field.name))

    # --- roots ---

    def lock_roots(self, meanwhile: Callable[[], object]) -> None:
        """Lock and read the roots; the rows as well where one statement can do both, and `meanwhile` something else."""
        self.read = False
        querysets = {
            asked.binding: asked.binding.queryset() for asked in self.asked if asked.keys and self.plan.root is None
        }
        if self._lock_with_rows(querysets, meanwhile):
            return
        wanted: dict[type[Model], list[QuerySet[Any]]] = defaultdict(list)
        for model, keys in self._root_keys(querysets):
            wanted[model].append(keys)
        for model in sorted(wanted, key=lambda model: model._meta.label):
            for row in _locked_roots(self.work.using, model, wanted[model]):
                self.work.hold(row)

    def _lock_with_rows(self, querysets: Mapping[Binding, QuerySet[Any]], meanwhile: Callable[[], object]) -> bool:
        """Lock the roots of the only rows that are addressed, and read both; answers whether that could be done."""
        if len(self.asked) != 1 or not self.asked[0].keys or self.plan.root is not None:
            return False
        binding, keys = self.asked[0].binding, self.asked[0].keys
        resource, queryset = binding.resource, querysets[binding]
        if not locked_rows.serves(resource, queryset, self.work.using):
            return False
        addressed = queryset.filter(_addressed(resource, keys))
        locked = locked_rows.read(resource, addressed, self.work.pipeline, meanwhile)
        field: Any = resource.root_field
        roots = {getattr(root, field.target_field.attname): self.work.hold(root) for root in locked.roots}
        if locked.rows is None:
            return True
        rows = self.work.hold_all(resource.model, locked.rows)
        for row in rows:
            field.set_cached_value(row, roots[row.__dict__[field.attname]])
        self._show(binding, rows)
        self.read = True
        return True

    def _root_keys(self, querysets: Mapping[Binding, QuerySet[Any]]) -> Iterator[tuple[type[Model], QuerySet[Any]]]:
        """Querysets of the keys of the roots that the plan touches, as far as they exist for the user."""
        if self.plan.root is not None:
            resource, pk = self.plan.root
            yield resource.model, self._own_roots(resource).filter(pk=pk).order_by().values("pk")
            return
        for asked in self.asked:
            resource = asked.binding.resource
            if asked.keys:
                column = "pk" if resource.root_field is None else resource.root_field.attname
                rows = querysets[asked.binding].filter(_addressed(resource, asked.keys))
                yield resource.root_model, rows.order_by().values(column)
            elif resource.root_field is not None and not asked.binding.action.targeted:
                roots = sorted({key for step in asked.steps if (key := self.root_key(step)) is not None})
                root = self.registry.root_of(resource.root_model) if self.registry else None
                own = self._own_roots(root) if root is not None else resource.root_model._base_manager.all()
                if roots:
                    yield resource.root_model, own.filter(pk__in=roots).order_by().values("pk")

    def _own_roots(self, root: Resource) -> QuerySet[Any]:
        """The roots that exist for the user."""
        action = root.actions.get("retrieve") or next(iter(root.actions.values()))
        return self.bindings.get(root, action).queryset()

    # --- rows ---

    def read_rows(self, earlier: Mapping[int, Receipt]) -> None:
        """Read through the viewset's own queryset; actions that ask the same share the answer.

        `earlier` are the receipts of operations that were applied before: the rows they created are read, too.
        """
        if self.read:
            return
        for asked in self.asked:
            asked.recall(earlier)
        actions = Counter(asked.binding.resource.name for asked in self.asked)
        shared: dict[tuple[str, str], list[tuple[Asked, QuerySet[Any]]]] = defaultdict(list)
        for asked in self.asked:
            if asked.keys:
                resource, queryset = asked.binding.resource, asked.binding.queryset()
                question = _text_of(queryset) if actions[resource.name] > 1 else ""
                shared[resource.name, question].append((asked, queryset))
        for askers in shared.values():
            resource, queryset = askers[0][0].binding.resource, askers[0][1]
            rows = self._read(resource, queryset, sorted({key for asked, _ in askers for key in asked.keys}))
            for asked, _ in askers:
                self._show(asked.binding, rows)

    def _show(self, binding: Binding, rows: Sequence[Model]) -> None:
        column = binding.resource.lookup_column
        keys = list(map(attrgetter(column.attname), rows))
        self.visible[binding] = dict(zip(keys, keys if column.primary_key else [row.pk for row in rows], strict=True))

    def _read(self, resource: Resource, queryset: QuerySet[Any], keys: list[Any]) -> list[Model]:
        """Read rows, and lock those below a root against writers that do not know of roots."""
        rows = queryset.filter(_addressed(resource, keys))
        if self.plan.root is not None:
            column = "pk" if resource.root_field is None else resource.root_field.attname
            rows = rows.filter(**{column: self.plan.root[1]})
        if resource.root_field is not None and connections[self.work.using].features.has_select_for_update:
            rows = self._locked(resource, rows, keys)
        return [self._hold(resource, row) for row in rows]

    def _locked(self, resource: Resource, rows: QuerySet[Any], keys: list[Any]) -> QuerySet[Any]:
        if _can_lock(rows):
            return rows.order_by("pk").select_for_update(no_key=True, of=("self",))
        roots = [pk for model, pk in self.work.entries if model is resource.root_model]
        bare = resource.model._base_manager.using(self.work.using)
        bare = bare.filter(_addressed(resource, keys), **{f"{resource.root_field.name}__in": roots})  # type: ignore[union-attr]
        list(bare.order_by("pk").select_for_update(no_key=True).values_list("pk"))
        return rows

    def _hold(self, resource: Resource, row: Model) -> Model:
        held = self.work.hold(row)
        field = resource.root_field
        root = None if field is None else self.work.find(resource.root_model, getattr(held, field.attname))
        if field is not None and root is not None:
            field.set_cached_value(held, root)
        return held


def _locked_roots(using: str, model: type[Model], keys: Sequence[QuerySet[Any]]) -> Iterable[Model]:
    """Read and lock the roots with any of these keys, in order.

    The outer statement is put together by hand: it is always the same, and Django takes longer to build it than the
    database to run it.
    """
    if model._meta.parents:  # columns of several tables
        condition = reduce(or_, (Q(pk__in=queryset) for queryset in keys))
        return model._base_manager.using(using).filter(condition).order_by("pk").select_for_update(of=("self",))
    connection = connections[using]
    compiled = [text for queryset in keys if (text := _compiled(queryset, using)) is not None]
    if not compiled:
        return []
    quote, meta = connection.ops.quote_name, model._meta
    assert meta.pk is not None
    pk = quote(str(meta.pk.column))
    conditions = " OR ".join(f"{pk} IN ({text})" for text, _ in compiled)
    names = ", ".join(quote(str(column.column)) for column in meta.concrete_fields)
    sql = f"SELECT {names} FROM {quote(meta.db_table)} WHERE {conditions} ORDER BY {pk}"
    if connection.features.has_select_for_update:
        sql += f" {connection.ops.for_update_sql(no_key=connection.features.has_select_for_no_key_update)}"
    return model._base_manager.using(using).raw(sql, [value for _, values in compiled for value in values])


def _compiled(queryset: QuerySet[Any], using: str) -> tuple[str, Sequence[Any]] | None:
    """Text and parameters of a query; None if it cannot find anything."""
    try:
        text, parameters = queryset.query.get_compiler(using).as_sql()
    except EmptyResultSet:
        return None
    return text, parameters


@dataclass(slots=True)
class Asked:
    """The steps of one binding, and the keys they address."""

    binding: Binding
    steps: Sequence[Step]
    keys: Sequence[Any]

    def recall(self, earlier: Mapping[int, Receipt]) -> None:
        """Address the rows that creations of an earlier request made, instead of making them again."""
        if not self.binding.action.targeted and earlier:
            receipts = (earlier.get(step.operation.index) for step in self.steps)
            keys = {key_of(self.binding.resource, receipt.target) for receipt in receipts if receipt is not None}
            self.keys = sorted(keys - {None})


def _asked(plan: Plan) -> list[Asked]:
    grouped: dict[Binding, list[Step]] = defaultdict(list)
    for step in plan.steps:
        grouped[step.binding].append(step)
    return [Asked(binding, steps, _keys(binding, steps)) for binding, steps in grouped.items()]


def _keys(binding: Binding, steps: Sequence[Step]) -> list[Any]:
    if not binding.action.targeted:
        return []
    return sorted({step.key for step in steps} - {None})


def _addressed(resource: Resource, keys: Sequence[Any]) -> Any:
    return among(resource.model, resource.lookup_field, keys)


def _can_lock(rows: QuerySet[Any]) -> bool:
    """Whether PostgreSQL can lock what a query reads: plain rows, not groups or what is computed from several."""
    query = rows.query
    return not (query.distinct or query.annotations or query.group_by or query.combinator or query.is_sliced)


def _text_of(queryset: QuerySet[Any]) -> str:
    try:
        return str(queryset.query)
    except EmptyResultSet:
        return "nothing"
