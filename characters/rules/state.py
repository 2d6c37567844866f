"""A character while it is evaluated: what all parts of the rules ask for, looked up once."""

from __future__ import annotations

from fractions import Fraction
from functools import cached_property
from typing import NamedTuple

from characters.rules import characteristics, elemental, experience
from characters.rules.catalogue import AbilityEntry, ArtEntry, Catalogue, Entry
from characters.rules.effects import Reference, ScoreEffects, Taken, targets
from characters.rules.facts import NATIVE_LANGUAGE, Ability, Art, Character
from characters.rules.powers import Power, Powers, categories
from characters.rules.results import Part, Total

LIVING_LANGUAGE = "ability.living-language"
SPELL_MASTERY = "ability.spell-mastery"

GENERAL = "General"
SUPERNATURAL = "Supernatural"

OF_MAGI = frozenset({"Academic", "Arcane", "Martial"})
"""Categories of Abilities that apprenticeship opens to magi."""


class Known(NamedTuple):
    """An Ability that the character has."""

    row: Ability
    entry: AbilityEntry
    key: Reference
    score: int
    bonus: int
    bonus_label: str
    multiplier: Fraction
    paid: int  # raw experience
    native: bool
    granted: int  # score that a Virtue gave

    @property
    def name(self) -> str:
        return self.entry.printed(self.row.instance)

    @property
    def effective(self) -> int:
        return self.score + self.bonus

    def parts(self) -> tuple[Part, ...]:
        return _score_parts(self.name, self.score, self.bonus_label, self.bonus, self.row)


class Studied(NamedTuple):
    """An Art that the character has."""

    row: Art
    entry: ArtEntry
    score: int
    bonus: int
    bonus_label: str
    multiplier: Fraction
    paid: int  # raw experience, without what Elemental Magic gave

    @property
    def effective(self) -> int:
        return self.score + self.bonus

    def parts(self) -> tuple[Part, ...]:
        return _score_parts(self.entry.abbr, self.score, self.bonus_label, self.bonus, self.row)


