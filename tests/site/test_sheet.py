"""R51 (core): the sheet without JavaScript. Every + and - is a form, and goes the way of the API."""

from __future__ import annotations

import gzip
import re

import pytest
from django.db.models import F
from django.test import Client

from characters.models import Ability, Character
from tests.characters import factories


@pytest.fixture
def sheet(visitor, magus, awareness, creo):
    """Alice in front of the sheet; pressing a button brings her back to it."""
    visitor.go(f"/characters/{magus.pk}/")
    return visitor


def fresh(row):
    row.refresh_from_db()
    return row


def test_the_sheet_shows_what_the_character_is(sheet, magus):
    html = sheet.page.html
    for text in ("Darius", "Magus", "House Flambeau", "Awareness", "Creo", "Techniques", "Intelligence", "Confidence"):
        assert text in html


def packed(sheet, magus):
    return sheet.client.get(f"/characters/{magus.pk}/", headers={"accept-encoding": "gzip"})


def test_the_sheet_travels_packed_to_browsers_that_unpack(sheet, magus):
    answer = packed(sheet, magus)
    assert (answer["Content-Encoding"], "Accept-Encoding" in answer["Vary"]) == ("gzip", True)
    assert "Darius" in gzip.decompress(answer.content).decode()
    assert 4 * len(answer.content) < len(sheet.page.html)


def test_the_length_of_a_packed_sheet_tells_no_secret(sheet, magus):
    """Its token is masked anew each time, and so much is added by chance that lengths cannot be compared."""
    answers = [packed(sheet, magus).content for _ in range(10)]
    tokens = [re.search(rb'csrfmiddlewaretoken" value="(\w+)"', gzip.decompress(answer))[1] for answer in answers]
    assert len(set(tokens)) == len(tokens)
    assert max(map(len, answers)) - min(map(len, answers)) > 20


def test_puissant_is_written_as_the_book_writes_it(visitor, magus):
    factories.AbilityFactory(character=magus, ability_id="ability.awareness", experience_points=78)
    parameters = [{"ability": "ability.awareness", "instance": None}]
    factories.VirtueFactory(character=magus, virtue_id="virtue.puissant-ability", parameters=parameters)
    html = "".join(visitor.go(f"/characters/{magus.pk}/").html.split())
    parts = (
        '<bdata-cell="score">5</b><spanclass="value-more">',
        '<idata-cell="bonus"data-format="plus">+2</i>',
        '<smalldata-cell="remainder"data-format="parens">(3)</small>',
    )
    assert "".join(parts) in html


def test_raising_an_ability_saves_and_returns_to_its_line(sheet, magus, awareness):
    page = sheet.press("Raise Awareness")
    assert page.response.redirect_chain == [(f"/characters/{magus.pk}/#abilities-{awareness.pk}", 302)]
    assert fresh(awareness).experience_points == 30
    assert not sheet.messages


def test_a_form_is_a_batch_of_one(sheet, magus, awareness):
    """The write path of the API: the row is stamped with the character's next revision."""
    before = fresh(magus).revision
    sheet.press("Raise Awareness")
    assert fresh(awareness).revision == fresh(magus).revision == before + 1


def test_lowering_keeps_what_fits_of_the_experience_beyond_the_score(sheet, awareness):
    Ability.objects.filter(pk=awareness.pk).update(experience_points=29)
    sheet.press("Lower Awareness")
    assert fresh(awareness).experience_points == 14


def test_a_score_below_zero_is_refused_in_words(sheet, awareness):
    Ability.objects.filter(pk=awareness.pk).update(experience_points=0)
    sheet.press("Lower Awareness")
    assert sheet.messages == ["A score cannot fall below 0."]
    assert fresh(awareness).experience_points == 0


def test_arts_rise_at_the_price_of_arts(sheet, creo):
    sheet.press("Raise Creo")
    assert fresh(creo).experience_points == 6


def test_characteristics_rise_to_three_and_no_further(sheet, magus):
    for _time in range(4):
        sheet.press("Raise Strength")
    assert sheet.messages == ["A Characteristic is bought between -3 and +3."]
    assert fresh(magus).strength == 3


@pytest.fixture
def edit(sheet, magus, awareness):
    """Alice on the page where one row is edited, which the pen of its line leads to."""
    address = f"/characters/{magus.pk}/abilities/{awareness.pk}/update/"
    assert f'aria-label="Edit Awareness" href="{address}"' in sheet.page.html
    sheet.go(address)
    return sheet


def test_specialty_and_experience_are_edited(edit, magus, awareness):
    page = edit.press("Save", specialty="ambushes", experience_points="22")
    assert page.response.redirect_chain == [(f"/characters/{magus.pk}/#abilities-{awareness.pk}", 302)]
    assert (fresh(awareness).specialty, awareness.experience_points) == ("ambushes", 22)


