"""The import map: every module of the site under the name by which it is served, with and without hashes."""

from __future__ import annotations

import json
import posixpath
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command

from config import importmap

MANIFEST = "whitenoise.storage.CompressedManifestStaticFilesStorage"
IMPORT = re.compile(r"""^(?:import|export)\s(?:[^;]*?\sfrom\s)?['"]([^'"]+)['"]""", re.MULTILINE)


@pytest.fixture
def fresh_map():
    """Maps are kept for the life of a process; a test that changes the storage needs its own."""

    def forget():
        importmap.import_map.cache_clear()
        importmap.import_map_source.cache_clear()

    forget()
    yield lambda: json.loads(importmap.import_map())["imports"]
    forget()


@pytest.fixture
def hashed(settings, tmp_path, fresh_map):
    """Static files as they are served without DEBUG."""
    settings.STATIC_ROOT = str(tmp_path)
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": MANIFEST}}
    call_command("collectstatic", interactive=False, verbosity=0)
    return tmp_path


def test_the_map_has_every_module_of_the_site(fresh_map):
    expected = {"batching/batch-queue.js", "batching/sync-status.js", "characters/rules.js", "site/sheet.js"}
    assert expected <= {name.removeprefix("/static/") for name in fresh_map()}


def test_with_debug_every_module_is_served_under_its_own_name(fresh_map):
    for name, served in fresh_map().items():
        assert name == served
        assert finders.find(served.removeprefix("/static/"))


def test_without_debug_every_module_is_served_under_a_name_with_its_hash(hashed, fresh_map):
    for name, served in fresh_map().items():
        stem, _, ending = name.rpartition(".")
        assert re.fullmatch(rf"{re.escape(stem)}\.[0-9a-f]{{12}}\.{ending}", served)
        path = served.removeprefix("/static/")
        assert (hashed / path).is_file()
        assert staticfiles_storage.exists(path)


def test_every_import_of_a_module_leads_to_the_map(fresh_map):
    served = fresh_map()
    for name in served:
        source = Path(finders.find(name.removeprefix("/static/"))).read_text(encoding="utf-8")
        for imported in IMPORT.findall(source):
            assert imported.startswith("."), f"{name} imports {imported}: no relative address"
            assert posixpath.normpath(posixpath.join(posixpath.dirname(name), imported)) in served


def test_the_sheet_fetches_all_its_modules_at_once(visitor, magus, fresh_map):
    """No import waits for another file to be read first."""
    html = visitor.go(f"/characters/{magus.pk}/").html
    loaded = set(re.findall(r'(?:modulepreload" href|type="module" src)="([^"]+)"', html))
    needed, reached = {"/static/site/sheet.js"}, set()
    while needed:
        name = needed.pop()
        reached.add(name)
        source = Path(finders.find(name.removeprefix("/static/"))).read_text(encoding="utf-8")
        found = {posixpath.normpath(posixpath.join(posixpath.dirname(name), i)) for i in IMPORT.findall(source)}
        needed |= found - reached
    assert loaded == reached