class State:
    """Everything is computed at most once, when first asked for."""

    def __init__(self, character: Character, catalogue: Catalogue) -> None:
        self.character = character
        self.catalogue = catalogue
        self.powers = Powers(character.virtues, catalogue)

    # Who it is.

    @property
    def creation(self) -> bool:
        """Whether the rules of creation hold. Stories, Warping and Initiations break them in play."""
        return self.character.mode != "play"

    @cached_property
    def limits(self) -> Entry:
        """What the type of character allows; nothing is limited for a type that nobody knows."""
        return self.catalogue.types.get(self.character.type, {})

    @property
    def is_magus(self) -> bool:
        return self.character.type == "magus"

    @cached_property
    def gifted(self) -> bool:
        return self.powers.has("gifted")

    @cached_property
    def hermetic(self) -> bool:
        """Trained in Hermetic magic: a magus, or somebody with that status."""
        return self.is_magus or self.powers.has("hermetic_magus")

    def opens(self, category: str) -> bool:
        """Whether a category of Abilities is open to the character as a whole, at some stage of life."""
        if category == GENERAL or (category in OF_MAGI and self.hermetic):
            return True
        return any(category in categories(power) for power in self.powers.of("ability_access"))

    # Characteristics.

    @cached_property
    def characteristics(self) -> dict[str, Total]:
        return characteristics.totals(self.character, self.powers)

    def characteristic(self, abbreviation: str) -> Part:
        """A Characteristic as part of a total."""
        return Part(abbreviation, self.characteristics[characteristics.NAMES[abbreviation]].value)

    # Scores.

    @cached_property
    def score_effects(self) -> ScoreEffects:
        wanted = [*self.powers.of("puissant"), *self.powers.of("affinity")]
        return ScoreEffects(Taken(_bonus_label(power), (power.effect,), power.parameters) for power in wanted)

    @cached_property
    def granted(self) -> dict[Reference, tuple[int, Power]]:
        """Scores that Virtues give free, by Ability."""
        found: dict[Reference, tuple[int, Power]] = {}
        for power in self.powers.of("grant_ability"):
            ability = power.effect["ability"]
            any_instance = "instance_from_parameter" in ability
            for entry, instance in targets(ability, power.parameters):
                found[entry, "*" if any_instance else instance] = (power.effect["score"], power)
        return found

    @cached_property
    def abilities(self) -> list[Known]:
        native = self._native_row()
        return [self._known(row, row is native) for row in self.character.abilities]

    @cached_property
    def by_ability(self) -> dict[str, list[Known]]:
        found: dict[str, list[Known]] = {}
        for known in self.abilities:
            found.setdefault(known.row.ability, []).append(known)
        return found

    @cached_property
    def arts(self) -> dict[str, Studied]:
        return {row.art: self._studied(row) for row in self.character.arts}

    @cached_property
    def elemental(self) -> dict[str, int]:
        """What Elemental Magic gives to each Form by what was paid for the others."""
        if not self.powers.has("elemental_magic"):
            return {}
        return elemental.bonuses({art: studied.paid for art, studied in self.arts.items()})

    def ability(self, ability: str, instance: str = "*") -> Known | None:
        """The best score in an Ability, of one instance or of any."""
        found = self.by_ability.get(ability)
        if found is None:
            return None
        folded = instance.casefold()
        fitting = found if folded == "*" else [known for known in found if known.key[1] == folded]
        return max(fitting, key=lambda known: known.effective, default=None)

    def ability_parts(self, ability: str) -> tuple[Part, ...]:
        """An Ability as part of a total; without the Ability it counts 0."""
        known = self.ability(ability)
        return known.parts() if known else (Part(self.catalogue.ability(ability).name, 0),)

    def art_parts(self, art: str) -> tuple[Part, ...]:
        studied = self.arts.get(art)
        return studied.parts() if studied else (Part(self.catalogue.art(art).abbr, 0),)

    def art_value(self, art: str) -> int:
        studied = self.arts.get(art)
        return studied.effective if studied else 0

    def specialty_bonus(self, known: Known | None) -> int:
        """What a specialty adds where it applies: 1, 3 for the gift of a savant, nothing for the unspecialized."""
        if known is None or not known.row.specialty or self.powers.has("no_specialties"):
            return 0
        for power in self.powers.of("specialty_bonus"):
            if known.key in targets({"from_parameter": power.effect["ability_from_parameter"]}, power.parameters):
                return power.amount
        return 1

    def _known(self, row: Ability, native: bool) -> Known:
        entry = self.catalogue.ability(row.ability)
        bonus = self.score_effects.bonus(row.ability, row.instance)
        multiplier = self.score_effects.multiplier(row.ability, row.instance)
        key = (row.ability, row.instance.casefold())
        granted = self.granted.get(key) or self.granted.get((row.ability, "*"))
        return Known(
            row,
            entry,
            key,
            experience.score_of("ability", row.experience),
            bonus.amount,
            bonus.source,
            multiplier,
            experience.raw_of(row.experience, multiplier),
            native,
            granted[0] if granted else 0,
        )

    def _studied(self, row: Art) -> Studied:
        bonus = self.score_effects.bonus(row.art)
        multiplier = self.score_effects.multiplier(row.art)
        return Studied(
            row,
            self.catalogue.art(row.art),
            experience.score_of("art", row.experience),
            bonus.amount,
            bonus.source,
            multiplier,
            experience.raw_of(row.experience - row.bonus_experience, multiplier),
        )

    def _native_row(self) -> Ability | None:
        """The native language: the row that says so, or else the best known Living Language.

        There is none for those who grew up without a language.
        """
        spoken = [row for row in self.character.abilities if row.ability == LIVING_LANGUAGE]
        for row in spoken:
            if row.native or row.instance.casefold() == NATIVE_LANGUAGE.casefold():
                return row
        if any(power.effect.get("native_language_xp") == 0 for power in self.powers.of("replace_early_childhood")):
            return None
        return max(spoken, key=lambda row: row.experience, default=None)


def _bonus_label(power: Power) -> str:
    return "Puissant" if power.entry.name.startswith("Puissant") else power.entry.name


def _score_parts(name: str, score: int, label: str, bonus: int, row: Ability | Art) -> tuple[Part, ...]:
    own = Part(name, score, row.ref)
    return (own, Part(label, bonus)) if bonus else (own,)
