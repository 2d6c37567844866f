"""What the page may write of a row, to undo a change or a deletion, is what the API takes and the sheet shows."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from django.test import Client

from characters import published
from characters.api.possessions import AttackSerializer, PossessionSerializer
from characters.api.serializers import AbilitySerializer, ArtSerializer, CharacterSerializer, VirtueSerializer
from characters.api.spells import SpellSerializer
from characters.api.traits import ReputationSerializer, TraitSerializer

ROWS = {
    "abilities": ["abilities"],
    "virtues": ["virtues", "flaws"],
    "spells": ["spells"],
    "traits": ["traits"],
    "reputations": ["reputations"],
    "possessions": ["possessions"],
    "attacks": ["attacks"],
}
MODULE = Path(__file__).parents[2] / "static/site/columns.js"
SERIALIZERS = {
    "abilities": AbilitySerializer,
    "arts": ArtSerializer,
    "virtues": VirtueSerializer,
    "spells": SpellSerializer,
    "traits": TraitSerializer,
    "reputations": ReputationSerializer,
    "possessions": PossessionSerializer,
    "attacks": AttackSerializer,
    "characters": CharacterSerializer,
}


@pytest.fixture(scope="module")
def columns():
    return run("COLUMNS")


def run(expression, **values):
    """What the module says, asked by node."""
    source = "".join(f"const {name} = {json.dumps(value)};" for name, value in values.items())
    script = f"import {{ anew, COLUMNS }} from {json.dumps(MODULE.as_uri())};{source}"
    script += f"console.log(JSON.stringify({expression}))"
    done = subprocess.run(["node", "--input-type=module"], input=script, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


@pytest.mark.parametrize("resource", SERIALIZERS)
def test_the_page_knows_all_columns_that_can_be_written(columns, resource):
    fields = SERIALIZERS[resource]().fields.items()
    writable = {name for name, field in fields if not (field.read_only or field.write_only)}
    # Where its maker is in the guide says nothing of a character.
    implied = {"character", "guide_step"} | ({"score"} if "experience_points" in writable else set())
    assert set(columns[resource]) == writable - implied


@pytest.fixture
def printed(alice):
    """A magus of the book, who has something of nearly everything, as the API shows him to his player."""
    client = Client()
    client.force_login(alice)
    flambeau = next(each for each in published.read() if each["id"] == "example.magus.flambeau")
    loaded = published.load(flambeau, alice)
    return client, client.get(f"/api/characters/{loaded.key}/").json()["sheet"]


def test_a_row_that_was_deleted_is_made_anew_as_it_was(columns, printed):
    client, sheet = printed
    rows = [(resource, row) for resource, names in ROWS.items() for name in names for row in sheet[name][:2]]
    assert {resource for resource, _ in rows} >= {"abilities", "virtues", "spells", "traits", "attacks"}
    made = run("rows.map(([resource, row]) => anew(resource, row))", rows=rows)
    for (resource, row), data in zip(rows, made, strict=True):
        assert client.delete(f"/api/{resource}/{row['id']}/").status_code == 204
        answer = client.post(f"/api/{resource}/", data, content_type="application/json")
        assert answer.status_code == 201, (resource, data, answer.json())
        same = {name: answer.json()[name] for name in columns[resource]}
        assert same == {name: row[name] for name in columns[resource]}
