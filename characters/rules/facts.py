"""A character as the rules see it: plain data in, plain results out.

The rules know no database. Whoever calls them describes a whole character as a `Character` made of rows
(`Ability`, `Art`, `Virtue` …), each with a `Ref` that results point back with, and hands over a
`characters.rules.catalogue.Catalogue`. What is unknown or missing is left at its default: the rules never
refuse a character, they say what is wrong with it.

    from characters.rules.catalogue import Catalogue
    from characters.rules.evaluation import evaluate

    sheet = evaluate(character, catalogue)          # characters.rules.results.Sheet: every number, and the findings

What the rules offer, by module (results are in `characters.rules.results`):

    evaluation.evaluate(character, catalogue) -> Sheet
    findings.findings(character, catalogue) -> tuple[Finding, ...]      the same as evaluate(…).findings
    findings.introduced(before, after) -> tuple[Finding, ...]           errors that a change would add or worsen
    houses.grants(catalogue, house) -> tuple[Grant, ...]                what a House gives, with the choices it offers
    experience.gain(experience, amount, multiplier) -> int              counted experience after a gain in play
    elemental.bonuses(raw) -> dict[str, int]                            what Elemental Magic adds to each Form
    casting.formulaic(total, level), casting.ritual(…) -> Outcome       whether a spell was cast, and what it cost
    parameters.check(…), naming.*                                       what players choose, how it is printed

`evaluate` is put together from `budget`, `magic`, `combat`, `health` and `traits`, which all look at one `case.Case`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

Mode = Literal["advisory", "enforced", "play"]
"""Advisory and enforced look at the same rules; in play those of creation are off."""

NATIVE_LANGUAGE = "Native Language"
"""The instance of the language a character grew up with, where nobody has named it."""


class Ref(NamedTuple):
    """Where a row or a field of the character is: `Ref("abilities", 4)`, `Ref("characters", 12, "age")`.

    `id` is opaque to the rules: a primary key, a local id, or a position in a file.
    """

    resource: str
    id: int | str | None = None
    field: str = ""

    def on(self, field: str) -> Ref:
        """The same row, with one of its fields."""
        return self._replace(field=field)


CHARACTER = Ref("characters")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ability:
    """One Ability and instance. `experience` is counted: Affinity already applied, granted scores included."""

    ref: Ref
    ability: str  # catalogue id, "ability.area-lore"
    instance: str = ""  # "Provence"; "" for Abilities without instances
    specialty: str = ""
    experience: int = 0
    native: bool = False  # the native language; so is a Living Language with the instance NATIVE_LANGUAGE
    score: int | None = None  # a score that was stored or printed, to be compared with the experience


@dataclass(frozen=True, slots=True, kw_only=True)
class Art:
    """One Technique or Form. `experience` is counted and includes `bonus_experience` (Elemental Magic)."""

    ref: Ref
    art: str  # "art.creo"
    experience: int = 0
    bonus_experience: int = 0
    score: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Virtue:
    """A Virtue or Flaw as taken; one that was taken twice is two rows. The catalogue knows which it is."""

    ref: Ref
    virtue: str  # catalogue id: "virtue.puissant-ability", "flaw.driven"
    size: Literal["free", "minor", "major"] | str = ""  # "" = as the catalogue has it
    parameters: Sequence[Any] = ()  # as `characters.rules.parameters.check` stores them
    granted_by_house: bool = False  # outside the balance
    granted: bool = False  # outside the balance for another reason: a story, an Initiation, Warping


@dataclass(frozen=True, slots=True, kw_only=True)
class Spell:
    """A spell as known. `focus`: it lies within the magus's Magical Focus, which only the player can say."""

    ref: Ref
    name: str
    technique: str  # "art.creo"
    form: str  # "art.ignem"
    technique_requisites: Sequence[str] = ()
    form_requisites: Sequence[str] = ()
    level: int = 0
    range: str = ""
    duration: str = ""
    target: str = ""
    ritual: bool = False
    focus: bool = False
    spell: str = ""  # catalogue id, "" for an own spell
    mastery_experience: int = 0  # counted, what Flawless Magic gives included; costs as an Ability does
    mastery_abilities: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Trait:
    """A Personality Trait."""

    ref: Ref
    name: str
    score: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reputation:
    """A Reputation. Its score follows from noteworthy acts, at the cost of an Ability."""

    ref: Ref
    content: str = ""
    type: str = ""  # Local, Ecclesiastical, Hermetic, Academic …
    score: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Weapon:
    """A weapon or shield with its own figures, or those of the catalogue (`Catalogue.weapon(ref, id)`).

    None among the figures: there is no such total (nobody attacks with a dodge).
    """

    ref: Ref
    name: str
    ability: str = "ability.brawl"
    init: int | None = 0
    atk: int | None = 0
    dfn: int | None = 0
    dam: int | None = 0
    load: int = 0
    min_str: int | None = None
    shield: bool = False
    carried: bool = True  # only what is carried has Load
    weapon: str = ""  # catalogue id, "" for an own weapon


