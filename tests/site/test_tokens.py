"""The page of a person's token (R52)."""

from __future__ import annotations

import re

from rest_framework.authtoken.models import Token
from rest_framework.test import APIClient

PATH = "/accounts/token/"


def works(key):
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {key}")
    return client.get("/api/characters/").status_code == 200


def shown(page):
    return re.search(r'id="token"[^>]*>(\w+)<', page.html)[1]


def test_a_token_is_made_and_shown_once(visitor, alice):
    assert "You have no token." in visitor.go(PATH).html
    key = shown(visitor.press("Create a token"))
    assert works(key)
    page = visitor.go(PATH)
    assert key not in page.html
    assert key[-4:] in page.html
    assert "no-store" in page.response["Cache-Control"]


def test_a_new_token_ends_the_old_one(visitor):
    visitor.go(PATH)
    first = shown(visitor.press("Create a token"))
    second = shown(visitor.press("Replace the token"))
    assert works(second)
    assert not works(first)


def test_a_token_can_be_revoked(visitor, alice):
    visitor.go(PATH)
    key = shown(visitor.press("Create a token"))
    page = visitor.press("Revoke")
    assert "The token was revoked" in page.html
    assert not works(key)
    assert not Token.objects.filter(user=alice).exists()


def test_it_is_for_people_who_are_logged_in(stranger, visitor, bob):
    token = Token.objects.create(user=bob)
    assert "/accounts/login/" in stranger.go(PATH).response.request["PATH_INFO"]
    assert token.key[-4:] not in visitor.go(PATH).html
    visitor.press("Create a token")
    assert Token.objects.get(user=bob).key == token.key
