"""The import map: under which name each ES module of the site is served.

Modules import each other by relative addresses (`./pacing.js`, `../batching/batch-queue.js`). Static file storage
serves them under names with a hash of their content, and the map leads from the one to the other, so that a browser
may keep each file for ever. The map is the only script inside a page; its own hash stands in the
Content-Security-Policy.
"""

from __future__ import annotations

import base64
import hashlib
import json
import posixpath
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.contrib.staticfiles.finders import find, get_finders
from django.templatetags.static import static

FOLDERS = ("batching/", "characters/", "site/")
"""Where modules of this site are, below the static root."""

IMPORT = re.compile(r"""^(?:import|export)\s(?:[^;'"]*?\sfrom\s)?['"](\.[^'"]+)['"]""", re.MULTILINE)


@cache
def import_map() -> str:
    """The map as JSON, the same text for the life of the process."""
    served = {_plain(path): static(path) for path in modules()}
    return json.dumps({"imports": served}, separators=(",", ":"), sort_keys=True)


@cache
def import_map_source() -> str:
    """The source expression that lets exactly this map pass: `'sha256-…'`."""
    digest = hashlib.sha256(import_map().encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def modules() -> Iterator[str]:
    """Paths of all modules of the site: `batching/batch-queue.js`."""
    for finder in get_finders():
        for path, _storage in finder.list([]):
            name = path.replace("\\", "/")
            if name.startswith(FOLDERS) and name.endswith(".js"):
                yield name


@cache
def needs(path: str) -> tuple[str, ...]:
    """What a module imports, directly or through others, in a fixed order: `("batching/batch-queue.js", …)`."""
    found: dict[str, None] = {}
    waiting = [path]
    while waiting:
        for need in _imports(waiting.pop()):
            if need not in found and need != path:
                found[need] = None
                waiting.append(need)
    return tuple(sorted(found))


def _imports(path: str) -> Iterator[str]:
    file = find(path)
    if not isinstance(file, str):
        raise LookupError(f"There is no module {path}")
    for address in IMPORT.findall(Path(file).read_text(encoding="utf-8")):
        yield posixpath.normpath(posixpath.join(posixpath.dirname(path), address))


def _plain(path: str) -> str:
    """The address that relative imports arrive at: the file's name without its hash, beside the hashed one."""
    folder = static(path).rpartition("/")[0]
    return f"{folder}/{path.rpartition('/')[2]}"
