"""Defaults that look at the rest of the data, in fields that must be unique together."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework import serializers

from tests.batching.conftest import create, make_books
from tests.sampleapp.api import BookSerializer, BookViewSet
from tests.sampleapp.models import Book

pytestmark = pytest.mark.django_db


class OfTitle:
    """The code of a book that comes without: its title."""

    requires_context = True

    def __call__(self, field):
        return field.parent.initial_data.get("title", "nameless")[:10]


class CodedSerializer(BookSerializer):
    code = serializers.CharField(max_length=10, default=OfTitle())
    pages = serializers.HiddenField(default=7)


@pytest.fixture(autouse=True)
def _coded(monkeypatch):
    monkeypatch.setattr(BookViewSet, "serializer_class", CodedSerializer)


def untitled(shelf, title):
    operation = create(shelf, "", title=title)
    del operation["data"]["code"]
    return operation


def test_a_default_is_compared_like_what_is_sent(batch, shelf):
    make_books(shelf, 1)
    results = batch(untitled(shelf, "new"), untitled(shelf, "b0"), untitled(shelf, "new"), atomic=False).json()
    assert [result["status"] for result in results["results"]] == [201, 400, 400]


def test_defaults_do_not_cost_a_statement_each(batch, shelf):
    counts = set()
    for size in [1, 30]:
        with CaptureQueriesContext(connection) as captured:
            response = batch(*[untitled(shelf, f"{size}-{n}") for n in range(size)])
        assert response.status_code == 200
        counts.add(len(captured))
    assert len(counts) == 1


def test_a_hidden_field_takes_nothing_from_the_client(batch, shelf):
    batch(create(shelf, "new", pages=5000))
    assert Book.objects.get().pages == 7
