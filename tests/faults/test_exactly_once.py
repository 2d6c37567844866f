"""R63: whatever fails, what was acknowledged is there exactly once, and what was not at most once."""

from __future__ import annotations

import pytest

from tests.faults import campaign
from tests.faults.weights import PER_ROW, times_applied, weight

SEEDS = range(20)
ROWS = 12


@pytest.fixture(scope="module")
def people(stage):
    return stage.service.people(len(SEEDS), ROWS)


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_is_lost_and_nothing_doubled(stage, people, seed):
    """Again: python -m tests.faults --seed SEED"""
    verdict = campaign.run(seed, stage, people[seed])
    print(verdict)
    assert verdict.good, f"{verdict}\n{stage.service.log.read_text()[-4000:]}"


def test_the_sum_of_weights_tells_each_operation_apart():
    times = [2, 0, 1, 2, 1]
    score = sum(weight(place) * number for place, number in enumerate(times))
    assert len(times) == PER_ROW
    assert times_applied(score) == times
