"""The site as it is run for the public: gunicorn with its own configuration, without DEBUG, on its own database."""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import uuid
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import requests

ROOT = Path(__file__).resolve().parent.parent
POSTGRES = os.environ.get("TEST_DATABASE_URL", "postgres://postgres@127.0.0.1:5432/postgres")
TIMEOUT = 30
# What the shell of a developer may say about a site must not change what is tested.
NOT_INHERITED = (
    "BATCHING_",
    "DATABASE_",
    "CACHE_URL",
    "DJANGO_",
    "SECRET_KEY",
    "ALLOWED_HOSTS",
    "STATIC_ROOT",
    "WEB_",
    "LOG",
)


class Service:
    """gunicorn at `url`, from `start()` to `stop()`. `folder` holds its log and its static files."""

    def __init__(self, folder, *, database, cache="locmemcache://", workers=2, wsgi="config.wsgi", **variables):
        self.folder, self.wsgi = Path(folder), wsgi
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = self.folder / "gunicorn.log"
        self.secret = uuid.uuid4().hex * 2
        self.process = None
        self.environment = {
            **inherited(),
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DEBUG": "false",
            "SECRET_KEY": self.secret,
            "ALLOWED_HOSTS": "127.0.0.1",
            "SECURE_SSL_REDIRECT": "false",
            "DATABASE_URL": database,
            "CACHE_URL": cache,
            "STATIC_ROOT": str(self.folder / "static"),
            "BIND": f"127.0.0.1:{self.port}",
            "WEB_CONCURRENCY": str(workers),
            **variables,
        }

    def prepare(self):
        """Tables, catalogue and static files: made once, then copied for each service that starts empty."""
        shutil.copytree(prepared() / "static", self.folder / "static", dirs_exist_ok=True)
        name = self.environment["DATABASE_URL"].removeprefix("sqlite:///")
        if name != self.environment["DATABASE_URL"] and not Path(name).exists():
            shutil.copy(prepared() / "site.sqlite3", name)

    def start(self):
        options = ["--config", "python:config.gunicorn", self.wsgi]
        self.process = start_gunicorn(self.port, self.environment, self.log, *options)

    def stop(self):
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(40)

    def __enter__(self):
        self.prepare()
        self.start()
        return self

    def __exit__(self, *exception):
        self.stop()

    @property
    def workers(self):
        """Process ids of the workers, as they are now."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(child) for child in children.read_text().split()]

    def run(self, *arguments, **options):
        """Run a Python command beside the service, in its environment; answers what it printed."""
        done = subprocess.run(
            [sys.executable, *arguments], cwd=ROOT, env=self.environment, capture_output=True, text=True, **options
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def manage(self, *arguments, **options):
        return self.run("manage.py", *arguments, **options)

    def get(self, path, **options):
        return requests.get(f"{self.url}{path}", timeout=TIMEOUT, **options)

    def post(self, path, **options):
        return requests.post(f"{self.url}{path}", timeout=TIMEOUT, **options)

    def people(self, number, rows=0):
        """Make users with a character and `rows` Abilities each; answers [{"user", "name", "token", "rows"}]."""
        return json.loads(self.run("-m", "tests.people", str(number), str(rows)))


class Redis:
    """A Redis server of our own, which may be killed."""

    def __init__(self, folder):
        self.folder, self.port, self.process = Path(folder), free_port(), None
        self.url = f"redis://127.0.0.1:{self.port}/0"

    def start(self):
        command = ["redis-server", "--port", str(self.port), "--save", "", "--appendonly", "no", "--bind", "127.0.0.1"]
        self.process = subprocess.Popen(command, cwd=self.folder, stdout=subprocess.DEVNULL)
        assert wait_for(self.port, self.process), "redis-server does not answer"

    def kill(self):
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait(10)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *exception):
        self.kill()


@cache
def prepared():
    """A folder with static files and an SQLite database as `migrate` and `load_catalogue` leave them."""
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder)
    service = Service(folder, database=f"sqlite:///{folder}/site.sqlite3")
    _fill(service)
    service.manage("collectstatic", "--no-input", "--verbosity", "0")
    with contextlib.closing(sqlite3.connect(folder / "site.sqlite3")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return folder


@cache
def prepared_on_postgres():
    """The name of such a database on PostgreSQL."""
    name = f"sheets_{os.getpid()}_template"
    on_postgres(f"CREATE DATABASE {name}")
    atexit.register(on_postgres, f"DROP DATABASE {name} WITH (FORCE)")
    _fill(Service(prepared(), database=_url_of(name)))
    return name


def _fill(service):
    service.manage("migrate", "--verbosity", "0")
    service.manage("load_catalogue")


@contextlib.contextmanager
def new_postgres_database(empty=False):
    """The URL of a new database, dropped at the end. With tables and catalogue unless it is to be `empty`."""
    name = f"sheets_{os.getpid()}_{uuid.uuid4().hex[:6]}"
    on_postgres(f"CREATE DATABASE {name}{'' if empty else f' TEMPLATE {prepared_on_postgres()}'}")
    try:
        yield _url_of(name)
    finally:
        on_postgres(f"DROP DATABASE {name} WITH (FORCE)")


def _url_of(name):
    return urlsplit(POSTGRES)._replace(path=f"/{name}").geturl()


def on_postgres(statement, parameters=(), url=POSTGRES):
    """Run one statement outside of any transaction; answers its rows, if it has any."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(statement, parameters)
        return cursor.fetchall() if cursor.description else []


def missing_services():
    """What PostgreSQL and Redis lack here, in words, or None. RuntimeError if they must be there, as in CI."""
    reason = _missing()
    if reason and os.environ.get("REQUIRE_SERVICES"):
        raise RuntimeError(reason)
    return reason


def _missing():
    if shutil.which("redis-server") is None:
        return "redis-server is not installed"
    where = urlsplit(POSTGRES)
    try:
        socket.create_connection((where.hostname or "127.0.0.1", where.port or 5432), timeout=2).close()
    except OSError:
        return "PostgreSQL does not answer"
    return None


def inherited():
    """The variables of the shell that a site may see."""
    return {name: value for name, value in os.environ.items() if not name.startswith(NOT_INHERITED)}


def start_gunicorn(port, environment, log, *options):
    """gunicorn at this port of the machine, as soon as it answers. In a group of its own, which can die as a whole."""
    with log.open("ab") as told:
        command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", *options]
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=told, stderr=told, start_new_session=True)
    if not wait_for(port, process):
        process.kill()
        raise RuntimeError(f"gunicorn does not answer:\n{log.read_text()}")
    return process


def wait_for(port, process, seconds=20):
    """Whether something listens at the port in time, and the process lives."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return True
        time.sleep(0.02)
    return False


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
