"""A character with everything that was worked out about it: what the checks behind the findings look at."""

from __future__ import annotations

from functools import cached_property

from characters.rules import characteristics, health
from characters.rules.access import Access
from characters.rules.budget import Budget
from characters.rules.caps import Caps
from characters.rules.catalogue import Catalogue, VirtueEntry
from characters.rules.combat import Combat
from characters.rules.facts import Character, Virtue
from characters.rules.magic import Magic
from characters.rules.powers import Powers
from characters.rules.results import CombatLine, Load, Points, SpellLine, Total
from characters.rules.state import State
from characters.rules.virtues import POINTS


class Case:
    """Parts are worked out when they are first asked for."""

    def __init__(self, character: Character, catalogue: Catalogue) -> None:
        self.character = character
        self.catalogue = catalogue
        self.state = State(character, catalogue)
        self.access = Access(self.state)
        self.budget = Budget(self.state, self.access)
        self.caps = Caps(self.state)

    @property
    def powers(self) -> Powers:
        return self.state.powers

    @cached_property
    def load(self) -> Load:
        return health.load(self.state)

    @cached_property
    def size(self) -> Total:
        return characteristics.size(self.character, self.powers)

    @cached_property
    def magic(self) -> Magic:
        return Magic(self.state, self.load.encumbrance.value)

    @cached_property
    def spells(self) -> tuple[SpellLine, ...]:
        return tuple(self.magic.spell(spell) for spell in self.character.spells)

    @cached_property
    def combat(self) -> tuple[CombatLine, ...]:
        return Combat(self.state, self.load.encumbrance.value).lines()

    @cached_property
    def characteristic_points(self) -> Points:
        available = characteristics.POINTS + self.powers.sum("characteristic_points")
        return Points(characteristics.spent(self.character.characteristics), available)

    # Virtues and Flaws.

    @cached_property
    def counted(self) -> list[tuple[Virtue, VirtueEntry]]:
        """Those that count in the balance: not what the House, a story or another Virtue gave."""
        free = self.powers.free_rows()
        return [
            (row, entry)
            for index, (row, entry) in enumerate(self.powers.held)
            if not (row.granted_by_house or row.granted or index in free)
        ]

    @cached_property
    def virtue_points(self) -> Points:
        return Points(self._points("virtue"), self.state.limits.get("virtue_points"))

    @cached_property
    def flaw_points(self) -> Points:
        return Points(self._points("flaw"), self.state.limits.get("flaw_points"))

    def _points(self, kind: str) -> int:
        return sum(POINTS.get(size_of(row, entry), 0) for row, entry in self.counted if entry.kind == kind)


def size_of(row: Virtue, entry: VirtueEntry) -> str:
    """The size that was chosen, or the one the catalogue has."""
    return row.size or entry.size
