"""From operations to a plan: what each addresses, what it waits for, and which succeed or fail together.

References go backwards only, so the order of the request is an order of execution and no cycle can be written.
Everything that can be refused without looking at a row is refused here, before anything runs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any

from batching import preconditions
from batching.actions import Action
from batching.bindings import Binding, Bindings
from batching.exceptions import Malformed, TooLarge
from batching.keys import key_of
from batching.lookups import lids_in
from batching.operations import Batch, Lid, Operation
from batching.resources import Registry, Resource
from batching.serialization import Checked


@dataclass(slots=True, kw_only=True)
class Step:
    """An operation with what it addresses."""

    operation: Operation
    binding: Binding
    needs: tuple[int, ...] = ()  # indices of the operations that must have succeeded
    lids: Mapping[str, Lid]  # local ids in the data, by member
    checked: Checked | None = None  # what validation could do before the lock
    key: Any = None  # the target as the look-up column holds it; None if no row can have it
    resource: Resource = field(init=False)

    def __post_init__(self) -> None:
        self.resource = self.binding.resource
        if self.operation.target is not None and not isinstance(self.operation.target, Lid):
            self.key = key_of(self.resource, self.operation.target)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    batch: Batch
    steps: Sequence[Step]
    bindings: Collection[Binding]  # of the steps, each once
    groups: Sequence[Sequence[Step]]  # all or nothing, in order; an atomic batch is one group
    root: tuple[Resource, Any] | None = None  # where the address confines the batch to one root


def make_plan(batch: Batch, registry: Registry, bindings: Bindings, root: tuple[Resource, Any] | None = None) -> Plan:
    """Plan a batch. Raises Malformed (400) with all `errors` for what does not make sense."""
    check_include(batch.include, registry)
    faults: list[dict[str, Any]] = []
    made: dict[str, int] = {}
    known: dict[str, int] = {}
    served: dict[tuple[str, str], Binding] = {}  # most operations ask for the same
    steps: list[Step] = []
    for operation in batch.operations:
        fault = _Fault(operation, faults)
        asked = (operation.resource, operation.action)
        binding = served.get(asked) or _bind(operation, registry, bindings, root, fault)
        if binding is None:
            continue
        served[asked] = binding
        _check_members(operation, binding.action, fault)
        if root is not None and operation.action == "create":
            operation = _under(root, operation, binding.resource, fault)
        relations = binding.validation.relations if binding.takes_data else ()
        lids = lids_in(operation.data, relations) if relations else {}
        needs = _needs(operation, lids, made, known, fault)
        steps.append(Step(operation=operation, binding=binding, lids=lids, needs=needs))
        if operation.id is not None:
            known[operation.id] = operation.index
        if operation.lid is not None:
            made[operation.lid] = operation.index
    if faults:
        first = faults[0]
        raise Malformed(
            f"operation {first['operation']}, {first['field']}: {first['detail']}",
            operation=first["operation"],
            field=first["field"],
            errors=faults,
        )
    _check_sizes(steps)
    return Plan(batch=batch, steps=steps, bindings=served.values(), groups=_groups(batch, steps), root=root)


def _check_sizes(steps: Sequence[Step]) -> None:
    """Raise TooLarge for more operations on a resource than it takes at once."""
    for resource, number in Counter([step.resource for step in steps]).items():
        most = resource.max_operations
        if most is not None and number > most:
            text = f"{number} operations on {resource.name} are more than the limit of {most}."
            raise TooLarge(text, limits={"resource": resource.name, "max_operations": most})


def single(operation: Operation, binding: Binding, include: tuple[str, ...] = (), *, minimal: bool = False) -> Plan:
    """The plan of a single write: a batch of one."""
    step = Step(operation=operation, binding=binding, lids={})
    batch = Batch(operations=(operation,), include=include, minimal=minimal)
    return Plan(batch=batch, steps=[step], bindings=[binding], groups=[[step]])


def check_include(names: tuple[str, ...], registry: Registry) -> tuple[str, ...]:
    """Raise Malformed for a name of derived state that no resource offers."""
    offered = sorted({name for resource in registry for name in resource.includes})
    for name in names:
        if name not in offered:
            raise Malformed(f"include: {name!r} is not one of {', '.join(offered) or 'none'}.", field="include")
    return names


class _Fault:
    """Collects what is wrong with one operation."""

    def __init__(self, operation: Operation, faults: list[dict[str, Any]]) -> None:
        self._index, self._faults = operation.index, faults

    def __call__(self, member: str, detail: str, code: str) -> None:
        self._faults.append({"operation": self._index, "field": member, "detail": detail, "code": code})


def _bind(
    operation: Operation,
    registry: Registry,
    bindings: Bindings,
    root: tuple[Resource, Any] | None,
    fault: _Fault,
) -> Binding | None:
    resource = registry.get(operation.resource)
    if resource is None or not _belongs(resource, root):
        names = sorted(resource.name for resource in registry if _belongs(resource, root))
        fault("resource", f"{operation.resource!r} is not one of {', '.join(names)}.", "unknown_resource")
        return None
    action = resource.actions.get(operation.action)
    if action is None:
        names = sorted(resource.actions)
        fault("action", f"{operation.action!r} is not one of {', '.join(names)}.", "unknown_action")
        return None
    return bindings.get(resource, action)


def _check_members(operation: Operation, action: Action, fault: _Fault) -> None:
    """What an action needs, and what it does not take."""
    if action.targeted and operation.target is None:
        fault(operation.target_key, f"{operation.action} needs a target.", "target_missing")
    if not action.targeted and operation.target is not None:
        fault(
            operation.target_key, f"{operation.action} takes no target; the new row gets its key.", "target_unexpected"
        )
    if operation.if_match is not None:
        preconditions.check_form(operation.if_match, operation=operation.index)
    if operation.lid is not None and action.targeted:
        fault("lid", "Only a row that is created can be given a local id.", "lid_unexpected")


def _under(root: tuple[Resource, Any], operation: Operation, resource: Resource, fault: _Fault) -> Operation:
    """Where the address names the root, a row that is created belongs to it without saying so."""
    field = resource.root_field
    if field is None:
        fault("action", f"Under an address of {root[0].name} no other can be created.", "create_elsewhere")
        return operation
    given = operation.data.get(field.name, root[1])
    if str(given) != str(root[1]):
        fault(f"data.{field.name}", f"This address creates rows of {root[1]} only.", "root_elsewhere")
    return replace(operation, data={**operation.data, field.name: root[1]})


def _belongs(resource: Resource, root: tuple[Resource, Any] | None) -> bool:
    """Whether an address confined to a root serves the resource: the root itself and what hangs on it."""
    return root is None or resource is root[0] or resource.root_model is root[0].model


def _needs(
    operation: Operation, lids: Mapping[str, Lid], made: Mapping[str, int], known: Mapping[str, int], fault: _Fault
) -> tuple[int, ...]:
    if not lids and not operation.depends_on and not isinstance(operation.target, Lid):
        return ()
    references = [*lids.items()]
    if isinstance(operation.target, Lid):
        references.append((operation.target_key, operation.target))
    needs = set()
    for member, lid in references:
        if lid.name in made:
            needs.add(made[lid.name])
        else:
            place = member if member == operation.target_key else f"data.{member}"
            fault(place, f"No earlier operation has the local id {lid.name!r}.", "unknown_lid")
    for name in operation.depends_on:
        if name in known:
            needs.add(known[name])
        else:
            fault("depends_on", f"No earlier operation has the id {name!r}.", "unknown_dependency")
    return tuple(sorted(needs))


def _groups(batch: Batch, steps: Sequence[Step]) -> list[list[Step]]:
    if batch.atomic:
        return [list(steps)]
    return [
        list(members)
        for _, members in groupby(steps, key=lambda step: step.operation.group or ("alone", step.operation.index))
    ]
