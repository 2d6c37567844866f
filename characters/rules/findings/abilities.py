"""Abilities and Arts: who may have them, how often, how high."""

from __future__ import annotations

from characters.rules.aging import aging
from characters.rules.case import Case
from characters.rules.facts import Ref
from characters.rules.findings.report import Findings, error, reminder, warning
from characters.rules.naming import listing
from characters.rules.powers import Power
from characters.rules.state import SPELL_MASTERY, Known
from characters.rules.texts import text as _

PARMA_MAGICA = "ability.parma-magica"


def permitted(case: Case) -> Findings:
    """Error 11: Academic, Arcane, Martial and Supernatural Abilities need something that opens them."""
    for known in case.state.abilities:
        if not known.paid:
            continue
        if flaw := case.access.blocked(known):
            yield error("ability_not_permitted", _closed_by(flaw, known), known.row.ref, flaw.row.ref)
        elif not _payable(case, known):
            yield error("ability_not_permitted", _not_open(known), known.row.ref)
        else:
            yield from _opened_so_far(case, known)


def required_spend(case: Case) -> Findings:
    """Error 11: what a Flaw opens only for the experience that it asks for (Church Upbringing)."""
    limited = [known for known in case.state.abilities if known.paid and case.access.only_for_required_spend(known)]
    spent, most = sum(known.paid for known in limited), case.powers.sum("xp_required_spend")
    if spent > most:
        names, refs = listing([known.name for known in limited]), [known.row.ref for known in limited]
        text = _(
            "Only open for {most} experience, of which {spent} are spent: {names}.", most=most, spent=spent, names=names
        )
        yield error("ability_not_permitted", text, *refs, excess=spent - most, subject="required spend")


def blocked_always(case: Case) -> Findings:
    """Error 11 in play: what a Flaw closes for good."""
    for known in case.state.abilities:
        if known.paid and (flaw := case.access.blocked(known)):
            yield error("ability_not_permitted", _closed_by(flaw, known), known.row.ref, flaw.row.ref)


def closed(case: Case, known: Known) -> str:
    """Why nobody could start to learn this Ability, in words; empty for one that is open at some stage of life."""
    if flaw := case.access.blocked(known):
        return _closed_by(flaw, known)
    if not case.state.creation or case.access.early(known) or case.access.late(known):
        return ""
    return _not_open(known)


def instances(case: Case) -> Findings:
    """Error 12: which area, language or craft, and each only once."""
    seen: dict[tuple[str, str], Ref] = {}
    for known in case.state.abilities:
        if known.entry.needs_instance and not known.row.instance.strip():
            text = _("Say which {ability} it is.", ability=known.entry.name)
            yield error("ability_instance_missing", text, known.row.ref.on("instance"))
        first = seen.setdefault(known.key, known.row.ref)
        if first is not known.row.ref:
            text = _("Twice on the sheet: {ability}.", ability=known.name)
            yield error("duplicate_ability", text, first, known.row.ref, subject=" ".join(known.key))


def caps(case: Case) -> Findings:
    """Error 13: the highest score at creation, by age."""
    age = case.character.age
    for known in case.state.abilities:
        cap = case.caps.of(known)
        if known.score <= cap:
            continue
        text = _(
            "{ability} {score} is above {cap}, the highest score at age {age} (age cap at creation).",
            ability=known.name,
            score=known.score,
            cap=cap,
            age=age,
        )
        if case.caps.exempting:
            power = case.caps.exempting[0]
            text = _(
                "{text} {name} lifts it for {scope}.", text=text, name=power.entry.name, scope=power.effect["scope"]
            )
            yield reminder("age_cap_exempt", text, known.row.ref, power.row.ref)
        else:
            yield error("age_cap", text, known.row.ref, excess=known.score - cap)


def magus_minimum(case: Case) -> Findings:
    """Error 15: Parma Magica, Magic Theory and Latin at 1. More of them is recommended."""
    if not case.state.is_magus:
        return
    low = set()
    for wanted in case.state.limits.get("minimum_abilities", ()):
        if _score(case, wanted) < wanted["score"]:
            name = case.catalogue.ability_name(wanted["ability"], wanted["instance"] or "")
            low.add(name)
            text = _("A magus needs {name} {score} to pass the Gauntlet.", name=name, score=wanted["score"])
            yield error("magus_minimum", text, case.character.ref.on("abilities"), subject=name)
    for wanted in case.state.limits.get("recommended_minimum_abilities", ()):
        name = case.catalogue.ability_name(wanted["ability"], wanted["instance"] or "")
        if name not in low and _score(case, wanted) < wanted["score"]:
            text = _("{name} {score} is recommended for every magus.", name=name, score=wanted["score"])
            yield warning("magus_recommended", text, case.character.ref.on("abilities"))


