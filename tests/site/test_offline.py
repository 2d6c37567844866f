"""R42: what the server has to say about pages without a network."""

from __future__ import annotations

import json
import re

import pytest
from django.contrib.staticfiles import finders


def site_of(response):
    return json.loads(re.match(r"self\.site = (.*);\n", response.content.decode())[1])


def test_the_worker_is_served_from_the_root_and_asked_for_anew_each_time(client):
    response = client.get("/sw.js")
    assert response.status_code == 200
    assert response["Content-Type"] == "text/javascript"
    assert response["Cache-Control"] == "no-cache"
    assert "default-src 'self'" in response["Content-Security-Policy"]
    assert "Set-Cookie" not in response.headers


def test_the_worker_knows_the_files_of_the_site(client):
    site = site_of(client.get("/sw.js"))
    names = {url.removeprefix("/static/") for url in site["shell"]}
    assert {"site/sheet.js", "site/sheet.css", "batching/batch-queue.js", "characters/rules.js"} <= names
    assert all(finders.find(name) for name in names)
    assert "site/worker.js" not in names


def test_a_file_that_changed_makes_another_version(client, monkeypatch):
    from config import offline

    before = site_of(client.get("/sw.js"))["version"]
    offline._script_of_this_process.cache_clear()
    monkeypatch.setattr(offline, "_content", lambda path: f"{path} is another one")
    assert site_of(client.get("/sw.js"))["version"] != before
    offline._script_of_this_process.cache_clear()


def test_the_offline_page_is_nobodys(visitor):
    html = visitor.go("/offline/").html
    assert "There is no connection to the server" in html
    assert "data-user" not in html
    assert "Log in" not in html


@pytest.mark.parametrize("path", ["/", "/characters/{pk}/", "/characters/{pk}/print/", "/characters/new/", "/about/"])
def test_pages_that_may_be_kept_say_whose_they_are(visitor, alice, magus, path):
    response = visitor.client.get(path.format(pk=magus.pk))
    assert (response["X-User"], response["X-Offline"]) == (str(alice.pk), "keep")


@pytest.mark.parametrize("path", ["/characters/{pk}/share/", "/accounts/token/", "/characters/{pk}/delete/"])
def test_pages_with_secrets_or_questions_are_not_kept(visitor, alice, magus, path):
    response = visitor.client.get(path.format(pk=magus.pk))
    assert response["X-User"] == str(alice.pk)
    assert "X-Offline" not in response


def test_answers_of_the_api_errors_and_pages_of_nobody_say_nothing(visitor, client, magus):
    assert "X-User" not in visitor.client.get(f"/api/characters/{magus.pk}/")
    assert "X-Offline" not in visitor.client.get("/characters/999999/")
    assert "X-User" not in client.get("/accounts/login/")


def test_the_site_can_be_installed(visitor):
    page = visitor.go("/")
    assert '<link rel="manifest" href="/manifest.webmanifest">' in page.html
    response = visitor.client.get("/manifest.webmanifest")
    manifest = response.json()
    assert response["Content-Type"] == "application/manifest+json"
    assert (manifest["start_url"], manifest["display"], manifest["scope"]) == ("/", "standalone", "/")
    assert [icon["sizes"] for icon in manifest["icons"]] == ["192x192", "512x512", "512x512"]
    assert manifest["icons"][2]["purpose"] == "maskable"
    assert all(finders.find(icon["src"].removeprefix("/static/")) for icon in manifest["icons"])
