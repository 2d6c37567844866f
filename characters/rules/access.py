"""Which Abilities a character may buy at creation, and from which stage of life on.

General Abilities are open to everybody. Academic, Arcane and Martial ones need a Virtue or Flaw that opens the
category or the single Ability; magi have all three from apprenticeship on. Supernatural ones need the Virtue
that grants them, and Spell Mastery is for magi (core rules, Ability categories).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from characters.rules import conditions
from characters.rules.effects import Reference
from characters.rules.powers import Power, categories, references
from characters.rules.state import GENERAL, OF_MAGI, SPELL_MASTERY, SUPERNATURAL, Known, State


class Opening(NamedTuple):
    """What one Virtue opens."""

    categories: frozenset[str]
    abilities: frozenset[Reference]
    late: bool  # only from apprenticeship on
    max_score: int | None
    required_spend_only: bool
    excepted: frozenset[str]

    def covers(self, known: Known) -> bool:
        if known.key[0] in self.excepted:
            return False
        return known.entry.category in self.categories or covers(self.abilities, known.key)


def covers(abilities: frozenset[Reference], key: Reference) -> bool:
    """Whether a list of Abilities has this one, by instance or any instance."""
    return key in abilities or (key[0], "*") in abilities


class Access:
    """Answers for one character."""

    def __init__(self, state: State) -> None:
        self._state = state

    def early(self, known: Known) -> bool:
        """May be bought in childhood and later life."""
        return self._open(known, late=False)

    def late(self, known: Known) -> bool:
        """May be bought from apprenticeship on; for those who never were apprentices the same as `early`."""
        return self._open(known, late=True)

    def blocked(self, known: Known) -> Power | None:
        """The Flaw that forbids the Ability."""
        for power, abilities, closed in self._blocks:
            if known.entry.category in closed or covers(abilities, known.key):
                return power
        return None

    def openings(self, known: Known) -> list[Opening]:
        """What opens an Ability that is not open to everybody."""
        return [opening for opening in self._openings if opening.covers(known)]

    def limit(self, known: Known) -> int | None:
        """The highest score in an Ability that is only opened so far; None without such a limit."""
        if known.entry.category == GENERAL or self._of_magi(known):
            return None
        limits = [opening.max_score for opening in self.openings(known)]
        if not limits or None in limits:
            return None
        return max(limit for limit in limits if limit is not None)

    def only_for_required_spend(self, known: Known) -> bool:
        """Whether an Ability is only open as far as a Flaw makes everybody learn it (Church Upbringing)."""
        if known.entry.category == GENERAL or self._of_magi(known):
            return False
        openings = self.openings(known)
        return bool(openings) and all(opening.required_spend_only for opening in openings)

    def _of_magi(self, known: Known) -> bool:
        return known.entry.category in OF_MAGI and self._state.hermetic

    def _open(self, known: Known, *, late: bool) -> bool:
        if self.blocked(known) or not self._may_have(known):
            return False
        category = known.entry.category
        if category in (GENERAL, "") or known.granted:
            return True
        if known.key[0] == SPELL_MASTERY:
            return self._state.hermetic and late
        if late and self._of_magi(known):
            return True
        if category == SUPERNATURAL and known is self._free_supernatural:
            return True
        return any(opening.covers(known) and (late or not opening.late) for opening in self._openings)

    def _may_have(self, known: Known) -> bool:
        """What an Ability asks for itself: Parma Magica The Gift."""
        wanted = known.entry.requires
        return wanted is None or conditions.holds(wanted, self._state)

    @cached_property
    def _free_supernatural(self) -> Known | None:
        """The one Supernatural Ability that a Gifted character who is no magus may have without its Virtue."""
        if self._state.hermetic or not self._state.gifted:
            return None
        own = (known for known in self._state.abilities if known.entry.category == SUPERNATURAL and not known.granted)
        return next(own, None)

    @cached_property
    def _openings(self) -> list[Opening]:
        return [_opening(power, self._state) for power in self._state.powers.of("ability_access")]

    @cached_property
    def _blocks(self) -> list[tuple[Power, frozenset[Reference], frozenset[str]]]:
        return [
            (power, frozenset(references(power)), frozenset(power.effect.get("categories") or ()))
            for power in self._state.powers.of("ability_block")
            if self._state.creation or power.effect["at"] == "always"
        ]


def _counted(power: Power, state: State) -> Iterator[Reference]:
    """The Abilities that an effect lists; of one that it opens for some instances only, the best known."""
    counts = {item["ability"]: item["count"] for item in power.effect.get("abilities") or () if "count" in item}
    for ability, instance in references(power):
        if ability in counts and instance == "*":
            known = sorted(state.by_ability.get(ability, ()), key=lambda known: known.paid, reverse=True)
            yield from (one.key for one in known[: counts[ability]])
        else:
            yield ability, instance


def _opening(power: Power, state: State) -> Opening:
    effect = power.effect
    return Opening(
        frozenset(categories(power)),
        frozenset(_counted(power, state)),
        effect.get("from_stage") == "apprenticeship",
        effect.get("max_score"),
        bool(effect.get("limited_to_required_spend")),
        frozenset(
            item["ability"]
            for item in effect.get("except_abilities") or ()
            if not conditions.holds(item.get("unless") or {"any": []}, state)
        ),
    )
