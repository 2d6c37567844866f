"""What a House gives its members at creation, outside the balance (core rules, Hermetic Houses)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from typing import Any

from characters.rules import naming, parameters
from characters.rules.catalogue import Catalogue, VirtueEntry
from characters.rules.facts import Virtue
from characters.rules.texts import text as _

SIZES_BEFORE = {"minor": _("Minor"), "major": _("Major")}


def _beside(one: str, other: str) -> str:
    return _("{one} {other}", one=one, other=other)


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that fulfils a grant: a certain Virtue, or any that fits `any_of`."""

    virtue: str = ""  # catalogue id
    parameters: tuple[Any, ...] = ()
    any_of: Mapping[str, str] | None = None  # size, category, not_category
    kind: str = "virtue"
    reminder: str = ""

    def fits(self, row: Virtue, entry: VirtueEntry) -> bool:
        """Whether a row is what this choice gives. Parameters that were left open fit."""
        if self.any_of is None:
            return row.virtue == self.virtue and _same(self.parameters, row.parameters)
        size = row.size or entry.size
        return (
            entry.kind == self.kind
            and size == self.any_of.get("size", size)
            and entry.category == self.any_of.get("category", entry.category)
            and entry.category != self.any_of.get("not_category")
        )

    def describe(self, catalogue: Catalogue) -> str:
        if self.any_of is None:
            entry = catalogue.virtue(self.virtue)
            return naming.virtue_name(entry.name, entry.display_template, parameters.words(self.parameters, catalogue))
        words = [SIZES_BEFORE.get(self.any_of.get("size", "")), self.any_of.get("category")]
        if other := self.any_of.get("not_category"):
            words.append(_("non-{category}", category=other))
        kind = _("Virtue") if self.kind == "virtue" else _("Flaw")
        what = reduce(_beside, filter(None, [*words, kind, self.reminder]))
        return _("any {what}", what=what)


@dataclass(frozen=True, slots=True)
class Grant:
    """One gift of a House: one of the choices. A compulsory one may not be declined."""

    kind: str  # virtue, flaw
    compulsory: bool
    choices: tuple[Choice, ...]

    @property
    def only(self) -> Choice | None:
        """What is given without asking the player."""
        return self.choices[0] if len(self.choices) == 1 and self.choices[0].any_of is None else None

    def fits(self, row: Virtue, entry: VirtueEntry) -> bool:
        return any(choice.fits(row, entry) for choice in self.choices)

    def describe(self, catalogue: Catalogue) -> str:
        return naming.choice([choice.describe(catalogue) for choice in self.choices])


@lru_cache(maxsize=64)
def grants(catalogue: Catalogue, house: str | None) -> tuple[Grant, ...]:
    """What members of a House get; nothing for those without one."""
    entry = catalogue.house(house)
    return tuple(_grant(grant) for grant in entry["free_grants"]) if entry else ()


def unmatched(
    given: Sequence[Grant], rows: Sequence[tuple[Virtue, VirtueEntry]]
) -> tuple[list[Grant], list[tuple[Virtue, VirtueEntry]]]:
    """Grants that no row takes up, and rows that no grant covers, each row standing for one grant at most."""
    taken: dict[int, int] = {}  # grant -> row

    def seat(row: int, tried: set[int]) -> bool:
        """Find a grant for a row, moving others where needed."""
        for index, grant in enumerate(given):
            if index not in tried and grant.fits(*rows[row]):
                tried.add(index)
                if index not in taken or seat(taken[index], tried):
                    taken[index] = row
                    return True
        return False

    lost = [rows[row] for row in range(len(rows)) if not seat(row, set())]
    return [grant for index, grant in enumerate(given) if index not in taken], lost


def _grant(grant: Mapping[str, Any]) -> Grant:
    return Grant(
        grant["kind"],
        grant["compulsory"],
        tuple(_choice(choice) for choice in grant["choices"]),
    )


def _choice(choice: Mapping[str, Any]) -> Choice:
    for kind in ("virtue", "flaw"):
        if wanted := choice.get(f"any_{kind}"):
            return Choice(any_of=wanted, kind=kind, reminder=choice.get("reminder", ""))
    return Choice(virtue=choice["virtue"], parameters=tuple(choice.get("parameters") or ()))


def _same(wanted: Sequence[Any], given: Sequence[Any]) -> bool:
    return all(index >= len(given) or _plain(value) == _plain(given[index]) for index, value in enumerate(wanted))


def _plain(value: Any) -> Any:
    """A parameter for comparison: case and open members do not matter."""
    if isinstance(value, dict):
        return {name: _plain(member) for name, member in value.items() if member not in (None, "")}
    return value.casefold() if isinstance(value, str) else value
