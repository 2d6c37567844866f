"""What the rules answer: totals that explain themselves, budgets, findings, and the whole derived sheet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from typing import Literal, NamedTuple

from characters.rules.facts import Ref
from characters.rules.texts import Text
from characters.rules.texts import text as _

Severity = Literal["error", "warning", "reminder"]


class Part(NamedTuple):
    """One summand of a total: `Part("Puissant", 3)`."""

    label: str
    value: int
    ref: Ref | None = None


class Total(NamedTuple):
    """A number with its parts: value == floor(sum of parts / divisor).

    str() gives `In 12 + Puissant 3 + Im 4 + Sta 2 = 21`, with a divisor `(In 11) / 2 = 5`.
    """

    value: int
    parts: tuple[Part, ...]
    divisor: int = 1

    def __str__(self) -> str:
        return self.told

    @property
    def told(self) -> Text:
        """The sum in words."""
        said: list[str] = [_("{name} {value}", name=part.label, value=part.value) for part in self.parts] or ["0"]
        summands = reduce(lambda one, other: _("{one} + {other}", one=one, other=other), said)
        if self.divisor == 1:
            return _("{summands} = {value}", summands=summands, value=self.value)
        return _("({summands}) / {divisor} = {value}", summands=summands, divisor=self.divisor, value=self.value)


def total(parts: Iterable[Part], divisor: int = 1) -> Total:
    """The sum of the parts. Divisions round down, as everywhere in the game (core rules, Rounding)."""
    kept = tuple(parts)
    return Total(sum(part.value for part in kept) // divisor, kept, divisor)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something the rules have to say about a character, in words for its player.

    `excess` is by how much a limit is passed (0 where that means nothing): a change that makes it grow makes an
    error worse. `subject` names what a finding about many rows is about, which may change their number.
    """

    code: str
    severity: Severity
    message: str
    refs: tuple[Ref, ...] = ()
    excess: int = 0
    subject: str = ""

    @property
    def key(self) -> tuple[str, str | tuple[Ref, ...]]:
        """What makes two findings the same one, whatever their figures."""
        return self.code, self.subject or self.refs


class Points(NamedTuple):
    """Points spent of a limit; None: there is no limit."""

    spent: int
    limit: int | None

    @property
    def left(self) -> int | None:
        return None if self.limit is None else self.limit - self.spent


class Purse(NamedTuple):
    """A stage of life or a restricted pool with what it gives.

    `left` is what remains if restricted purses pay before the others; it adds up over all purses. `most` is what can
    still be spent here at most, if everything bought so far is paid from the other purses as far as they can.
    """

    code: str  # native_language, early_childhood, later_life, apprenticeship, after_apprenticeship, granted, pool …
    label: str
    amount: int
    left: int
    most: int
    restricted: bool = True  # False: for everything that the character may learn at all
    ref: Ref | None = None  # the Virtue it comes from


@dataclass(frozen=True, slots=True, kw_only=True)
class ExperienceBudget:
    """Experience at creation: raw, that is what was paid before Affinity. `unpaid` finds no purse to pay it."""

    total: int
    spent: int
    unpaid: int
    purses: tuple[Purse, ...]

    @property
    def left(self) -> int:
        """What all purses together still hold."""
        return self.total - (self.spent - self.unpaid)


@dataclass(frozen=True, slots=True, kw_only=True)
class CharacteristicLine:
    """A Characteristic: bought, and in use."""

    name: str
    abbr: str
    bought: int
    cost: int
    total: Total
    aging_points: int = 0

    @property
    def value(self) -> int:
        return self.total.value


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreLine:
    """An Ability or Art. Printed as score+bonus(remainder); `effective` is score + bonus with its parts."""

    ref: Ref
    entry: str  # catalogue id
    instance: str
    name: str
    experience: int  # counted
    paid: int  # raw, without bonus experience
    score: int
    remainder: int
    next_cost: int
    bonus: int
    effective: Total
    multiplier: Fraction  # what a gain is multiplied by
    specialty: str = ""
    bonus_experience: int = 0
    expected_bonus_experience: int = 0  # what Elemental Magic gives by the raw experience of the other Forms
    granted_score: int = 0  # given free by a Virtue
    cap: int | None = None  # the highest score at creation; None in play and for Arts


class PairLine(NamedTuple):
    """One of the 50 pairs of Technique and Form, without die, aura, vis, wounds and fatigue.

    `arts` are the parts that the two Arts give, `divisor` is 2 or 4 where they are deficient. `ritual` adds Artes
    Liberales and Philosophiae; `ceremonial` is a spontaneous spell with them. `lab` is the Lab Total without aura.
    """

    technique: str
    form: str
    arts: tuple[Part, ...]
    divisor: int
    formulaic: int
    ritual: int
    spontaneous: int  # halved, at the price of a Fatigue level
    spontaneous_without_fatigue: int  # a fifth
    ceremonial: int
    lab: int


