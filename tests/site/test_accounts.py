"""R53: sign up, log in, log out, change password."""

from __future__ import annotations

from django.contrib.auth import get_user_model

PASSWORD = "Vis-and-silver"


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
