"""What the catalogue offers to a character: every entry, and why one of them is not for this character.

    {"id": "virtue.strong-faerie-blood", "name": "Strong Faerie Blood", "kind": "virtue", "category": "Supernatural",
     "sizes": ["major"], "template": "", "parameters": [], "why": ""}

`why` is empty for what the character may take. The rules are asked, not repeated: an entry is refused for the errors
that it would add to the findings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from characters.catalogue.reference import Reference
from characters.models.catalogue import CatalogueSpell
from characters.rules import facts
from characters.rules.case import Case
from characters.rules.catalogue import AbilityEntry, VirtueEntry
from characters.rules.characteristics import ABBREVIATIONS
from characters.rules.effects import REALM_LORES
from characters.rules.facts import Ref
from characters.rules.findings import abilities, introduced, virtues
from characters.rules.state import Known
from characters.rules.vocabulary import CHARACTERISTICS
from characters.wording import in_words

Row = dict[str, Any]

NEW = -1
"""Key of the row that an entry would become."""

VIRTUE_CHECKS = (virtues.gift_and_order, virtues.majors, virtues.repeats, virtues.conflicts, virtues.requirements)
"""What decides about one Virtue or Flaw, whatever its choices; points and numbers are left to the findings."""


def offers(kind: str, character: facts.Character, reference: Reference, stage: str = "") -> list[Row]:
    """All entries of a kind, of Abilities those of a stage of life. Raises KeyError for a kind that does not exist."""
    case = Case(character, reference.rules)
    found = list(KINDS[kind](case, reference))
    return [_at(stage, row, case) for row in found] if kind == "abilities" and stage in STAGES else found


CHILDHOOD, LATER_LIFE = STAGES = ("childhood", "later-life")
"""Stages of life in which not everything can be learned."""


def _at(stage: str, row: Row, case: Case) -> Row:
    """The entry, with the reason why it cannot be learned in this stage."""
    if row["why"]:
        return row
    if stage == CHILDHOOD:
        listed = case.catalogue.tables.get("early_childhood", {}).get("abilities", ())
        return (
            row if row["id"] in {one["ability"] for one in listed} else {**row, "why": _("Children do not learn this.")}
        )
    new, learned = _with(case, case.catalogue.ability(row["id"]))
    return row if new.access.early(learned) else {**row, "why": _("Open from apprenticeship on.")}


def lists(reference: Reference) -> dict[str, list[Row]]:
    """The choices of those kinds of parameters that have the same for every entry."""
    rules = reference.rules
    arts = [{"value": art.id, "name": art.name} for art in rules.arts.values()]
    abilities = sorted(rules.abilities.values(), key=lambda entry: entry.name)
    return {
        "ability": [
            {"value": entry.id, "name": entry.name, "template": entry.display_template if entry.needs_instance else ""}
            for entry in abilities
        ],
        "art": arts,
        "technique": [art for art in arts if rules.kind_of_art(art["value"]) == "technique"],
        "form": [art for art in arts if rules.kind_of_art(art["value"]) == "form"],
        "characteristic": [
            {"value": abbr, "name": in_words(CHARACTERISTICS[name])} for name, abbr in ABBREVIATIONS.items()
        ],
        "realm": [{"value": realm, "name": realm} for realm in REALM_LORES],
    }


def _abilities(case: Case, reference: Reference) -> Iterator[Row]:
    for entry in reference.rules.abilities.values():
        yield {
            "id": entry.id,
            "name": entry.name,
            "category": entry.category,
            "template": entry.display_template if entry.needs_instance else "",
            "why": _why_no_ability(case, entry),
        }


def _why_no_ability(case: Case, entry: AbilityEntry) -> str:
    return in_words(abilities.closed(*_with(case, entry)))


def _with(case: Case, entry: AbilityEntry) -> tuple[Case, Known]:
    """The character as it would be with this Ability, and the Ability in it."""
    row = facts.Ability(ref=Ref("abilities", NEW), ability=entry.id)
    character = replace(case.character, abilities=[*case.character.abilities, row])
    new = Case(character, case.catalogue)
    (known,) = (known for known in new.state.abilities if known.row.ref == row.ref)
    return new, known


def _virtues(case: Case, reference: Reference) -> Iterator[Row]:
    before = _errors(case)
    for entry in reference.rules.virtues.values():
        yield {
            "id": entry.id,
            "name": entry.name,
            "kind": entry.kind,
            "category": entry.category,
            "sizes": entry.allowed_sizes,
            "template": entry.display_template,
            "parameters": [_parameter(parameter, reference) for parameter in entry.parameters],
            "why": _why_no_virtue(case, entry, before),
        }


def _errors(case: Case) -> list[Any]:
    return [found for check in VIRTUE_CHECKS for found in check(case)]


def _why_no_virtue(case: Case, entry: VirtueEntry, before: list[Any]) -> str:
    row = facts.Virtue(ref=Ref("virtues", NEW), virtue=entry.id, size=entry.size)
    character = replace(case.character, virtues=[*case.character.virtues, row])
    added = introduced(before, _errors(Case(character, case.catalogue)))
    return in_words(added[0].message) if added else ""


def _parameter(parameter: Mapping[str, Any], reference: Reference) -> Row:
    """What has to be chosen, with the choices where there are few."""
    return {
        "kind": parameter["kind"],
        "label": parameter["label"],
        "required": parameter["required"],
        "several": "min_count" in parameter,
        "open": parameter.get("open", False),
        "options": _options(parameter, reference),
    }


def _options(parameter: Mapping[str, Any], reference: Reference) -> list[Row]:
    rules = reference.rules
    if wanted := parameter.get("options_from"):
        names = {id: entry.name for id, entry in rules.virtues.items() if rules.is_option(id, wanted)}
    else:
        names = {option: option for option in parameter.get("options") or ()}
    return [{"value": value, "name": name} for value, name in names.items()]


def _spells(case: Case, reference: Reference) -> Iterator[Row]:
    for spell in reference.spells.values():
        yield {
            "id": spell.pk,
            "name": spell.name,
            "technique": spell.technique_id,
            "form": spell.form_id,
            "level": spell.level,
            "range": spell.range,
            "duration": spell.duration,
            "target": spell.target,
            "ritual": spell.ritual,
            "requisites": spell.facts.get("requisites") or {},
            "template": spell.facts.get("placeholder") is not None,
            "why": _why_no_spell(case, spell),
        }


def _why_no_spell(case: Case, spell: CatalogueSpell) -> str:
    if not case.state.hermetic:
        return _("Only magi learn spells.")
    requisites = spell.facts.get("requisites") or {}
    level = spell.level or 1
    line = case.magic.spell(
        facts.Spell(
            ref=Ref("spells", NEW),
            name=spell.name,
            technique=spell.technique_id,
            form=spell.form_id,
            technique_requisites=requisites.get("technique", ()),
            form_requisites=requisites.get("form", ()),
            level=level,
            focus=True,  # if there is one, it may cover the spell: only the player can say
        )
    )
    if level <= line.level_cap.value:
        return ""
    return _("Level %(level)s; Arts, Magic Theory and an aura of 3 are enough for %(cap)s.") % {
        "level": level,
        "cap": line.level_cap.value,
    }


KINDS: Mapping[str, Callable[[Case, Reference], Iterator[Row]]] = {
    "abilities": _abilities,
    "virtues": _virtues,
    "spells": _spells,
}
