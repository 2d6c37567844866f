"""Experience and spell levels at creation, by stage of life (core rules, Character creation).

    native language        75      only the native language
    early childhood        45      a list of everyday Abilities
    later life             15 a year after age 5 (Wealthy 20, Poor 10), for magi until apprenticeship
    apprenticeship        240      Arts and all Abilities, and 120 levels of spells (Skilled and Weak Parens ±60/±30)
    after apprenticeship   30 a year, experience or spell levels; each season in the laboratory takes 10 of them

Redcaps have 300 for their fifteen years. Virtues add pools that only pay for what they list. An Ability that a
Virtue gives at a score is paid for as far as that score goes. What everything cost is raw experience, before
Affinity.

Pools overlap: whether all can be paid is worked out exactly (`characters.rules.allocation`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import NamedTuple

from characters.rules.access import Access, covers
from characters.rules.allocation import Allocation, allocate
from characters.rules.effects import targets
from characters.rules.experience import cost, raw_of
from characters.rules.facts import Ref, Spell
from characters.rules.powers import Power, categories, references
from characters.rules.results import ExperienceBudget, Points, Purse
from characters.rules.state import SPELL_MASTERY, Known, State
from characters.rules.texts import text as _

NATIVE_LANGUAGE = 75
EARLY_CHILDHOOD = 45
CHILDHOOD_YEARS = 5
PER_YEAR = 15
APPRENTICED_AT = 10
"""The age at which most apprenticeships begin; assumed where a magus's is not known."""
APPRENTICESHIP_YEARS = 15
APPRENTICESHIP = 240
SPELL_LEVELS = 120
PER_YEAR_AFTER = 30
LAB_SEASON = 10
LAB_SEASONS_COUNTED = PER_YEAR_AFTER // LAB_SEASON


@dataclass(frozen=True, slots=True)
class Item:
    """Something that was bought: an Ability, an Art, the mastery of a spell, or levels of spells."""

    kind: str  # ability, art, mastery, spells
    name: str
    refs: tuple[Ref, ...]
    paid: int
    known: Known | None = None


Accepts = Callable[[Item], bool]


class Source(NamedTuple):
    """A purse, and what it pays for."""

    code: str
    label: str
    amount: int
    accepts: Accepts
    restricted: bool = True
    ref: Ref | None = None


class Shortage(NamedTuple):
    """Why something is unpaid: these items cost `needed`, and only `available` may be spent on them."""

    items: tuple[Item, ...]
    needed: int
    available: int


