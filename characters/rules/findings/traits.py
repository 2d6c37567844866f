"""Personality Traits, Reputations, Warping, and weapons that are too heavy."""

from __future__ import annotations

from characters.rules.case import Case, size_of
from characters.rules.findings.report import Findings, error, warning
from characters.rules.texts import text as _
from characters.rules.traits import wanted_traits, warping_at_start

STRENGTH_OF_TRAIT = {"minor": 3, "major": 6}
"""How strong the trait of a Personality Flaw is (core rules, Personality Traits)."""


def expected(case: Case) -> Findings:
    """Warnings: grogs should be Loyal, and warriors Brave."""
    have = {trait.name.casefold() for trait in case.character.traits}
    for rule in case.state.limits.get("personality_traits_expected", ()):
        name = rule["trait"]
        if name.casefold() not in have and (rule["when"] == "all" or _warrior(case)):
            who = _("A grog") if rule["when"] == "all" else _("A warrior")
            code = "grog_loyal" if name == "Loyal" else "warrior_brave"
            yield warning(
                code,
                _("{who} should have the Personality Trait {name}.", who=who, name=name),
                case.character.ref.on("traits"),
            )


def of_flaws(case: Case) -> Findings:
    """A warning: a Personality Flaw shows in a trait of 3, a Major one of 6."""
    strengths = sorted((abs(trait.score) for trait in case.character.traits), reverse=True)
    flaws = [held for held in case.powers.held if held[1].kind == "flaw" and held[1].category == "Personality"]
    flaws.sort(key=lambda held: STRENGTH_OF_TRAIT.get(size_of(*held), 0), reverse=True)
    for row, entry in flaws:
        wanted = STRENGTH_OF_TRAIT.get(size_of(row, entry), 0)
        if not strengths or strengths[0] < wanted:
            text = _(
                "{name} should show in a Personality Trait of {wanted} or -{wanted}.", name=entry.name, wanted=wanted
            )
            yield warning("personality_trait_missing", text, row.ref)
        else:
            strengths.pop(0)


def limits(case: Case) -> Findings:
    """What Virtues and Flaws say of traits: Berserk people are Angry, weak personalities have nothing beyond 1."""
    scores = {trait.name.casefold(): trait.score for trait in case.character.traits}
    for power, name, least in wanted_traits(case.state):
        if scores.get(name.casefold(), least - 1) < least:
            text = _(
                "{name} needs the Personality Trait {trait} at {least} or more.",
                name=power.entry.name,
                trait=name,
                least=least,
            )
            yield warning("trait_too_low", text, power.row.ref)
    for power in case.powers.of("personality_trait_cap"):
        for trait in case.character.traits:
            most = power.effect["max"]
            if not power.effect["min"] <= trait.score <= most:
                text = _(
                    "{name} allows no trait beyond {most}, and {trait} is {score:+}.",
                    name=power.entry.name,
                    most=most,
                    trait=trait.name,
                    score=trait.score,
                )
                yield error("trait_range", text, trait.ref)


def reputations(case: Case) -> Findings:
    """A warning: Reputations that Virtues and Flaws bring along."""
    scores = sorted((reputation.score for reputation in case.character.reputations), reverse=True)
    for power in case.powers.of("reputation"):
        least = power.effect["score"] or power.effect.get("score_min") or 1
        if not scores:
            text = _("{name} brings a Reputation of {least}.", name=power.entry.name, least=least)
            yield warning("reputation_missing", text, power.row.ref)
        else:
            scores.pop()


def warping(case: Case) -> Findings:
    """A warning: Warping that Flaws or the House bring along."""
    least = warping_at_start(case.state)
    if case.character.warping_points < least:
        text = _("The character starts with {least} Warping Points.", least=least)
        yield warning("warping_at_start", text, case.character.ref.on("warping_points"))


def weapons(case: Case) -> Findings:
    """A warning: weapons that need more Strength."""
    strength = case.state.characteristic("Str").value
    for thing in case.character.weapons:
        if thing.min_str is not None and strength < thing.min_str:
            text = _(
                "{weapon} needs Strength {least:+}, and it is {strength:+}.",
                weapon=thing.name,
                least=thing.min_str,
                strength=strength,
            )
            yield warning("weapon_too_heavy", text, thing.ref)


def _warrior(case: Case) -> bool:
    """Whether fighting is what the character is for: the Virtue, or some skill with weapons."""
    own = (known for known in case.state.abilities if known.entry.category == "Martial")
    return "virtue.warrior" in case.powers.ids or any(known.score >= 3 for known in own)
