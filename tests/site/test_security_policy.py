"""The Content-Security-Policy: nothing from elsewhere, nothing inline but the import map."""

from __future__ import annotations

import base64
import hashlib
import re

import pytest

PAGES = ["/", "/about/", "/accounts/login/", "/characters/{pk}/", "/api/docs/", "/admin/login/", "/api/characters/"]


def policy(response):
    parts = (part.split() for part in response["Content-Security-Policy"].split(";"))
    return {name: set(sources) for name, *sources in parts}


def hash_of(text):
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def test_the_policy_allows_the_import_map_of_the_page_and_nothing_else_inline(visitor, magus):
    page = visitor.go(f"/characters/{magus.pk}/")
    (import_map,) = re.findall(r'<script type="importmap">(.*?)</script>', page.html, re.DOTALL)
    assert policy(page.response) == {
        "default-src": {"'self'"},
        "script-src": {"'self'", hash_of(import_map)},
        "img-src": {"'self'", "data:"},
        "object-src": {"'none'"},
        "base-uri": {"'none'"},
        "form-action": {"'self'"},
        "frame-ancestors": {"'none'"},
    }


@pytest.mark.parametrize("path", PAGES)
def test_every_page_has_the_policy(visitor, magus, path):
    response = visitor.client.get(path.format(pk=magus.pk), follow=True)
    assert policy(response)["default-src"] == {"'self'"}


@pytest.mark.parametrize("path", PAGES)
def test_no_page_has_inline_code_or_comes_from_elsewhere(visitor, magus, path):
    html = visitor.client.get(path.format(pk=magus.pk), follow=True, HTTP_ACCEPT="text/html").content.decode()
    inline = re.findall(r"<script(?![^>]*\ssrc=)([^>]*)>", html)
    assert all("importmap" in attrs or "application/json" in attrs for attrs in inline)
    assert "<style" not in html
    assert not re.findall(r"\son[a-z]+=", html)
    assert not re.findall(r"""<(?:script|link|img)[^>]+(?:src|href)=["']?(?:https?:)?//""", html)


def test_only_the_browsable_api_may_place_elements_by_style_attributes(visitor):
    browsable = visitor.client.get("/api/characters/", HTTP_ACCEPT="text/html")
    assert policy(browsable)["style-src-attr"] == {"'unsafe-inline'"}
    assert "style-src-attr" not in policy(visitor.client.get("/api/characters/"))


def test_pages_with_numbers_are_never_kept(visitor, magus):
    """A step back must not show old numbers."""
    assert "no-store" in visitor.go(f"/characters/{magus.pk}/").response["Cache-Control"]
