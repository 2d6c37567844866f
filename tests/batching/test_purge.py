"""Forgetting receipts that no client needs any more (R16)."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from batching.models import Receipt
from batching.testing import count_statements

pytestmark = pytest.mark.django_db


@pytest.fixture
def receipts(alice):
    now = timezone.now()
    ages = [0, 1, 34, 36, 36, 36, 40, 400]
    Receipt.objects.bulk_create(
        Receipt(user=alice, operation=uuid.uuid4(), status=200, created=now - timedelta(days=age)) for age in ages
    )


@pytest.mark.parametrize(("chunk", "deletions"), [(1, 3), (2, 2), (1000, 1)])
def test_old_receipts_go_and_recent_ones_stay(receipts, chunk, deletions, capsys):
    """Three of the five are of one moment, and go together."""
    with count_statements() as statements:
        call_command("purge_receipts", chunk=chunk)
    assert "5 receipts deleted" in capsys.readouterr().out
    assert Receipt.objects.count() == 3
    assert sum(statement.startswith("DELETE") for statement in statements) == deletions


def test_the_number_of_days_can_be_given(receipts):
    call_command("purge_receipts", days=0)
    assert Receipt.objects.count() == 0
