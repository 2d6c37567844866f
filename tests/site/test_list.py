"""R51: finding, duplicating and deleting characters, without a script."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from characters.models import Character, Editor
from characters.plain import RESOURCES
from tests.characters import factories

ROWS = (
    factories.AbilityFactory,
    factories.ArtFactory,
    factories.VirtueFactory,
    factories.SpellFactory,
    factories.TraitFactory,
    factories.ReputationFactory,
    factories.PossessionFactory,
    factories.AttackFactory,
)


@pytest.fixture
def covenant(alice, magus):
    """Darius of Flambeau, Marcus of Tytalus, and the grogs Rolf and Flavia."""
    factories.CharacterFactory(owner=alice, name="Marcus", type="magus", house_id="house.tytalus", age=90)
    factories.CharacterFactory(owner=alice, name="Rolf", type="grog", age=20)
    factories.CharacterFactory(owner=alice, name="Flavia", type="grog", age=30)


def names(page):
    return re.findall(r'<h2><a href="[^"]*">([^<]*)</a></h2>', page.html)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Darius", "Flavia", "Marcus", "Rolf"]),
        ("?q=fla", ["Darius", "Flavia"]),
        ("?q=FLAMBEAU+dar", ["Darius"]),
        ("?q=%25", []),
        ("?type=grog", ["Flavia", "Rolf"]),
        ("?house=house.tytalus", ["Marcus"]),
        ("?type=grog&q=o", ["Rolf"]),
        ("?order=-age", ["Marcus", "Flavia", "Darius", "Rolf"]),
        ("?order=-created", ["Flavia", "Rolf", "Marcus", "Darius"]),
    ],
)
def test_the_list_is_searched_and_ordered(visitor, covenant, query, found):
    page = visitor.go(f"/{query}")
    assert names(page) == found
    assert (f"{len(found)} character" in page.html) == bool(found)


@pytest.mark.parametrize("query", ["?type=dragon", "?house=house.nobody", "?order=owner", "?q=%00"])
def test_a_senseless_search_is_no_error(visitor, covenant, query):
    assert visitor.go(f"/{query}").response.status_code == 200


def test_what_was_asked_for_stays_in_the_form_and_in_the_links(visitor, covenant):
    html = visitor.go("/?q=fla&type=grog&order=age").html
    assert 'value="fla"' in html
    assert 'name="type" value="grog"' in html
    assert 'href="?q=fla&amp;type=magus&amp;order=age"' in html


def test_types_are_counted_whatever_is_searched_for(visitor, covenant):
    html = visitor.go("/?q=Darius").html
    assert re.findall(r"([A-Z]\w+) <small>(\d+)</small>", html) == [("Magus", "2"), ("Grog", "2")]


def test_a_long_list_costs_as_many_statements_as_a_short_one(visitor, covenant, alice):
    def statements():
        with CaptureQueriesContext(connection) as queries:
            visitor.go("/?q=o")
        return len(queries)

    before = statements()
    Character.objects.bulk_create(Character(owner=alice, name=f"Otto {number}", type="grog") for number in range(50))
    assert statements() == before <= 8


def contents(character):
    """All that a character consists of, but for keys, revisions and times."""
    own = [field.attname for field in Character._meta.concrete_fields]
    found = {name: getattr(character, name) for name in own if name not in ("id", "revision", "created", "updated")}
    for model in RESOURCES:
        rows = model.objects.filter(character=character).order_by("id").values()
        found[model.__name__] = [
            {name: value for name, value in row.items() if name not in ("id", "revision", "character_id")}
            for row in rows
        ]
    return found


def test_a_duplicate_is_a_copy_of_everything(visitor, magus):
    for make in ROWS:
        make(character=magus)
    visitor.go("/")
    page = visitor.press("Duplicate Darius")
    made = Character.objects.exclude(pk=magus.pk).get()
    assert page.response.redirect_chain == [(f"/characters/{made.pk}/", 302)]
    assert contents(made) == {**contents(magus), "name": "Darius (copy)"}
    assert all(model.objects.filter(character=made, revision=made.revision).count() == 1 for model in RESOURCES)


def test_a_large_character_is_duplicated_with_as_many_statements_as_a_small_one(visitor, magus):
    def statements():
        visitor.go("/")
        with CaptureQueriesContext(connection) as queries:
            visitor.press("Duplicate Darius")
        return len(queries)

    before = statements()
    for instance in range(150):
        factories.AbilityFactory(character=magus, ability_id="ability.area-lore", instance=f"Area {instance}")
    assert statements() - before == 0


def test_a_long_name_is_cut_so_that_the_copy_can_be_told_apart(visitor, magus):
    Character.objects.filter(pk=magus.pk).update(name="x" * 100)
    visitor.go("/")
    visitor.press(f"Duplicate {'x' * 100}")
    assert Character.objects.exclude(pk=magus.pk).get().name == "x" * 93 + " (copy)"


def test_a_shared_grog_is_copied_as_one_that_is_not(visitor, alice, bob):
    grog = factories.CharacterFactory(owner=alice, name="Rolf", type="grog", shared=True)
    Editor.objects.create(character=grog, user=bob)
    visitor.go("/")
    visitor.press("Duplicate Rolf")
    made = Character.objects.exclude(pk=grog.pk).get()
    assert (made.shared, made.editors.count()) == (False, 0)


def test_duplicates_are_counted_against_the_budget_of_writes(visitor, magus, settings):
    settings.BATCHING = {**settings.BATCHING, "WRITES": "0/m"}
    visitor.go("/")
    visitor.press("Duplicate Darius")
    assert "Request was throttled" in visitor.messages[0]
    assert Character.objects.count() == 1