def test_a_specialty_can_be_taken_away(edit, awareness):
    Ability.objects.filter(pk=awareness.pk).update(specialty="ambushes")
    edit.press("Save", specialty="")
    assert fresh(awareness).specialty == ""


@pytest.mark.parametrize(
    ("experience", "text"),
    [
        ("a lot", "Experience: Enter a whole number."),
        ("-1", "Experience: Ensure this value is greater than or equal to 0."),
        ("1e30", "Experience: Enter a whole number."),
        ("9" * 30, "Experience: Ensure this value is less than or equal to 1000000."),
    ],
)
def test_impossible_experience_is_refused_in_words(edit, awareness, experience, text):
    edit.press("Save", experience_points=experience)
    assert edit.messages == [text]
    assert fresh(awareness).experience_points == 15


def test_an_ability_is_added(sheet, magus):
    page = sheet.add("abilities", ability="(area) lore", instance="Provence", specialty="rivers", score="2")
    added = Ability.objects.get(character=magus, ability="ability.area-lore")
    assert (added.instance, added.specialty, added.experience_points) == ("Provence", "rivers", 15)
    assert page.response.redirect_chain == [(f"/characters/{magus.pk}/#abilities-{added.pk}", 302)]
    assert "Provence Lore" in page.html


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({"ability": "ability.awareness"}, "The character has this Ability already."),
        ({"ability": "ability.area-lore"}, "Which one: This Ability needs an instance."),
        ({"ability": "ability.charm", "instance": "Provence"}, "Which one: This Ability has no instances."),
        ({"ability": ""}, "Ability: This field is required."),
        (
            {"ability": "ability.nothing"},
            "Ability: There is no “ability.nothing” in the catalogue.",
        ),
        ({"ability": "ability.charm", "specialty": "\0"}, "Specialty: Null characters are not allowed."),
        (
            {"ability": "ability.charm", "specialty": "x" * 101},
            "Specialty: Ensure this value has at most 100 characters (it has 101).",
        ),
    ],
)
def test_an_ability_that_cannot_be_added_is_refused_in_words(sheet, values, text):
    sheet.add("abilities", **values)
    assert sheet.messages == [text]
    assert Ability.objects.count() == 1


def test_an_ability_is_removed(edit, awareness):
    edit.press("Remove")
    assert not Ability.objects.exists()
    assert not edit.page.buttons("Raise Awareness")


def test_the_page_of_a_row_that_is_not_there_is_not_found(sheet, magus, awareness, bob):
    for pk, row in ((magus.pk, awareness.pk + 1), (magus.pk + 1, awareness.pk)):
        assert sheet.client.get(f"/characters/{pk}/abilities/{row}/update/").status_code == 404
    sheet.client.force_login(bob)
    assert sheet.client.get(f"/characters/{magus.pk}/abilities/{awareness.pk}/update/").status_code == 404


def test_a_row_of_each_kind_has_a_page(sheet, magus, creo):
    rows = {
        "virtues": factories.VirtueFactory(character=magus, virtue_id="flaw.driven", size="minor"),
        "arts": creo,
    }
    for resource, row in rows.items():
        page = sheet.go(f"/characters/{magus.pk}/{resource}/{row.pk}/update/")
        assert page.buttons("Save")
        assert bool(page.buttons("Remove")) == (resource != "arts")


def test_the_grid_shows_the_total_that_was_asked_for(visitor, magus, creo):
    Character.objects.filter(pk=magus.pk).update(intelligence=3)
    shown = [visitor.go(f"/characters/{magus.pk}/{query}").html for query in ("", "?total=lab", "?total=nonsense")]
    grids = [html[html.index("data-grid") : html.index("</table>")] for html in shown]
    assert grids[0] == grids[2] != grids[1]


