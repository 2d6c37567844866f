"""What the rules have to say about a character: errors, warnings and reminders.

Hard rules are errors, "should" rules and things left undone warnings, prerequisites in words only reminders.
In play the rules of creation are off: stories, Warping and Initiations break them.
"""

from __future__ import annotations

from collections.abc import Iterable

from characters.rules.case import Case
from characters.rules.catalogue import Catalogue
from characters.rules.facts import Character
from characters.rules.findings import abilities, characteristics, spending, statuses, traits, virtues
from characters.rules.findings.report import Check
from characters.rules.results import Finding

ALWAYS: tuple[Check, ...] = (
    characteristics.bounds,
    characteristics.great_and_poor,
    characteristics.choices,
    virtues.gift_and_order,
    virtues.repeats,
    virtues.choices,
    virtues.conflicts,
    virtues.requirements,
    virtues.sizes,
    virtues.companions_of_virtues,
    statuses.house,
    abilities.instances,
    abilities.stored_scores,
    abilities.arts,
    abilities.specialties,
    abilities.aging_due,
    spending.mastery,
    spending.rituals,
    traits.weapons,
)
"""Checks that hold at all times."""

IN_PLAY: tuple[Check, ...] = (abilities.blocked_always,)
"""Checks that stand in for stricter ones of creation."""

AT_CREATION: tuple[Check, ...] = (
    characteristics.points,
    virtues.balance,
    virtues.budgets,
    virtues.majors,
    virtues.mythic_type,
    virtues.numbers,
    statuses.status,
    statuses.house_grants,
    statuses.wealth,
    abilities.permitted,
    abilities.required_spend,
    abilities.caps,
    abilities.magus_minimum,
    abilities.parma_at_gauntlet,
    spending.overspent,
    spending.unspent,
    spending.required,
    spending.elemental,
    spending.spell_levels,
    spending.level_caps,
    traits.expected,
    traits.of_flaws,
    traits.limits,
    traits.reputations,
    traits.warping,
)

SEVERITIES = ("error", "warning", "reminder")


def findings(character: Character, catalogue: Catalogue) -> tuple[Finding, ...]:
    """All findings about a character, the most severe first."""
    return findings_of(Case(character, catalogue))


def findings_of(case: Case) -> tuple[Finding, ...]:
    checks = (*ALWAYS, *(AT_CREATION if case.state.creation else IN_PLAY))
    found = [finding for check in checks for finding in check(case)]
    found.sort(key=lambda finding: SEVERITIES.index(finding.severity))
    return tuple(found)


def introduced(before: Iterable[Finding], after: Iterable[Finding]) -> tuple[Finding, ...]:
    """Errors that a change adds, or makes worse by passing a limit further than before."""
    known = {finding.key: finding.excess for finding in before if finding.severity == "error"}
    return tuple(
        finding
        for finding in after
        if finding.severity == "error" and (finding.key not in known or finding.excess > known[finding.key])
    )
