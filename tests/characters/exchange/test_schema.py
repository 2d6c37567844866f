"""The published JSON Schema of characters (R54)."""

from __future__ import annotations

import json

import pytest
from jsonschema import Draft202012Validator
from rest_framework.test import APIClient

from characters.exchange import exports, native
from characters.models import Character
from tests.characters.exchange.described import schema, without_words

PUBLISHED = json.loads(native.SCHEMA.read_text(encoding="utf-8"))


def test_it_is_a_schema():
    Draft202012Validator.check_schema(PUBLISHED)


def test_it_says_what_the_api_takes():
    """When this fails, something that travels has changed: change the published schema, and perhaps the version."""
    assert without_words(PUBLISHED) == schema()


def test_everything_that_a_player_can_write_travels():
    columns = {field.name for field in Character._meta.concrete_fields if field.editable}
    assert columns - exports.defaults("characters").keys() == {"id", "owner"}


@pytest.mark.django_db
def test_it_is_served_to_everybody():
    response = APIClient().get("/api/characters/import/schema/")
    assert response.status_code == 200
    assert response["Content-Type"] == "application/schema+json"
    assert response.json() == PUBLISHED
