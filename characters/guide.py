"""Making a character step by step (R51).

The character exists from the first step on, and a step is a part of its sheet on a page of its own: the same rows,
lines and forms. Where its maker left is kept with the character (`guide_step`): nothing else could tell a character
that is not finished from one that leaves points unspent on purpose. Rules stay advice here, too: a step shows what the
rules have to say about it, and lets everybody pass.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _

from characters import becoming
from characters.catalogue.reference import reference
from characters.editing import LIVING_LANGUAGE
from characters.models import Character
from characters.rules import budget
from characters.rules.catalogue import Catalogue

Row = dict[str, Any]
Name = Character.Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step: codes of the findings that belong to it, and of the purses of experience that are spent in it."""

    name: str
    codes: frozenset[str] = frozenset()
    purses: frozenset[str] = frozenset()
    for_magi: bool = False

    @property
    def title(self) -> str:
        return str(Name(self.name).label)

    @property
    def template(self) -> str:
        return f"characters/guide/{self.name}.html"


ABILITIES = frozenset(
    ("ability_instance_missing", "ability_not_permitted", "age_cap", "age_cap_exempt", "duplicate_ability")
) | {"specialty_missing", "xp_overspent", "required_spend", "score_xp_mismatch"}
LATER = frozenset(("later_life", "pool", "extra", "granted"))
APPRENTICES = frozenset(("apprenticeship", "after_apprenticeship"))

STEPS = (
    Step(name=Name.TYPE, codes=frozenset(("aging_due", "house_not_allowed"))),
    Step(
        name=Name.HOUSE,
        for_magi=True,
        codes=frozenset(
            ("house_missing", "house_not_allowed", "house_grant", "house_grant_missing", "house_grant_open")
        )
        | {"house_grant_assumed"},
    ),
    Step(
        name=Name.CHARACTERISTICS,
        codes=frozenset(("characteristic_points", "characteristic_points_unspent", "characteristic_range"))
        | {"great_without_base", "characteristic_not_chosen"},
    ),
    Step(
        name=Name.VIRTUES,
        codes=frozenset(("virtues_unfunded", "over_budget", "grog_major", "major_personality", "major_hermetic_virtue"))
        | {"gift_missing", "grog_gift", "hermetic_magus_status", "hermetic_without_gift", "mythic_type_missing"}
        | {"duplicate_vf", "incompatible_vf", "missing_prerequisite_vf", "prerequisite_reminder", "not_for_type"}
        | {"size_not_allowed", "wrong_parameter", "text_missing", "social_status_missing", "social_status_conflict"}
        | {"wealth_status", "hermetic_flaw_missing", "tainted_share", "granted_virtue_missing", "story_flaws"}
        | {"granted_flaw_missing", "personality_flaws"},
    ),
    Step(
        name=Name.CHILDHOOD,
        codes=ABILITIES | {"xp_unspent"},
        purses=frozenset(("native_language", "early_childhood", "granted")),
    ),
    Step(name=Name.LATER_LIFE, codes=ABILITIES | {"xp_unspent", "mythic_abilities"}, purses=LATER | APPRENTICES),
    Step(
        name=Name.APPRENTICESHIP,
        for_magi=True,
        codes=ABILITIES
        | {"xp_unspent", "magus_minimum", "magus_recommended", "parma_at_gauntlet", "arts_not_allowed"}
        | {"spell_level_cap", "spell_levels_overspent", "spell_levels_unspent", "spells_not_allowed"}
        | {"ritual_missing", "elemental_bonus", "granted_spell_missing", "mastery_abilities"},
        purses=APPRENTICES | {"pool", "extra"},
    ),
    Step(name=Name.SUMMARY),
)


class Place(NamedTuple):
    """A step as the way through the guide shows it."""

    name: str
    title: str
    address: str
    current: bool


def steps_of(character: Character) -> list[Step]:
    """The steps that a character takes. A House that does not belong to it can still be taken back."""
    magus = character.type == Character.Type.MAGUS
    kept = {Name.HOUSE} if character.house_id else set()
    return [step for step in STEPS if magus or not step.for_magi or step.name in kept]


