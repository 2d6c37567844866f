"""Pages where characters leave and arrive (R54)."""

from __future__ import annotations

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from characters.exchange import native
from characters.models import Character

PATH = "/characters/import/"


def document(*characters):
    return json.dumps(native.document(characters or [{"name": "Aline", "type": "grog"}]))


@pytest.fixture
def send(visitor):
    visitor.go(PATH)

    def send(body, **values):
        body = body if isinstance(body, bytes) else body.encode()
        return visitor.press("Import", file=SimpleUploadedFile("a.json", body), **{"duplicates": "skip", **values})

    return send


def test_a_file_becomes_characters(send, visitor, alice):
    page = send(document())
    assert page.response.redirect_chain == [("/", 302)]
    assert visitor.messages == ["1 of 1 character imported."]
    assert alice.characters.get().name == "Aline"
    visitor.go(PATH)
    assert "0 of 1 character imported." in send(document()).html


def test_a_file_can_be_checked_first(send, alice):
    page = send(document(), dry_run="on")
    assert "The file can be imported" in page.html
    assert not Character.objects.exists()


def test_every_fault_is_shown_with_its_place(send):
    page = send(document({"name": "", "type": "cat"}))
    assert page.response.status_code == 422
    assert "<code>characters[0].name</code> This must not be empty." in page.html
    assert "<code>characters[0].type</code> Expected one of" in page.html
    assert not Character.objects.exists()


def test_what_stays_behind_is_shown_beside_who_came(send, alice):
    item = {"type": "diaryEntry", "name": "<script>alert(1)</script>", "system": {}}
    page = send(json.dumps({"name": "Aline", "type": "player", "system": {}, "items": [item]}))
    assert f'<a href="/characters/{alice.characters.get().pk}/">Aline</a>' in page.html
    assert "<code>items[0]</code>" in page.html
    assert "<script>alert(1)" not in page.html


@pytest.mark.parametrize(
    ("body", "words"),
    [(b"\x89PNG\r\n", "not UTF-8"), (b"{", "not valid JSON"), (b" " * 2_000_000, "bytes; at most 1048576")],
)
def test_other_files_are_refused_in_words(send, body, words):
    page = send(body)
    assert page.response.status_code == 422
    assert words in page.html


def test_imports_are_counted(send, settings, alice):
    settings.BATCHING = {**settings.BATCHING, "OPERATIONS": "1/m"}
    assert "throttled" in send(document({"name": "Aline"}, {"name": "Bert"})).html
    assert not Character.objects.exists()


def test_the_stat_block_is_shown_as_text(visitor, magus):
    magus.name = "<b>Darius</b>"
    magus.save()
    page = visitor.go(f"/characters/{magus.pk}/stat-block/")
    assert "## \\&lt;b\\&gt;Darius" in page.html


def test_strangers_log_in_and_others_see_nothing(stranger, visitor, bob, magus):
    assert "/accounts/login/" in stranger.go(PATH).response.request["PATH_INFO"]
    magus.owner = bob
    magus.save()
    assert visitor.client.get(f"/characters/{magus.pk}/stat-block/").status_code == 404