class Castings(NamedTuple):
    """The pairs, and the parts that go into all of their totals: nothing for those who have no Arts."""

    pairs: tuple[PairLine, ...] = ()
    body: tuple[Part, ...] = ()  # Stamina, Encumbrance: into all but `lab`
    learning: tuple[Part, ...] = ()  # also into `ritual` and `ceremonial`
    laboratory: tuple[Part, ...] = ()  # into `lab` alone

    def total(self, pair: PairLine, name: str) -> Total:
        """A total of a pair with all its parts: `castings.total(pair, "spontaneous")`."""
        share = {"spontaneous": 2, "spontaneous_without_fatigue": 5, "ceremonial": 2}.get(name, 1)
        if name == "lab":
            others = self.laboratory
        else:
            others = (*self.body, *self.learning) if name in ("ritual", "ceremonial") else self.body
        return Total(getattr(pair, name), (*pair.arts, *others), share * pair.divisor)


@dataclass(frozen=True, slots=True, kw_only=True)
class SpellLine:
    """A known spell. `casting` is the Casting Total without die and aura; `penetration` also lacks those."""

    ref: Ref
    name: str
    level: int
    magnitude: int
    casting: Total
    penetration: Total
    level_cap: Total  # the highest level it could have at creation (Lab Total, aura 3)
    mastery: int
    mastery_remainder: int
    mastery_next_cost: int
    focus: bool
    deficiencies: tuple[str, ...]  # Arts that halve the total


class ResistanceLine(NamedTuple):
    """Magic Resistance against a Form with Parma Magica up and without it, and the Form bonus."""

    form: str
    resistance: Total
    without_parma: Total
    form_bonus: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CombatLine:
    """One way to fight. None: there is no such total."""

    ref: Ref | None
    name: str
    weapon: str
    shield: str
    ability: str
    mounted: bool
    specialty_applies: bool
    init: Total | None
    atk: Total | None
    dfn: Total | None
    dam: Total | None
    too_weak: bool = False  # Strength below what the weapon needs


class WoundRange(NamedTuple):
    """Damage that makes one wound of a kind. `penalty` None: no actions; `to` None: no upper end."""

    kind: str  # light, medium, heavy, incapacitating, dead
    start: int
    to: int | None
    penalty: int | None


class FatigueLevel(NamedTuple):
    level: str
    penalty: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """Body: Soak, what damage does, and the penalty that wounds and fatigue now give to all actions."""

    soak: Total
    wounds: tuple[WoundRange, ...]
    fatigue: tuple[FatigueLevel, ...]
    wound_penalty: int
    fatigue_level: FatigueLevel
    can_act: bool

    @property
    def penalty(self) -> int:
        return self.wound_penalty + (self.fatigue_level.penalty or 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What is carried, and what it does."""

    load: Total
    burden: int
    encumbrance: Total


class PointScore(NamedTuple):
    """Points that make a score at the price of an Ability: Warping, Decrepitude."""

    points: int
    score: int
    remainder: int
    next_cost: int


class Confidence(NamedTuple):
    """Confidence now, and what the rules start with."""

    score: int
    points: int
    initial_score: int
    initial_points: int


class Aging(NamedTuple):
    """What goes into an aging roll. `starts_after`: the first roll is in the winter after this age."""

    starts_after: int
    rolls_per_year: int
    modifier: Total  # added to the stress die: age/10, Virtues and Flaws; living conditions are subtracted
    living_conditions: int
    loses_characteristics: bool


class Might(NamedTuple):
    realm: str
    form: str
    total: Total


class Modifier(NamedTuple):
    """What a Virtue or Flaw does within a scope in words: to be shown beside the totals, never added to them."""

    kind: str  # type of the effect: roll_bonus, casting_total, lab_total, botch_dice …
    amount: int | None
    scope: str
    source: str
    ref: Ref


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Everything that follows from a character. Those without Arts have no castings and mostly no resistances."""

    characteristics: tuple[CharacteristicLine, ...]
    characteristic_points: Points
    size: Total
    abilities: tuple[ScoreLine, ...]  # in the order given
    arts: tuple[ScoreLine, ...]
    virtue_points: Points
    flaw_points: Points
    experience: ExperienceBudget
    spell_levels: Points
    castings: Castings
    spells: tuple[SpellLine, ...]
    resistances: tuple[ResistanceLine, ...]
    combat: tuple[CombatLine, ...]
    health: Health
    load: Load
    confidence: Confidence
    warping: PointScore
    decrepitude: PointScore
    aging: Aging
    might: tuple[Might, ...]
    modifiers: tuple[Modifier, ...]
    findings: tuple[Finding, ...]
