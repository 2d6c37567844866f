"""The highest score in an Ability at creation, by age (core rules, Later Life). There is none in play."""

from __future__ import annotations

from functools import cached_property
from math import ceil

from characters.rules.effects import Reference, parameter, targets
from characters.rules.powers import Power, references
from characters.rules.state import Known, State

UP_TO_AGE = ((29, 5), (35, 6), (40, 7), (45, 8))
"""Cap up to an age; whoever is older has `OLDEST`."""

OLDEST = 9


def by_age(age: int) -> int:
    return next((cap for up_to, cap in UP_TO_AGE if age <= up_to), OLDEST)


class Caps:
    """Caps of one character. They limit the score itself, never Puissant."""

    def __init__(self, state: State) -> None:
        self._state = state

    def of(self, known: Known) -> int:
        """Affinity raises the cap, a foreign upbringing halves it for what the locals know, savants have their own."""
        cap = by_age(self._state.character.age)
        if known.key in self._raised:
            cap += self._raised[known.key]
        for power, abilities in self._multiplied:
            if not known.native and (known.key in abilities or (known.key[0], "*") in abilities):
                cap = ceil(cap * power.effect["multiplier"])
        for power in self._state.powers.of("ability_cap"):
            effect = power.effect
            favored = known.key in targets(
                parameter(power.parameters, effect["ability_from_parameter"]), power.parameters
            )
            cap = effect["except_parameter_max"] if favored else min(cap, effect["max"])
        return cap

    @cached_property
    def exempting(self) -> list[Power]:
        """Virtues whose words lift the cap for some Abilities."""
        return list(self._state.powers.of("age_cap_exempt"))

    @cached_property
    def _raised(self) -> dict[Reference, int]:
        return {
            target: power.effect["age_cap_bonus"]
            for power in self._state.powers.of("affinity")
            if "age_cap_bonus" in power.effect
            for target in targets(power.effect["target"], power.parameters)
        }

    @cached_property
    def _multiplied(self) -> list[tuple[Power, frozenset[Reference]]]:
        return [(power, frozenset(references(power))) for power in self._state.powers.of("age_cap_multiplier")]
