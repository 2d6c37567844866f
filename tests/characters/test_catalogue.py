"""The reference catalogue and its loader (R50)."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from characters.catalogue import DATA, loader, tables
from characters.models import CatalogueAbility, CatalogueArt, CatalogueHouse, CatalogueSpell, CatalogueVirtue
from tests.characters.factories import AbilityFactory

pytestmark = pytest.mark.django_db

MODELS = [CatalogueAbility, CatalogueArt, CatalogueVirtue, CatalogueHouse, CatalogueSpell]


def run(*files):
    out = StringIO()
    call_command("load_catalogue", *(f"--file={file}" for file in files), stdout=out)
    return out.getvalue()


@pytest.fixture
def file(tmp_path):
    """Write a data file and answer its path."""

    def write(content):
        path = tmp_path / "some.json"
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return path

    return write


def ability(**changes):
    entry = {
        "id": "ability.stargazing",
        "name": "Stargazing",
        "category": "Academic",
        "needs_instance": False,
        "untrained_use": True,
        "specialties": ["comets"],
    }
    return {"abilities": [{**entry, **changes}]}


def test_every_entry_of_the_files_has_a_row():
    assert [model.objects.count() for model in MODELS] == [79, 15, 626, 12, 363]


def test_columns_and_facts_together_are_the_entry():
    entry = CatalogueAbility.objects.get(id="ability.area-lore")
    assert (entry.name, entry.category, entry.needs_instance) == ("(Area) Lore", "General", True)
    assert entry.printed("Provence") == "Provence Lore"
    assert entry.facts["specialties"][0] == "geography"
    assert "name" not in entry.facts


def test_arts_stand_in_the_order_of_the_sheet():
    assert "".join(art.abbr for art in CatalogueArt.objects.all()) == "CrInMuPeReAnAqAuCoHeIgImMeTeVi"


def test_a_general_spell_has_no_level():
    assert CatalogueSpell.objects.get(id="spell.circular-ward-against-demons").level is None
    spell = CatalogueSpell.objects.get(id="spell.image-of-the-beast")
    assert (spell.level, spell.technique_id, spell.form_id) == (5, "art.intellego", "art.animal")


def test_virtues_that_change_scores_are_marked():
    marked = CatalogueVirtue.objects.filter(changes_scores=True).values_list("id", flat=True)
    assert set(marked) == {
        "virtue.affinity-with-ability",
        "virtue.affinity-with-art",
        "virtue.flawless-magic",
        "virtue.linguist",
        "virtue.puissant-ability",
        "virtue.puissant-art",
        "virtue.student-of-realm",
    }


def test_loading_again_changes_nothing_and_says_so():
    with CaptureQueriesContext(
        connection,
    ) as queries:
        said = run()
    assert "79 unchanged" in said
    assert "nothing was changed" in said
    assert not [query for query in queries if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]


def test_loading_into_empty_tables_takes_few_statements():
    for model in reversed(MODELS):
        model.objects.all().delete()
    with CaptureQueriesContext(connection) as queries:
        said = run()
    assert "626 new" in said
    assert "nothing was changed" not in said
    # SQLite takes a limited number of values in one statement; one per row would be more than a thousand.
    assert len(queries) < 40


def test_a_changed_entry_is_brought_up_to_date():
    CatalogueHouse.objects.filter(id="house.tytalus").update(name="Tytaluss", facts={})
    assert "houses: 0 new, 1 changed, 11 unchanged" in run()
    house = CatalogueHouse.objects.get(id="house.tytalus")
    assert house.name == "Tytalus"
    assert house.facts["free_grants"]


def test_a_file_of_ones_own_adds_to_the_catalogue(file):
    assert "abilities: 1 new, 0 changed, 0 unchanged, 79 kept" in run(file(ability()))
    assert CatalogueAbility.objects.get(id="ability.stargazing").facts == {"specialties": ["comets"]}


def test_nothing_is_deleted_that_a_character_has(file):
    used = AbilityFactory()
    run(file(ability()))
    used.refresh_from_db()
    assert used.ability.name == "Awareness"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", "is not JSON"),
        ("[" * 200_000, "is not JSON"),
        ("[]", "an object"),
        ({"meta": {}}, "none of the lists"),
        ({"abilities": {}}, "abilities must be a list"),
        ({"abilities": ["ability.x"]}, r"abilities\[0\] must be an object with an id"),
        ({"abilities": [{"name": "X"}]}, r"abilities\[0\] must be an object with an id"),
        (
            {"abilities": [{"id": "ability.x", "name": "X"}]},
            r"abilities\[0\] \(ability.x\): category is missing",
        ),
        (ability(name=None), "name: This field cannot be null"),
        (ability(name="x" * 101), "name: Ensure this value has at most 100 characters"),
        (ability(needs_instance="perhaps"), "needs_instance: .perhaps. value must be"),
        ({"abilities": ability()["abilities"] * 2}, r"abilities\[1\] .* occurs twice"),
        (
            {"arts": [{"id": "art.x", "name": "X", "abbr": "X", "kind": "sword", "elemental": False}]},
            "kind: Value",
        ),
        (
            {
                "virtues_and_flaws": [
                    {
                        "id": "virtue.x",
                        **dict.fromkeys(
                            [
                                "name",
                                "kind",
                                "size",
                                "allowed_sizes",
                                "category",
                                "tainted",
                                "parameters",
                                "effects",
                            ]
                        ),
                    }
                ]
            },
            "wrong type",
        ),
        (
            {
                "spells": [
                    {
                        "id": "spell.x",
                        "name": "X",
                        "range": "Touch",
                        "duration": "Sun",
                        "target": "Part",
                        "ritual": False,
                        "technique": "art.x",
                        "form": "art.vim",
                        "level": 5,
                    }
                ]
            },
            r"spells\[0\] \(spell.x\): technique 'art.x' is not an Art",
        ),
        (
            {
                "spells": [
                    {
                        "id": "spell.x",
                        "name": "X",
                        "range": "Touch",
                        "duration": "Sun",
                        "target": "Part",
                        "ritual": False,
                        "technique": "art.creo",
                        "form": "art.vim",
                        "level": "high",
                    }
                ]
            },
            "level: .high. value must be an integer",
        ),
    ],
)
def test_a_broken_file_is_refused_with_its_place_and_changes_nothing(file, content, words):
    before = [model.objects.count() for model in MODELS]
    with pytest.raises(CommandError, match=words):
        run(file(content))
    assert [model.objects.count() for model in MODELS] == before


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(CommandError, match=r"nowhere\.json cannot be read"):
        run(tmp_path / "nowhere.json")


def test_a_fault_in_one_list_takes_back_the_others(file):
    broken = {**ability(), "spells": [{"id": "spell.x", "level": 5}]}
    with pytest.raises(CommandError, match="missing"):
        run(file(broken))
    assert not CatalogueAbility.objects.filter(id="ability.stargazing").exists()


def test_the_licence_travels_with_the_data():
    assert "CC BY-SA 4.0" in (DATA / "LICENSE").read_text(encoding="utf-8")
    notice = (DATA / "NOTICE").read_text(encoding="utf-8")
    attribution = json.loads((DATA / "catalogue.json").read_text(encoding="utf-8"))["meta"]["attribution"]
    assert " ".join(attribution.split()) in " ".join(notice.split())


def test_tables_and_limits_are_at_hand():
    assert tables.character_type("grog")["virtue_points"] == 3
    assert tables.table("ability_xp_to_buy")["5"] == 75


def test_the_loader_reports_only_the_lists_that_a_file_has(file):
    assert [outcome.section for outcome in loader.load([file(ability())])] == ["abilities"]
