"""PocketBase with the same table: sheets with an owner, traits below them, written by whoever owns the sheet."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

from tests.benchmarks.server import PEOPLE, ROWS, Person, Server
from tests.service import free_port, wait_for

BINARY = Path(__file__).resolve().parent.parent.parent / "build" / "peers" / "bin" / "pocketbase"
PASSWORD = "a password for a measurement"
MOST = 500  # requests in a batch
OWN = "sheet.owner = @request.auth.id"


@contextmanager
def running() -> Iterator[Server]:
    """A server with a database of its own. FileNotFoundError if the binary could not be installed."""
    with tempfile.TemporaryDirectory() as folder:
        # It would write its migrations beside the folder, and run those of others that it finds there.
        place = ("--dir", f"{folder}/data", "--migrationsDir", f"{folder}/migrations")
        subprocess.run([BINARY, "superuser", "upsert", "root@example.org", PASSWORD, *place], check=True, stdout=-3)
        port = free_port()
        process = subprocess.Popen([BINARY, "serve", "--http", f"127.0.0.1:{port}", *place], stdout=-3)
        try:
            if not wait_for(port, process):
                raise TimeoutError("PocketBase does not answer.")
            yield Server(port, _fill(f"http://127.0.0.1:{port}/api"))
        finally:
            process.terminate()
            process.wait(10)


def _fill(api: str) -> list[Person]:
    root = _Session(api, "_superusers", "root@example.org")
    root.call("PATCH", "/settings", {"batch": {"enabled": True, "maxRequests": MOST, "timeout": 60}})
    users = root.call("GET", "/collections/users")["id"]
    owner = {"name": "owner", "type": "relation", "collectionId": users, "maxSelect": 1}
    sheets = root.call("POST", "/collections", {"name": "sheets", "type": "base", "fields": [owner, _text("name")]})
    sheet = {"name": "sheet", "type": "relation", "collectionId": sheets["id"], "maxSelect": 1, "required": True}
    updated = {"name": "updated", "type": "autodate", "onCreate": True, "onUpdate": True}
    numbers = [{"name": name, "type": "number", "onlyInt": True} for name in ("score", "experience_points", "version")]
    fields = [sheet, _text("name"), *numbers, _text("specialty"), updated]
    traits = {"name": "traits", "type": "base", "viewRule": OWN, "updateRule": OWN, "fields": fields}
    root.call("POST", "/collections", traits)
    return [_person(api, root, number) for number in range(PEOPLE)]


def _person(api: str, root: _Session, number: int) -> Person:
    email = f"user{number}@example.org"
    secret = {"password": PASSWORD, "passwordConfirm": PASSWORD}
    user = root.call("POST", "/collections/users/records", {"email": email, **secret})
    sheet = root.call("POST", "/collections/sheets/records", {"owner": user["id"], "name": f"Sheet {number}"})
    rows: list[str] = []
    while len(rows) < ROWS:
        bodies = [{"sheet": sheet["id"], "name": f"Trait {len(rows) + n}"} for n in range(min(MOST, ROWS - len(rows)))]
        wanted = [{"method": "POST", "url": "/api/collections/traits/records", "body": body} for body in bodies]
        rows += [made["body"]["id"] for made in root.call("POST", "/batch", {"requests": wanted})]
    return Person(_Session(api, "users", email).token, {"traits": rows})


def _text(name: str) -> dict[str, str]:
    return {"name": name, "type": "text"}


class _Session:
    """Somebody who is logged in."""

    def __init__(self, api: str, collection: str, email: str) -> None:
        self.api, self.token = api, ""
        self.token = self.call(
            "POST", f"/collections/{collection}/auth-with-password", {"identity": email, "password": PASSWORD}
        )["token"]

    def call(self, method: str, path: str, body: object = None) -> Any:
        headers = {"Authorization": self.token}
        answer = requests.request(method, self.api + path, json=body, headers=headers, timeout=60)
        if not answer.ok:
            raise RuntimeError(f"{path}: {answer.text}")
        return answer.json()
