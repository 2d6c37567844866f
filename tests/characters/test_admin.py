"""The admin site (R52)."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from characters.exchange import native
from characters.models import CatalogueAbility, Character, Editor, Invitation, ReadLink
from characters.sheet import sheets
from tests.characters.factories import (
    AbilityFactory,
    ArtFactory,
    AttackFactory,
    CharacterFactory,
    PossessionFactory,
    ReputationFactory,
    SpellFactory,
    TraitFactory,
    UserFactory,
    VirtueFactory,
)

pytestmark = pytest.mark.django_db

ROWS = (
    AbilityFactory,
    ArtFactory,
    VirtueFactory,
    SpellFactory,
    TraitFactory,
    ReputationFactory,
    PossessionFactory,
    AttackFactory,
)
MODELS = list(apps.get_app_config("characters").get_models())


@pytest.fixture
def site(admin_client, alice):
    """The admin site with something of everything to look at."""
    _more(alice)
    return admin_client


def _more(owner):
    character = CharacterFactory(owner=owner, type="magus", house_id="house.tremere")
    for make in ROWS:
        make(character=character)
    _share(CharacterFactory(owner=owner, type="grog", shared=True))


def _share(grog):
    ReadLink.objects.create(character=grog)
    Invitation.objects.create(character=grog, digest=Invitation.digest_of(str(grog.pk)))
    Editor.objects.create(character=grog, user=UserFactory())


def url(model, page, *args):
    return reverse(f"admin:characters_{model._meta.model_name}_{page}", args=args)


def test_every_model_is_on_the_site():
    assert [model for model in MODELS if not admin.site.is_registered(model)] == []


@pytest.mark.parametrize("model", MODELS)
def test_lists_can_be_opened_and_searched(site, model):
    assert site.get(url(model, "changelist")).status_code == 200
    assert site.get(url(model, "changelist"), {"q": "a"}).status_code == 200


@pytest.mark.parametrize("model", MODELS)
def test_rows_can_be_opened(site, model):
    row = model._default_manager.first()
    assert site.get(url(model, "change", row.pk)).status_code == 200


def statements(site, address):
    site.get(address)  # what a process keeps, such as content types, is read now
    with CaptureQueriesContext(connection) as queries:
        assert site.get(address).status_code == 200
    return len(queries)


@pytest.mark.parametrize("model", MODELS)
def test_lists_cost_the_same_for_few_as_for_many(site, alice, model):
    few = statements(site, url(model, "changelist"))
    for _ in range(3):
        _more(alice)
    assert statements(site, url(model, "changelist")) == few


@pytest.mark.parametrize("model", MODELS)
def test_pages_cost_the_same_for_few_as_for_many(site, alice, model):
    """A character with one row of each kind, and with five; entries that one row names, and five."""
    row = model._default_manager.order_by("pk").first()
    few = statements(site, url(model, "change", row.pk))
    _rows(Character.objects.get(type="magus"), 5)
    _more(alice)
    assert statements(site, url(model, "change", row.pk)) == few < 60


def _rows(character, number):
    """So many more rows of each kind, all of other entries."""
    for index in range(number):
        AbilityFactory(character=character, ability_id="ability.area-lore", instance=f"Region {index}")
        ArtFactory(character=character, art_id=list(OTHER_ARTS)[index])
        VirtueFactory(character=character, virtue_id="virtue.affinity-with-art", parameters=[{"art": "art.creo"}])
        for make in (SpellFactory, TraitFactory, ReputationFactory, PossessionFactory, AttackFactory):
            make(character=character)


OTHER_ARTS = ("art.rego", "art.muto", "art.vim", "art.auram", "art.aquam")


def form_of(page):
    """What a browser would send of a page: all its fields, inlines too."""
    forms = [page.context["adminform"].form]
    for inline in page.context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    fields = [bound for form in forms for bound in form if _sent(bound) is not None]
    initial = {bound.html_initial_name: _sent(bound) for bound in fields if bound.field.show_hidden_initial}
    return {**{bound.html_name: _sent(bound) for bound in fields}, **initial}


def _sent(bound):
    value = bound.value()
    if isinstance(value, bool):
        return "on" if value else None
    return "" if value is None else value


@pytest.fixture
def change(site):
    """Change some fields on the page of a character, inlines included."""

    def change(character, **values):
        address = url(Character, "change", character.pk)
        response = site.post(address, {**form_of(site.get(address)), **values})
        faults = response.context and [response.context["errors"], response.context["adminform"].form.errors]
        assert response.status_code == 302, faults
        character.refresh_from_db()

    return change


def test_a_change_on_the_site_raises_the_revision(change):
    """So that pages which hold the old state learn of it."""
    character = Character.objects.get(type="magus")
    before = character.revision
    change(character, name="New")
    assert (character.name, character.revision) == ("New", before + 1)


def test_nothing_changes_where_nothing_was_changed(change):
    character = Character.objects.get(type="magus")
    rows = {manager: list(getattr(character, manager).values()) for manager in native.RESOURCES}
    change(character)
    assert rows == {manager: list(getattr(character, manager).values()) for manager in rows}


def test_open_sheets_learn_of_an_edit_in_an_inline(change, api):
    character = Character.objects.get(type="magus")
    since = character.revision
    change(character, **{"abilities-0-experience_points": "105", "traits-0-DELETE": "on"})
    feed = api.get(f"characters/{character.pk}/changes/", since=since).json()
    assert [row["experience_points"] for row in feed["changed"]["abilities"]] == [105]
    assert len(feed["deleted"]["traits"]) == 1
    assert feed["included"]["sheet"][0]["revision"] == feed["revision"] == character.revision


def test_a_wrong_value_in_an_inline_is_told_and_changes_nothing(site):
    character = Character.objects.get(type="magus")
    address = url(Character, "change", character.pk)
    response = site.post(address, {**form_of(site.get(address)), "name": "New", "abilities-0-instance": "Provence"})
    assert response.status_code == 200
    assert "This Ability has no instances." in response.content.decode()
    character.refresh_from_db()
    assert character.name != "New"


def test_lists_show_what_follows(site):
    page = site.get(url(Character, "changelist"))
    (row,) = (row for row in page.context["cl"].result_list if row.type == "magus")
    assert row.sheet["virtue_points"]["spent"] == 1
    html = page.content.decode()
    assert f'<td class="field-points">1 / {row.sheet["flaw_points"]["spent"]}</td>' in html
    assert f'<td class="field-findings">{len(row.sheet["findings"])} (' in html


# --- actions ---


def act(site, action, *characters, **values):
    data = {"action": action, "_selected_action": [character.pk for character in characters], **values}
    return site.post(url(Character, "changelist"), data, follow=True)


def told(response):
    return [str(message) for message in response.context["messages"]]


def test_characters_can_be_exported(site, alice):
    response = act(site, "export", Character.objects.get(type="magus"), CharacterFactory(owner=alice, name="Anna"))
    assert response["Content-Disposition"] == 'attachment; filename="characters-2.json"'
    assert "Anna" in [newcomer.name for newcomer in native.parcel(response.json()).newcomers]


def test_characters_are_duplicated_after_a_question(site):
    character = Character.objects.get(type="magus")
    assert "Duplicate these characters?" in act(site, "duplicate", character).content.decode()
    assert Character.objects.count() == 2
    response = act(site, "duplicate", character, confirmed="yes")
    assert told(response) == ["1 character duplicated."]
    copy = Character.objects.exclude(pk=character.pk).get(type="magus")
    assert (copy.name, copy.owner, copy.spells.count()) == (f"{character.name} (copy)", character.owner, 1)
    assert LogEntry.objects.get().object_id == str(copy.pk)


def test_characters_are_given_away_after_a_question(site, bob):
    character = Character.objects.get(type="magus")
    before = character.revision
    assert "New owner" in act(site, "transfer", character).content.decode()
    wrong = act(site, "transfer", character, confirmed="yes", username="nobody")
    assert "There is no user of this name." in wrong.content.decode()
    response = act(site, "transfer", character, confirmed="yes", username="bob")
    assert told(response) == ["They belong to bob now."]
    character.refresh_from_db()
    assert (character.owner, character.revision) == (bob, before + 1)
    assert "Changed owner" in str(LogEntry.objects.get())


def test_actions_need_their_permissions(client, alice, site):
    alice.is_staff = True
    alice.save()
    alice.user_permissions.set(Permission.objects.filter(codename="view_character"))
    client.force_login(alice)
    page = client.get(url(Character, "changelist")).content.decode()
    assert 'value="export"' in page
    assert 'value="duplicate"' not in page
    assert 'value="transfer"' not in page


# --- the catalogue ---


def test_entries_say_who_uses_them(site):
    page = site.get(url(CatalogueAbility, "change", "ability.awareness")).content.decode()
    assert "1 Abilities" in page
    assert "nobody" in site.get(url(CatalogueAbility, "change", "ability.swim")).content.decode()


def test_the_catalogue_is_only_looked_up(site):
    for model in MODELS:
        if not hasattr(model, "revision"):
            assert site.get(url(model, "add")).status_code == 403
            row = model._default_manager.first()
            assert site.post(url(model, "change", row.pk), {"name": "X"}).status_code == 403
            assert site.post(url(model, "delete", row.pk), {"post": "yes"}).status_code == 403


def test_the_secrets_of_links_are_not_shown(site):
    link = ReadLink.objects.first()
    assert link.token not in site.get(url(ReadLink, "change", link.pk)).content.decode()


def test_ordinary_users_stay_outside(client, alice):
    client.force_login(alice)
    assert client.get(url(Character, "changelist")).status_code == 302


@pytest.fixture
def add(site, alice):
    """Add a character; answers where the browser is sent, and the character."""

    def add(**values):
        address = url(Character, "add")
        fields = {**form_of(site.get(address)), "owner": alice.pk, "name": "Nova", **values}
        response = site.post(address, fields)
        assert response.status_code == 302, response.context["adminform"].form.errors
        return response.url, Character.objects.get(name="Nova")

    return add


def test_a_new_magus_begins_with_what_the_rules_give_and_is_edited_next(add):
    address, nova = add(type="magus", house="house.tytalus")
    assert address == url(Character, "change", nova.pk)
    assert nova.arts.count() == 15
    given = {"virtue.the-gift", "virtue.hermetic-magus", "virtue.self-confident"}
    assert set(nova.virtues.values_list("virtue", flat=True)) == given
    assert not [found for found in sheets([nova])[0]["findings"] if found["code"] == "gift_missing"]


def test_a_new_companion_begins_with_nothing(add):
    address, nova = add(type="companion", _addanother="1")
    assert address == url(Character, "add")
    assert not nova.arts.exists()
    assert not nova.virtues.exists()
