"""How the Python client cuts batches: laws that hold for any operations and limits (R24)."""

from __future__ import annotations

import uuid
from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batching.client.errors import CannotSplit
from batching.client.operations import Operation, new_id
from batching.client.parts import Limits, connected, split
from batching.client.retry import Retry, retry_after


@st.composite
def batches(draw):
    """Creations that name earlier ones, some in groups that follow each other."""
    operations = []
    for number in range(draw(st.integers(0, 30))):
        back = draw(st.lists(st.integers(0, number - 1), max_size=2)) if number else []
        group = draw(st.sampled_from([None, None, f"g{number // 3}"]))
        if group and any(item.group == group for item in operations) and operations[-1].group != group:
            group = None  # a group is in one piece
        operations.append(
            Operation(
                resource=draw(st.sampled_from("ab")),
                action="create",
                id=None,
                lid=f"l{number}",
                group=group,
                data={f"d{index}": operations[index] for index in back if draw(st.booleans())},
                depends_on=tuple(operations[index] for index in back),
            )
        )
    return operations


limits = st.builds(
    Limits,
    max_operations=st.integers(3, 12),
    max_body=st.integers(1500, 4000),
    of_resource=st.dictionaries(st.sampled_from("ab"), st.integers(3, 6)),
)


def groups(operations):
    return [list(run) for name, run in groupby(operations, key=lambda item: item.group) if name is not None]


@given(batches(), limits)
def test_parts_keep_order_limits_and_groups(operations, limits):
    parts = split(operations, limits)
    assert [item for part in parts for item in part] == operations
    for part in parts:
        assert 0 < len(part) <= limits.max_operations
        for name, most in limits.of_resource.items():
            assert sum(item.resource == name for item in part) <= most
    assert [group for part in parts for group in groups(part)] == groups(operations)


@given(batches())
def test_what_is_connected_covers_everything_and_needs_nothing_outside(operations):
    runs = list(connected(operations))
    assert [item for run in runs for item in run] == operations
    for run in runs:
        assert all(other in run for item in run for other in item.needs())


@given(batches(), limits)
def test_what_is_connected_stays_together_where_it_fits(operations, limits):
    parts = split(operations, limits)
    for run in connected(operations):
        homes = {index for index, part in enumerate(parts) if set(part) & set(run)}
        assert len(homes) == 1 or len(split(run, limits)) > 1


@given(batches())
def test_what_fits_is_one_request(operations):
    assert len(split(operations, Limits())) == min(1, len(operations))


def test_a_group_that_fits_nowhere_is_refused():
    operations = [Operation(resource="a", action="create", id=None, group="g") for _ in range(3)]
    with pytest.raises(CannotSplit):
        split(operations, Limits(max_operations=2))


# --- back-off ---


@given(st.integers(1, 5), st.floats(0, 1, exclude_max=True), st.none() | st.floats(0, 100))
def test_pauses_are_of_chance_below_a_bound_that_doubles(tries, chance, asked):
    pause = Retry(base=0.5, cap=4, chance=lambda: chance).pause(tries, asked)
    least = asked or 0
    assert least <= pause <= least + min(4, 0.5 * 2 ** (tries - 1))


def test_there_is_an_end_to_it():
    assert Retry(attempts=3).pause(3) is None
    assert Retry(longest=60).pause(1, 61) is None


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Retry-After": "17"}, 17),
        ({"Retry-After": "0.5"}, 0.5),
        ({"Retry-After": "-3"}, None),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "Sun, 06 Nov 1994 08:49:37 GMT"}, 0),
        ({"Retry-After": "Sun, 06 Nov 1994 08:49:37 GMT", "Date": "Sun, 06 Nov 1994 08:49:07 GMT"}, 30),
    ],
)
def test_servers_say_it_in_seconds_or_as_a_date(headers, seconds):
    assert retry_after(headers) == seconds


def test_ids_are_uuids_of_version_7_in_order_of_time():
    ids = [uuid.UUID(new_id()) for _ in range(100)]
    assert {(each.version, each.variant) for each in ids} == {(7, uuid.RFC_4122)}
    assert len(set(ids)) == 100
    assert sorted(each.int >> 80 for each in ids) == [each.int >> 80 for each in ids]
