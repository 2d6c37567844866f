"""Which operations travel together: as few requests as the limits allow, cut where least belongs together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise

from batching.client.errors import CannotSplit
from batching.client.operations import Operation, encode

ENVELOPE = 500  # bytes of a body beside its operations
REFERENCE = 48  # bytes by which a key may be longer than the local id it replaces

Run = Sequence[Operation]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one request may hold."""

    max_operations: int = 100
    max_body: int = 1024 * 1024  # bytes
    of_resource: Mapping[str, int] = field(default_factory=dict)  # most operations on one resource

    def hold(self, load: Load) -> bool:
        return (
            load.operations.total() <= self.max_operations
            and load.size + ENVELOPE <= self.max_body
            and all(number <= self.of_resource.get(name, number) for name, number in load.operations.items())
        )


@dataclass(slots=True)
class Load:
    """What a request holds so far."""

    operations: Counter[str] = field(default_factory=Counter)
    size: int = 0

    def plus(self, other: Load) -> Load:
        return Load(self.operations + other.operations, self.size + other.size)


def split(operations: Run, limits: Limits) -> list[list[Operation]]:
    """Cut operations into parts that a request can hold, without changing their order.

    Operations that need each other, and all that stand between them, stay in one part as long as it can hold them. What
    is too much is cut as late as possible, and never inside a group. Raises CannotSplit for a group, or an operation,
    that alone is over a limit.
    """
    sizes = {operation: _load(operation) for operation in operations}
    parts: list[list[Operation]] = []
    load = Load()
    for run in _runs(operations, sizes, limits):
        more = _sum(sizes[operation] for operation in run)
        if not parts or not limits.hold(load.plus(more)):
            parts.append([])
            load = Load()
        parts[-1] += run
        load = load.plus(more)
    return parts


def _runs(operations: Run, sizes: Mapping[Operation, Load], limits: Limits) -> Iterator[Run]:
    """What should not be cut, in order; what must be cut comes group by group."""
    for run in connected(operations):
        if limits.hold(_sum(sizes[operation] for operation in run)):
            yield run
            continue
        for group in _groups(run):
            if not limits.hold(_sum(sizes[operation] for operation in group)):
                raise CannotSplit(_why(group, limits))
            yield group


def connected(operations: Run) -> Iterator[Run]:
    """Cut operations wherever nothing after the cut needs anything before it, and no group is cut."""
    place = {operation: index for index, operation in enumerate(operations)}
    starts = []
    bound = len(operations)  # nothing from here on may be cut off from what follows
    for index in reversed(range(len(operations))):
        operation = operations[index]
        bound = min([bound, index, *(place[other] for other in operation.needs() if other in place)])
        in_group = index > 0 and operation.group is not None and operation.group == operations[index - 1].group
        if bound == index and not in_group:
            starts.append(index)
    for start, end in pairwise([*reversed(starts), len(operations)]):
        yield operations[start:end]


def _groups(run: Run) -> Iterator[Run]:
    for _, members in groupby(run, key=lambda operation: operation.group or id(operation)):
        yield list(members)


def _load(operation: Operation) -> Load:
    """What one operation adds to a request at most."""
    body = encode(operation.wire(set(operation.needs())))
    return Load(Counter([operation.resource]), len(body) + 1 + REFERENCE * sum(1 for _ in operation.references()))


def _sum(loads: Iterator[Load]) -> Load:
    total = Load()
    for load in loads:
        total = total.plus(load)
    return total


def _why(group: Run, limits: Limits) -> str:
    first = group[0]
    what = f"The group {first.group!r}" if len(group) > 1 else f"One {first.action} on {first.resource}"
    return f"{what} is more than a request may hold ({limits.max_operations} operations, {limits.max_body} bytes)."
