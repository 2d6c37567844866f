"""What the rules answer as plain JSON values.

A total is `{"value": 21, "parts": [{"name": "In", "value": 12}, …]}`, with `"divisor": 2` where the sum of the parts is
divided (and rounded down); a total that does not exist is null. A row of the character is pointed to as
`{"resource": "abilities", "id": 4}`, with `"field"` where one of its fields is meant.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from characters.rules import results
from characters.rules.facts import Ref
from characters.rules.results import Finding, Part, Points, Total
from characters.wording import in_words

Json = dict[str, Any]


def total(found: Total | None) -> Json | None:
    """A number that explains itself."""
    if found is None:
        return None
    if found.divisor == 1:
        return {"value": found.value, "parts": parts(found.parts)}
    return {"value": found.value, "parts": parts(found.parts), "divisor": found.divisor}


def parts(found: Iterable[Part]) -> list[Json]:
    """The summands of a number."""
    return [{"name": in_words(part[0]), "value": part[1]} for part in found]


def ref(to: Ref) -> Json:
    """Where a row or field is."""
    found = {"resource": to.resource, "id": to.id}
    return {**found, "field": to.field} if to.field else found


def points(found: Points) -> Json:
    """Points spent, of a limit or of none."""
    return {"spent": found.spent, "limit": found.limit}


def finding(found: Finding) -> Json:
    """What the rules have to say."""
    return {
        "code": found.code,
        "severity": found.severity,
        "message": in_words(found.message),
        "refs": [ref(to) for to in found.refs],
        "excess": found.excess,
    }


def budget(found: results.ExperienceBudget) -> Json:
    """Raw experience at creation, by where it comes from.

    What is `left` adds up over all purses; `most` is the most that can still be spent from one.
    """
    return {
        "total": found.total,
        "spent": found.spent,
        "left": found.left,
        "unpaid": found.unpaid,
        "purses": [
            {
                "code": purse.code,
                "name": in_words(purse.label),
                "amount": purse.amount,
                "left": purse.left,
                "most": purse.most,
                "restricted": purse.restricted,
            }
            for purse in found.purses
        ],
    }


def castings(found: results.Castings) -> Json:
    """The 50 pairs of Technique and Form. What all pairs share is told once.

    `parts` of a pair are its Arts. `formulaic` is they and the shared `casting`, `ritual` these and `ritual`, `lab` the
    Arts and `lab`; each divided by the `divisor` of the pair (deficient Arts). `spontaneous` is half of `formulaic`,
    `spontaneous_without_fatigue` a fifth of it, `ceremonial` half of `ritual`, rounded down once at the end.
    """
    shared = {"casting": parts(found.body), "ritual": parts(found.learning), "lab": parts(found.laboratory)}
    return {"shared": shared, "pairs": [_pair(pair) for pair in found.pairs]}


def _pair(pair: results.PairLine) -> Json:
    line = pair._asdict()
    return {"parts": parts(line.pop("arts")), **line}


def spell(line: results.SpellLine) -> Json:
    """What follows for a spell, beyond its columns."""
    return {
        "magnitude": line.magnitude,
        "casting": total(line.casting),
        "penetration": total(line.penetration),
        "level_cap": total(line.level_cap),
        "mastery": line.mastery,
        "deficiencies": list(line.deficiencies),
    }


def resistances(found: Iterable[results.ResistanceLine]) -> list[Json]:
    """Magic Resistance by Form."""
    return [
        {
            "form": line.form,
            "resistance": total(line.resistance),
            "without_parma": total(line.without_parma),
            "form_bonus": line.form_bonus,
        }
        for line in found
    ]


def combat(found: Iterable[results.CombatLine]) -> list[Json]:
    """Ways to fight; `id` is the row of one that the player asked for."""
    return [
        {
            "id": None if line.ref is None or line.ref.resource != "attacks" else line.ref.id,
            "name": in_words(line.name),
            "weapon": line.weapon,
            "shield": line.shield,
            "ability": line.ability,
            "mounted": line.mounted,
            "specialty_applies": line.specialty_applies,
            "init": total(line.init),
            "atk": total(line.atk),
            "dfn": total(line.dfn),
            "dam": total(line.dam),
            "too_weak": line.too_weak,
        }
        for line in found
    ]


def health(found: results.Health) -> Json:
    """Soak, wounds and fatigue."""
    return {
        "soak": total(found.soak),
        "wounds": [
            {"kind": wound.kind, "from": wound.start, "to": wound.to, "penalty": wound.penalty}
            for wound in found.wounds
        ],
        "fatigue": [level._asdict() for level in found.fatigue],
        "wound_penalty": found.wound_penalty,
        "fatigue_level": found.fatigue_level.level,
        "penalty": found.penalty,
        "can_act": found.can_act,
    }


def load(found: results.Load) -> Json:
    """What is carried, and what it does."""
    return {"load": total(found.load), "burden": found.burden, "encumbrance": total(found.encumbrance)}


def aging(found: results.Aging) -> Json:
    """What goes into an aging roll."""
    return {**found._asdict(), "modifier": total(found.modifier)}


def mights(found: Iterable[results.Might]) -> list[Json]:
    """Might by realm."""
    return [{**might._asdict(), "total": total(might.total)} for might in found]


def modifiers(found: Iterable[results.Modifier]) -> list[Json]:
    """What Virtues and Flaws do within a scope in words."""
    return [{**modifier._asdict(), "ref": ref(modifier.ref)} for modifier in found]
