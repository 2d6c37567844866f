"""R53, R19: a user sees only their own characters; everybody else's do not exist."""

from __future__ import annotations

import pytest
from django.test import Client

from characters.models import Ability, Art, Character
from tests.characters import factories

PAGES = ["/", "/characters/new/", "/characters/{pk}/", "/characters/{pk}/delete/", "/accounts/password/"]
WRITES = [
    "/characters/{pk}/delete/",
    "/characters/{pk}/increment/",
    "/characters/{pk}/abilities/",
    "/characters/{pk}/abilities/{ability}/increment/",
    "/characters/{pk}/abilities/{ability}/update/",
    "/characters/{pk}/abilities/{ability}/delete/",
    "/characters/{pk}/arts/{art}/decrement/",
]
DATA = {"field": "strength", "ability": "ability.charm", "experience_points": "5"}


@pytest.fixture
def addresses(magus, awareness, creo):
    return lambda path: path.format(pk=magus.pk, ability=awareness.pk, art=creo.pk)


@pytest.mark.parametrize("path", PAGES)
def test_a_stranger_is_asked_to_log_in(stranger, addresses, path):
    path = addresses(path)
    assert stranger.go(path).response.redirect_chain == [(f"/accounts/login/?next={path}", 302)]


@pytest.mark.parametrize("path", WRITES)
def test_a_stranger_who_posts_is_asked_to_log_in_and_arrives_at_the_sheet(db, addresses, magus, alice, path):
    path = addresses(path)
    client = Client()
    response = client.post(path, DATA)
    assert (response.status_code, response["Location"]) == (302, f"/accounts/login/?next={path}")
    client.force_login(alice)
    assert client.get(path, follow=True).status_code == 200


@pytest.mark.parametrize("path", ["/characters/{pk}/", "/characters/{pk}/delete/"])
def test_other_peoples_pages_are_not_found(bob, addresses, path):
    client = Client()
    client.force_login(bob)
    assert client.get(addresses(path)).status_code == 404


@pytest.mark.parametrize("path", WRITES)
def test_other_peoples_forms_are_not_found_and_change_nothing(bob, addresses, magus, awareness, creo, path):
    client = Client()
    client.force_login(bob)
    path, before = addresses(path), [*Character.objects.values(), *Ability.objects.values(), *Art.objects.values()]
    assert client.post(path, DATA).status_code == 404
    assert before == [*Character.objects.values(), *Ability.objects.values(), *Art.objects.values()]


def test_an_ability_is_only_found_below_its_own_character(visitor, alice, awareness):
    other = factories.CharacterFactory(owner=alice)
    client = visitor.client
    client.handler.enforce_csrf_checks = False
    response = client.post(f"/characters/{other.pk}/abilities/{awareness.pk}/increment/", follow=True)
    awareness.refresh_from_db()
    assert awareness.experience_points == 15
    assert [str(message) for message in response.context["messages"]] != []


def test_the_list_shows_own_characters_only(visitor, magus, bob):
    factories.CharacterFactory(owner=bob, name="Bob's companion")
    html = visitor.go("/").html
    assert "Darius" in html
    assert "Bob" not in html


def test_a_long_list_has_pages(visitor, alice):
    Character.objects.bulk_create(Character(owner=alice, name=f"Grog {number:03}", type="grog") for number in range(61))
    assert "Page 1 of 2" in visitor.go("/").html
    assert "Grog 060" in visitor.go("/?page=2").html


@pytest.mark.parametrize("key", [0, 999_999_999, 10**30])
def test_characters_that_do_not_exist_are_not_found(visitor, key):
    assert visitor.client.get(f"/characters/{key}/").status_code == 404
    visitor.client.handler.enforce_csrf_checks = False
    assert visitor.client.post(f"/characters/{key}/abilities/{key}/increment/").status_code == 404
