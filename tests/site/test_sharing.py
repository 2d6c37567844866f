"""R51: links to read a sheet, and grogs that several players edit. Who was not let in, or is no more, finds nothing."""

from __future__ import annotations

import logging
import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from characters import sharing
from characters.models import Ability, Character, Editor, Invitation, ReadLink
from tests.characters import factories
from tests.site.visitor import Visitor

PASSWORD = "Vis-and-silver"


@pytest.fixture
def grog(alice):
    grog = factories.CharacterFactory(owner=alice, name="Rolf", type="grog", notes="afraid of mice")
    factories.AbilityFactory(character=grog, specialty="the gate")
    return grog


@pytest.fixture
def carol(db):
    """Somebody who was never let in."""
    return factories.UserFactory(username="carol")


def link_of(character):
    return f"/shared/{ReadLink.objects.get(character=character).token}/"


# --- links to read ---


def test_a_link_shows_the_sheet_to_whoever_has_it(visitor, stranger, grog):
    visitor.go(f"/characters/{grog.pk}/share/")
    visitor.press("Make a link")
    page = stranger.go(link_of(grog))
    assert page.response.redirect_chain == []
    assert all(text in page.html for text in ("Rolf", "the gate", "afraid of mice"))


def test_a_shared_sheet_has_nothing_to_edit_and_nothing_of_its_owner(stranger, grog):
    page = stranger.go(f"/shared/{sharing.open_link(grog).token}/")
    assert not [form for form in re.findall(r"<form[^>]*>", page.html) if "logout" not in form]
    assert "alice" not in page.html
    assert f"/characters/{grog.pk}/" not in page.html
    assert "data-user" not in page.html


def test_a_shared_sheet_is_kept_by_nobody_and_tells_nobody_where_it_is(stranger, grog):
    page = stranger.go(f"/shared/{sharing.open_link(grog).token}/")
    assert page.response["X-Robots-Tag"] == "noindex, nofollow"
    assert page.response["Referrer-Policy"] == "same-origin"
    assert "no-store" in page.response["Cache-Control"]
    assert '<meta name="robots" content="noindex, nofollow">' in page.html


@pytest.mark.parametrize("button", ["Stop sharing", "Replace by a new link"])
def test_a_link_that_was_taken_back_leads_nowhere_at_once(visitor, stranger, grog, button):
    sharing.open_link(grog)
    address = link_of(grog)
    visitor.go(f"/characters/{grog.pk}/share/")
    visitor.press(button)
    assert stranger.client.get(address).status_code == 404
    assert ReadLink.objects.filter(character=grog).exists() == (button != "Stop sharing")


@pytest.mark.parametrize("token", ["x", "x" * 43, "x" * 5000, "%00", "é"])
def test_guesses_lead_nowhere(stranger, grog, token):
    sharing.open_link(grog)
    assert stranger.client.get(f"/shared/{token}/").status_code == 404
    assert stranger.client.get(f"/join/{token}/", follow=True).status_code in (200, 404)


def test_sheets_behind_links_have_a_budget_of_their_own(stranger, grog, settings):
    settings.SHARED_READS = "2/m"
    address = f"/shared/{sharing.open_link(grog).token}/"
    assert [stranger.client.get(address).status_code for _ in range(3)] == [200, 200, 429]
    assert int(stranger.client.get(address)["Retry-After"]) > 0


def test_the_log_tells_no_secret_of_a_link(stranger, grog, caplog):
    token = sharing.open_link(grog).token
    with caplog.at_level(logging.INFO, "site.requests"):
        stranger.go(f"/shared/{token}/")
    assert "/shared/…/" in caplog.text
    assert not [record for record in caplog.records if token in str(vars(record)) and record.name == "site.requests"]


def test_a_shared_sheet_costs_the_same_however_long_it_is(stranger, grog):
    address = f"/shared/{sharing.open_link(grog).token}/"

    def statements():
        with CaptureQueriesContext(connection) as queries:
            stranger.go(address)
        return len(queries)

    before = statements()
    for instance in range(40):
        factories.AbilityFactory(character=grog, ability_id="ability.area-lore", instance=f"Area {instance}")
    assert statements() == before <= 11


# --- editors ---


def test_the_owner_names_an_editor_and_takes_the_right_back(visitor, grog, bob):
    visitor.go(f"/characters/{grog.pk}/share/")
    visitor.press("Let them edit", username="bob")
    assert Visitor(bob).go(f"/characters/{grog.pk}/").response.redirect_chain == []
    visitor.press("Remove bob")
    assert Visitor(bob).client.get(f"/characters/{grog.pk}/").status_code == 404
    grog.refresh_from_db()
    assert grog.shared is False


def test_an_invitation_makes_whoever_accepts_it_an_editor(visitor, grog, bob):
    visitor.go(f"/characters/{grog.pk}/share/")
    page = visitor.press("Make an invitation")
    address = re.search(r"http://testserver(/join/[^\"]+/)", page.html)[1]
    token = address.split("/")[2]
    stranger = Visitor()
    asked = stranger.go(address)
    assert asked.response.redirect_chain == [(f"/accounts/login/?next={address}", 302)]
    invited = stranger.press("Log in", username="bob", password=PASSWORD)
    assert "alice invites you to edit Rolf" in invited.html
    assert not Editor.objects.exists()
    joined = stranger.press("Join")
    assert joined.response.redirect_chain == [(f"/characters/{grog.pk}/", 302)]
    assert [editor.user for editor in Editor.objects.all()] == [bob]
    assert token not in str(list(Invitation.objects.values()))