def test_what_the_catalogue_offers_is_told_with_the_reason_why_not(visitor, magus):
    """R51: pickers. An answer that the browser has already is not sent again, until the character changes."""
    address = f"/characters/{magus.pk}/offers/virtues/"
    factories.VirtueFactory(character=magus, virtue_id="virtue.the-gift", size="free")
    first = visitor.client.get(address)
    offers = {offer["id"]: offer for offer in first.json()["offers"]}
    assert len(offers) == 626
    assert offers["virtue.tough"]["why"] == ""
    assert offers["virtue.the-gift"]["why"] == "The Gift can be taken only once."
    again = visitor.client.get(address, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    Character.objects.filter(pk=magus.pk).update(revision=F("revision") + 1)
    assert visitor.client.get(address, headers={"If-None-Match": first["ETag"]}).status_code == 200


@pytest.mark.parametrize("kind", ["abilities", "virtues", "spells"])
def test_offers_are_for_the_owner_and_cost_the_same_for_a_long_sheet(
    visitor, magus, bob, kind, django_assert_max_num_queries
):
    address = f"/characters/{magus.pk}/offers/{kind}/"
    with django_assert_max_num_queries(14):
        assert visitor.client.get(address).status_code == 200
    assert visitor.client.get(f"/characters/{magus.pk}/offers/everything/").status_code == 404
    visitor.client.force_login(bob)
    assert visitor.client.get(address).status_code == 404


def test_a_line_that_is_gone_is_said_to_be_gone(sheet, awareness):
    awareness.delete()
    sheet.press("Raise Awareness")
    assert sheet.messages == ["There is no such row."]


def test_forms_need_the_proof_that_they_are_ours(sheet, magus, awareness):
    """R19: CSRF is enforced, and whoever runs into it is told what to do."""
    response = sheet.client.post(f"/characters/{magus.pk}/abilities/{awareness.pk}/increment/")
    assert response.status_code == 403
    assert "This page is out of date" in response.content.decode()
    assert fresh(awareness).experience_points == 15


def test_forms_are_counted_against_the_same_budget_as_the_api(sheet, awareness, settings):
    """R22."""
    settings.BATCHING = {**settings.BATCHING, "WRITES": "2/m"}
    api = Client()
    api.force_login(awareness.character.owner)
    address = f"/api/abilities/{awareness.pk}/increment/"
    assert api.post(address, content_type="application/json").status_code == 200
    sheet.press("Raise Awareness")
    sheet.press("Raise Awareness")
    assert "Request was throttled" in sheet.messages[0]
    assert fresh(awareness).experience_points == 50


def test_addresses_of_forms_lead_back_to_the_sheet(sheet, magus, awareness):
    page = sheet.go(f"/characters/{magus.pk}/abilities/{awareness.pk}/increment/")
    assert page.response.redirect_chain == [(f"/characters/{magus.pk}/", 302)]


def test_a_long_sheet_costs_as_many_queries_as_a_short_one(sheet, magus, django_assert_max_num_queries):
    def queries():
        with django_assert_max_num_queries(12) as counted:
            sheet.go(f"/characters/{magus.pk}/")
        return len(counted)

    before = queries()
    for instance in range(40):
        factories.AbilityFactory(character=magus, ability_id="ability.area-lore", instance=f"Area {instance}")
    assert queries() == before


def test_a_character_is_created_with_arts(visitor, alice):
    visitor.go("/characters/new/")
    page = visitor.press("Create a blank sheet", name="Priamitus", type="magus", house="house.tytalus", age="30")
    created = Character.objects.get(owner=alice)
    assert page.response.redirect_chain == [(f"/characters/{created.pk}/", 302)]
    assert (created.name, created.house_id, created.age, created.arts.count()) == ("Priamitus", "house.tytalus", 30, 15)


def test_a_grog_belongs_to_no_house_and_has_no_arts(visitor, alice):
    visitor.go("/characters/new/")
    page = visitor.press("Create a blank sheet", name="Rolf", type="grog", house="", age="20")
    created = Character.objects.get(owner=alice)
    assert (created.house, created.arts.count()) == (None, 0)
    assert 'class="block arts" data-shown="arts" hidden' in page.html


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({"name": ""}, "This field is required."),
        ({"name": "x" * 101}, "Ensure this value has at most 100 characters (it has 101)."),
        ({"type": "dragon"}, "Select a valid choice. dragon is not one of the available choices."),
        ({"age": "2001"}, "Ensure this value is less than or equal to 2000."),
        ({"house": "house.nobody"}, "Select a valid choice. That choice is not one of the available choices."),
    ],
)
def test_a_character_that_cannot_be_is_refused_in_words(visitor, values, text):
    visitor.go("/characters/new/")
    assert (
        text
        in visitor.press(
            "Create a blank sheet", **{"name": "Rolf", "type": "grog", "house": "", "age": "20", **values}
        ).html
    )
    assert not Character.objects.exists()


def test_creating_over_budget_is_refused_in_words(visitor, settings):
    settings.BATCHING = {**settings.BATCHING, "WRITES": "0/m"}
    visitor.go("/characters/new/")
    page = visitor.press("Create a blank sheet", name="Rolf", type="grog", house="", age="20")
    assert "Request was throttled" in page.html
    assert not Character.objects.exists()


def test_a_character_is_deleted_after_a_question(visitor, magus, awareness):
    visitor.go(f"/characters/{magus.pk}/delete/")
    assert Character.objects.exists()
    page = visitor.press("Delete")
    assert page.response.redirect_chain == [("/", 302)]
    assert visitor.messages == ["Darius was deleted."]
    assert not Character.objects.exists()
    assert not Ability.objects.exists()


def test_names_are_text_and_nothing_else(visitor, alice):
    name = '<script>alert(1)</script> & "Co"'
    character = factories.CharacterFactory(owner=alice, name=name)
    factories.AbilityFactory(character=character, specialty="</script><b>")
    html = visitor.go(f"/characters/{character.pk}/").html
    assert "<script>alert" not in html
    assert "</script><b>" not in html
