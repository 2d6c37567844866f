"""Social Status, House, and wealth."""

from __future__ import annotations

from itertools import combinations

from characters.rules import houses
from characters.rules.case import Case, size_of
from characters.rules.catalogue import VirtueEntry
from characters.rules.facts import Virtue
from characters.rules.findings.report import Findings, error, warning
from characters.rules.texts import text as _
from characters.rules.vocabulary import TYPES

HERMETIC_MAGUS = "virtue.hermetic-magus"
REDCAPS = frozenset({"virtue.redcap", "virtue.lone-redcap"})
MERCERE = "house.mercere"
WEALTHY, POOR = "virtue.wealthy", "flaw.poor"

Held = tuple[Virtue, VirtueEntry]


def status(case: Case) -> Findings:
    """Error 7: everybody has a Social Status, and more than one only if they are declared compatible."""
    held = _statuses(case)
    if not held and not case.state.is_magus and case.state.limits:
        text = _("Everybody needs a Social Status, such as Covenfolk, Peasant or Wanderer.")
        yield error("social_status_missing", text, case.character.ref.on("virtues"))
    for one, other in combinations(held, 2):
        if one[1].id != other[1].id and not _compatible(one, other):
            text = _(
                "{one} and {other} are two Social Statuses that do not go together.",
                one=one[1].name,
                other=other[1].name,
            )
            yield error("social_status_conflict", text, one[0].ref, other[0].ref)


def house(case: Case) -> Findings:
    """A House is for magi, and for Redcaps who serve House Mercere."""
    id = case.character.house
    if id is None:
        if case.state.is_magus:
            text = _("A magus belongs to one of the twelve Houses.")
            yield warning("house_missing", text, case.character.ref.on("house"))
        return
    redcap = id == MERCERE and not REDCAPS.isdisjoint(case.powers.ids)
    if not case.state.is_magus and not redcap:
        name = case.catalogue.house_name(id)
        text = _(
            "House {name} is for magi, not for a {who}.",
            name=name,
            who=TYPES.get(case.character.type, case.character.type),
        )
        yield error("house_not_allowed", text, case.character.ref.on("house"))


def house_grants(case: Case) -> Findings:
    """What the House gives stands outside the balance; nothing else may be marked so."""
    given = houses.grants(case.catalogue, case.character.house) if case.state.is_magus else ()
    marked = [(row, entry) for row, entry in case.powers.held if row.granted_by_house]
    open_grants, lost = houses.unmatched(given, marked)
    for row, entry in lost:
        name = case.catalogue.house_name(case.character.house) if case.character.house else ""
        text = (
            _("{name} is no gift of House {house}.", name=entry.name, house=name)
            if name
            else _("{name} is marked as a gift of a House.", name=entry.name)
        )
        yield error("house_grant", text, row.ref.on("granted_by_house"))
    for grant in open_grants:
        text = _("The House gives {gift}, free.", gift=grant.describe(case.catalogue))
        ref = case.character.ref.on("house")
        if grant.compulsory:
            yield error("house_grant_missing", _("{text} It may not be declined.", text=text), ref)
        else:
            yield warning("house_grant_open", text, ref)


def wealth(case: Case) -> Findings:
    """Wealthy and Poor are not for those whose Social Status keeps them."""
    for row, entry in case.powers.held:
        if entry.id not in (WEALTHY, POOR):
            continue
        for other, kept in _statuses(case):
            rule = (kept.social_status or {}).get("wealth")
            if rule == "neither" or (rule == "no_wealthy" and entry.id == WEALTHY):
                text = _(
                    "{name} does not go with {status}, who is supported by others.", name=entry.name, status=kept.name
                )
                yield warning("wealth_status", text, row.ref, other.ref)


def _statuses(case: Case) -> list[Held]:
    return [(row, entry) for row, entry in case.powers.held if entry.social_status is not None]


def _compatible(one: Held, other: Held) -> bool:
    return _accepts(one, other) or _accepts(other, one)


def _accepts(one: Held, other: Held) -> bool:
    rules = one[1].social_status or {}
    if other[1].id in rules.get("compatible_statuses", ()):
        return True
    return any(_in_group(group, other) for group in rules.get("compatible_groups", ()))


def _in_group(group: str, held: Held) -> bool:
    row, entry = held
    match group:
        case "any":
            return True
        case "any_free":
            return size_of(row, entry) == "free"
        case "any_minor_or_free":
            return size_of(row, entry) in ("free", "minor")
        case "any_mundane":
            return entry.id != HERMETIC_MAGUS
        case "any_male_restricted":
            return str((entry.social_status or {}).get("gender", "")).startswith("male")
    return False
