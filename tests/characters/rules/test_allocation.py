"""Overlapping purses: whatever can be paid is paid, checked against trying everything."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from characters.rules.allocation import allocate

small = st.integers(0, 6)
amounts = st.lists(small, min_size=1, max_size=3)
cases = amounts.flatmap(
    lambda given: st.tuples(
        st.just(given), st.dictionaries(st.integers(0, 2 ** len(given) - 1), st.integers(1, 8), max_size=5)
    )
)


def most_paid(amounts, demands):
    """By brute force: every way to spend the purses on the demands, one unit at a time."""
    paid = {tuple(amounts): 0}
    for mask, wanted in demands.items():
        for _unit in range(wanted):
            reached = dict(paid)  # a unit may stay unpaid
            for state, count in paid.items():
                for purse, left in enumerate(state):
                    if left and mask >> purse & 1:
                        after = (*state[:purse], left - 1, *state[purse + 1 :])
                        reached[after] = max(reached.get(after, -1), count + 1)
            paid = reached
    return max(paid.values())


@given(cases)
def test_it_never_refuses_what_is_feasible(case):
    amounts, demands = case
    unpaid = sum(allocate(amounts, demands).unpaid.values())
    assert sum(demands.values()) - unpaid == most_paid(amounts, demands)


@given(cases)
def test_what_is_left_in_a_purse_is_the_most_that_can_be(case):
    """Taking a purse's spare away makes nothing unpayable, one more does."""
    amounts, demands = case
    allocation = allocate(amounts, demands)
    before = most_paid(amounts, demands)
    for purse, spare in enumerate(allocation.spare):
        assert 0 <= spare <= amounts[purse]
        assert most_paid(_less(amounts, purse, spare), demands) == before
        if spare < amounts[purse]:
            assert most_paid(_less(amounts, purse, spare + 1), demands) < before


@given(cases)
def test_the_first_purses_pay_first(case):
    """Together, the first purses pay as much as they could if the others were not there."""
    amounts, demands = case
    allocation = allocate(amounts, demands)
    for count in range(len(amounts) + 1):
        alone = [amount if purse < count else 0 for purse, amount in enumerate(amounts)]
        assert sum(amounts[:count]) - sum(allocation.left[:count]) == most_paid(alone, demands)


@given(cases)
def test_what_is_spare_can_really_be_spent(case):
    """A new demand on one purse alone is paid up to its spare, without harm to the others."""
    amounts, demands = case
    allocation = allocate(amounts, demands)
    for purse, spare in enumerate(allocation.spare):
        more = {**demands, 1 << purse: demands.get(1 << purse, 0) + spare}
        assert sum(allocate(amounts, more).unpaid.values()) == sum(allocation.unpaid.values())


@given(cases)
def test_a_shortage_explains_itself(case):
    """The demands that only exhausted purses may pay exceed what those hold by just what is unpaid."""
    amounts, demands = case
    allocation = allocate(amounts, demands)
    inside = sum(wanted for mask, wanted in demands.items() if mask | allocation.short == allocation.short)
    held = sum(amount for purse, amount in enumerate(amounts) if allocation.short >> purse & 1)
    if allocation.unpaid:
        assert inside - held == sum(allocation.unpaid.values())


def test_a_greedy_distribution_would_fail_here():
    """The general purse must be kept for what nothing else pays."""
    allocation = allocate([10, 10], {0b11: 10, 0b01: 10})
    assert not allocation.unpaid
    assert allocation.spare == (0, 0)


def test_long_chains_of_payments_are_moved():
    allocation = allocate([5, 5, 5, 5], {0b0011: 5, 0b0110: 5, 0b1100: 5, 0b0001: 5})
    assert not allocation.unpaid


def test_payments_move_through_the_first_purse_too():
    allocation = allocate([5, 5, 5], {0b011: 5, 0b101: 5})
    assert (allocation.left, allocation.spare) == ((0, 0, 5), (5, 5, 5))


def test_what_one_purse_paid_may_move_to_two_others():
    assert allocate([6, 3, 6], {0b111: 6}).spare == (6, 3, 6)


def test_nothing_to_pay():
    assert allocate([3, 0], {}).spare == (3, 0)
    assert allocate([], {}).unpaid == {}


def _less(amounts, purse, amount):
    return [left - amount if index == purse else left for index, left in enumerate(amounts)]
