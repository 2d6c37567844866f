"""Characteristics: bounds, points, Great and Poor."""

from __future__ import annotations

from collections import Counter

from characters.rules.case import Case
from characters.rules.characteristics import FINAL_LIMIT, HIGHEST, LOWEST, NAMES, bought, offered, picked
from characters.rules.findings.report import Findings, error, warning
from characters.rules.powers import Power
from characters.rules.texts import text as _
from characters.rules.vocabulary import CHARACTERISTICS


def bounds(case: Case) -> Findings:
    """Error 1: bought -3 to +3, in use -5 to +5, 6 for what giants and dwarfs are born with."""
    for name, total in case.state.characteristics.items():
        value, ref = bought(case.character, name), case.character.ref.on(name)
        if not LOWEST <= value <= HIGHEST:
            yield error(
                "characteristic_range",
                _(
                    "{characteristic} is bought at {value:+}; Characteristics are bought from -3 to +3.",
                    characteristic=CHARACTERISTICS[name],
                    value=value,
                ),
                ref,
                excess=abs(value) - HIGHEST,
            )
        limit = _limit(case, name)
        inborn = sum(part.value for part in total.parts if part.label not in ("Aging", "Age"))
        if abs(inborn) > limit:
            yield error(
                "characteristic_range",
                _(
                    "{characteristic} is {inborn:+}; no Virtue or Flaw takes it beyond {limit}.",
                    characteristic=CHARACTERISTICS[name],
                    inborn=inborn,
                    limit=limit,
                ),
                ref,
                excess=abs(inborn) - limit,
            )
    yield from _capped(case)


def points(case: Case) -> Findings:
    """Error 2: seven points, more or fewer by Improved and Weak Characteristics."""
    spent, limit = case.characteristic_points
    ref = case.character.ref.on("characteristics")
    if limit is not None and spent > limit:
        text = _(
            "The Characteristics cost {spent} points, and there are {limit} to buy them with.", spent=spent, limit=limit
        )
        yield error("characteristic_points", text, ref, excess=spent - limit)
    elif limit is not None and spent < limit:
        text = _("Points for Characteristics not spent: {left} of {limit}.", left=limit - spent, limit=limit)
        yield warning("characteristic_points_unspent", text, ref)


def great_and_poor(case: Case) -> Findings:
    """Error 3: Great needs a bought +3, Poor a bought -3, and each at most twice per Characteristic."""
    taken: Counter[tuple[str, str]] = Counter()
    for power in case.powers.of("characteristic"):
        name = _chosen(power)
        if not name or not has_base(power):
            continue
        taken[power.entry.id, name] += 1
        value, wanted = bought(case.character, name), _base(power)
        if not power.effect.get("requires_base_min", value) <= value <= power.effect.get("requires_base_max", value):
            text = _(
                "{name} needs {characteristic} bought at {wanted:+}, and it is {value:+}.",
                name=power.entry.name,
                characteristic=CHARACTERISTICS[name],
                wanted=wanted,
                value=value,
            )
            yield error("great_without_base", text, power.row.ref)
        elif taken[power.entry.id, name] > 2:
            text = _(
                "{name} is taken more than twice for {characteristic}.",
                name=power.entry.name,
                characteristic=CHARACTERISTICS[name],
            )
            yield error("great_without_base", text, power.row.ref)


def choices(case: Case) -> Findings:
    """A warning: some Virtues and Flaws change a Characteristic of the player's choice."""
    for power in case.powers.of("characteristic"):
        if power.effect.get("choose") and offered(power) and not picked(power):
            meant = power.effect["if_parameter"]["equals"]
            text = _(
                "{name} changes a Characteristic by {amount:+}: say which, as in {meant} (Stamina).",
                name=power.entry.name,
                amount=power.amount,
                meant=meant,
            )
            yield warning("characteristic_not_chosen", text, power.row.ref.on("parameters"))


def has_base(power: Power) -> bool:
    return "requires_base_min" in power.effect or "requires_base_max" in power.effect


def _base(power: Power) -> int:
    return int(power.effect.get("requires_base_min", power.effect.get("requires_base_max", 0)))


def _chosen(power: Power) -> str | None:
    index = power.effect.get("characteristic_from_parameter")
    value = power.parameters[index] if index is not None and index < len(power.parameters) else None
    return NAMES.get(value.get("characteristic", "")) if isinstance(value, dict) else None


def _limit(case: Case, name: str) -> int:
    """How far from 0 a Characteristic may be: giants are born stronger, and dwarfs weaker, than others become."""
    inborn = (power for power in case.powers.of("characteristic") if "characteristic" in power.effect)
    own = (power.effect for power in inborn if NAMES.get(power.effect["characteristic"]) == name)
    return max([FINAL_LIMIT, *(abs(int(effect.get("max", effect.get("min", 0)))) for effect in own)])


def _capped(case: Case) -> Findings:
    for power in case.powers.of("characteristic_cap"):
        for abbreviation in power.effect["characteristics"]:
            name = NAMES[abbreviation]
            value = bought(case.character, name)
            most = power.effect["max"]
            if value > most:
                text = _(
                    "{name} allows no {characteristic} above {most}, and it is {value:+}.",
                    name=power.entry.name,
                    characteristic=CHARACTERISTICS[name],
                    most=most,
                    value=value,
                )
                yield error("characteristic_range", text, case.character.ref.on(name), excess=value - most)
