"""Experience and spell levels at creation."""

from __future__ import annotations

from characters.rules.budget import Item
from characters.rules.case import Case
from characters.rules.facts import Ref
from characters.rules.findings.report import Findings, error, warning
from characters.rules.naming import joined, listing
from characters.rules.texts import text as _

NAMED = 5
"""How many things a message names before it only counts the rest."""


def overspent(case: Case) -> Findings:
    """Error 14: what was bought must be paid for, each pool paying only for its own list."""
    if short := case.budget.shortage:
        names, refs = _names(short.items), [ref for item in short.items for ref in item.refs]
        text = _(
            "Experience: {needed} went into {names}, and {available} may be spent on that at creation.",
            needed=short.needed,
            names=names,
            available=short.available,
        )
        excess = short.needed - short.available
        yield error("xp_overspent", text, *_refs(case, refs), excess=excess, subject="stages and pools")
    for purse in case.budget.report.purses:
        if purse.left < 0:
            text = _(
                "{purse} gives {amount} experience, and {entered} are entered.",
                purse=purse.label,
                amount=purse.amount,
                entered=purse.amount - purse.left,
            )
            yield error("xp_overspent", text, *_refs(case, [purse.ref] if purse.ref else []), excess=-purse.left)


def unspent(case: Case) -> Findings:
    """A warning: experience left."""
    report = case.budget.report
    if report.left > 0:
        places = listing(
            [_("{purse} {left}", purse=purse.label, left=purse.left) for purse in report.purses if purse.left > 0]
        )
        text = _(
            "Experience not spent: {left} of {total} ({places}).", left=report.left, total=report.total, places=places
        )
        yield warning("xp_unspent", text, case.character.ref.on("experience"))


def required(case: Case) -> Findings:
    """What a Flaw makes everybody learn (Church Upbringing)."""
    for power in case.powers.of("xp_required_spend"):
        spent = case.budget.spent_on(power)
        if spent < power.amount:
            text = _(
                "{name} takes at least {amount} experience in what it teaches; {spent} are spent.",
                name=power.entry.name,
                amount=power.amount,
                spent=spent,
            )
            yield error("required_spend", text, power.row.ref, excess=power.amount - spent)


def elemental(case: Case) -> Findings:
    """A warning: Elemental Magic gives each Form half of what the other three cost."""
    for studied in case.state.arts.values():
        wanted = case.state.elemental.get(studied.row.art, 0)
        given = studied.row.bonus_experience
        if given != wanted:
            text = _(
                "Elemental Magic gives {art} {wanted} experience, and {given} are entered.",
                art=studied.entry.name,
                wanted=wanted,
                given=given,
            )
            yield warning("elemental_bonus", text, studied.row.ref)


def spell_levels(case: Case) -> Findings:
    """Error 16, in part: the levels of all spells."""
    if not case.state.hermetic:
        return
    spent, most = case.budget.spell_levels.spent, case.budget.most_spell_levels
    ref = case.character.ref.on("spells")
    if spent > most:
        text = _("The spells have {spent} levels together, and there are {most} to spend.", spent=spent, most=most)
        yield error("spell_levels_overspent", text, ref, excess=spent - most)
    elif spent < case.budget.levels_of_apprenticeship:
        left = case.budget.levels_of_apprenticeship - spent
        yield warning("spell_levels_unspent", _("Levels of spells not spent: {left}.", left=left), ref)


def level_caps(case: Case) -> Findings:
    """Error 16, in part: a spell learned as an apprentice is within the Lab Total in an aura of 3."""
    if not case.state.hermetic:
        return
    for line in case.spells:
        if line.level > line.level_cap.value:
            text = _(
                "{spell} has level {level}, above the highest that could be learned: {cap}.",
                spell=line.name,
                level=line.level,
                cap=line.level_cap.told,
            )
            yield error("spell_level_cap", text, line.ref, excess=line.level - line.level_cap.value)


def mastery(case: Case) -> Findings:
    """Each point of mastery comes with one special ability (core rules, Spell Mastery)."""
    for spell, line in zip(case.character.spells, case.spells, strict=True):
        if (known := len(spell.mastery_abilities)) > line.mastery:
            text = _(
                "{spell} is mastered at {mastery}, which is not enough for {known} special abilities.",
                spell=spell.name,
                mastery=line.mastery,
                known=known,
            )
            yield error("mastery_abilities", text, spell.ref.on("mastery_abilities"), excess=known - line.mastery)


def rituals(case: Case) -> Findings:
    """Error 16, in part: Duration Year, Target Boundary and levels above 50 make a spell a ritual."""
    for spell in case.character.spells:
        if not spell.ritual and (spell.duration == "Year" or spell.target == "Boundary" or spell.level > 50):
            text = _("{spell} must be a ritual: Duration Year, Target Boundary or a level above 50.", spell=spell.name)
            yield error("ritual_missing", text, spell.ref.on("ritual"))


def _names(items: tuple[Item, ...]) -> str:
    names = [item.name for item in items]
    if len(names) > NAMED:
        return _("{names} and {more} more", names=joined(names[:NAMED]), more=len(names) - NAMED)
    return listing(names)


def _refs(case: Case, refs: list[Ref]) -> tuple[Ref, ...]:
    return tuple(refs) or (case.character.ref.on("experience"),)