def first_step(kind: str) -> str:
    """Where the guide begins for somebody whose type is known."""
    return Name.HOUSE if kind == Character.Type.MAGUS else Name.CHARACTERISTICS


def step_of(character: Character, name: str) -> Step | None:
    """The step of this name; None if the character has no such step."""
    return next((step for step in steps_of(character) if step.name == name), None)


def address(character: Character, name: str | None = None) -> str:
    """Where the guide goes on, or where a step of it is."""
    steps = steps_of(character)
    known = {step.name for step in steps}
    wanted = name or character.guide_step
    return reverse("characters:guide", args=[character.pk, wanted if wanted in known else steps[0].name])


def guide_page(character: Character, step: Step, sheet: Row) -> Row:
    """What the page of a step has beside what the page of a sheet has."""
    steps = steps_of(character)
    index = steps.index(step)
    catalogue = reference().rules
    return {
        "step": step,
        "guide": step.name,
        "places": [Place(one.name, one.title, address(character, one.name), one is step) for one in steps],
        "number": index + 1,
        "before": steps[index - 1] if index else None,
        "after": steps[index + 1] if index + 1 < len(steps) else None,
        "found": [found for found in sheet["findings"] if not step.codes or found["code"] in step.codes],
        "codes": " ".join(sorted(step.codes)),
        "purses": _among(sheet["experience"]["budget"]["purses"], step.purses),
        "purse_codes": " ".join(sorted(step.purses)),
        "types": [(value, label, _about(value)) for value, label in Character.Type.choices],
        "houses": [becoming.House.of(catalogue, id) for id in catalogue.houses],
        "free": bool(character.house_id and becoming.House.of(catalogue, character.house_id).free),
        "left": sheet["characteristic_points"]["available"] - sheet["characteristic_points"]["spent"],
        "balance": sheet["flaw_points"]["spent"] - sheet["virtue_points"]["spent"],
        "native": json.dumps(NATIVE),
        "childhood": _childhood(catalogue, sheet),
        "figures": FIGURES,
    }


NATIVE = {
    "ability": LIVING_LANGUAGE,
    "category": "General",
    "native": True,
    "experience_points": budget.NATIVE_LANGUAGE,
}
"""What the page knows of a native language before the server has answered."""

FIGURES: Mapping[str, int] = {
    "native_language": budget.NATIVE_LANGUAGE,
    "early_childhood": budget.EARLY_CHILDHOOD,
    "per_year": budget.PER_YEAR,
    "apprenticeship": budget.APPRENTICESHIP,
    "years": budget.APPRENTICESHIP_YEARS,
    "spell_levels": budget.SPELL_LEVELS,
    "per_year_after": budget.PER_YEAR_AFTER,
}
"""What the texts of the steps tell; what a character really has is in its purses."""


def _among(rows: Iterable[Row], codes: frozenset[str]) -> list[Row]:
    return [row for row in rows if row["code"] in codes]


def _about(kind: str) -> str:
    """What a type of character is, in a sentence."""
    return {
        "grog": _("Guards, servants and crew, whom all players share. Minor Virtues and Flaws only."),
        "companion": _("A remarkable person without Hermetic magic: a knight, a scholar, a spy."),
        "mythic_companion": _("A companion from legend, whose Flaws pay for twice as many Virtues."),
        "magus": _("A wizard of the Order of Hermes, with The Gift, fifteen Arts and spells."),
    }[kind]


def _childhood(catalogue: Catalogue, sheet: Row) -> list[Row]:
    """What children learn and the character has not yet, as new rows; what has to be named is asked for by the form."""
    had = {row["ability"] for row in sheet["abilities"]}
    listed = catalogue.tables.get("early_childhood", {}).get("abilities", ())
    entries = [catalogue.ability(one["ability"]) for one in listed]
    return [
        {"ability": entry.id, "ability_name": entry.name, "category": entry.category, "had": entry.id in had}
        for entry in entries
        if not entry.needs_instance
    ]