def parma_at_gauntlet(case: Case) -> Findings:
    """A warning: apprentices learn Parma Magica when they pass the Gauntlet, and not beyond 1."""
    known = case.state.ability(PARMA_MAGICA)
    if case.state.is_magus and known and known.score > 1 and not case.budget.years_after_apprenticeship:
        text = _("Parma Magica is {score}; fresh from apprenticeship it should be 1.", score=known.score)
        yield warning("parma_at_gauntlet", text, known.row.ref)


def stored_scores(case: Case) -> Findings:
    """Error 17: a stored score is what its experience pays for."""
    abilities = [(known.name, known.row.score, known.score, known.row.ref) for known in case.state.abilities]
    arts = [(art.entry.name, art.row.score, art.score, art.row.ref) for art in case.state.arts.values()]
    for name, stored, score, ref in (*abilities, *arts):
        if stored is not None and stored != score:
            text = _(
                "{name} has the score {stored}, but its experience makes {score}.",
                name=name,
                stored=stored,
                score=score,
            )
            yield error("score_xp_mismatch", text, ref)


def arts(case: Case) -> Findings:
    """Error 18: Arts and spells are for those with The Gift or Hermetic training."""
    if case.state.gifted or case.state.hermetic:
        return
    if rows := [row.ref for row in case.character.arts if row.experience]:
        yield error("arts_not_allowed", _("Arts need The Gift and Hermetic training."), *rows, subject="arts")
    if spells := [spell.ref for spell in case.character.spells]:
        yield error("spells_not_allowed", _("Spells need The Gift and Hermetic training."), *spells, subject="spells")


def specialties(case: Case) -> Findings:
    """A warning: every Ability has a specialty, except the mastery of spells."""
    if case.powers.has("no_specialties"):
        return
    without = [
        known
        for known in case.state.abilities
        if known.score and not known.row.specialty.strip() and known.row.ability != SPELL_MASTERY
    ]
    if without:
        names = listing([known.name for known in without])
        yield warning(
            "specialty_missing", _("No specialty yet: {names}.", names=names), *(known.row.ref for known in without)
        )


def aging_due(case: Case) -> Findings:
    """A warning: whoever is older than 35 starts with aging rolls."""
    character = case.character
    rules = aging(case.state)
    recorded = (
        character.aging_settled
        or character.decrepitude_points
        or any(character.aging_points.values())
        or any(character.aging_losses.values())
    )
    if character.age > rules.starts_after and not recorded:
        rolls = (character.age - rules.starts_after) * rules.rolls_per_year
        text = _(
            "At {age} there are {rolls} aging rolls to make, and none is on the sheet.", age=character.age, rolls=rolls
        )
        yield warning("aging_due", text, character.ref.on("age"))


def _closed_by(flaw: Power, known: Known) -> str:
    return _("{ability} is closed by {flaw}.", ability=known.name, flaw=flaw.entry.name)


def _not_open(known: Known) -> str:
    said = {"ability": known.name, "category": known.entry.category}
    if known.entry.category[:1] in "AEIOU":
        return _("{ability} is an {category} Ability, and no Virtue or Flaw opens it.", **said)
    return _("{ability} is a {category} Ability, and no Virtue or Flaw opens it.", **said)


def _payable(case: Case, known: Known) -> bool:
    return known.paid <= _granted(known) or case.budget.payable(known)


def _granted(known: Known) -> int:
    return 5 * known.granted * (known.granted + 1) // 2


def _opened_so_far(case: Case, known: Known) -> Findings:
    limit = case.access.limit(known)
    if limit is not None and known.score > limit:
        text = _("{ability} is only open up to {limit}.", ability=known.name, limit=limit)
        yield error("ability_not_permitted", text, known.row.ref, excess=known.score - limit)


def _score(case: Case, wanted: dict[str, str]) -> int:
    known = case.state.ability(wanted["ability"], wanted["instance"] or "")
    return known.score if known else 0
