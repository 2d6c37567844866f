"""The whole site as a process of its own, with a database of its own and the default budgets, and people who use it."""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import uuid
from pathlib import Path

import requests

from tests.service import ROOT, TIMEOUT, free_port, inherited, start_gunicorn

PASSWORD = "Vis-and-silver"


class SiteServer:
    """A running site at `url`. With `debug` it is what `make run` starts; without, what gunicorn serves behind a proxy.
    `stock` is a folder in which several of them keep what they all begin with.

    One process with threads, so that the cache in its memory counts the budgets of everybody.
    """

    def __init__(self, folder, *, debug=True, stock=None):
        self.folder, self.debug, self.stock = Path(folder), debug, stock
        self.database = self.folder / "site.sqlite3"
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = self.folder / "server.log"
        self.own_static = self.folder / "own-static"
        self.own_static.mkdir()

    @property
    def environment(self):
        production = {"SECRET_KEY": uuid.uuid4().hex * 2, "ALLOWED_HOSTS": "127.0.0.1", "SECURE_SSL_REDIRECT": "false"}
        return {
            **inherited(),
            "DJANGO_SETTINGS_MODULE": "tests.site_settings",
            "DATABASE_URL": f"sqlite:///{self.database}",
            "STATIC_ROOT": str(self.folder / "static"),
            "OWN_STATIC": str(self.own_static),
            "DEBUG": "true" if self.debug else "false",
            **({} if self.debug else production),
        }

    def __enter__(self):
        self._copied("catalogue", ["migrate", "--verbosity", "0"], ["load_catalogue"])
        self._copied(*(["demo", ["load_demo"]] if self.debug else ["static", ["collectstatic", "--no-input"]]))
        self.start()
        return self

    def _copied(self, name, *commands):
        """What these commands make of the folder; another worker of the same run may have made it already."""
        if self.stock is None:
            return [self.manage(*command) for command in commands]
        kept = Path(self.stock) / name
        with locked(f"{kept}.lock"):
            if not kept.exists():
                for command in commands:
                    self.manage(*command)
                shutil.copytree(self.folder, kept)
        return shutil.copytree(kept, self.folder, dirs_exist_ok=True)

    def __exit__(self, *exception):
        self.process.terminate()
        self.process.wait(10)

    def start(self):
        options = ["--workers", "1", "--threads", "8", "config.wsgi"]
        self.process = start_gunicorn(self.port, self.environment, self.log, *options)

    def stop(self):
        """As a power cut would: whatever it was doing is not finished."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)

    @contextlib.contextmanager
    def frozen(self):
        """Connections are taken, and nothing is answered: what a bad network looks like from a browser."""
        os.killpg(self.process.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.killpg(self.process.pid, signal.SIGCONT)

    def stored(self, table, column, key):
        """What the database file says, read past the server."""
        with contextlib.closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as connection:
            row = connection.execute(f"SELECT {column} FROM {table} WHERE id = ?", [key]).fetchone()
        return row and row[0]

    def manage(self, *arguments, **variables):
        command = [sys.executable, "manage.py", *arguments]
        environment = {**self.environment, **variables}
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr


@contextlib.contextmanager
def locked(path):
    """One process at a time."""
    with open(path, "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def site(**options):
    with tempfile.TemporaryDirectory() as folder, SiteServer(folder, **options) as server:
        yield server


class Player:
    """Somebody with an account made for this test. Everything they do goes over HTTP, and through their own budgets."""

    def __init__(self, server, session, name):
        self.server, self.session, self.name = server, session, name

    @classmethod
    def sign_up(cls, server):
        session, name = requests.Session(), f"player-{uuid.uuid4().hex[:12]}"
        address = f"{server.url}/accounts/signup/"
        token = _csrf(session.get(address, timeout=TIMEOUT).text)
        fields = {"username": name, "password1": PASSWORD, "password2": PASSWORD, "csrfmiddlewaretoken": token}
        answer = session.post(address, fields, timeout=TIMEOUT)
        assert "Nobody lives here yet" in answer.text, answer.text
        return cls(server, session, name)

    def api(self, method, path, **options):
        headers = {"X-CSRFToken": self.session.cookies["csrftoken"]}
        return self.session.request(
            method, f"{self.server.url}/api/{path}", headers=headers, timeout=TIMEOUT, **options
        )

    def create(self, abilities, **fields):
        """A character with Abilities ({id: experience}), in one batch. Answers its key, and theirs by id."""
        character = {"name": "Petrus", "type": "companion", **fields}
        operations = [{"resource": "characters", "action": "create", "lid": "c", "data": character}]
        for ability, points in abilities.items():
            data = {"character": {"lid": "c"}, "ability": ability, "experience_points": points}
            operations.append({"resource": "abilities", "action": "create", "data": data})
        answer = self.api("POST", "batch/", json={"operations": operations})
        assert answer.status_code == 200, answer.text
        first, *rest = (result["target"] for result in answer.json()["results"])
        return first, dict(zip(abilities, rest, strict=True))

    @property
    def cookies(self):
        """For `BrowserContext.add_cookies`: the browser continues this session."""
        return [{"name": c.name, "value": c.value, "url": self.server.url} for c in self.session.cookies]


def _csrf(html):
    return re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', html)[1]
