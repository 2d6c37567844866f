"""Characters for the tests of the rules: made of plain data, without a database."""

from __future__ import annotations

import dataclasses
import itertools
import json
from functools import cache
from types import SimpleNamespace

from characters.catalogue import DATA
from characters.rules.catalogue import Catalogue
from characters.rules.characteristics import NAMES
from characters.rules.evaluation import evaluate
from characters.rules.experience import cost
from characters.rules.facts import (
    Ability,
    Art,
    Character,
    Fight,
    Ref,
    Reputation,
    Spell,
    Trait,
    Virtue,
)

_numbers = itertools.count(1)


@cache
def catalogue():
    return Catalogue.of(json.loads((DATA / "catalogue.json").read_text(encoding="utf-8")))


@cache
def document():
    return json.loads((DATA / "published_characters.json").read_text(encoding="utf-8"))


def ref(resource):
    return Ref(resource, next(_numbers))


def ability(id, score=0, instance="", *, experience=None, **facts):
    facts.setdefault("specialty", "something")
    counted = cost("ability", score) if experience is None else experience
    return Ability(ref=ref("abilities"), ability=f"ability.{id}", instance=instance, experience=counted, **facts)


def native(score=5):
    return ability("living-language", score, "Occitan", native=True)


def art(id, score=0, *, experience=None, **facts):
    counted = cost("art", score) if experience is None else experience
    return Art(ref=ref("arts"), art=f"art.{id}", experience=counted, **facts)


def virtue(id, *parameters, size="", **facts):
    return Virtue(ref=ref("virtues"), virtue=f"virtue.{id}", parameters=list(parameters), size=size, **facts)


def flaw(id, *parameters, size="", **facts):
    return Virtue(ref=ref("virtues"), virtue=f"flaw.{id}", parameters=list(parameters), size=size, **facts)


def spell(technique="creo", form="ignem", level=5, **facts):
    facts.setdefault("name", "A spell")
    return Spell(ref=ref("spells"), technique=f"art.{technique}", form=f"art.{form}", level=level, **facts)


def trait(name, score):
    return Trait(ref=ref("traits"), name=name, score=score)


def reputation(score):
    return Reputation(ref=ref("reputations"), content="well known", score=score)


def weapon(id, **facts):
    return catalogue().weapon(ref("weapons"), f"weapon.{id}", **facts)


def suit(id, coverage="full", **facts):
    return catalogue().suit(ref("armor"), f"armor.{id}", coverage, **facts)


def fight(weapon, shield=None, **facts):
    return Fight(ref=ref("fights"), weapon=weapon, shield=shield, **facts)


def chosen(id, instance=None):
    """An Ability as the parameter of a Virtue."""
    return {"ability": f"ability.{id}", "instance": instance}


def named(id):
    """An Art as the parameter of a Virtue."""
    return {"art": f"art.{id}"}


GIFT = (virtue("the-gift"), virtue("hermetic-magus"))


def grog(*, taking=(), **facts):
    """A grog with nothing wrong but unspent points. `taking`: Virtues and Flaws beside the Social Status."""
    facts.setdefault("virtues", [virtue("covenfolk"), *taking])
    facts.setdefault("traits", [trait("Loyal", 1)])
    return Character(type="grog", **facts)


def companion(*, taking=(), **facts):
    facts.setdefault("virtues", [virtue("wanderer"), *taking])
    return Character(type="companion", **facts)


def magus(*, virtues=(), abilities=(), **facts):
    """A magus of House Tytalus, fresh from apprenticeship, with what the Gauntlet asks for."""
    facts.setdefault("house", "house.tytalus")
    facts.setdefault("apprenticed_at", 10)
    learned = [
        ability("magic-theory", 3),
        ability("parma-magica", 1),
        ability("dead-language", 4, "Latin"),
        ability("artes-liberales", 1),
        native(),
    ]
    own = {(row.ability, row.instance) for row in abilities}
    learned = [row for row in learned if (row.ability, row.instance) not in own]
    gift = [*GIFT, virtue("self-confident", granted_by_house=True), flaw("weak-magic")]
    return Character(type="magus", virtues=[*gift, *virtues], abilities=[*learned, *abilities], **facts)


