"""The reference catalogue at the API, and tokens (R52, R53)."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from django.test.client import encode_multipart
from rest_framework.authtoken.models import Token
from rest_framework.test import APIClient

from batching.testing import count_statements
from characters.models import CatalogueEdition
from tests.characters.conftest import problem

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("path", "query", "count"),
    [
        ("abilities", {}, 79),
        ("abilities", {"category": "Martial"}, 4),
        ("abilities", {"needs_instance": "true"}, 9),
        ("abilities", {"search": "lore"}, 8),
        ("arts", {}, 15),
        ("arts", {"kind": "form"}, 10),
        ("arts", {"elemental": "true"}, 4),
        ("virtues", {"kind": "flaw"}, 308),
        ("virtues", {"size": "free"}, 23),
        ("virtues", {"allows": "minor"}, 459),
        ("virtues", {"allows": "major"}, 177),
        ("virtues", {"category": "Personality"}, 59),
        ("virtues", {"search": "puissant"}, 2),
        ("houses", {}, 12),
        ("houses", {"type": "Societas"}, 4),
        ("spells", {}, 363),
        ("spells", {"technique": "art.creo", "form": "art.ignem", "ritual": "false", "level": 20}, 1),
        ("spells", {"search": "pilum of fire"}, 1),
    ],
)
def test_the_catalogue_can_be_searched_and_filtered(api, path, query, count):
    response = api.get(f"catalogue/{path}/", **query)
    assert response.status_code == 200, response.content
    assert response.json()["count"] == count


def test_general_spells_have_no_level(api):
    rows = api.get("catalogue/spells/", general="true").json()["results"]
    assert rows
    assert {row["level"] for row in rows} == {None}


def test_an_entry_is_addressed_by_its_id(api):
    entry = api.get("catalogue/abilities/ability.area-lore/").json()
    assert (entry["name"], entry["needs_instance"]) == ("(Area) Lore", True)
    assert "geography" in entry["facts"]["specialties"]
    assert api.get("catalogue/virtues/flaw.driven/").json()["allowed_sizes"] == ["minor", "major"]
    problem(api.get("catalogue/abilities/ability.nonsense/"), 404)


@pytest.mark.parametrize("path", ["abilities", "arts", "virtues", "houses", "spells"])
def test_the_catalogue_is_read_only(api, path):
    problem(api.post(f"catalogue/{path}/", {"id": "x", "name": "X"}), 405)
    problem(api.patch(f"catalogue/{path}/x/", {"name": "X"}), 405)
    problem(api.delete(f"catalogue/{path}/x/"), 405)


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("spells", {"level": "high"}),
        ("spells", {"level": 10**30}),
        ("virtues", {"kind": "vice"}),
        ("virtues", {"allows": "x"}),
        ("abilities", {"search": "\x00"}),
    ],
)
def test_a_senseless_filter_is_400(api, path, query):
    problem(api.get(f"catalogue/{path}/", **query), 400)


@pytest.mark.parametrize("path", ["spells/", "abilities/?search=lore", "abilities/ability.swim/"])
def test_what_a_client_has_is_not_sent_again_until_the_catalogue_changes(api, path):
    first = api.get(f"catalogue/{path}")
    known = {"HTTP_IF_NONE_MATCH": first["ETag"]}
    with count_statements() as statements:
        again = api.client.get(f"/api/catalogue/{path}", **known)
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert len(statements) <= 2, "the token, and the edition"
    CatalogueEdition.objects.update(stamp="another")
    assert api.client.get(f"/api/catalogue/{path}", **known).status_code == 200


def test_strangers_are_asked_who_they_are_before_anything_is_compared(api):
    etag = api.get("catalogue/arts/")["ETag"]
    assert APIClient().get("/api/catalogue/arts/", HTTP_IF_NONE_MATCH=etag).status_code == 401


def test_lists_can_be_walked_by_cursor(api):
    """Each row once."""
    found, address = [], "/api/catalogue/spells/?cursor=&page_size=100"
    while address:
        page = api.client.get(address).json()
        found += [row["id"] for row in page["results"]]
        address = page["next"]
    assert len(found) == len(set(found)) == 363
    by_level = api.get("catalogue/spells/", cursor="", ordering="level")
    assert problem(by_level, 400, "ordering") == "A list by cursor is in the order of keys."
    problem(api.get("catalogue/spells/", cursor="nonsense"), 404)


# --- tokens ---


def ask(**data):
    return APIClient(enforce_csrf_checks=True).post("/api/token/", data, format="json")


def test_a_token_is_given_for_name_and_password(alice):
    response = ask(username="alice", password="Vis-and-silver")
    assert response.json() == {"token": Token.objects.get(user=alice).key}
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {response.json()['token']}")
    assert client.get("/api/characters/").status_code == 200


def test_a_session_is_asked_for_the_password_like_anybody(alice):
    """A program that shares a browser's cookies must not fail for want of a CSRF token."""
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(alice)
    data = {"username": "alice", "password": "Vis-and-silver"}
    assert client.post("/api/token/", data, format="json").status_code == 200
    problem(client.post("/api/token/", {}, format="json"), 400)


def test_asking_again_gives_the_same_token(alice):
    tokens = {ask(username="alice", password="Vis-and-silver").json()["token"] for _ in range(2)}
    assert len(tokens) == 1


@pytest.mark.parametrize(
    "data",
    [
        {"username": "alice", "password": "wrong"},
        {"username": "nobody", "password": "Vis-and-silver"},
        {"username": "alice"},
        {},
        {"username": ["alice"], "password": {}},
        {"username": "a\x00", "password": "b\x00"},
    ],
)
def test_wrong_credentials_are_400_and_give_nothing(alice, data):
    problem(ask(**data), 400)
    assert not Token.objects.exists()


@pytest.mark.parametrize("body", ["[]", "{", '"x"', ""])
def test_a_senseless_body_is_400(db, body):
    problem(APIClient().post("/api/token/", body, content_type="application/json"), 400)


def test_an_inactive_user_gets_no_token(alice):
    alice.is_active = False
    alice.save()
    problem(ask(username="alice", password="Vis-and-silver"), 400)


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=B"])
def test_a_token_may_be_asked_for_by_form(alice, kind):
    """`curl -d username=… -d password=…` is what everybody tries first."""
    data = {"username": "alice", "password": "Vis-and-silver"}
    body = encode_multipart("B", data) if "boundary" in kind else urlencode(data)
    response = APIClient().post("/api/token/", body, content_type=kind)
    assert response.json() == {"token": Token.objects.get(user=alice).key}


# --- addresses ---


@pytest.mark.parametrize("method", ["post", "patch"])
def test_a_forgotten_slash_keeps_method_and_body(alice, method):
    response = getattr(APIClient(), method)("/api/characters?house=bonisagus", {"name": "Aline"}, format="json")
    assert (response.status_code, response["Location"]) == (308, "/api/characters/?house=bonisagus")


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("path", ["nothing", "nothing/", "characters//abilities/batch", "characters/1/2/3"])
def test_an_address_without_anything_is_a_problem_document(db, settings, method, path):
    settings.DEBUG = True  # Django's development pages would show
    problem(getattr(APIClient(), method)(f"/api/{path}", {}, format="json"), 404)