@pytest.mark.parametrize("how", ["withdrawn", "replaced", "too old"])
def test_an_invitation_that_is_no_longer_good_lets_nobody_in(visitor, grog, bob, how):
    token = sharing.invite(grog)
    if how == "withdrawn":
        visitor.go(f"/characters/{grog.pk}/share/")
        visitor.press("Withdraw the invitation")
    elif how == "replaced":
        sharing.invite(grog)
    else:
        Invitation.objects.update(created=timezone.now() - timedelta(days=15))
    client = Client()
    client.force_login(bob)
    assert [client.get(f"/join/{token}/").status_code, client.post(f"/join/{token}/").status_code] == [404, 404]
    assert not Editor.objects.exists()


@pytest.mark.parametrize(
    ("username", "text"),
    [
        ("nobody", "There is no player of this name."),
        ("", "There is no player of this name."),
        ("\0", "There is no player of this name."),
        ("alice", "The grog is yours already."),
    ],
)
def test_who_cannot_be_an_editor_is_refused_in_words(visitor, grog, username, text):
    visitor.go(f"/characters/{grog.pk}/share/")
    visitor.press("Let them edit", username=username)
    assert visitor.messages == [text]
    grog.refresh_from_db()
    assert grog.shared is False


def test_only_grogs_are_edited_by_others(visitor, magus, bob):
    assert not visitor.go(f"/characters/{magus.pk}/share/").buttons("Let them edit")
    visitor.client.handler.enforce_csrf_checks = False
    visitor.client.post(f"/characters/{magus.pk}/share/", {"do": "add", "username": "bob"})
    visitor.client.post(f"/characters/{magus.pk}/share/", {"do": "invite"})
    assert not Editor.objects.exists()
    assert not Invitation.objects.exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        Character.objects.filter(pk=magus.pk).update(shared=True)


def test_the_number_of_editors_is_limited(grog, monkeypatch, bob, carol):
    monkeypatch.setattr(sharing, "MOST_EDITORS", 1)
    sharing.add_editor(grog, bob)
    sharing.add_editor(grog, bob)
    with pytest.raises(sharing.ValidationError):
        sharing.add_editor(grog, carol)


def test_an_editor_sees_the_grog_on_the_list_and_gives_it_back(grog, bob):
    sharing.add_editor(grog, bob)
    visitor = Visitor(bob)
    html = visitor.go("/").html
    assert "shared by alice" in html
    assert not visitor.page.buttons("Duplicate Rolf")
    visitor.go(f"/characters/{grog.pk}/")
    visitor.press("Leave")
    assert "Rolf</a>" not in visitor.page.html
    assert not Editor.objects.exists()


def test_an_editor_edits_without_a_script(grog, bob):
    sharing.add_editor(grog, bob)
    visitor = Visitor(bob)
    visitor.go(f"/characters/{grog.pk}/")
    visitor.press("Raise Strength")
    grog.refresh_from_db()
    assert grog.strength == 1


OWNERS_PAGES = ["/characters/{pk}/share/", "/characters/{pk}/delete/"]
OWNERS_FORMS = [*OWNERS_PAGES, "/characters/{pk}/copy/"]


@pytest.mark.parametrize("path", OWNERS_FORMS)
@pytest.mark.parametrize("name", ["bob", "carol"])
def test_what_is_the_owners_alone_is_not_found_by_others(grog, bob, carol, path, name):
    sharing.add_editor(grog, bob)
    client = Client()
    client.force_login({"bob": bob, "carol": carol}[name])
    before = list(Character.objects.values()), list(Editor.objects.values()), ReadLink.objects.count()
    for data in (
        {},
        {"do": "open"},
        {"do": "add", "username": "carol"},
        {"do": "invite"},
        {"do": "remove", "editor": 1},
    ):
        assert client.post(path.format(pk=grog.pk), data).status_code == 404
    if path in OWNERS_PAGES:
        assert client.get(path.format(pk=grog.pk)).status_code == 404
    assert before == (list(Character.objects.values()), list(Editor.objects.values()), ReadLink.objects.count())
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("path", ["/characters/{pk}/", "/characters/{pk}/print/", "/characters/cards/?character={pk}"])
def test_whoever_was_not_let_in_finds_nothing(grog, bob, carol, path):
    sharing.add_editor(grog, bob)
    client = Client()
    client.force_login(carol)
    response = client.get(path.format(pk=grog.pk))
    assert response.status_code == 404 or "Rolf" not in response.content.decode()


def test_leaving_is_for_editors(grog, bob, carol, alice):
    sharing.add_editor(grog, bob)
    for user in (alice, carol):
        client = Client()
        client.force_login(user)
        assert client.post(f"/characters/{grog.pk}/leave/").status_code == 404
    assert Ability.objects.filter(character=grog).exists()
    assert Editor.objects.count() == 1


def test_sharing_is_counted_against_the_budget_of_writes(visitor, grog, bob, settings):
    settings.BATCHING = {**settings.BATCHING, "WRITES": "0/m"}
    visitor.go(f"/characters/{grog.pk}/share/")
    visitor.press("Let them edit", username="bob")
    assert "Request was throttled" in visitor.messages[0]
    assert not Editor.objects.exists()
