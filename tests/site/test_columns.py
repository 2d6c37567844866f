"""What the page may write of a row, to undo a change or a deletion, is what the API takes and the sheet shows."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from characters.api.possessions import AttackSerializer, PossessionSerializer
from characters.api.serializers import AbilitySerializer, ArtSerializer, CharacterSerializer, VirtueSerializer
from characters.api.spells import SpellSerializer
from characters.api.traits import ReputationSerializer, TraitSerializer

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
    script = f"import {{ COLUMNS }} from {json.dumps(MODULE.as_uri())}; console.log(JSON.stringify(COLUMNS))"
    done = subprocess.run(["node", "--input-type=module", "-e", script], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


@pytest.mark.parametrize("resource", SERIALIZERS)
def test_the_page_knows_all_columns_that_can_be_written(columns, resource):
    fields = SERIALIZERS[resource]().fields.items()
    writable = {name for name, field in fields if not (field.read_only or field.write_only)}
    implied = {"character"} | ({"score"} if "experience_points" in writable else set())
    assert set(columns[resource]) == writable - implied