@dataclass(frozen=True, slots=True, kw_only=True)
class Armor:
    """A suit of armour. Only what is worn protects; it has Load if it is carried."""

    ref: Ref
    name: str
    protection: int = 0
    load: int = 0
    worn: bool = True
    carried: bool = True
    armor: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fight:
    """One way to fight that the player wants on the sheet: a weapon, perhaps a shield, perhaps on horseback.

    `weapon` and `shield` are refs of rows of `Character.weapons`, or catalogue ids ("weapon.kick" is nobody's
    property). `specialty_applies` None: as the words of the specialty say.
    """

    ref: Ref
    weapon: Ref | str
    shield: Ref | str | None = None
    mounted: bool = False
    specialty_applies: bool | None = None
    ability: str = ""  # "" = the weapon's own


@dataclass(frozen=True, slots=True, kw_only=True)
class Wounds:
    """Wounds not yet healed, by kind."""

    light: int = 0
    medium: int = 0
    heavy: int = 0
    incapacitating: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Character:
    """A whole character. Characteristics go by full names (`strength`) and are as bought, before Virtues."""

    ref: Ref = CHARACTER
    name: str = ""
    type: str = "magus"  # grog, companion, mythic_companion, magus
    house: str | None = None  # "house.flambeau"
    mode: Mode = "advisory"

    age: int = 25
    apparent_age: int | None = None
    apprenticed_at: int | None = None  # None: not yet known; the rules then assume 10
    years_after_apprenticeship: int | None = None  # None: what age and apprenticed_at leave
    lab_seasons: int = 0  # seasons in the laboratory after apprenticeship, each at 10 points of that year
    extra_experience: int = 0  # what the troupe gives on top, for anything

    characteristics: Mapping[str, int] = field(default_factory=dict)
    aging_points: Mapping[str, int] = field(default_factory=dict)
    aging_losses: Mapping[str, int] = field(default_factory=dict)  # points that aging has cost, positive
    size: int = 0  # before Virtues and Flaws
    aging_settled: bool = False  # the aging rolls so far were made, even if nothing on the sheet shows it

    confidence_score: int | None = None  # None: what the rules start with
    confidence_points: int | None = None
    warping_points: int = 0
    decrepitude_points: int = 0

    abilities: Sequence[Ability] = ()
    arts: Sequence[Art] = ()
    virtues: Sequence[Virtue] = ()  # Virtues and Flaws
    spells: Sequence[Spell] = ()
    traits: Sequence[Trait] = ()
    reputations: Sequence[Reputation] = ()

    weapons: Sequence[Weapon] = ()  # weapons and shields
    armor: Sequence[Armor] = ()
    fights: Sequence[Fight] = ()  # empty: the rules list what the weapons allow
    other_load: int = 0
    wounds: Wounds = Wounds()
    fatigue: int = 0  # Fatigue levels lost, long-term ones included
    long_term_fatigue: int = 0