def sheet(character):
    return evaluate(character, catalogue())


def pairs(derived):
    """All pairs of Technique and Form with their totals in full, by their ids."""
    return {(line.technique, line.form): _totals(derived.castings, line) for line in derived.castings.pairs}


def _totals(castings, line):
    names = line._fields[line._fields.index("formulaic") :]
    return SimpleNamespace(**{name: castings.total(line, name) for name in names})


def found(character):
    """The codes of all findings, by severity."""
    codes = {"error": set(), "warning": set(), "reminder": set()}
    for finding in sheet(character).findings:
        codes[finding.severity].add(finding.code)
    return codes


def with_(character, **facts):
    return dataclasses.replace(character, **facts)


# Printed characters.


def printed():
    return document()["characters"]


def from_print(entry):
    """A printed sheet as a character: only its inputs, no printed result."""
    equipment = entry["equipment"]
    carried = [*equipment["weapons"], *([equipment["shield"]] if equipment["shield"] else [])]
    things = {
        thing["weapon_id"]: catalogue().weapon(ref("weapons"), thing["weapon_id"], carried=thing["carried"])
        for thing in carried
    }
    worn = equipment["armor"]
    return Character(
        ref=ref("characters"),
        name=entry["template"],
        type=entry["type"],
        house=entry["house_id"],
        age=entry["age"],
        apparent_age=entry["apparent_age"],
        apprenticed_at=entry["apprenticed_at"],
        characteristics=_by_name(entry["characteristics_bought"]),
        aging_losses=_by_name(entry["aging_losses"]),
        aging_points=_by_name(entry["aging_points"]),
        warping_points=_points(entry["warping"]),
        decrepitude_points=_points(entry["decrepitude"]),
        abilities=[_ability(row) for row in entry["abilities"]],
        arts=[_art(row) for row in (entry["arts"] or {}).values()],
        virtues=[_virtue(row) for row in [*entry["virtues"], *entry["flaws"]] for _time in range(row["times"])],
        spells=[_spell(row) for row in entry["spells"] or []],
        traits=[trait(name, score) for name, score in entry["personality_traits"].items()],
        weapons=list(things.values()),
        armor=[catalogue().suit(ref("armor"), worn["armor_id"], worn["coverage"])] if worn else [],
        fights=[_fight(row, things) for row in entry["combat"]],
    )


def _ability(row):
    return Ability(
        ref=ref("abilities"),
        ability=row["ability_id"],
        instance=row["instance"] or "",
        specialty=row["specialty"] or "",
        experience=row["experience_points"],
        native=row["native"],
        score=row["score"],
    )


def _art(row):
    return Art(
        ref=ref("arts"),
        art=row["art_id"],
        experience=row["experience_points"],
        bonus_experience=row["bonus_experience"],
        score=row["score"],
    )


def _virtue(row):
    return Virtue(
        ref=ref("virtues"),
        virtue=row["catalogue_id"],
        size=row["size"],
        parameters=row["parameters"],
        granted_by_house=row["free_from_house"],
    )


def _spell(row):
    return Spell(
        ref=ref("spells"),
        name=row["name"],
        technique=row["technique"],
        form=row["form"],
        technique_requisites=row["requisites"]["technique"],
        form_requisites=row["requisites"]["form"],
        level=row["level"],
        range=row["range"],
        duration=row["duration"],
        target=row["target"],
        ritual=row["ritual"],
        focus=row["focus"],
        spell=row["spell_id"],
        mastery_experience=cost("ability", row["mastery"]),
    )


def _fight(row, things):
    owned = {id: thing.ref for id, thing in things.items()}
    return Fight(
        ref=ref("fights"),
        weapon=owned.get(row["weapon_id"], row["weapon_id"]),
        shield=owned.get(row["shield_id"], row["shield_id"]),
        mounted=row["mounted"],
    )


def _by_name(values):
    return {NAMES[abbreviation]: value for abbreviation, value in values.items()}


def _points(score):
    return cost("ability", score["score"]) + score["points"]