class Budget:
    """What a character had to spend, what it was spent on, and whether that works out."""

    def __init__(self, state: State, access: Access) -> None:
        self._state = state
        self._access = access

    @cached_property
    def report(self) -> ExperienceBudget:
        """The budget as results have it."""
        paid = self._allocation
        purses = [
            Purse(source.code, source.label, source.amount, left, most, source.restricted, source.ref)
            for source, left, most in zip(self.sources, paid.left, paid.spare, strict=True)
        ]
        given = [*self._granted_purses(), *self._elemental_purses()]
        bonus = sum(studied.row.bonus_experience for studied in self._state.arts.values())
        return ExperienceBudget(
            total=sum(purse.amount for purse in [*purses, *given]),
            spent=sum(item.paid for item in self.items) + self._granted_spent + bonus,
            unpaid=self._unpaid + sum(max(0, -purse.left) for purse in given),
            purses=(*purses, *given),
        )

    @cached_property
    def shortage(self) -> Shortage | None:
        """The items that cannot all be paid, with what there is for them; None if everything can."""
        short = self._allocation.short
        if not self._allocation.unpaid:
            return None
        items = tuple(item for item, mask in self._masks if mask and mask | short == short)
        available = sum(source.amount for index, source in enumerate(self.sources) if short >> index & 1)
        return Shortage(items, sum(item.paid for item in items), available)

    @cached_property
    def spell_levels(self) -> Points:
        """Levels of spells: what apprenticeship gave, and what the years after it still can."""
        if not self._state.hermetic:
            return Points(self._levels, 0)
        after = self._years_after_amount()
        spare = dict(zip((source.code for source in self.sources), self._allocation.spare, strict=True))
        extra = max(0, self._levels - self.levels_of_apprenticeship)
        left = spare.get("after_apprenticeship", 0)
        return Points(self._levels, self.levels_of_apprenticeship + min(after, extra + left))

    @property
    def most_spell_levels(self) -> int:
        """All levels there could be if the years after apprenticeship went into nothing else."""
        return self.levels_of_apprenticeship + self._years_after_amount() if self._state.hermetic else 0

    def payable(self, known: Known) -> bool:
        """Whether any stage or pool may pay for an Ability."""
        return id(known) in self._payable

    @cached_property
    def _payable(self) -> set[int]:
        return {id(item.known) for item, mask in self._masks if mask}

    def spent_on(self, power: Power) -> int:
        """Raw experience in the Abilities that an effect lists (Church Upbringing)."""
        wanted = frozenset(references(power))
        return sum(item.paid for item in self.items if item.known and covers(wanted, item.known.key))

    # What was bought.

    @cached_property
    def items(self) -> list[Item]:
        return [*self._ability_items(), *self._art_items(), *self._spell_items()]

    def _ability_items(self) -> Iterator[Item]:
        for known in self._state.abilities:
            paid = known.paid - min(known.paid, cost("ability", known.granted))
            yield Item("ability", known.name, (known.row.ref,), paid, known)

    def _art_items(self) -> Iterator[Item]:
        for studied in self._state.arts.values():
            if studied.paid:
                yield Item("art", studied.entry.name, (studied.row.ref,), studied.paid)

    def _spell_items(self) -> Iterator[Item]:
        free = cost("ability", mastery_granted(self._state))
        multiplier = self._state.score_effects.multiplier(SPELL_MASTERY)
        for spell in self._state.character.spells:
            if paid := raw_of(spell.mastery_experience - free, multiplier):
                yield Item("mastery", _("{spell} Mastery", spell=spell.name), (spell.ref,), paid)
        if extra := max(0, self._levels - self.levels_of_apprenticeship):
            yield Item("spells", _("levels of spells"), (), extra)

    @cached_property
    def _levels(self) -> int:
        """Levels of all spells that were not given by a Virtue."""
        given = {power.effect.get("spell") for power in self._state.powers.of("grant_spell")}
        return sum(spell.level for spell in self._state.character.spells if not spell.spell or spell.spell not in given)

    # What there was to spend.

    @cached_property
    def sources(self) -> list[Source]:
        halved = self._share
        # In the order in which they pay: what is good for little else comes first.
        stages = [*self._childhood(), *self._pools(), *self._adult_stages(), *self._extra()]
        return [source._replace(amount=int(source.amount * halved)) for source in stages if source.amount > 0]

    @cached_property
    def _share(self) -> Fraction:
        """Savantism halves all experience at creation."""
        share = Fraction(1)
        for power in self._state.powers.of("xp_multiplier"):
            share *= Fraction(str(power.effect["multiplier"]))
        return share

    def _childhood(self) -> Iterator[Source]:
        for power in self._state.powers.of("replace_early_childhood"):
            effect = power.effect
            yield Source("native_language", _("Native language"), effect["native_language_xp"], _is_native)
            wanted = frozenset(references(power))
            accepts = self._listed(wanted, frozenset())
            yield Source("early_childhood", power.entry.name, effect["xp"], accepts, ref=power.row.ref)
            return
        yield Source("native_language", _("Native language"), NATIVE_LANGUAGE, _is_native)
        listed = self._state.catalogue.tables.get("early_childhood", {}).get("abilities", ())
        accepts = self._listed(frozenset(targets(listed, ())), frozenset())
        yield Source("early_childhood", _("Early childhood"), EARLY_CHILDHOOD, accepts)

    def _adult_stages(self) -> Iterator[Source]:
        rate = next((power.amount for power in self._state.powers.of("xp_per_year")), PER_YEAR)
        for power in self._state.powers.of("replace_apprenticeship"):
            years = max(0, self._state.character.age - CHILDHOOD_YEARS - power.effect["years"])
            yield Source("later_life", _("Later life"), rate * years, self._learnable, restricted=False)
            amount = power.effect["xp"]
            label = _("{name}: fifteen years", name=power.entry.name)
            yield Source("apprenticeship", label, amount, self._learnable, False, power.row.ref)
            return
        if not self._state.is_magus:
            years = max(0, self._state.character.age - CHILDHOOD_YEARS)
            yield Source("later_life", _("Later life"), rate * years, self._learnable, restricted=False)
            return
        years = max(0, self._apprenticed_at - CHILDHOOD_YEARS)
        yield Source("later_life", _("Later life, before apprenticeship"), rate * years, self._early)
        amount = APPRENTICESHIP + self._state.powers.sum("apprenticeship_xp")
        yield Source("apprenticeship", _("Apprenticeship"), amount, self._of_apprentices, restricted=False)
        after = self._years_after_amount()
        yield Source("after_apprenticeship", _("After apprenticeship"), after, self._of_magi, restricted=False)

    def _pools(self) -> Iterator[Source]:
        for power in self._state.powers.of("xp_pool"):
            accepts = self._listed(frozenset(references(power)), frozenset(categories(power)), opens=True)
            yield Source("pool", power.entry.name, power.amount, accepts, ref=power.row.ref)

    def _extra(self) -> Iterator[Source]:
        amount = self._state.character.extra_experience
        yield Source("extra", _("Given by the troupe"), amount, self._of_apprentices, restricted=False)

    @property
    def _apprenticed_at(self) -> int:
        character = self._state.character
        if character.apprenticed_at is not None:
            return character.apprenticed_at
        return max(CHILDHOOD_YEARS, min(APPRENTICED_AT, character.age - APPRENTICESHIP_YEARS))

    @property
    def years_after_apprenticeship(self) -> int:
        character = self._state.character
        if character.years_after_apprenticeship is not None:
            return max(0, character.years_after_apprenticeship)
        return max(0, character.age - self._apprenticed_at - APPRENTICESHIP_YEARS)

    def _years_after_amount(self) -> int:
        """Points of the years after apprenticeship, less what the laboratory took."""
        if not self._state.is_magus:
            return 0
        years = self.years_after_apprenticeship
        seasons = min(max(0, self._state.character.lab_seasons), LAB_SEASONS_COUNTED * years)
        return PER_YEAR_AFTER * years - LAB_SEASON * seasons

    @property
    def levels_of_apprenticeship(self) -> int:
        if not self._state.is_magus:
            return 0
        return max(0, SPELL_LEVELS + self._state.powers.sum("apprenticeship_spell_levels"))

    # What a purse pays for.

    def _early(self, item: Item) -> bool:
        return item.known is not None and self._access.early(item.known)

    def _learnable(self, item: Item) -> bool:
        return item.known is not None and self._access.late(item.known)

    def _of_apprentices(self, item: Item) -> bool:
        if item.kind == "spells":
            return False
        return self._learnable(item) if item.known else self._state.hermetic or self._state.is_magus

    def _of_magi(self, item: Item) -> bool:
        return item.kind == "spells" or self._of_apprentices(item)

    def _listed(self, abilities: frozenset[tuple[str, str]], kinds: frozenset[str], *, opens: bool = False) -> Accepts:
        """A purse for a list of Abilities; `opens`: even those that are not open otherwise."""
        mastery = (SPELL_MASTERY, "*") in abilities

        def accepts(item: Item) -> bool:
            known = item.known
            if known is None:
                return item.kind == "mastery" and mastery
            if (known.native and not opens) or self._access.blocked(known):
                return False
            return "any" in kinds or known.entry.category in kinds or covers(abilities, known.key)

        return accepts

    # Who pays for what.

    @cached_property
    def _masks(self) -> list[tuple[Item, int]]:
        sources = self.sources
        return [(item, self._mask(item, sources) if item.paid else 0) for item in self.items]

    @staticmethod
    def _mask(item: Item, sources: list[Source]) -> int:
        mask = 0
        for index, source in enumerate(sources):
            if source.accepts(item):
                mask |= 1 << index
        return mask

    @cached_property
    def _allocation(self) -> Allocation:
        demands: dict[int, int] = {}
        for item, mask in self._masks:
            if mask:
                demands[mask] = demands.get(mask, 0) + item.paid
        return allocate([source.amount for source in self.sources], demands)

    @property
    def _unpaid(self) -> int:
        forbidden = sum(item.paid for item, mask in self._masks if not mask)
        return forbidden + sum(self._allocation.unpaid.values())

    def _granted_purses(self) -> Iterator[Purse]:
        for (ability, instance), (score, power) in self._state.granted.items():
            amount = cost("ability", score)
            known = self._state.ability(ability, instance)
            used = min(known.paid, amount) if known else 0
            label = _("{name}: {score} in the Ability", name=power.entry.name, score=score)
            yield Purse("granted", label, amount, amount - used, amount - used, True, power.row.ref)

    @cached_property
    def _granted_spent(self) -> int:
        return sum(min(known.paid, cost("ability", known.granted)) for known in self._state.abilities)

    def _elemental_purses(self) -> Iterator[Purse]:
        """What Elemental Magic gives is stored with each Form, and is nobody else's."""
        expected = self._state.elemental
        for power in self._state.powers.of("elemental_magic")[:1]:
            amount = sum(expected.values())
            left = amount - sum(studied.row.bonus_experience for studied in self._state.arts.values())
            yield Purse("elemental_magic", power.entry.name, amount, left, left, True, power.row.ref)


def mastery_granted(state: State) -> int:
    """The mastery score that every spell has without study (Flawless Magic)."""
    return max((power.effect["score"] for power in state.powers.of("spell_mastery")), default=0)


def mastery_experience(state: State, spell: Spell) -> int:
    """Counted experience in the mastery of a spell, with what Flawless Magic gives."""
    return max(spell.mastery_experience, cost("ability", mastery_granted(state)))


def _is_native(item: Item) -> bool:
    return item.known is not None and item.known.native
