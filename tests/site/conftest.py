from __future__ import annotations

import pytest

from tests.characters import factories
from tests.characters.conftest import _fresh_budgets, alice, bob, django_db_setup, magus
from tests.site.visitor import Visitor

__all__ = ["_fresh_budgets", "alice", "bob", "django_db_setup", "magus"]


@pytest.fixture
def stranger(db):
    """Somebody who is not logged in."""
    return Visitor()


@pytest.fixture
def visitor(alice):
    """Alice with a browser that knows no scripts."""
    return Visitor(alice)


@pytest.fixture
def awareness(magus):
    return factories.AbilityFactory(character=magus, ability_id="ability.awareness", experience_points=15)


@pytest.fixture
def creo(magus):
    return factories.ArtFactory(character=magus, art_id="art.creo", experience_points=3)
