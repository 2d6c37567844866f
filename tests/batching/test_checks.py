"""`manage.py check` names what is wrong and what is slow."""

from __future__ import annotations

import pytest
from django.core.checks import run_checks
from django.test import override_settings

from batching.checks import check_databases, check_resources, check_settings


@pytest.mark.parametrize(
    ("value", "code", "names"),
    [
        ([], "batching.E001", "BATCHING"),
        ({"MAX_OPS": 5}, "batching.E002", "MAX_OPS"),
        ({"WRITES": "many"}, "batching.E003", "WRITES"),
        ({"OPERATIONS": 6000}, "batching.E003", "OPERATIONS"),
        ({"MAX_OPERATIONS": 0}, "batching.E003", "MAX_OPERATIONS"),
        ({"MAX_BODY": "1 MiB"}, "batching.E003", "MAX_BODY"),
        ({"MAX_OPERATIONS": True}, "batching.E003", "MAX_OPERATIONS"),
        ({"PATHS": "/api/"}, "batching.E003", "PATHS"),
        ({"CACHE": "elsewhere"}, "batching.E003", "CACHE"),
    ],
)
def test_a_wrong_setting_is_named(value, code, names):
    with override_settings(BATCHING=value):
        (message,) = check_settings(None)
    assert message.id == code
    assert names in message.msg


@override_settings(BATCHING={"WRITES": None, "READS": "5/2h", "MAX_SECONDS": 0.5, "PATHS": ["/api/", "/v2/"]})
def test_right_settings_pass():
    assert check_settings(None) == []


def test_sqlite_without_immediate_draws_a_warning(settings):
    from django.db import connections

    connection = connections["default"]
    if connection.vendor != "sqlite":
        pytest.skip("about SQLite")
    assert check_databases(None, databases=["default"]) == []
    options = connection.settings_dict["OPTIONS"]
    connection.settings_dict["OPTIONS"] = {}
    try:
        (message,) = check_databases(None, databases=["default"])
    finally:
        connection.settings_dict["OPTIONS"] = options
    assert message.id == "batching.W001"


def test_slow_resources_are_named_with_their_reasons():
    """R23."""
    said = [message.msg for message in check_resources(None) if message.id == "batching.I001"]
    assert any("tickets.update" in text and "Ticket has its own save()" in text for text in said)
    assert any("notes.create" in text and "perform_create()" in text for text in said)
    assert any("shelves.delete" in text and "Book refers to Shelf" in text for text in said)
    assert not any("books." in text or "notes.update" in text for text in said)


def test_throttles_that_batches_go_past_draw_a_warning(monkeypatch):
    from rest_framework.throttling import UserRateThrottle

    from tests.sampleapp.api import NoteViewSet

    monkeypatch.setattr(NoteViewSet, "throttle_classes", [UserRateThrottle])
    messages = [message for message in check_resources(None) if message.id == "batching.W002"]
    assert ["notes" in message.msg and "UserRateThrottle" in message.msg for message in messages] == [True]


def test_the_sample_project_has_no_other_findings():
    assert {message.id for message in run_checks()} == {"batching.I001"}
