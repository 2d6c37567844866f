"""What operations people see of exactly-once: receipts and tombstones on the admin site, and a line in the log."""

from __future__ import annotations

import logging
from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from batching.models import Receipt, Tombstone

pytestmark = pytest.mark.django_db

RECEIPTS = "/admin/batching/receiptentry/"


def remember(user, number, *, days=0, status=200):
    created = timezone.now() - timedelta(days=days)
    return Receipt.objects.bulk_create(
        Receipt(user=user, operation=uuid4(), status=status, target="7", revision=3, created=created)
        for _ in range(number)
    )


def post_batch(user, operations, **members):
    client = APIClient()
    client.force_authenticate(user)
    return client.post("/api/batch/", {"operations": operations, **members}, format="json")


def test_an_applied_operation_can_be_found(admin_client, alice, awareness):
    """From the id in a bug report to whose it was and what it did."""
    operation = str(uuid4())
    raised = {"id": operation, "resource": "abilities", "action": "increment", "target": awareness.pk}
    assert post_batch(alice, [raised]).status_code == 200
    for question in (operation, "alice"):
        page = admin_client.get(RECEIPTS, {"q": question})
        assert operation in page.content.decode()
    page = admin_client.get(f"{RECEIPTS}{operation}/change/")
    assert page.status_code == 200
    assert str(awareness.pk) in page.content.decode()


def test_a_list_costs_the_same_for_any_number_of_receipts(admin_client, alice, bob):
    counts = []
    for _ in range(3):
        remember(alice, 20)
        remember(bob, 20)
        with CaptureQueriesContext(connection) as captured:
            assert admin_client.get(RECEIPTS).status_code == 200
        counts.append(len(captured))
    assert len(set(counts)) == 1, counts


def test_receipts_cannot_be_made_changed_or_deleted_by_hand(admin_client, alice):
    [receipt] = remember(alice, 1)
    assert admin_client.get(f"{RECEIPTS}add/").status_code == 403
    assert admin_client.post(f"{RECEIPTS}{receipt.operation}/change/", {"status": 500}).status_code == 403
    assert admin_client.post(f"{RECEIPTS}{receipt.operation}/delete/", {"post": "yes"}).status_code == 403
    chosen = {"action": "delete_selected", "_selected_action": [str(receipt.operation)], "post": "yes"}
    admin_client.post(RECEIPTS, chosen)
    assert Receipt.objects.get().status == 200


def test_filters_narrow_the_list(admin_client, alice):
    remember(alice, 2)
    [made] = remember(alice, 1, status=201)
    page = admin_client.get(RECEIPTS, {"status": 201})
    assert page.context["cl"].result_count == 1
    assert str(made.operation) in page.content.decode()


def purge(client, receipt):
    return client.post(RECEIPTS, {"action": "purge_old", "_selected_action": [str(receipt.operation)]}, follow=True)


def test_old_receipts_are_purged_and_young_ones_kept(admin_client, alice):
    remember(alice, 3, days=40)
    [young] = remember(alice, 1, days=30)
    assert "3 receipts deleted" in purge(admin_client, young).content.decode()
    assert [receipt.operation for receipt in Receipt.objects.all()] == [young.operation]


def test_who_may_only_look_may_not_purge(client, alice):
    alice.is_staff = True
    alice.save()
    alice.user_permissions.add(Permission.objects.get(codename="view_receiptentry"))
    client.force_login(alice)
    [old] = remember(alice, 1, days=40)
    assert client.get(RECEIPTS).status_code == 200
    purge(client, old)
    assert Receipt.objects.count() == 1


def test_two_users_with_one_id_do_not_break_the_page(admin_client, alice, bob):
    [one] = remember(alice, 1)
    Receipt.objects.create(user=bob, operation=one.operation, status=200, created=timezone.now())
    assert admin_client.get(f"{RECEIPTS}{one.operation}/change/").status_code == 200
    assert admin_client.get(f"{RECEIPTS}nonsense/change/", follow=True).status_code == 200


def test_deletions_leave_tombstones_to_look_at(admin_client, alice, awareness):
    deleted = {"resource": "abilities", "action": "delete", "target": awareness.pk}
    assert post_batch(alice, [deleted]).status_code == 200
    stone = Tombstone.objects.get()
    assert f"{stone.label}" in admin_client.get("/admin/batching/tombstone/").content.decode()
    assert admin_client.get(f"/admin/batching/tombstone/{stone.pk}/change/").status_code == 200
    assert admin_client.get("/admin/batching/tombstone/add/").status_code == 403


def test_a_batch_leaves_one_line_in_the_log(alice, awareness, caplog):
    batch = str(uuid4())
    raised = {"resource": "abilities", "action": "increment", "target": awareness.pk}
    with caplog.at_level(logging.INFO, logger="batching"):
        post_batch(alice, [raised, {**raised, "data": {"by": -99}}], atomic=False, batch_id=batch)
    [record] = [record for record in caplog.records if record.name == "batching"]
    assert record.getMessage().startswith(f"batch {batch} user={alice.pk} atomic=False committed=True total=2")
    assert (record.batch_succeeded, record.batch_failed) == (1, 1)
    assert record.milliseconds > 0
