from __future__ import annotations

import factory.random
import pytest
from django.core.cache import cache
from rest_framework.authtoken.models import Token
from rest_framework.test import APIClient

from characters.catalogue import loader
from characters.catalogue.reference import reference
from tests.characters import factories


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The catalogue is part of every database here; what a test does to it is rolled back."""
    with django_db_blocker.unblock():
        loader.load()
        reference()  # what the process keeps is read now, not in a test that counts queries


@pytest.fixture
def catalogue(transactional_db):
    """For tests whose transactions are real: each of them ends with an empty database."""
    loader.load()


@pytest.fixture(autouse=True)
def _same_names_every_time():
    factory.random.reseed_random("Durenmar")


@pytest.fixture(autouse=True)
def _fresh_budgets():
    """Rolled back rows get the same keys again; what their users spent must not be remembered."""
    cache.clear()


@pytest.fixture
def alice(db):
    """A player with characters of her own."""
    return factories.UserFactory(username="alice")


@pytest.fixture
def bob(db):
    """A player who must not see anything of Alice's."""
    return factories.UserFactory(username="bob")


@pytest.fixture
def magus(alice):
    return factories.CharacterFactory(owner=alice, name="Darius", type="magus", house_id="house.flambeau")


@pytest.fixture
def api(alice):
    """Alice at the API, with a token in her hand."""
    return Api(alice)


class Api:
    """A client that speaks JSON and knows what every problem must look like."""

    def __init__(self, user):
        self.client = APIClient(enforce_csrf_checks=True)
        self.client.credentials(HTTP_AUTHORIZATION=f"Token {Token.objects.create(user=user).key}")

    def get(self, path, **query):
        return self.client.get(f"/api/{path}", query)

    def post(self, path, data=None):
        return self.client.post(f"/api/{path}", data, format="json")

    def patch(self, path, data):
        return self.client.patch(f"/api/{path}", data, format="json")

    def delete(self, path):
        return self.client.delete(f"/api/{path}")


def problem(response, status, *path):
    """The texts at `path` of a problem's `fields`, or its detail; fails unless it is a problem document."""
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    document = response.json()
    assert document["status"] == status
    assert document["success"] is False
    assert document["type"]
    assert document["title"]
    assert document["code"]
    found = document["fields"] if path else document["detail"]
    for name in path:
        found = found[name]
    return " ".join(found) if isinstance(found, list) else found
