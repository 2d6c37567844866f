"""Hermetic magic: what a magus adds to the die.

    Casting Score   Technique + Form + Stamina - Encumbrance
    Formulaic       Casting Score (+ the spell's Mastery)
    Ritual          Casting Score + Artes Liberales + Philosophiae
    Spontaneous     Casting Score / 2 at the price of a Fatigue level, / 5 without
    Lab Total       Technique + Form + Intelligence + Magic Theory
    Penetration     Casting Total + Penetration - level

Puissant adds to the Art. A requisite counts where it is lower, Technique with Technique and Form with Form. A
Magical Focus adds the lowest of all Arts used once more. A deficient Art halves the total. Die, aura, vis,
words, gestures, wounds and fatigue are not part of any of these (core rules, Hermetic magic).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from characters.rules.budget import mastery_experience
from characters.rules.casting import magnitude
from characters.rules.effects import parameter
from characters.rules.experience import next_cost, remainder_of, score_of
from characters.rules.facts import Spell
from characters.rules.powers import PARMA_AGAINST_FORM, PENETRATION, Power
from characters.rules.results import Castings, Might, PairLine, Part, ResistanceLine, SpellLine, Total, total
from characters.rules.state import State
from characters.rules.texts import text as _

ARTES_LIBERALES = "ability.artes-liberales"
PHILOSOPHIAE = "ability.philosophiae"
MAGIC_THEORY = "ability.magic-theory"
PARMA_MAGICA = "ability.parma-magica"
PENETRATION_ABILITY = "ability.penetration"

IN_AURA = Part(_("Aura"), 3)
"""The laboratory in which apprentices learned their spells (core rules, Apprenticeship)."""


class Summand(NamedTuple):
    """Parts that go into many totals together, and their sum."""

    parts: tuple[Part, ...]
    value: int


class Magic:
    """Totals of one character."""

    def __init__(self, state: State, encumbrance: int) -> None:
        self._state = state
        self._encumbrance = encumbrance

    # Casting.

    def castings(self) -> Castings:
        """The 50 pairs, in the order of the catalogue; none for those who have no Arts."""
        if not self._state.arts and not self._state.hermetic:
            return Castings()
        catalogue = self._state.catalogue
        techniques = [(technique.id, self._art(technique.id)) for technique in catalogue.techniques]
        forms = [(form.id, self._art(form.id)) for form in catalogue.forms]
        pairs = tuple(self._pair(*technique, *form) for technique in techniques for form in forms)
        return Castings(pairs, self._body.parts, self._learning.parts, self._laboratory.parts)

    def spell(self, spell: Spell) -> SpellLine:
        """One spell as it is known."""
        arts = self._arts_of(spell)
        deficient = tuple(art for art in dict.fromkeys(arts) if art in self._deficient)
        divisor = 2 ** len(deficient)
        experience = mastery_experience(self._state, spell)
        mastery = score_of("ability", experience)
        casting = total(self._spell_parts(spell, arts, mastery), divisor)
        return SpellLine(
            ref=spell.ref,
            name=spell.name,
            level=spell.level,
            magnitude=magnitude(spell.level),
            casting=casting,
            penetration=self.penetration(casting.value, spell.level),
            level_cap=total(self._lab_parts(spell, arts), divisor),
            mastery=mastery,
            mastery_remainder=remainder_of("ability", experience),
            mastery_next_cost=next_cost("ability", experience),
            focus=spell.focus and self.has_focus,
            deficiencies=deficient,
        )

    def penetration(self, casting_total: int, level: int) -> Total:
        """What a Casting Total leaves above the level of the spell. Weak Magic halves it."""
        skill, divisor = self._penetration
        parts = (Part(_("Casting Total"), casting_total), *skill.parts, Part(_("Level"), -level))
        return Total((casting_total + skill.value - level) // divisor, parts, divisor)

    @cached_property
    def _penetration(self) -> tuple[Summand, int]:
        weak = sum(power.effect["scope"] == PENETRATION for power in self._halved)
        return _summed(self._state.ability_parts(PENETRATION_ABILITY)), 2**weak

    @cached_property
    def has_focus(self) -> bool:
        return self._state.powers.has("magical_focus")

    def _pair(self, technique: str, technique_value: Summand, form: str, form_value: Summand) -> PairLine:
        both = technique_value.value + form_value.value
        casting = both + self._body.value
        ritual = casting + self._learning.value
        divisor = (2 if technique in self._deficient else 1) * (2 if form in self._deficient else 1)
        return PairLine(
            technique,
            form,
            (*technique_value.parts, *form_value.parts),
            divisor,
            casting // divisor,
            ritual // divisor,
            casting // (2 * divisor),
            casting // (5 * divisor),
            ritual // (2 * divisor),
            (both + self._laboratory.value) // divisor,
        )

    def _spell_parts(self, spell: Spell, arts: Sequence[str], mastery: int) -> Iterator[Part]:
        yield from self._arts_used(spell)
        yield from self._body.parts
        if spell.ritual:
            yield from self._learning.parts
        if mastery:
            yield Part(_("Mastery"), mastery, spell.ref)
        yield from self._focus(spell, arts)

    def _lab_parts(self, spell: Spell, arts: Sequence[str]) -> Iterator[Part]:
        yield from self._arts_used(spell)
        yield from self._laboratory.parts
        yield IN_AURA
        if extra := self._theory_specialty(arts):
            yield Part(_("Magic Theory specialty"), extra)
        yield from self._focus(spell, arts)

    def _arts_used(self, spell: Spell) -> Iterator[Part]:
        yield from self._state.art_parts(self._lowest((spell.technique, *spell.technique_requisites)))
        yield from self._state.art_parts(self._lowest((spell.form, *spell.form_requisites)))

    def _focus(self, spell: Spell, arts: Sequence[str]) -> Iterator[Part]:
        if spell.focus and self.has_focus:
            yield Part("Magical Focus", self._state.art_value(self._lowest(arts)), spell.ref)

    def _theory_specialty(self, arts: Iterable[str]) -> int:
        """A specialty in Magic Theory helps if it names one of the Arts, or the invention of spells."""
        bonus, helped = self._theory
        return bonus if bonus and not helped.isdisjoint(arts) else 0

    @cached_property
    def _theory(self) -> tuple[int, frozenset[str]]:
        """What the specialty in Magic Theory adds, and the Arts it helps with."""
        known = self._state.ability(MAGIC_THEORY)
        specialty = known.row.specialty.casefold() if known else ""
        inventing = "spell" in specialty or "invent" in specialty
        arts = self._state.catalogue.arts.values()
        helped = frozenset(art.id for art in arts if inventing or art.name.casefold() in specialty)
        return self._state.specialty_bonus(known), helped

    def _lowest(self, arts: Sequence[str]) -> str:
        return arts[0] if len(arts) == 1 else min(arts, key=self._state.art_value)

    @staticmethod
    def _arts_of(spell: Spell) -> tuple[str, ...]:
        return (spell.technique, *spell.technique_requisites, spell.form, *spell.form_requisites)

    def _art(self, art: str) -> Summand:
        return Summand(self._state.art_parts(art), self._state.art_value(art))

    @cached_property
    def _body(self) -> Summand:
        """Stamina, Encumbrance, and what always changes Casting Scores (no hands)."""
        always = [power.part() for power in self._state.powers.of("casting_score") if "scope" not in power.effect]
        burden = [Part(_("Encumbrance"), -self._encumbrance)] if self._encumbrance else []
        return _summed((self._state.characteristic("Sta"), *burden, *always))

    @cached_property
    def _learning(self) -> Summand:
        return _summed((*self._state.ability_parts(ARTES_LIBERALES), *self._state.ability_parts(PHILOSOPHIAE)))

    @cached_property
    def _laboratory(self) -> Summand:
        return _summed((self._state.characteristic("Int"), *self._state.ability_parts(MAGIC_THEORY)))

    @cached_property
    def _halved(self) -> Sequence[Power]:
        return self._state.powers.of("halve")

    @cached_property
    def _deficient(self) -> frozenset[str]:
        """Arts that halve every total they are used in."""
        return frozenset(art for power in self._halved if (art := power.art()))

    # Resistance.

    def resistances(self) -> tuple[ResistanceLine, ...]:
        """Magic Resistance by Form: the Form and five times Parma Magica, or Might if that is more.

        Nobody without Arts, Parma Magica or Might has any.
        """
        parma = self._state.ability(PARMA_MAGICA)
        if not (self._state.arts or self._state.hermetic or parma or self._mights):
            return ()
        return tuple(self._resistance(form.id) for form in self._state.catalogue.forms)

    def mights(self) -> tuple[Might, ...]:
        return self._mights

    def _resistance(self, form: str) -> ResistanceLine:
        value = self._state.art_value(form)
        own = () if form in self._unresisted else self._state.art_parts(form)
        parma = tuple(Part(_("5 x {name}", name=part.label), 5 * part.value, part.ref) for part in self._parma)
        if form in self._flawed_parma and parma:
            whole = sum(part.value for part in parma)
            parma = (*parma, Part("Flawed Parma Magica", whole // 2 - whole))
        return ResistanceLine(
            form,
            self._strongest((*own, *parma, *self._against_magic)),
            self._strongest((*own, *self._against_magic)),
            -(-value // 5),
        )

    def _strongest(self, parts: tuple[Part, ...]) -> Total:
        """Sources of resistance do not add up: the highest stands. There is none below 0."""
        value = sum(part.value for part in parts)
        best = max((might.total for might in self._mights), key=lambda might: might.value, default=None)
        if best is not None and best.value > value:
            return best
        return Total(value, parts) if value >= 0 else Total(0, (*parts, Part(_("Not below 0"), -value)))

    @cached_property
    def _parma(self) -> tuple[Part, ...]:
        known = self._state.ability(PARMA_MAGICA)
        return known.parts() if known else ()

    @cached_property
    def _flawed_parma(self) -> frozenset[str]:
        flawed = (power for power in self._halved if power.effect["scope"] == PARMA_AGAINST_FORM)
        return frozenset(_form(power) for power in flawed)

    @cached_property
    def _unresisted(self) -> frozenset[str]:
        return frozenset(power.art() or "" for power in self._state.powers.of("no_form_resistance"))

    @cached_property
    def _against_magic(self) -> tuple[Part, ...]:
        """Magic Sensitivity lowers resistance by its score."""
        return tuple(self._sensitivity(self._state.powers.of("magic_resistance")))

    def _sensitivity(self, powers: Iterable[Power]) -> Iterator[Part]:
        for power in powers:
            if source := power.effect.get("amount_from"):
                known = self._state.ability(source["ability"])
                yield power.part(source["factor"] * (known.score if known else 0))

    @cached_property
    def _mights(self) -> tuple[Might, ...]:
        """Might by realm; what a Virtue adds goes to the Might of its realm."""
        found: dict[str, list[Power]] = {}
        for power in self._state.powers.of("might"):
            found.setdefault(power.effect["realm"], []).append(power)
        return tuple(self._might(realm, powers) for realm, powers in found.items())

    def _might(self, realm: str, powers: Sequence[Power]) -> Might:
        form = next((power.effect["form"] for power in powers if power.effect.get("form")), "")
        return Might(realm, form, total(power.part(self._might_score(power)) for power in powers))

    def _might_score(self, power: Power) -> int:
        effect = power.effect
        if source := effect.get("score_from"):
            return int(self._state.character.age // source["age_divided_by"])
        return int(effect.get("score") or effect.get("amount") or 0)


def _form(power: Power) -> str:
    """The Form chosen with a Flaw whose effect does not say which parameter it is."""
    value = parameter(power.parameters, 0)
    return value.get("art", "") if isinstance(value, dict) else ""


def _summed(parts: tuple[Part, ...]) -> Summand:
    return Summand(parts, sum(part.value for part in parts))
