"""A real server with a database of its own, for the time of a measurement."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.benchmarks import peers
from tests.service import POSTGRES, ROOT, free_port, on_postgres, start_gunicorn

PEOPLE, ROWS = 4, 1000  # rows of each person
SETTINGS = "tests.benchmarks.project.settings"


@dataclass(frozen=True)
class Person:
    authorization: str
    rows: dict[str, list[Any]]  # keys of the person's rows, by table


@dataclass(frozen=True)
class Server:
    port: int
    people: list[Person]

    def send(self, person: Person, method: str, path: str, text: str) -> tuple[int, bytes]:
        """One request on one connection, as sync workers serve it; next to no cost on the client's side."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Content-Type": "application/json", "Authorization": person.authorization}
        try:
            connection.request(method, path, text, headers)
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()


def databases() -> Iterator[tuple[str, str]]:
    """Name and URL of each database that can be measured here."""
    with tempfile.TemporaryDirectory() as folder:
        yield "SQLite", f"sqlite:///{folder}/benchmark.sqlite3"
    where = urlsplit(POSTGRES)
    try:
        socket.create_connection((where.hostname or "127.0.0.1", where.port or 5432), timeout=2).close()
    except OSError:
        return
    name = f"benchmark_{os.getpid()}"
    on_postgres(f"CREATE DATABASE {name}")
    try:
        yield "PostgreSQL", where._replace(path=f"/{name}").geturl()
    finally:
        on_postgres(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def running(database: str, workers: int = 2) -> Iterator[Server]:
    variables = environment(database)
    _python("-m", "django", "migrate", "--verbosity", "0", environment=variables)
    filled = _python("-m", "tests.benchmarks.project.fill", str(PEOPLE), str(ROWS), environment=variables)
    options = ("--workers", str(workers), "--log-level", "error", "tests.benchmarks.project.wsgi")
    port, log = free_port(), Path(tempfile.gettempdir()) / f"benchmark-{os.getpid()}.log"
    process = start_gunicorn(port, variables, log, *options)
    try:
        yield Server(port, [Person(**person) for person in json.loads(filled)])
    finally:
        process.terminate()
        process.wait(10)
        log.unlink()


def environment(database: str) -> dict[str, str]:
    """The variables of a process that works on this database, with the published packages at hand."""
    folder = peers.install()
    found = {**os.environ, "DJANGO_SETTINGS_MODULE": SETTINGS, "DATABASE_URL": database}
    return found | ({"PYTHONPATH": str(folder)} if folder else {})


def _python(*arguments: str, environment: dict[str, str]) -> str:
    done = subprocess.run([sys.executable, *arguments], cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE)
    return done.stdout.decode()
