"""Who pays for what, when several purses may pay for the same things.

Purses hold amounts; each demand may be paid by some of them, in any shares. Whether everything can be paid is
a question of maximum flow, answered exactly: a greedy distribution would refuse what is possible.

Demands are grouped by the set of purses that may pay them, written as a bit mask (bit p for purse p). There are
few such sets, so that the graph stays small however long the sheet is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Allocation:
    """What could be paid.

    `unpaid` has what each set of purses is short of; it is empty if everything is paid. `short` is a set of purses
    that are all exhausted by demands that nothing else may pay: the reason why something is unpaid.

    `left` is what remains in each purse if the first ones pay as much as they can before the later ones; it adds up.
    `spare` is, for each purse alone, the most that can be left in it.
    """

    unpaid: Mapping[int, int]
    short: int
    left: tuple[int, ...]
    spare: tuple[int, ...]


def allocate(amounts: Sequence[int], demands: Mapping[int, int]) -> Allocation:
    """Pay the demands (amount by set of purses) from the purses as far as that is possible at all.

    The first purses pay first. An augmented flow never takes back what a purse has paid already, so that later
    purses only pay what the earlier ones cannot.
    """
    flow = _Flow(amounts, demands)
    for last in range(len(amounts)):
        flow.open(last)
    unpaid = {mask: wanted for mask, wanted in zip(flow.groups, flow.wanted, strict=True) if wanted}
    short = 0
    for group, mask in enumerate(flow.groups):
        if mask in unpaid:
            short |= flow.reach(group)
    return Allocation(unpaid, short, tuple(flow.slack), tuple(flow.spare(purse) for purse in range(len(amounts))))


class _Flow:
    """Payments from purses to groups of demands, augmented along shortest paths. Purses are opened one by one."""

    def __init__(self, amounts: Sequence[int], demands: Mapping[int, int]) -> None:
        # The fewer purses may pay for a group, the earlier it is served: hardly anything has to be moved then.
        self.groups = sorted(demands, key=int.bit_count)
        self.amounts = amounts
        self.slack = [0] * len(amounts)
        self.wanted = [demands[mask] for mask in self.groups]
        self.members: list[list[int]] = [[] for _mask in self.groups]
        self.paid = [[0] * len(amounts) for _mask in self.groups]  # [group][purse]

    def open(self, purse: int) -> None:
        """Let one more purse pay for what the ones before could not."""
        self.slack[purse] = self.amounts[purse]
        for group, mask in enumerate(self.groups):
            if mask >> purse & 1:
                self.members[group].append(purse)
        for group, wanted in enumerate(self.wanted):
            if wanted and self.slack[purse]:
                self.wanted[group] -= self.push(group, wanted)

    def push(self, group: int, wanted: int, without: int = -1) -> int:
        """Pay `wanted` more for a group, moving other payments where needed; what could be paid."""
        done = 0
        while done < wanted and (path := self._path(group, without)):
            done += self._move(path, wanted - done)
        return done

    def reach(self, group: int) -> int:
        """All purses that could be made to pay for a group, as a bit mask."""
        found = 0
        waiting = [group]
        seen = {group}
        while waiting:
            for purse in self.members[waiting.pop()]:
                if not found >> purse & 1:
                    found |= 1 << purse
                    paying = {other for other in range(len(self.groups)) if self.paid[other][purse]} - seen
                    seen |= paying
                    waiting += paying
        return found

    def spare(self, purse: int) -> int:
        """The most that can be left in a purse while the others pay all they can. The flow is left as it was."""
        kept = self.slack[:], [row[:] for row in self.paid]
        freed = self.slack[purse]
        for group, row in enumerate(self.paid):
            if moved := row[purse]:
                row[purse] = 0
                again = self.push(group, moved, without=purse)
                row[purse] = moved - again
                freed += again
        self.slack, self.paid = kept
        return freed

    def _path(self, group: int, without: int) -> list[tuple[int, int]]:
        """Steps (group, purse) from a group to a purse with something left: each group takes from its purse what the
        next group paid with it."""
        for purse in self.members[group]:
            if self.slack[purse] and purse != without:
                return [(group, purse)]
        came: dict[int, tuple[int, int]] = {}  # purse -> the group it is reached from, and that group's own purse
        waiting = [(group, -1)]
        unseen = [other for other in range(len(self.groups)) if other != group]
        for current, own in waiting:
            for purse in self.members[current]:
                if purse in came or purse == without:
                    continue
                came[purse] = (current, own)
                if self.slack[purse]:
                    return self._trace(came, purse)
                waiting += [(other, purse) for other in unseen if self.paid[other][purse]]
                unseen = [other for other in unseen if not self.paid[other][purse]]
        return []

    @staticmethod
    def _trace(came: Mapping[int, tuple[int, int]], purse: int) -> list[tuple[int, int]]:
        path = []
        while purse >= 0:
            group, own = came[purse]
            path.append((group, purse))
            purse = own
        return path[::-1]

    def _move(self, path: Sequence[tuple[int, int]], wanted: int) -> int:
        """Move as much as the path carries."""
        freed = [self.paid[group][path[index][1]] for index, (group, _purse) in enumerate(path[1:])]
        amount = min(wanted, self.slack[path[-1][1]], *freed)
        for index, (group, purse) in enumerate(path):
            self.paid[group][purse] += amount
            if index:
                self.paid[group][path[index - 1][1]] -= amount
        self.slack[path[-1][1]] -= amount
        return amount
