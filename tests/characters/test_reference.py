"""The catalogue that a process keeps in memory."""

from __future__ import annotations

import json

import pytest

from characters.catalogue import loader
from characters.catalogue.reference import reference
from characters.models import CatalogueEdition

pytestmark = pytest.mark.django_db


@pytest.fixture
def change(tmp_path):
    """Load an Ability of this name."""

    def load(name):
        entry = {"id": "ability.x", "name": name, "category": "General", "needs_instance": False, "untrained_use": True}
        path = tmp_path / "more.json"
        path.write_text(json.dumps({"abilities": [entry]}))
        loader.load([path])

    return load


def test_it_is_kept_for_the_price_of_one_query(django_assert_num_queries):
    first = reference()
    with django_assert_num_queries(1):
        assert reference() is first


def test_it_is_read_again_when_the_tables_change(change):
    reference()
    change("Juggling")
    assert reference().rules.ability("ability.x").name == "Juggling"
    change("Knife Juggling")
    assert reference().rules.ability("ability.x").name == "Knife Juggling"


def test_loading_the_same_again_changes_nothing(change):
    change("Juggling")
    kept = reference()
    change("Juggling")
    loader.load()
    assert reference() is kept


def test_equal_tables_have_equal_stamps(change):
    before = CatalogueEdition.objects.get().stamp
    change("Juggling")
    once = CatalogueEdition.objects.get().stamp
    CatalogueEdition.objects.update(stamp=before)
    change("Tumbling")
    assert before != once != CatalogueEdition.objects.get().stamp


def test_entries_are_whole_again():
    """Columns and the rest of the facts are put together as the data file has them."""
    entry = reference().rules.virtues["virtue.puissant-ability"]
    assert (entry.kind, entry.size, entry.repeatable, entry.max_per_parameter) == ("virtue", "minor", True, 1)
    assert reference().rules.houses["house.criamon"]["free_grants"]
    assert reference().spells["spell.pilum-of-fire"].level == 20


def test_a_catalogue_is_made_sure_of():
    CatalogueEdition.objects.all().delete()
    loader.ensure()  # the tables hold everything, so that nothing changes, and nothing breaks
    loader.ensure()
    assert reference().rules.abilities
