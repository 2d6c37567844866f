"""A whole character evaluated: every derived number, each with its parts, and the findings."""

from __future__ import annotations

from characters.rules import characteristics, health, traits
from characters.rules.aging import aging
from characters.rules.case import Case
from characters.rules.catalogue import Catalogue
from characters.rules.experience import next_cost, remainder_of
from characters.rules.facts import Character
from characters.rules.findings import findings_of
from characters.rules.results import CharacteristicLine, Part, ScoreLine, Sheet, Total
from characters.rules.state import Known, Studied
from characters.rules.texts import text as _


def evaluate(character: Character, catalogue: Catalogue) -> Sheet:
    """Everything that follows from a character. Never fails for a character that breaks rules."""
    case = Case(character, catalogue)
    return Sheet(
        characteristics=tuple(_characteristic(case, name) for name in characteristics.ABBREVIATIONS),
        characteristic_points=case.characteristic_points,
        size=case.size,
        abilities=tuple(_ability(case, known) for known in case.state.abilities),
        arts=tuple(_art(case, studied) for studied in case.state.arts.values()),
        virtue_points=case.virtue_points,
        flaw_points=case.flaw_points,
        experience=case.budget.report,
        spell_levels=case.budget.spell_levels,
        castings=case.magic.castings(),
        spells=case.spells,
        resistances=case.magic.resistances(),
        combat=case.combat,
        health=health.health(case.state, case.size.value),
        load=case.load,
        confidence=traits.confidence(case.state),
        warping=traits.point_score(character.warping_points),
        decrepitude=traits.point_score(character.decrepitude_points),
        aging=aging(case.state),
        might=case.magic.mights(),
        modifiers=tuple(case.powers.modifiers()),
        findings=findings_of(case),
    )


def _characteristic(case: Case, name: str) -> CharacteristicLine:
    value = characteristics.bought(case.character, name)
    return CharacteristicLine(
        name=name,
        abbr=characteristics.ABBREVIATIONS[name],
        bought=value,
        cost=characteristics.cost(value),
        total=case.state.characteristics[name],
        aging_points=case.character.aging_points.get(name, 0),
    )


def _ability(case: Case, known: Known) -> ScoreLine:
    row = known.row
    return ScoreLine(
        ref=row.ref,
        entry=row.ability,
        instance=row.instance,
        name=known.name,
        experience=row.experience,
        paid=known.paid,
        score=known.score,
        remainder=remainder_of("ability", row.experience),
        next_cost=next_cost("ability", row.experience),
        bonus=known.bonus,
        effective=_effective(known),
        multiplier=known.multiplier,
        specialty=row.specialty,
        granted_score=known.granted,
        cap=case.caps.of(known) if case.state.creation else None,
    )


def _art(case: Case, studied: Studied) -> ScoreLine:
    row = studied.row
    return ScoreLine(
        ref=row.ref,
        entry=row.art,
        instance="",
        name=studied.entry.name,
        experience=row.experience,
        paid=studied.paid,
        score=studied.score,
        remainder=remainder_of("art", row.experience),
        next_cost=next_cost("art", row.experience),
        bonus=studied.bonus,
        effective=_effective(studied),
        multiplier=studied.multiplier,
        bonus_experience=row.bonus_experience,
        expected_bonus_experience=case.state.elemental.get(row.art, 0),
    )


def _effective(line: Known | Studied) -> Total:
    """The score in use with its parts; learning, costs and limits go by the score alone."""
    own = Part(_("Score"), line.score, line.row.ref)
    return Total(line.effective, (own, Part(line.bonus_label, line.bonus)) if line.bonus else (own,))
