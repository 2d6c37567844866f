"""From rows to the plain data that the rules work on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from django.db.models import Model

from characters.models import Ability, Art, Attack, Character, Possession, Reputation, Spell, Trait, Virtue
from characters.models.possession import FIGURES
from characters.rules import facts
from characters.rules.catalogue import Catalogue
from characters.rules.characteristics import ABBREVIATIONS
from characters.rules.facts import Ref

Rows = Mapping[type[Model], Sequence[Any]]
"""What belongs to one character, by model."""

RESOURCES: Mapping[type[Model], str] = {
    Ability: "abilities",
    Art: "arts",
    Virtue: "virtues",
    Spell: "spells",
    Trait: "traits",
    Reputation: "reputations",
    Possession: "possessions",
    Attack: "attacks",
}
"""Models of what belongs to a character, and the names that results point to their rows with."""


def describe(character: Character, rows: Rows, catalogue: Catalogue) -> facts.Character:
    """A character with all its rows, as the rules see it."""
    weapons = [_weapon(row, catalogue) for row in rows[Possession] if row.kind in ("weapon", "shield")]
    return facts.Character(
        **_own(character),
        abilities=_each(_ability, rows[Ability]),
        arts=_each(_art, rows[Art]),
        virtues=_each(_virtue, rows[Virtue]),
        spells=_each(_spell, rows[Spell]),
        traits=[facts.Trait(ref=_ref(row), name=row.name, score=row.score) for row in rows[Trait]],
        reputations=_each(_reputation, rows[Reputation]),
        weapons=weapons,
        armor=[_armor(row, catalogue) for row in rows[Possession] if row.kind == "armor"],
        fights=[_fight(row, weapons) for row in rows[Attack]],
        other_load=sum(row.load or 0 for row in rows[Possession] if row.kind == "other" and row.carried),
    )


def _each(make: Callable[[Any], Any], rows: Iterable[Any]) -> list[Any]:
    return [make(row) for row in rows]


def _ref(row: Model) -> Ref:
    """Where the row is. One that is not stored yet is told apart by the object."""
    return Ref(RESOURCES[type(row)], row.pk if row.pk is not None else f"new {id(row)}")


def _own(row: Character) -> dict[str, Any]:
    return {
        "ref": Ref("characters", row.pk),
        "name": row.name,
        "type": row.type,
        "house": row.house_id,
        "mode": cast(facts.Mode, row.mode),
        "age": row.age,
        "apparent_age": row.apparent_age,
        "apprenticed_at": row.apprenticed_at,
        "years_after_apprenticeship": row.years_after_apprenticeship,
        "lab_seasons": row.lab_seasons,
        "extra_experience": row.extra_experience,
        "characteristics": row.characteristics,
        "aging_points": _counts(row, "aging"),
        "aging_losses": _counts(row, "lost"),
        "size": row.size,
        "aging_settled": row.aging_settled,
        "confidence_score": row.confidence_score,
        "confidence_points": row.confidence_points,
        "warping_points": row.warping_points,
        "decrepitude_points": row.decrepitude_points,
        "wounds": facts.Wounds(
            light=row.light_wounds,
            medium=row.medium_wounds,
            heavy=row.heavy_wounds,
            incapacitating=row.incapacitating_wounds,
        ),
        "fatigue": row.fatigue,
        "long_term_fatigue": row.long_term_fatigue,
    }


def _counts(row: Character, what: str) -> dict[str, int]:
    return {name: number for name in ABBREVIATIONS if (number := getattr(row, f"{name}_{what}"))}


def _ability(row: Ability) -> facts.Ability:
    return facts.Ability(
        ref=_ref(row),
        ability=row.ability_id,
        instance=row.instance,
        specialty=row.specialty,
        experience=row.experience_points,
        native=row.native,
    )


def _art(row: Art) -> facts.Art:
    return facts.Art(
        ref=_ref(row), art=row.art_id, experience=row.experience_points, bonus_experience=row.bonus_experience
    )


def _virtue(row: Virtue) -> facts.Virtue:
    return facts.Virtue(
        ref=_ref(row),
        virtue=row.virtue_id,
        size=row.size,
        parameters=row.parameters,
        granted_by_house=row.granted_by_house,
        granted=row.granted,
    )


def _spell(row: Spell) -> facts.Spell:
    return facts.Spell(
        ref=_ref(row),
        name=row.name,
        technique=row.technique_id,
        form=row.form_id,
        technique_requisites=row.requisites.get("technique", ()),
        form_requisites=row.requisites.get("form", ()),
        level=row.level,
        range=row.range,
        duration=row.duration,
        target=row.target,
        ritual=row.ritual,
        focus=row.focus,
        spell=row.spell_id or "",
        mastery_experience=row.experience_points,
        mastery_abilities=row.mastery_abilities,
    )


def _reputation(row: Reputation) -> facts.Reputation:
    return facts.Reputation(ref=_ref(row), content=row.content, type=row.type, score=row.score)


def _weapon(row: Possession, catalogue: Catalogue) -> facts.Weapon:
    """The figures of the table, as far as the row has none of its own."""
    ref, shield = _ref(row), row.kind == Possession.Kind.SHIELD
    weapon = catalogue.weapon(ref, row.item, carried=row.carried) if row.item else None
    own = {name: value for name in (*FIGURES, "min_str", "load") if (value := getattr(row, name)) is not None}
    if row.ability_id is not None:
        own["ability"] = row.ability_id
    if weapon is None:
        own = {**dict.fromkeys(FIGURES), **own}
        return facts.Weapon(ref=ref, name=row.name, shield=shield, carried=row.carried, **own)
    return replace(weapon, name=row.name, **own)


def _armor(row: Possession, catalogue: Catalogue) -> facts.Armor:
    ref, worn = _ref(row), row.worn and row.carried
    suit = catalogue.suit(ref, row.item, row.coverage, worn=worn, carried=row.carried) if row.item else None
    own = {name: value for name in ("protection", "load") if (value := getattr(row, name)) is not None}
    return replace(suit or facts.Armor(ref=ref, name=row.name, worn=worn, carried=row.carried), name=row.name, **own)


def _fight(row: Attack, weapons: Sequence[facts.Weapon]) -> facts.Fight:
    return facts.Fight(
        ref=_ref(row),
        weapon=_held(row.weapon, weapons),
        shield=_held(row.shield, weapons) if row.shield else None,
        mounted=row.mounted,
        specialty_applies=row.specialty_applies,
        ability=row.ability_id or "",
    )


def _held(name: str, weapons: Sequence[facts.Weapon]) -> Ref | str:
    """The possession that is meant by a name; an id of the tables stands for itself."""
    if name.startswith("weapon."):
        return name
    wanted = name.casefold()
    return next((weapon.ref for weapon in weapons if weapon.name.casefold() == wanted), name)
