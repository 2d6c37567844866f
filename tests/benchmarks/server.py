"""A real server with a database of its own, for the time of a measurement."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from tests.benchmarks import peers
from tests.service import free_port, wait_for

ROOT = Path(__file__).resolve().parent.parent.parent
SETTINGS = "tests.benchmarks.project.settings"
POSTGRES = os.environ.get("TEST_DATABASE_URL", "postgres://postgres@127.0.0.1:5432/postgres")


@dataclass(frozen=True)
class Server:
    port: int
    token: str
    rows: dict[str, list[int]]  # keys of the user's rows, by table

    def send(self, method: str, path: str, text: str) -> tuple[int, bytes]:
        """One request on one connection, as sync workers serve it; next to no cost on the client's side."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Content-Type": "application/json", "Authorization": f"Token {self.token}"}
        try:
            connection.request(method, path, text, headers)
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()


def databases() -> Iterator[tuple[str, str]]:
    """Name and URL of each database that can be measured here."""
    with TemporaryDirectory() as folder:
        yield "SQLite", f"sqlite:///{folder}/benchmark.sqlite3"
    where = urlsplit(POSTGRES)
    try:
        socket.create_connection((where.hostname or "127.0.0.1", where.port or 5432), timeout=2).close()
    except OSError:
        return
    name = f"benchmark_{os.getpid()}"
    _postgres(f"CREATE DATABASE {name}")
    try:
        yield "PostgreSQL", where._replace(path=f"/{name}").geturl()
    finally:
        _postgres(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def running(database: str, workers: int = 2) -> Iterator[Server]:
    folder = peers.install()
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": SETTINGS, "DATABASE_URL": database}
    environment |= {"PYTHONPATH": str(folder)} if folder else {}
    _python("-m", "django", "migrate", "--verbosity", "0", environment=environment)
    filled = json.loads(_python("-m", "tests.benchmarks.project.fill", environment=environment))
    port = free_port()
    command = ["-m", "gunicorn", "-w", str(workers), "-b", f"127.0.0.1:{port}", "--log-level", "error"]
    process = subprocess.Popen([sys.executable, *command, "tests.benchmarks.project.wsgi"], cwd=ROOT, env=environment)
    try:
        if not wait_for(port, process):
            raise TimeoutError("The server does not answer.")
        yield Server(port, **filled)
    finally:
        process.terminate()
        process.wait(10)


def _python(*arguments: str, environment: dict[str, str]) -> str:
    done = subprocess.run([sys.executable, *arguments], cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE)
    return done.stdout.decode()


def _postgres(statement: str) -> None:
    import psycopg

    with psycopg.connect(POSTGRES, autocommit=True) as connection:
        connection.execute(statement)
