"""Logging in is not guessing: too many failures are 429 in words, for forms, for tokens and for the admin site."""

from __future__ import annotations

import time

import pytest
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.test import Client, RequestFactory, override_settings

from config.logins import network, wait_for

PASSWORD = "Vis-and-silver"
FORM = "/accounts/login/"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def alice(db):
    cache.clear()
    return get_user_model().objects.create_user("alice", password=PASSWORD)


def log_in(name="alice", password="wrong", address="192.0.2.1", path=FORM, **options):
    data = {"username": name, "password": password}
    return Client(REMOTE_ADDR=address).post(path, data, **options)


def test_ten_failures_on_a_name_close_it_for_every_address():
    """R53: also the right password is not looked at then, and the page says how long that lasts."""
    for number in range(10):
        assert log_in(address=f"192.0.2.{number}").status_code == 200
    answer = log_in(password=PASSWORD, address="198.51.100.1")
    assert answer.status_code == 429
    assert 1 <= int(answer["Retry-After"]) <= 900
    text = answer.content.decode()
    assert "Too many attempts to log in have failed. Try again in" in text
    assert "Please enter a correct username" not in text
    assert log_in("ALICE").status_code == 429  # another spelling is not another name


def test_a_page_that_logs_in_again_in_place_is_no_side_door():
    for _ in range(10):
        assert log_in(path="/accounts/session/").status_code == 400
    answer = log_in(password=PASSWORD, path="/accounts/session/")
    assert (answer.status_code, int(answer["Retry-After"]) > 0) == (429, True)
    assert "Too many attempts" in answer.json()["detail"]


def test_others_may_log_in_meanwhile():
    get_user_model().objects.create_user("bob", password=PASSWORD)
    for _ in range(10):
        log_in()
    assert log_in("bob", PASSWORD).status_code == 302


def test_success_costs_nothing():
    for _ in range(12):
        assert log_in(password=PASSWORD).status_code == 302


@override_settings(LOGIN_FAILURES_PER_ADDRESS="5/15m")
def test_one_password_tried_on_many_names_from_one_address():
    for number in range(5):
        log_in(f"name-{number}")
    assert log_in(password=PASSWORD).status_code == 429
    assert log_in(password=PASSWORD, address="198.51.100.1").status_code == 302


def test_tokens_are_guarded_by_the_same_count():
    for _ in range(5):
        assert log_in(path="/api/token/", content_type="application/json").status_code == 400
        log_in()
    answer = log_in(path="/api/token/", password=PASSWORD, content_type="application/json")
    assert (answer.status_code, answer.json()["code"], answer.json()["status"]) == (429, "throttled", 429)
    assert int(answer["Retry-After"]) >= 1
    assert "Too many attempts" in answer.json()["detail"]


def test_the_admin_site_is_guarded_as_well():
    for _ in range(10):
        log_in(path="/admin/login/")
    answer = log_in(path="/admin/login/", password=PASSWORD)
    assert (answer.status_code, int(answer["Retry-After"]) > 0) == (429, True)
    assert "Too many attempts to log in have failed" in answer.content.decode()
    assert "_auth_user_id" not in answer.client.session


def test_a_cache_that_fails_lets_people_in(monkeypatch):
    def broken(*args, **kwargs):
        raise ConnectionError

    monkeypatch.setattr("config.logins.get_usage", broken)
    assert log_in(password=PASSWORD).status_code == 302


def test_failures_are_forgotten_when_the_window_ends(monkeypatch):
    for _ in range(10):
        log_in()
    request = RequestFactory().post(FORM, REMOTE_ADDR="192.0.2.1")
    wait = wait_for(request, "alice")
    now = time.time()
    monkeypatch.setattr("django_ratelimit.core.time.time", lambda: now + wait + 1)
    assert wait_for(request, "alice") == 0


@pytest.mark.parametrize(
    ("address", "known_as"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:0db8:0001:0002"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("", ""),
    ],
)
def test_who_counts_as_one_address(address, known_as):
    assert network(address) == known_as
