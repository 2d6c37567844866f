"""R53: sign up, log in, log out, change or replace the password, see and end the account."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth import get_user_model
from django.core import mail
from django.test import override_settings

from batching.models import Tombstone
from characters import sharing
from characters.models import Ability, Character, Editor
from config.recovery import PasswordResetView
from tests.characters import factories
from tests.site.visitor import Visitor

PASSWORD = "Vis-and-silver"
NEW_PASSWORD = "an old oak stump"


def test_whoever_signs_up_is_logged_in_and_sees_an_empty_list(stranger):
    stranger.go("/accounts/signup/")
    page = stranger.press("Sign up", username="carol", password1="an old oak stump", password2="an old oak stump")
    assert page.response.redirect_chain == [("/", 302)]
    assert "Nobody lives here yet" in page.html
    assert "carol" in page.html


def test_a_name_that_is_taken_is_refused_in_words(stranger, alice):
    stranger.go("/accounts/signup/")
    page = stranger.press("Sign up", username="alice", password1="an old oak stump", password2="an old oak stump")
    assert "A user with that username already exists." in page.html
    assert get_user_model().objects.count() == 1


def test_a_weak_password_is_refused_in_words(stranger):
    stranger.go("/accounts/signup/")
    page = stranger.press("Sign up", username="carol", password1="12345", password2="12345")
    assert "This password is too short" in page.html
    assert not get_user_model().objects.exists()


def test_sign_up_is_not_offered_to_somebody_who_is_logged_in(visitor):
    assert visitor.go("/accounts/signup/").response.redirect_chain == [("/", 302)]


def test_logging_in_leads_to_the_page_that_was_asked_for(stranger, alice, magus):
    page = stranger.go(f"/characters/{magus.pk}/")
    assert page.response.redirect_chain == [(f"/accounts/login/?next=/characters/{magus.pk}/", 302)]
    page = stranger.press("Log in", username="alice", password=PASSWORD)
    assert page.response.redirect_chain == [(f"/characters/{magus.pk}/", 302)]


def test_logging_in_never_leads_to_another_site(stranger, alice):
    stranger.go("/accounts/login/?next=https://example.com/")
    page = stranger.press("Log in", username="alice", password=PASSWORD)
    assert page.response.redirect_chain == [("/", 302)]


def test_a_wrong_password_is_refused_in_words(stranger, alice):
    stranger.go("/accounts/login/")
    assert (
        "Please enter a correct username and password"
        in stranger.press("Log in", username="alice", password="wrong").html
    )


def test_logging_out_ends_the_session_and_needs_a_post(visitor):
    assert visitor.client.get("/accounts/logout/").status_code == 405
    visitor.go("/")
    assert visitor.press("Log out").response.redirect_chain == [("/accounts/login/", 302)]
    assert visitor.go("/").response.redirect_chain == [("/accounts/login/?next=/", 302)]


def test_a_changed_password_is_the_one_that_counts(visitor, stranger, alice):
    visitor.go("/accounts/password/")
    page = visitor.press(
        "Change password", old_password=PASSWORD, new_password1="an old oak stump", new_password2="an old oak stump"
    )
    assert "Password changed" in page.html
    assert not stranger.client.login(username="alice", password=PASSWORD)
    assert stranger.client.login(username="alice", password="an old oak stump")


def test_a_page_can_ask_who_is_logged_in(stranger, visitor, alice):
    assert stranger.client.get("/accounts/session/").json() == {"user": None, "name": None}
    answer = visitor.client.get("/accounts/session/")
    assert answer.json() == {"user": str(alice.pk), "name": "alice"}
    assert "no-store" in answer["Cache-Control"]


def log_in_again(stranger, **fields):
    """As a page does that was open when its session ended: it has the cookie, and reads it anew."""
    stranger.client.get("/accounts/session/")
    token = stranger.client.cookies["csrftoken"].value
    return stranger.client.post("/accounts/session/", fields, headers={"X-CSRFToken": token})


def test_a_page_can_log_in_again_without_being_left(stranger, alice):
    """R38"""
    before = stranger.client.get("/accounts/session/").cookies["csrftoken"].value
    answer = log_in_again(stranger, username="alice", password=PASSWORD)
    assert answer.json() == {"user": str(alice.pk), "name": "alice"}
    assert answer.cookies["csrftoken"].value != before, "the token changes with the login"
    assert stranger.client.get("/accounts/session/").json()["name"] == "alice"


def test_a_wrong_password_on_a_page_is_refused_in_words(stranger, alice):
    answer = log_in_again(stranger, username="alice", password="wrong")
    assert answer.status_code == 400
    assert "Please enter a correct username and password" in answer.json()["detail"]
    assert log_in_again(stranger).json()["detail"] == "This field is required."


def test_logging_in_on_a_page_needs_its_token(stranger, alice):
    assert stranger.client.post("/accounts/session/", {"username": "alice", "password": PASSWORD}).status_code == 403


def test_an_address_is_taken_at_sign_up_and_may_be_left_out(stranger):
    stranger.go("/accounts/signup/")
    stranger.press(
        "Sign up", username="carol", email="Carol@Example.org", password1=NEW_PASSWORD, password2=NEW_PASSWORD
    )
    assert get_user_model().objects.get(username="carol").email == "Carol@example.org"


def test_signing_up_leads_to_the_page_that_was_asked_for(stranger, magus):
    stranger.go("/accounts/login/?next=/characters/import/")
    assert 'href="/accounts/signup/?next=/characters/import/"' in stranger.page.html
    stranger.go("/accounts/signup/?next=/characters/import/")
    page = stranger.press("Sign up", username="carol", password1=NEW_PASSWORD, password2=NEW_PASSWORD)
    assert page.response.redirect_chain == [("/characters/import/", 302)]


def test_signing_up_never_leads_to_another_site(stranger):
    stranger.go("/accounts/signup/?next=https://example.com/")
    page = stranger.press("Sign up", username="carol", password1=NEW_PASSWORD, password2=NEW_PASSWORD)
    assert page.response.redirect_chain == [("/", 302)]


@override_settings(SIGN_UPS_PER_ADDRESS="2/h")
def test_who_signs_up_too_often_is_told_for_how_long(stranger, alice):
    """Also the name is not looked up then: to ask who is here has the same limit."""
    for name in ("alice", "al ice"):
        stranger.go("/accounts/signup/")
        assert stranger.press("Sign up", username=name).response.status_code == 200
    page = stranger.press("Sign up", username="alice", password1=NEW_PASSWORD, password2=NEW_PASSWORD)
    assert page.response.status_code == 429
    assert 1 <= int(page.response["Retry-After"]) <= 3600
    assert "This form was sent too often from here. Try again in" in page.html
    assert "already exists" not in page.html
    assert 'value="alice"' in page.html, "what was typed stays"
    assert NEW_PASSWORD not in page.html
    other = stranger.client.post("/accounts/signup/", {"username": "dora"}, REMOTE_ADDR="198.51.100.1")
    assert other.status_code == 403, "another address is not held up (it has no CSRF token here)"


# --- the account page ---


def test_the_address_is_changed_by_whoever_knows_the_password(visitor, alice):
    page = visitor.go("/accounts/")
    assert "There is none" in page.html
    visitor.press("Save the address", email="alice@example.org", password="wrong")
    assert "That is not your password." in visitor.page.html
    visitor.press("Save the address", email="nonsense", password=PASSWORD)
    assert "Enter a valid email address." in visitor.page.html
    alice.refresh_from_db()
    assert alice.email == ""
    visitor.press("Save the address", email="alice@example.org", password=PASSWORD)
    assert visitor.messages == ["The address was saved."]
    alice.refresh_from_db()
    assert alice.email == "alice@example.org"
    visitor.press("Save the address", email="", password=PASSWORD)
    assert visitor.messages == ["The address was removed."]


def test_an_open_session_is_no_way_to_guess_the_password(visitor):
    visitor.go("/accounts/delete/")
    for _ in range(10):
        assert visitor.press("Delete everything", password="wrong").response.status_code == 200
    page = visitor.press("Delete everything", password=PASSWORD)
    assert page.response.status_code == 429
    assert "Too many attempts to log in have failed" in page.html
    assert get_user_model().objects.filter(username="alice").exists()


def test_an_account_goes_with_its_own_and_nothing_of_others(visitor, alice, bob, magus):
    """R53: also what others have shared stays with them; grogs of the account that others edit are counted before."""
    grog = factories.CharacterFactory(owner=alice, name="Rolf", type="grog")
    theirs = factories.CharacterFactory(owner=bob, name="Wat", type="grog")
    for character, editor in ((grog, bob), (theirs, alice)):
        sharing.add_editor(character, editor)
    factories.AbilityFactory(character=magus)
    factories.AbilityFactory(character=theirs)
    page = visitor.go("/accounts/delete/")
    assert "2 characters, with all that belongs to them" in page.html
    assert "among them 1 grog that others edit" in page.html
    page = visitor.press("Delete everything", password=PASSWORD)
    assert f'data-gone="{alice.pk}"' in page.html
    assert "Log out" not in page.html
    assert list(get_user_model().objects.values_list("username", flat=True)) == ["bob"]
    assert list(Character.objects.all()) == [theirs]
    assert Ability.objects.get().character == theirs
    assert not Editor.objects.exists()
    assert not Tombstone.objects.filter(root_key__in=[str(magus.pk), str(grog.pk)]).exists()
    assert visitor.go("/").response.redirect_chain == [("/accounts/login/?next=/", 302)]


# --- a forgotten password ---

RESET = "/accounts/reset/"


def ask(stranger, email):
    stranger.go(RESET)
    return stranger.press("Send the link", email=email)


@pytest.fixture
def link(stranger, alice):
    """What is in the mail."""
    alice.email = "alice@example.org"
    alice.save()
    ask(stranger, "Alice@Example.org")
    (sent,) = mail.outbox
    return re.search(r"http://testserver(\S+)", sent.body)[1]


def test_a_forgotten_password_is_replaced_by_a_link_in_a_mail(stranger, alice, link):
    (sent,) = mail.outbox
    assert sent.to == ["alice@example.org"]
    assert sent.subject == "A new password for Ars Magica sheets"
    assert "for the account alice at testserver" in sent.body
    assert "once, for 24 hours" in sent.body
    ((html, kind),) = sent.alternatives
    assert (kind, f'href="http://testserver{link}"' in html) == ("text/html", True)
    stranger.go(link)
    assert (
        "This password is too short" in stranger.press("Save the password", new_password1="1", new_password2="1").html
    )
    stranger.press("Save the password", new_password1=NEW_PASSWORD, new_password2=NEW_PASSWORD)
    assert stranger.messages == ["The new password was saved. Sessions on other devices have been ended."]
    assert "alice" in stranger.page.html
    assert "This link does not work any more" in Visitor().go(link).html
    alice.refresh_from_db()
    assert alice.check_password(NEW_PASSWORD)


def test_nobody_learns_whether_an_address_is_known(stranger, alice, link):
    known, unknown = (ask(stranger, email) for email in ("alice@example.org", "nobody@example.org"))
    assert known.html == unknown.html
    assert known.response.redirect_chain == unknown.response.redirect_chain
    assert len(mail.outbox) == 2, "none to nobody"


def test_the_mail_is_sent_after_the_answer(rf, alice, mailoutbox):
    """A server of mails that is slow would tell who is known."""
    alice.email = "alice@example.org"
    alice.save()
    request = rf.post(RESET, {"email": "alice@example.org"})
    request._dont_enforce_csrf_checks = True
    response = PasswordResetView.as_view()(request)
    assert (response.status_code, mailoutbox) == (302, [])
    response.close()
    assert len(mailoutbox) == 1


def test_a_server_of_mails_that_fails_changes_nothing(stranger, link):
    with override_settings(EMAIL_BACKEND="nowhere.EmailBackend"):
        assert "Look into your mail" in ask(stranger, "alice@example.org").html


@pytest.mark.parametrize("limit", ["RESETS_PER_EMAIL", "RESETS_PER_ADDRESS"])
def test_links_are_not_asked_for_without_end(stranger, limit):
    with override_settings(**{limit: "2/h"}):
        for _ in range(2):
            assert "Look into your mail" in ask(stranger, "nobody@example.org").html
        page = ask(stranger, "Nobody@example.org")
    assert (page.response.status_code, int(page.response["Retry-After"]) > 0) == (429, True)
    assert "This form was sent too often from here." in page.html


# --- a session that ended ---


@pytest.mark.parametrize(
    ("path", "back"),
    [
        ("/characters/new/", "/characters/new/"),
        ("/characters/import/", "/characters/import/"),
        ("/characters/{key}/share/", "/characters/{key}/share/"),
        ("/characters/{key}/delete/", "/characters/{key}/delete/"),
        ("/characters/{key}/copy/", "/"),
        ("/characters/{key}/leave/", "/"),
        ("/characters/{key}/abilities/", "/characters/{key}/"),
        ("/accounts/token/", "/accounts/token/"),
        ("/accounts/password/", "/accounts/password/"),
        ("/accounts/", "/accounts/"),
        ("/accounts/delete/", "/accounts/delete/"),
    ],
)
def test_whoever_sends_a_form_too_late_comes_back_to_its_page(stranger, alice, magus, path, back):
    """R38: without scripts; with them the page asks for the password and then sends the form."""
    stranger.go("/accounts/login/")
    token = stranger.page.fields(stranger.page.controls[0].form)["csrfmiddlewaretoken"]
    path, back = path.format(key=magus.pk), back.format(key=magus.pk)
    response = stranger.client.post(path, {"csrfmiddlewaretoken": token})
    assert response.status_code == 302
    stranger.go(response["Location"])
    page = stranger.press("Log in", username="alice", password=PASSWORD)
    assert page.response.status_code == 200
    assert (page.response.redirect_chain[-1][0], Character.objects.count()) == (back, 1)
