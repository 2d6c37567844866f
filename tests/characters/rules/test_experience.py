"""The rules of experience (R50), on numbers from the book and on generated ones."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from characters.rules import experience
from characters.rules.experience import BelowZero, Move, TooMuchExperience

CASES = json.loads((Path(__file__).parent.parent / "cases" / "increments.json").read_text(encoding="utf-8"))
BOOK = {
    "ability": [0, 5, 15, 30, 50, 75, 105, 140, 180, 225, 275],
    "art": [0, 1, 3, 6, 10, 15, 21, 28, 36, 45, 55],
}

kinds = st.sampled_from(["ability", "art"])
amounts = st.integers(0, 20_000)
clicks = st.lists(st.integers(-3, 3), max_size=25)


@pytest.mark.parametrize("kind", BOOK)
def test_costs_are_those_of_the_advancement_table(kind):
    assert [experience.cost(kind, score) for score in range(11)] == BOOK[kind]


def test_costs_have_no_upper_limit():
    assert experience.cost("ability", 30) == 2325
    assert experience.cost("art", 40) == 820
    assert experience.score_of("art", experience.cost("art", 10**9)) == 10**9


@given(kinds, st.integers(0, 10**15))
def test_a_score_is_the_highest_that_is_paid_for(kind, amount):
    score = experience.score_of(kind, amount)
    assert experience.cost(kind, score) <= amount < experience.cost(kind, score + 1)


@given(kinds, amounts, amounts)
def test_scores_are_monotone_in_experience(kind, one, other):
    low, high = sorted([one, other])
    assert experience.score_of(kind, low) <= experience.score_of(kind, high)


@given(kinds, amounts)
def test_score_and_remainder_are_all_of_the_experience(kind, amount):
    score, remainder = experience.score_of(kind, amount), experience.remainder_of(kind, amount)
    assert experience.cost(kind, score) + remainder == amount
    assert 0 <= remainder < experience.next_cost(kind, amount)


@given(kinds, amounts, clicks)
def test_merged_clicks_give_what_they_give_one_by_one(kind, start, steps):
    """R31: the merged operation leaves the same row behind, and is refused when one of the originals is."""
    merged = Move(0, 0)
    for by in steps:
        merged = merged.then(Move.of(by))
    assert _outcome(kind, start, [merged]) == _outcome(kind, start, map(Move.of, steps))


@given(kinds, amounts, clicks, clicks)
def test_merging_merged_clicks_changes_nothing_either(kind, start, first, second):
    """R31: what was merged once may be merged again, in any grouping."""
    runs = [Move(0, 0), Move(0, 0)]
    for run, steps in enumerate([first, second]):
        for by in steps:
            runs[run] = runs[run].then(Move.of(by))
    assert _outcome(kind, start, [runs[0].then(runs[1])]) == _outcome(kind, start, runs)


@given(kinds, amounts, st.integers(0, 10))
def test_raising_then_lowering_returns(kind, start, by):
    raised = experience.increment(kind, start, Move.of(by))
    assert experience.increment(kind, raised, Move.of(-by)) == start


def test_the_cases_shared_with_the_browser():
    """R31: the same file is checked in JavaScript."""
    for case in CASES:
        kind, start = case["kind"], case["start"]
        assert _outcome(kind, start, map(Move.of, case["clicks"])) == case["result"], case
        assert _outcome(kind, start, [Move.of(case["by"], case["low"])]) == case["result"], case


def test_the_case_file_is_what_its_generator_writes(tmp_path, monkeypatch):
    from tests.characters.cases import generate

    monkeypatch.setattr(generate, "FILE", tmp_path / "increments.json")
    generate.main()
    assert json.loads(generate.FILE.read_text(encoding="utf-8")) == CASES


def test_lowering_loses_what_does_not_fit_below_the_next_score():
    """Score 5 (24) lowered to 3 keeps at most one point less than score 4 costs."""
    assert experience.increment("ability", 75 + 24, Move.of(-2)) == 30 + 19


def test_a_move_that_dips_loses_remainder_although_its_sum_is_zero():
    assert experience.increment("ability", 75 + 29, Move(0, -3)) == 75 + 14


def test_a_low_point_above_the_way_is_no_move():
    with pytest.raises(ValueError, match="at most -1"):
        Move.of(-1, 0)


def test_scores_do_not_fall_below_zero():
    with pytest.raises(BelowZero):
        experience.increment("ability", 12, Move.of(-2))
    with pytest.raises(BelowZero):
        experience.increment("ability", 12, Move.of(3, -2))


def test_experience_is_bounded():
    with pytest.raises(TooMuchExperience):
        experience.increment("ability", experience.MAX_EXPERIENCE, Move.of(1))


@pytest.mark.parametrize(
    ("raw", "multiplier", "counted"),
    [(37, Fraction(3, 2), 56), (55, Fraction(3, 2), 83), (94, Fraction(3, 2), 141), (7, Fraction(5, 4), 9)],
)
def test_affinity_rounds_up_once(raw, multiplier, counted):
    """Darius, Guernicus and the Specialist of the core rules; Linguist."""
    assert experience.counted(raw, multiplier) == counted


@given(amounts, st.sampled_from([Fraction(1), Fraction(5, 4), Fraction(3, 2), Fraction(2)]))
def test_raw_experience_is_the_least_that_counts_as_much(counted, multiplier):
    raw = experience.raw_of(counted, multiplier)
    assert experience.counted(raw, multiplier) >= counted
    assert raw == 0 or experience.counted(raw - 1, multiplier) < counted


@given(amounts, st.sampled_from([Fraction(1), Fraction(5, 4), Fraction(3, 2)]))
def test_counting_and_back_returns(raw, multiplier):
    assert experience.raw_of(experience.counted(raw, multiplier), multiplier) == raw


def _outcome(kind, amount, moves):
    try:
        for move in moves:
            amount = experience.increment(kind, amount, move)
    except BelowZero:
        return "refused"
    return amount
