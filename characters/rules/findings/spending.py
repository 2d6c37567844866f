"""Experience and spell levels at creation."""

from __future__ import annotations

from characters.rules.budget import Item
from characters.rules.case import Case
from characters.rules.facts import Ref
from characters.rules.findings.report import Findings, error, warning
from characters.rules.naming import listing

NAMED = 5
"""How many things a message names before it only counts the rest."""


def overspent(case: Case) -> Findings:
    """Error 14: what was bought must be paid for, each pool paying only for its own list."""
    if short := case.budget.shortage:
        names, refs = _names(short.items), [ref for item in short.items for ref in item.refs]
        text = f"Experience: {short.needed} went into {names}, and {short.available} may be spent on that at creation."
        excess = short.needed - short.available
        yield error("xp_overspent", text, *_refs(case, refs), excess=excess, subject="stages and pools")
    for purse in case.budget.report.purses:
        if purse.left < 0:
            text = f"{purse.label} gives {purse.amount} experience, and {purse.amount - purse.left} are entered."
            yield error("xp_overspent", text, *_refs(case, [purse.ref] if purse.ref else []), excess=-purse.left)


def unspent(case: Case) -> Findings:
    """A warning: experience left."""
    report = case.budget.report
    if report.left > 0:
        places = listing([f"{purse.label} {purse.left}" for purse in report.purses if purse.left > 0])
        text = f"Experience not spent: {report.left} of {report.total} ({places})."
        yield warning("xp_unspent", text, case.character.ref.on("experience"))


def required(case: Case) -> Findings:
    """What a Flaw makes everybody learn (Church Upbringing)."""
    for power in case.powers.of("xp_required_spend"):
        spent = case.budget.spent_on(power)
        if spent < power.amount:
            text = f"{power.entry.name} takes at least {power.amount} experience in what it teaches; {spent} are spent."
            yield error("required_spend", text, power.row.ref, excess=power.amount - spent)


def elemental(case: Case) -> Findings:
    """A warning: Elemental Magic gives each Form half of what the other three cost."""
    for studied in case.state.arts.values():
        wanted = case.state.elemental.get(studied.row.art, 0)
        given = studied.row.bonus_experience
        if given != wanted:
            text = f"Elemental Magic gives {studied.entry.name} {wanted} experience, and {given} are entered."
            yield warning("elemental_bonus", text, studied.row.ref)


def spell_levels(case: Case) -> Findings:
    """Error 16, in part: the levels of all spells."""
    if not case.state.hermetic:
        return
    spent, most = case.budget.spell_levels.spent, case.budget.most_spell_levels
    ref = case.character.ref.on("spells")
    if spent > most:
        text = f"The spells have {spent} levels together, and there are {most} to spend."
        yield error("spell_levels_overspent", text, ref, excess=spent - most)
    elif spent < case.budget.levels_of_apprenticeship:
        left = case.budget.levels_of_apprenticeship - spent
        yield warning("spell_levels_unspent", f"Levels of spells not spent: {left}.", ref)


def level_caps(case: Case) -> Findings:
    """Error 16, in part: a spell learned as an apprentice is within the Lab Total in an aura of 3."""
    if not case.state.hermetic:
        return
    for line in case.spells:
        if line.level > line.level_cap.value:
            text = f"{line.name} has level {line.level}, above the highest that could be learned: {line.level_cap}."
            yield error("spell_level_cap", text, line.ref, excess=line.level - line.level_cap.value)


def mastery(case: Case) -> Findings:
    """Each point of mastery comes with one special ability (core rules, Spell Mastery)."""
    for spell, line in zip(case.character.spells, case.spells, strict=True):
        if (known := len(spell.mastery_abilities)) > line.mastery:
            text = f"{spell.name} is mastered at {line.mastery}, which is not enough for {known} special abilities."
            yield error("mastery_abilities", text, spell.ref.on("mastery_abilities"), excess=known - line.mastery)


def rituals(case: Case) -> Findings:
    """Error 16, in part: Duration Year, Target Boundary and levels above 50 make a spell a ritual."""
    for spell in case.character.spells:
        if not spell.ritual and (spell.duration == "Year" or spell.target == "Boundary" or spell.level > 50):
            text = f"{spell.name} must be a ritual: Duration Year, Target Boundary or a level above 50."
            yield error("ritual_missing", text, spell.ref.on("ritual"))


def _names(items: tuple[Item, ...]) -> str:
    names = [item.name for item in items]
    if len(names) > NAMED:
        return f"{', '.join(names[:NAMED])} and {len(names) - NAMED} more"
    return listing(names)


def _refs(case: Case, refs: list[Ref]) -> tuple[Ref, ...]:
    return tuple(refs) or (case.character.ref.on("experience"),)
