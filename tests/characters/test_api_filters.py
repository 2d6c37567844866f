"""What lists can be asked for, and what is refused before the database sees it."""

from __future__ import annotations

import pytest

from tests.characters.conftest import problem

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("number", ["1e30", "-1e30", "-1", "x"])
@pytest.mark.parametrize("address", ["abilities/?character", "virtues/?character", "catalogue/spells/?level"])
def test_numbers_that_no_column_can_hold_are_refused(api, address, number):
    path, _, name = address.partition("?")
    assert problem(api.get(path, **{name: number}), 400, name)


def test_plain_keys_and_levels_are_found(api, magus):
    assert api.get("abilities/", character=magus.pk).status_code == 200
    assert api.get("catalogue/spells/", level=5).json()["count"] > 10
