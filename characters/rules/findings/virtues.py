"""Virtues and Flaws: balance, limits by type, and what each of them asks for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from characters.rules import conditions, parameters
from characters.rules.case import Case, size_of
from characters.rules.catalogue import VirtueEntry
from characters.rules.effects import targets
from characters.rules.facts import Ref, Virtue
from characters.rules.findings.report import Findings, error, reminder, warning
from characters.rules.naming import choice, listing
from characters.rules.texts import Text
from characters.rules.texts import ntext as ngettext
from characters.rules.texts import text as _
from characters.rules.vocabulary import SIZES, TYPES

Held = tuple[Virtue, VirtueEntry]


def balance(case: Case) -> Findings:
    """Error 4: Flaws pay for Virtues, two for one for mythic companions."""
    limits = case.state.limits
    virtues, flaws = case.virtue_points.spent, case.flaw_points.spent
    paid = flaws * limits.get("virtue_points_per_flaw_point", 1) + _free_minor(case)
    if virtues > paid:
        text = _(
            "Virtues cost {virtues} points, and the Flaws pay for {paid} (balance of Virtues and Flaws).",
            virtues=virtues,
            paid=paid,
        )
        yield error("virtues_unfunded", text, case.character.ref.on("virtues"), excess=virtues - paid)


def budgets(case: Case) -> Findings:
    """Error 5: points of Virtues and of Flaws, and the number of Minor Flaws, by type of character."""
    limits, who = case.state.limits, _type(case)
    free = _free_minor(case)
    for kind, (spent, limit), extra in (("virtues", case.virtue_points, free), ("flaws", case.flaw_points, 0)):
        if limit is not None and spent > limit + extra:
            text = _over_budget(kind, who, limit + extra, spent)
            yield error("over_budget", text, case.character.ref.on(kind), excess=spent - limit - extra)
    most = limits.get("max_minor_flaws")
    minor = [held for held in case.counted if held[1].kind == "flaw" and size_of(*held) == "minor"]
    if most is not None and len(minor) > most:
        text = _(
            "A {who} has at most {most} Minor Flaws, and this one has {number}.", who=who, most=most, number=len(minor)
        )
        yield error("over_budget", text, case.character.ref.on("minor_flaws"), excess=len(minor) - most)


def majors(case: Case) -> Findings:
    """Error 6, in part: Major ones that a type does not have, or not more than one of."""
    limits = case.state.limits
    major = [held for held in case.counted if size_of(*held) == "major"]
    for row, entry in major:
        if limits.get(f"max_major_{entry.kind}s") == 0:
            yield error(
                "grog_major",
                _("{name} is Major; a {who} has Minor ones only.", name=entry.name, who=_type(case)),
                row.ref,
            )
    traits = [held for held in major if held[1].category == "Personality" and held[1].kind == "flaw"]
    yield from _too_many(
        "major_personality", traits, limits.get("max_major_personality_flaws"), _("Major Personality Flaw")
    )
    hermetic = [held for held in major if held[1].category == "Hermetic" and held[1].is_virtue]
    most = limits.get("max_major_hermetic_virtues")
    yield from _too_many("major_hermetic_virtue", hermetic, most, _("Major Hermetic Virtue"))


def gift_and_order(case: Case) -> Findings:
    """Error 6, in part: who has The Gift, Hermetic Virtues and Flaws, and the status of a magus."""
    state, limits = case.state, case.state.limits
    gift = [row.ref for row, entry in case.powers.held if any(effect["type"] == "gifted" for effect in entry.effects)]
    if limits.get("the_gift") == "required" and not state.gifted:
        yield error("gift_missing", _("A magus needs The Gift."), case.character.ref.on("virtues"))
    if limits.get("the_gift") == "forbidden" and gift:
        yield error("grog_gift", _("A {who} never has The Gift.", who=_type(case)), *gift)
    status = "hermetic_magus" in {power.effect["type"] for power in case.powers.of("hermetic_magus")}
    if state.is_magus and not status:
        text = _("A magus needs the Social Status Hermetic Magus.")
        yield error("hermetic_magus_status", text, case.character.ref.on("virtues"))
    if not state.is_magus and status and limits:
        rows = [power.row.ref for power in case.powers.of("hermetic_magus")]
        yield error("hermetic_magus_status", _("Hermetic Magus is no status for a {who}.", who=_type(case)), *rows)
    allowed = limits.get("hermetic", "allowed")
    if allowed == "forbidden" or not state.gifted:
        for row, entry in case.powers.held:
            if entry.categories == {"Hermetic"}:
                yield error("hermetic_without_gift", _not_hermetic(case, entry, never=allowed == "forbidden"), row.ref)


def mythic_type(case: Case) -> Findings:
    """A mythic companion has one of the free Virtues that say what is mythic about it."""
    if case.character.type == "mythic_companion" and not case.powers.has("mythic_companion"):
        text = _("A mythic companion needs one Mythic Companion Virtue, such as Devil Child.")
        yield error("mythic_type_missing", text, case.character.ref.on("virtues"))
    if case.character.type == "mythic_companion" and (wanted := case.state.limits.get("required_ability_xp")):
        text = _("Mythic companions have {wanted} experience in the Abilities their type asks for.", wanted=wanted)
        yield reminder("mythic_abilities", text, case.character.ref.on("abilities"))


def repeats(case: Case) -> Findings:
    """Error 8, in part: once only, or as often as the text says."""
    rows: defaultdict[str, list[Held]] = defaultdict(list)
    for held in case.powers.held:
        rows[held[1].id].append(held)
    for same in rows.values():
        if len(same) > 1:
            yield from _repeated(same)


def choices(case: Case) -> Findings:
    """Error 8, in part: what the player has to choose with a Virtue or Flaw. A missing text is a warning."""
    for row, entry in case.powers.held:
        if not entry.parameters and not row.parameters:
            continue
        _values, problems = parameters.check(entry.parameters, list(row.parameters), case.catalogue)
        for text in problems.values():
            yield error("wrong_parameter", _("{name}: {text}", name=entry.name, text=text), row.ref.on("parameters"))
        if not problems and _lacks_text(row, entry):
            yield warning("text_missing", _("{name}: say which.", name=entry.name), row.ref.on("parameters"))


def conflicts(case: Case) -> Findings:
    """Error 9, in part: what may not stand together."""
    by_id = {row.virtue: row.ref for row, _entry in case.powers.held}
    for row, entry in case.powers.held:
        if entry.incompatible_with and by_id[entry.id] == row.ref:
            for other in entry.incompatible_with & case.powers.ids:
                if entry.id < other or other not in by_id:
                    text = _(
                        "{name} and {other} cannot stand together.",
                        name=entry.name,
                        other=case.catalogue.virtue(other).name,
                    )
                    yield error("incompatible_vf", text, row.ref, *_known_refs(by_id, other))
    yield from _student_and_puissant(case)


def requirements(case: Case) -> Findings:
    """Error 9, in part: prerequisites; those in words only are reminders."""
    for row, entry in case.powers.held:
        if case.character.type in entry.not_for_types:
            yield error("not_for_type", _("{name} is not for a {who}.", name=entry.name, who=_type(case)), row.ref)
        if entry.requires is None:
            continue
        for text in conditions.reminders(entry.requires):
            yield reminder("prerequisite_reminder", _("{name} {text}.", name=entry.name, text=text), row.ref)
        if _is_great_or_poor(entry):
            continue  # said by great_without_base
        if missing := conditions.missing(entry.requires, case.state, row.parameters):
            yield error(
                "missing_prerequisite_vf",
                _("{name} needs {missing}.", name=entry.name, missing=listing(missing)),
                row.ref,
            )


def sizes(case: Case) -> Findings:
    """Error 10: Minor or Major as the entry allows."""
    for row, entry in case.powers.held:
        if row.size and entry.allowed_sizes and row.size not in entry.allowed_sizes:
            text = _(
                "{name} is {sizes}, not {size}.",
                name=entry.name,
                sizes=choice([SIZES[size] for size in entry.allowed_sizes]),
                size=SIZES.get(row.size, row.size),
            )
            yield error("size_not_allowed", text, row.ref.on("size"))


def numbers(case: Case) -> Findings:
    """Warnings: how many Story and Personality Flaws there should be, a Hermetic Flaw, and tainted ones."""
    limits, who = case.state.limits, _type(case)
    for category in ("Story", "Personality"):
        most = limits.get(f"max_{category.lower()}_flaws")
        flaws = [held for held in case.counted if held[1].kind == "flaw" and held[1].category == category]
        if most is not None and len(flaws) > most:
            text = _("A {who} should have {allowed}.", who=who, allowed=_at_most(most, category))
            yield warning(f"{category.lower()}_flaws", text, *_refs(flaws))
    if (wanted := limits.get("min_hermetic_flaws_guideline")) and not any(
        entry.kind == "flaw" and "Hermetic" in entry.categories for _row, entry in case.powers.held
    ):
        text = _("A magus should have at least {wanted} Hermetic Flaw.", wanted=wanted)
        yield warning("hermetic_flaw_missing", text, case.character.ref.on("flaws"))
    for kind in ("virtue", "flaw"):
        yield from _tainted(kind, [held for held in case.counted if held[1].kind == kind])


def companions_of_virtues(case: Case) -> Findings:
    """Warnings: Flaws that come with a Virtue, and spells that one knows by it."""
    for power in case.powers.of("grant_flaw"):
        if power.effect["flaw"] not in case.powers.ids:
            text = _(
                "{name} comes with the Flaw {flaw}.",
                name=power.entry.name,
                flaw=case.catalogue.virtue(power.effect["flaw"]).name,
            )
            yield warning("granted_flaw_missing", text, power.row.ref)
    for power in case.powers.of("grant_spell"):
        if all(spell.spell != power.effect["spell"] for spell in case.character.spells):
            text = _("{name} gives a spell that is not among the spells yet.", name=power.entry.name)
            yield warning("granted_spell_missing", text, power.row.ref)
    for power in case.powers.of("grant_virtue"):
        wanted = power.effect.get("any")
        if wanted and not case.powers.ids.intersection(wanted):
            names = choice([case.catalogue.virtue(id).name for id in wanted])
            yield warning(
                "granted_virtue_missing", _("{name} gives {names}.", name=power.entry.name, names=names), power.row.ref
            )


def _free_minor(case: Case) -> int:
    """The free Minor Virtue of mythic companions, unless it is among those that count for nothing anyway."""
    free = case.state.limits.get("free_minor_virtues", 0)
    if case.character.type != "mythic_companion" or case.powers.free_rows():
        return 0
    return int(free)


def _too_many(code: str, held: list[Held], most: int | None, what: str) -> Findings:
    if most is not None and len(held) > most:
        names = listing([entry.name for _row, entry in held])
        text = _("At most {most} {what} is allowed, not {names}.", most=most, what=what, names=names)
        yield error(code, text, *_refs(held), excess=len(held) - most, subject=what)


def _repeated(same: list[Held]) -> Findings:
    entry = same[0][1]
    if not entry.repeatable:
        text = _("{name} can be taken only once.", name=entry.name)
        yield error("duplicate_vf", text, *_refs(same), excess=len(same) - 1, subject=entry.id)
        return
    if entry.max_total is not None and len(same) > entry.max_total:
        text = _("{name} can be taken at most {most} times.", name=entry.name, most=entry.max_total)
        yield error("duplicate_vf", text, *_refs(same), excess=len(same) - entry.max_total, subject=entry.id)
    if entry.max_per_parameter is None or _is_great_or_poor(entry):
        return
    alike: defaultdict[str, list[Held]] = defaultdict(list)
    for row, held in same:
        if any(row.parameters):
            alike[repr(row.parameters).casefold()].append((row, held))
    for choices, rows in alike.items():
        if (more := len(rows) - entry.max_per_parameter) > 0:
            text = ngettext(
                "{name} can be taken once for the same.",
                "{name} can be taken {count} times for the same.",
                name=entry.name,
                count=entry.max_per_parameter,
            )
            yield error("duplicate_vf", text, *_refs(rows), excess=more, subject=f"{entry.id} {choices}")


def _lacks_text(row: Virtue, entry: VirtueEntry) -> bool:
    return any(
        not wanted["required"] and (index >= len(row.parameters) or not row.parameters[index])
        for index, wanted in enumerate(entry.parameters)
    )


def _student_and_puissant(case: Case) -> Findings:
    """Student of (Realm) and Puissant do not help with the same Lore (core rules, Student of (Realm))."""
    seen: dict[tuple[str, str], Held] = {}
    for power in case.powers.of("puissant"):
        for target in targets(power.effect["target"], power.parameters):
            row, entry = seen.setdefault(target, (power.row, power.entry))
            if row.virtue != power.row.virtue:
                text = _("{one} and {other} do not add up in one Ability.", one=power.entry.name, other=entry.name)
                yield error("incompatible_vf", text, row.ref, power.row.ref)


def _is_great_or_poor(entry: VirtueEntry) -> bool:
    return any("requires_base_min" in effect or "requires_base_max" in effect for effect in entry.effects)


def _tainted(kind: str, held: list[Held]) -> Findings:
    tainted = [(row, entry) for row, entry in held if entry.tainted]
    if 2 * len(tainted) > len([entry for _row, entry in held if entry.size != "free"]):
        text = (
            _("At most half of the Virtues should be tainted.")
            if kind == "virtue"
            else _("At most half of the Flaws should be tainted.")
        )
        yield warning("tainted_share", text, *_refs(tainted))


def _known_refs(by_id: dict[str, Ref], id: str) -> Iterable[Ref]:
    return (by_id[id],) if id in by_id else ()


def _refs(held: Iterable[Held]) -> tuple[Ref, ...]:
    return tuple(row.ref for row, _entry in held)


def _over_budget(kind: str, who: str, most: int, spent: int) -> Text:
    said = {"who": who, "most": most, "spent": spent}
    if kind == "virtues":
        return _("A {who} has at most {most} points of Virtues, and this one has {spent}.", **said)
    return _("A {who} has at most {most} points of Flaws, and this one has {spent}.", **said)


def _not_hermetic(case: Case, entry: VirtueEntry, *, never: bool) -> Text:
    said = {"name": entry.name, "who": _type(case)}
    if never:
        return _("{name} is Hermetic, which is for characters with The Gift, never a {who}.", **said)
    return _("{name} is Hermetic, which is for characters with The Gift.", **said)


def _at_most(most: int, category: str) -> Text:
    if not most:
        return _("no {category} Flaw", category=category)
    return ngettext(
        "at most {count} {category} Flaw", "at most {count} {category} Flaws", count=most, category=category
    )


def _type(case: Case) -> str:
    return TYPES.get(case.character.type, case.character.type)
