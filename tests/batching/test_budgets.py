"""Budgets per user (R22), and what happens when the cache that counts them fails."""

from __future__ import annotations

import logging

import pytest
from django.core.cache import caches
from django.test import override_settings
from rest_framework.test import APIClient

from batching.conf import conf
from batching.throttling import read_rate
from tests.batching.conftest import grow, state, update

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def empty_cache():
    caches["default"].clear()
    yield
    caches["default"].clear()


def budgets(**rates):
    return override_settings(BATCHING={"WRITES": None, "READS": None, "OPERATIONS": None, **rates})


@budgets(WRITES="3/h")
def test_a_batch_is_one_write(batch, books):
    for _ in range(3):
        assert batch(*[grow(book) for book in books]).status_code == 200
    before = state()
    response = batch(grow(books[0]))
    assert response.status_code == 429
    assert response["Content-Type"] == "application/problem+json"
    assert 1 <= int(response["Retry-After"]) <= 3600
    assert state() == before


@budgets(WRITES="2/h", READS="2/h")
def test_reads_and_writes_have_budgets_of_their_own(api, books):
    for _ in range(2):
        assert api.get("/api/books/").status_code == 200
    assert api.get("/api/books/").status_code == 429
    for _ in range(2):
        assert api.patch(f"/api/books/{books[0].pk}/", {"title": "x"}, format="json").status_code == 200
    assert api.patch(f"/api/books/{books[0].pk}/", {"title": "x"}, format="json").status_code == 429


@budgets(OPERATIONS="7/h")
def test_operations_are_charged_by_number_and_all_or_none(batch, api, books):
    assert batch(*[grow(book) for book in books]).status_code == 200
    before = state()
    response = batch(grow(books[0]), grow(books[0]), grow(books[0]))
    assert response.status_code == 429
    assert int(response["Retry-After"]) >= 1
    assert state() == before
    assert batch(grow(books[0])).status_code == 200
    assert api.post(f"/api/books/{books[0].pk}/grow/", {}, format="json").status_code == 200
    assert api.post(f"/api/books/{books[0].pk}/grow/", {}, format="json").status_code == 429


@budgets(WRITES="9/h", OPERATIONS="50/h")
def test_every_answer_carries_the_state_of_its_budgets(batch, api, books):
    good = batch(grow(books[0]), grow(books[1]))
    assert good["RateLimit-Policy"] == '"writes";q=9;w=3600, "operations";q=50;w=3600'
    assert good["RateLimit"].startswith('"writes";r=8;t=')
    assert ', "operations";r=48;t=' in good["RateLimit"]
    assert "r=7" in batch(update(0, title="x"))["RateLimit"]
    assert "r=6" in api.post("/api/batch/", b"{", content_type="application/json")["RateLimit"]


@budgets(WRITES="1/h")
def test_users_do_not_share_a_budget(batch, books, bob):
    assert batch(grow(books[0])).status_code == 200
    assert batch(grow(books[0])).status_code == 429
    client = APIClient()
    client.force_authenticate(bob)
    operation = {"resource": "shelves", "action": "create", "data": {"name": "x"}}
    assert client.post("/api/batch/", {"operations": [operation]}, format="json").status_code == 200


@override_settings(
    CACHES={"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1/0"}}
)
@budgets(WRITES="1/h", OPERATIONS="1/h", READS="1/h")
def test_a_cache_that_fails_is_not_an_error(batch, api, books, caplog):
    caplog.set_level(logging.CRITICAL)
    for _ in range(3):
        assert batch(grow(books[0])).status_code == 200
        assert api.get("/api/books/").status_code == 200


@pytest.mark.parametrize(("rate", "means"), [("120/m", (120, 60)), ("1/10s", (1, 10)), ("5/2h", (5, 7200))])
def test_rates_are_written_as_django_ratelimit_writes_them(rate, means):
    assert read_rate(rate) == means


@pytest.mark.parametrize("rate", ["", "120", "120/", "m/120", "1/5x"])
def test_a_wrong_rate_is_an_error(rate):
    with pytest.raises(ValueError, match="is not a rate"):
        read_rate(rate)


def test_the_defaults_are_those_of_the_design():
    with override_settings(BATCHING={}):
        assert (conf().WRITES, conf().READS, conf().OPERATIONS) == ("120/m", "600/m", "6000/m")
        assert (conf().MAX_OPERATIONS, conf().MAX_BODY) == (100, 1024 * 1024)
