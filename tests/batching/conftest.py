"""The cast: Alice and Bob each have a shelf; Carol may log in and owns nothing."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from rest_framework.test import APIClient

from tests.sampleapp.api import BookViewSet
from tests.sampleapp.models import Book, Category, Shelf


@pytest.fixture
def alice(db):
    return get_user_model().objects.create_user("alice", password="alice")


@pytest.fixture
def bob(db):
    return get_user_model().objects.create_user("bob", password="bob")


@pytest.fixture
def api(alice):
    client = APIClient()
    client.force_authenticate(alice)
    return client


@pytest.fixture
def shelf(alice):
    return Shelf.objects.create(owner=alice, name="Alice's")


@pytest.fixture
def bobs_shelf(bob):
    return Shelf.objects.create(owner=bob, name="Bob's")


@pytest.fixture
def category(db):
    return Category.objects.create(code="magic", name="Magic")


@pytest.fixture
def books(shelf):
    return make_books(shelf, 5)


def make_books(shelf, number, **values):
    books = [Book(shelf=shelf, code=f"b{n}", title=f"Book {n}", pages=10 * n, **values) for n in range(number)]
    return Book.objects.bulk_create(books)


@pytest.fixture
def bare_books(monkeypatch):
    """Let the books' queryset hold nothing but books, so that they are read together with their shelves."""
    monkeypatch.setattr(BookViewSet, "queryset", Book.objects.order_by("pk"))


@pytest.fixture
def batch(api):
    """Post operations; answers the response."""

    def post(*operations, path="/api/batch/", **members):
        return api.post(path, {"operations": list(operations), **members}, format="json")

    return post


def update(book, **data):
    return {"resource": "books", "action": "update", "target": getattr(book, "pk", book), "data": data}


def grow(book, by=None):
    data = {} if by is None else {"by": by}
    return {"resource": "books", "action": "grow", "target": getattr(book, "pk", book), "data": data}


def create(shelf, code, **data):
    return {
        "resource": "books",
        "action": "create",
        "data": {"shelf": getattr(shelf, "pk", shelf), "code": code, **data},
    }


def delete(book):
    return {"resource": "books", "action": "delete", "target": getattr(book, "pk", book)}


def state():
    """All that a batch of this library can change."""
    return {
        "shelves": list(Shelf.objects.order_by("pk").values("pk", "name", "revision", "owner")),
        "books": list(Book.objects.order_by("pk").values()),
    }
