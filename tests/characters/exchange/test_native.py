"""Characters as files of this site (R54): exact round trips, one batch, every fault with its place."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from batching.testing import assert_unchanged, count_statements
from characters import published
from characters.exchange import exports, imports, native
from characters.exchange.parcel import MAX_FAULTS, Faulty
from characters.models import Ability, Character
from tests.characters.conftest import problem
from tests.characters.exchange.people import HOSTILE, documents

pytestmark = pytest.mark.django_db

PRINTED = {printed["id"]: printed for printed in published.read()}


def content(key):
    """A character as it is stored."""
    (found,) = exports.contents([Character.objects.get(pk=key)])
    return found


def bring(document, owner, **options):
    return imports.bring(imports.read(json.dumps(document).encode()), owner, **options)


def minimal(**members):
    return native.document([{"name": "Aline", "type": "companion", **members}])


# --- round trips ---


@pytest.mark.parametrize("id", PRINTED)
def test_published_characters_return_as_they_left(alice, api, id):
    key = published.load(PRINTED[id], alice).key
    sent = api.get(f"characters/{key}/export/").json()
    report = api.post("characters/import/?duplicates=copy", sent).json()
    (arrival,) = report["characters"]
    there, back = content(key), content(arrival["id"])
    assert {**back, "name": there["name"]} == there == sent["characters"][0]
    assert _sheet(api, arrival["id"]) == _sheet(api, key)


def _sheet(api, key):
    """The derived sheet without keys, revisions and the number after the name."""
    sheet = api.get(f"characters/{key}/").json()["sheet"]
    return _without({**sheet, "name": ""}, {"id", "revision", "character"})


def _without(value, names):
    if isinstance(value, list):
        return [_without(item, names) for item in value]
    if isinstance(value, dict):
        return {name: _without(below, names) for name, below in value.items() if name not in names}
    return value


def test_any_character_returns_as_it_left(alice):
    """Whatever the API takes: what is imported is what was written, and what leaves is what was imported."""

    @settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
    @given(documents())
    def round_trip(document):
        Character.objects.all().delete()
        report = bring(document, alice, duplicates="copy")
        stored = [content(arrival.key) for arrival in report.arrivals]
        assert [{**one, "name": ""} for one in stored] == [{**one, "name": ""} for one in document["characters"]]
        assert bring(native.document(stored), alice).arrivals == [
            imports.Arrival(path=f"characters[{index}]", name=found.name, key=found.key, created=False, rows=found.rows)
            for index, found in enumerate(report.arrivals)
        ]

    round_trip()


def test_members_that_are_missing_are_as_on_an_empty_sheet(alice):
    (arrival,) = bring(native.document([{"name": "Nobody"}]), alice).arrivals
    character = Character.objects.get(pk=arrival.key)
    assert (character.type, character.age, character.arts.count(), character.virtues.count()) == ("magus", 25, 0, 0)


def test_a_file_of_an_editor_with_a_mark_at_its_start_is_read(alice):
    body = b"\xef\xbb\xbf" + json.dumps(minimal()).encode()
    assert imports.bring(imports.read(body), alice).arrivals[0].name == "Aline"


# --- duplicates ---


def test_the_same_file_again_changes_nothing(alice, api):
    document = minimal(abilities=[{"ability": "ability.swim", "experience_points": 15}])
    first = api.post("characters/import/", document)
    assert first.status_code == 201
    again = api.post("characters/import/", document)
    assert again.status_code == 200
    assert again.json()["characters"] == [{**first.json()["characters"][0], "created": False}]
    assert alice.characters.count() == 1


def test_somebody_else_of_the_same_name_gets_a_number(alice):
    bring(minimal(age=20), alice)
    assert bring(minimal(age=30), alice).arrivals[0].name == "Aline (2)"
    assert bring(minimal(age=40), alice).arrivals[0].name == "Aline (3)"
    assert not bring(minimal(age=30), alice).arrivals[0].created, "known under its number"


def test_numbers_fit_into_long_names(alice):
    document = native.document([{"name": "A" * 100, "age": age} for age in (20, 30)])
    assert [arrival.name for arrival in bring(document, alice).arrivals] == ["A" * 100, "A" * 96 + " (2)"]


def test_twice_in_one_document_is_two_of_a_name(alice):
    document = native.document([{"name": "Aline"}, {"name": "Aline"}])
    assert [arrival.name for arrival in bring(document, alice).arrivals] == ["Aline", "Aline (2)"]


def test_copies_can_be_asked_for(alice):
    bring(minimal(), alice)
    assert bring(minimal(), alice, duplicates="copy").arrivals[0].name == "Aline (2)"


def test_a_taken_name_can_be_refused(alice, api):
    bring(minimal(), alice)
    with assert_unchanged(Character.objects.all()):
        response = api.post("characters/import/?duplicates=refuse", minimal(age=30))
    assert problem(response, 409) == "Nothing was imported. characters[0].name: There is a character of this name."


def test_names_of_others_do_not_matter(alice, bob):
    bring(minimal(), bob)
    assert bring(minimal(), alice).arrivals[0].name == "Aline"


# --- one batch, dry or not ---


def test_a_dry_run_says_the_same_and_creates_nothing(alice, api):
    document = minimal(abilities=[{"ability": "ability.swim"}])
    with assert_unchanged(Character.objects.all(), Ability.objects.all()):
        response = api.post("characters/import/?dry_run=true", document)
    assert response.status_code == 200
    (arrival,) = response.json()["characters"]
    assert arrival == {"path": "characters[0]", "name": "Aline", "id": None, "created": True, "rows": 1}


def test_a_misspelt_option_is_refused(api):
    assert (
        problem(api.post("characters/import/?dryrun=true", minimal()), 400, "dryrun") == "There is no such parameter."
    )
    assert not Character.objects.exists()


def statements(work):
    with count_statements() as counted:
        work()
    return len(counted)


def test_statements_do_not_depend_on_the_number_of_rows(alice):
    def bring_with(number):
        rows = [{"ability": "ability.area-lore", "instance": f"Region {one}"} for one in range(number)]
        return statements(lambda: bring(minimal(name=f"Aline of {number}", abilities=rows), alice))

    bring(minimal(), alice)
    assert bring_with(1) == bring_with(10) == bring_with(200) < 30


def test_statements_of_an_export_do_not_depend_on_how_many_leave(alice):
    people = [{"name": f"Aline {one}", "abilities": [{"ability": "ability.swim"}]} for one in range(9)]
    bring(native.document(people), alice)
    characters = list(Character.objects.all())
    assert statements(lambda: exports.contents(characters[:1])) == statements(lambda: exports.contents(characters)) == 8


def test_operations_are_charged(api, settings):
    settings.BATCHING = {**settings.BATCHING, "OPERATIONS": "3/m"}
    rows = [{"ability": "ability.area-lore", "instance": str(one)} for one in range(3)]
    assert api.post("characters/import/", minimal(abilities=rows)).status_code == 429
    assert not Character.objects.exists()


# --- bad input ---


def faults(document, owner):
    with pytest.raises(Faulty) as raised:
        bring(document, owner)
    assert not Character.objects.exists()
    return {fault.path: fault.detail for fault in raised.value.faults}


def test_every_fault_of_the_form_is_told_with_its_path(alice):
    document = minimal(age="old", abilities=[{}, {"ability": 4, "luck": 1}], virtues={}, strength=9, notes=None)
    document["characters"].append({"type": "cat", "name": ""})
    assert faults(document, alice) == {
        "characters[0].abilities[0].ability": "This is required.",
        "characters[0].abilities[1].ability": "Expected a text.",
        "characters[0].abilities[1].luck": "There is no such member.",
        "characters[0].age": "Expected a whole number.",
        "characters[0].notes": "Expected a text.",
        "characters[0].strength": "At most 3.",
        "characters[0].virtues": "Expected a list.",
        "characters[1].name": "This must not be empty.",
        "characters[1].type": "Expected one of 'grog', 'companion', 'mythic_companion', 'magus'.",
    }


def test_every_fault_of_the_sense_is_told_with_its_path(alice):
    """Also of those who come after somebody who could not be created at all."""
    document = native.document(
        [
            {
                "name": "Anna",
                "type": "grog",
                "house": "house.bonisagus",
                "abilities": [{"ability": "ability.nonsense"}],
            },
            {
                "name": "Bert",
                "house": "house.none",
                "abilities": [{"ability": "ability.swim"}, {"ability": "ability.swim"}],
            },
            {
                "name": "Carl",
                "abilities": [{"ability": "ability.area-lore"}],
                "virtues": [
                    {"virtue": "virtue.puissant-art", "parameters": [{"art": "art.none"}]},
                    {"virtue": "virtue.tough", "size": "major"},
                ],
                "spells": [{"spell": "spell.pilum-of-fire", "level": 25}],
                "possessions": [{"item": "weapon.none"}],
            },
        ]
    )
    found = faults(document, alice)
    assert {path: detail.split(",")[0] for path, detail in found.items()} == {
        "characters[0].house": "A grog belongs to no House: Houses are for magi (core rules",
        "characters[0].abilities[0].ability": 'Invalid pk "ability.nonsense" - object does not exist.',
        "characters[1].house": 'Invalid pk "house.none" - object does not exist.',
        "characters[1].abilities[1]": "The character has this Ability already.",
        "characters[2].abilities[0].instance": "This Ability needs an instance.",
        "characters[2].virtues[0].parameters[0]": "Art: there is no Art 'art.none'.",
        "characters[2].virtues[1].size": "Allowed: minor.",
        "characters[2].spells[0].level": "This spell has level 20.",
        "characters[2].possessions[0].item": "There is no 'weapon.none' in the tables.",
    }


def test_the_api_tells_the_same(api):
    response = api.post("characters/import/", minimal(abilities=[{"ability": "ability.nonsense"}]))
    assert problem(response, 400).startswith("Nothing was imported. characters[0].abilities[0].ability: ")
    (error,) = response.json()["errors"]
    assert error["field"] == "characters[0].abilities[0].ability"


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        (b"", 400, "Neither characters"),
        (b'{"format": "ars-magica-sheets", "version": 1, "characters": [{"name": "Al', 400, "not valid JSON"),
        (b"\xff\xfe", 400, "not UTF-8"),
        (b"[" * 100_000, 400, "nested deeper"),
        (b'{"format": ' * 30 + b"1" + b"}" * 30, 400, "nested deeper"),
        (b'{"format": "ars-magica-sheets", "version": 1, "version": 1, "characters": []}', 400, "occurs twice"),
        (b"[]", 400, "Neither characters"),
        (b"{}", 400, "Neither characters"),
        (b'{"format": "x", "version": 1, "characters": []}', 400, "format: 'ars-magica-sheets' was expected."),
        (
            b'{"format": "ars-magica-sheets", "version": 2, "characters": [1]}',
            400,
            "version: This site reads version 1.",
        ),
        (b'{"format": "ars-magica-sheets", "version": true}', 400, "version: This site reads version 1."),
        (
            b'{"format": "ars-magica-sheets", "version": 1, "characters": []}',
            400,
            "characters: This must not be empty.",
        ),
        (b'{"format": "ars-magica-sheets", "version": 1, "characters": [{"name": "\\ud800"}]}', 400, "surrogate"),
        (
            b'{"format": "ars-magica-sheets", "version": 1, "characters": [{"name": "a\\u0000"}]}',
            400,
            "Null characters",
        ),
        (
            b'{"format": "ars-magica-sheets", "version": 1, "characters": [{"name": "A", "age": 1.5}]}',
            400,
            "whole number",
        ),
        (
            b'{"format": "ars-magica-sheets", "version": 1, "characters": [{"name": "A", "age": 1e999}]}',
            400,
            "too large",
        ),
    ],
)
def test_broken_and_foreign_files_are_refused(api, body, status, words):
    response = api.client.post("/api/characters/import/", body, content_type="application/json")
    assert words in problem(response, status)
    assert not Character.objects.exists()


def test_huge_files_are_refused(api, alice):
    body = json.dumps(minimal(notes="x" * 2_000_000)).encode()
    assert api.client.post("/api/characters/import/", body, content_type="application/json").status_code == 413
    with pytest.raises(Faulty, match="bytes; at most 1048576"):
        imports.read(body)


def test_too_many_at_once_are_refused(api):
    many = native.document([{"name": f"Grog {number}"} for number in range(51)])
    assert "characters: At most 50, please." in problem(api.post("characters/import/", many), 400)
    rows = [{"name": str(number)} for number in range(1500)]
    crowded = native.document([{"name": "A", "traits": rows}, {"name": "B", "traits": rows}])
    assert "At most 2000 rows" in problem(api.post("characters/import/", crowded), 413)
    assert not Character.objects.exists()


def test_a_thousand_faults_are_told_as_some_and_a_number(api):
    response = api.post("characters/import/", minimal(abilities=[{"x": 1}] * 500))
    errors = response.json()["errors"]
    assert len(errors) == MAX_FAULTS + 1
    assert errors[-1]["detail"] == "There are 900 more."


def test_what_others_wrote_is_kept_as_text_and_nothing_else(alice, api):
    """Markup, formulas and paths: stored as they are, named harmlessly as a file."""
    for text in HOSTILE:
        (arrival,) = bring(minimal(name=text, notes=text), alice).arrivals
        assert content(arrival.key)["notes"] == text
        header = api.get(f"characters/{arrival.key}/export/")["Content-Disposition"]
        assert set(header) <= set('abcdefghijklmnopqrstuvwxyz0123456789-_;=". ')
        assert "/" not in header
        assert ".." not in header


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda x: st.lists(x) | st.dictionaries(st.sampled_from(["name", "abilities", "ability", "x"]), x),
    )
)
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_stands_among_the_characters_there_is_an_answer(value):
    """No exception but the one that tells the faults. Form alone: no database."""
    document = {"format": native.FORMAT, "version": native.VERSION, "characters": [value]}
    with contextlib.suppress(Faulty):
        native.parcel(document)


# --- whose ---


def test_characters_of_others_are_not_there(api, bob, magus):
    magus.owner = bob
    magus.save()
    for path in ("", "foundry/", "markdown/"):
        assert api.get(f"characters/{magus.pk}/export/{path}").status_code == 404
    for key in ("x", "0", str(10**30), "1.5", "-1"):
        problem(api.get(f"characters/{key}/export/"), 404)


def test_visitors_are_asked_to_log_in(client, magus):
    assert client.get(f"/api/characters/{magus.pk}/export/").status_code == 401
    assert client.post("/api/characters/import/", {}, content_type="application/json").status_code == 401
