"""R50: every number of the printed characters follows from what went into them."""

from __future__ import annotations

import pytest

from tests.characters.rules.people import from_print, pairs, printed, sheet


@pytest.fixture(params=printed(), ids=lambda entry: entry["template"], scope="module")
def pair(request):
    return request.param, sheet(from_print(request.param))


def test_characteristics_and_size(pair):
    entry, derived = pair
    assert {line.abbr: line.value for line in derived.characteristics} == entry["characteristics"]
    assert derived.size.value == entry["size"]


def test_scores(pair):
    entry, derived = pair
    arts = list((entry["arts"] or {}).values())
    for line, row in zip([*derived.abilities, *derived.arts], [*entry["abilities"], *arts], strict=True):
        assert (line.score, line.remainder, line.bonus) == (row["score"], row["remainder"], row["bonus"]), line.name
        assert line.paid == row["raw_experience"]
        assert line.effective.value == row["score"] + row["bonus"]
    for line, row in zip(derived.arts, arts, strict=True):
        assert line.expected_bonus_experience == row["bonus_experience"]


def test_body(pair):
    entry, derived = pair
    assert derived.health.soak.value == entry["soak"]
    assert [level.penalty for level in derived.health.fatigue] == [row["penalty"] for row in entry["fatigue_levels"]]
    ranges = [(line.penalty, line.start, line.to) for line in derived.health.wounds if line.kind != "dead"]
    assert ranges == [(row["penalty"], row["from"], row["to"]) for row in entry["wound_ranges"]]
    load = {"encumbrance": derived.load.encumbrance.value, "burden": derived.load.burden}
    assert load == entry["encumbrance"]


def test_combat_lines(pair):
    entry, derived = pair
    for line, row in zip(derived.combat, entry["combat"], strict=True):
        totals = {name: getattr(line, name) for name in ("init", "atk", "dfn", "dam")}
        assert {name: total and total.value for name, total in totals.items()} == {name: row[name] for name in totals}
        assert line.specialty_applies == row["specialty_applies"], row["printed"]


def test_spells(pair):
    entry, derived = pair
    printed_wrong = {row["path"]: row["computed"] for row in entry["anomalies"]}
    for index, (line, row) in enumerate(zip(derived.spells, entry["spells"] or [], strict=True)):
        expected = printed_wrong.pop(f"spells[{index}].casting_total", row["casting_total"])
        assert line.casting.value == expected, line.name
        assert (list(line.deficiencies), line.focus) == (row["deficiency"], row["focus"])
    assert not printed_wrong


def test_confidence_warping_and_decrepitude(pair):
    entry, derived = pair
    assert derived.confidence[:2] == (entry["confidence"]["score"], entry["confidence"]["points"])
    for score, row in ((derived.warping, entry["warping"]), (derived.decrepitude, entry["decrepitude"])):
        assert (score.score, score.remainder) == (row["score"], row["points"])


def test_points(pair):
    entry, derived = pair
    checks = entry["checks"]
    assert derived.virtue_points.spent == checks["virtue_points"]
    assert derived.flaw_points.spent == checks["flaw_points"]
    spent, available = checks["characteristic_points_spent"], checks["characteristic_points_available"]
    assert derived.characteristic_points == (spent, available)


def test_experience(pair):
    entry, derived = pair
    budget = derived.experience
    assert (budget.total, budget.spent) == (entry["checks"]["xp_budget_total"], entry["checks"]["xp_spent_total"])
    assert (budget.left, budget.unpaid) == (0, 0)
    assert sorted(purse.amount for purse in budget.purses) == sorted(entry["checks"]["xp_budget"].values())


def test_spell_levels(pair):
    entry, derived = pair
    checks = entry["checks"]
    expected = (checks.get("spell_levels_spent", 0), checks.get("spell_levels_budget", 0))
    assert derived.spell_levels == expected


def test_nothing_is_wrong_with_them(pair):
    _entry, derived = pair
    assert [finding for finding in derived.findings if finding.severity == "error"] == []


def test_every_total_is_the_sum_of_its_parts(pair):
    _entry, derived = pair
    totals = [total for pair in pairs(derived).values() for total in vars(pair).values()]
    totals += [line.effective for line in (*derived.abilities, *derived.arts)]
    totals += [total for line in derived.spells for total in (line.casting, line.penetration, line.level_cap)]
    totals += [total for line in derived.resistances for total in (line.resistance, line.without_parma)]
    totals += [total for line in derived.combat for total in (line.init, line.atk, line.dfn, line.dam) if total]
    for total in totals:
        assert total.value == sum(part.value for part in total.parts) // total.divisor, str(total)
