"""Dockerfile and compose.yaml without an engine: what they say is read, and their commands are run one by one."""

from __future__ import annotations

import fnmatch
import json
import os
import re
import secrets
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from config import gunicorn
from tests.service import ROOT, TIMEOUT, Redis, free_port, missing_services, new_postgres_database, wait_for

VARIABLE = re.compile(r"\$\{(\w+)(?::([-?])([^}]*))?\}")


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load((ROOT / "compose.yaml").read_text())


@pytest.fixture(scope="module")
def instructions():
    """[(name, arguments)] of the Dockerfile."""
    text = re.sub(r"\\\n", " ", (ROOT / "Dockerfile").read_text())
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [tuple(line.split(None, 1)) for line in lines]


def arguments(instructions, name):
    return [found for instruction, found in instructions if instruction == name]


@pytest.fixture(scope="module")
def image(instructions, tmp_path_factory):
    """A folder with the files that the image has, and its environment."""
    folder = tmp_path_factory.mktemp("app")
    ignored = (ROOT / ".dockerignore").read_text().split()
    for copy in arguments(instructions, "COPY"):
        *sources, target = copy.split()
        for source in sources:
            assert not any(fnmatch.fnmatch(source, pattern) for pattern in ignored), f"{source} is ignored"
            if (ROOT / source).is_dir():
                no_caches = shutil.ignore_patterns(*(p.removeprefix("**/") for p in ignored))
                shutil.copytree(ROOT / source, folder / target, ignore=no_caches, dirs_exist_ok=True)
            else:
                shutil.copy(ROOT / source, folder / target)
    variables = dict(pair.split("=", 1) for line in arguments(instructions, "ENV") for pair in shlex.split(line))
    return folder, {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "HOME": "/nonexistent", **variables}


def interpolated(value, variables):
    def replaced(match):
        name, kind, rest = match.groups()
        if name in variables:
            return variables[name]
        assert kind == "-", f"{name} is required: {rest}"
        return rest

    return VARIABLE.sub(replaced, value)


# --- Dockerfile ---


def test_the_image_runs_as_nobody_special_and_checks_its_health(instructions):
    (user,) = arguments(instructions, "USER")
    assert any(f"useradd --system --uid 10001 --no-create-home {user}" in run for run in arguments(instructions, "RUN"))
    names = [name for name, _ in instructions]
    assert names.index("USER") > max(index for index, name in enumerate(names) if name in ("RUN", "COPY"))
    (health,) = arguments(instructions, "HEALTHCHECK")
    assert json.loads(health.partition("CMD ")[2]) == ["python", "-m", "config.probe"]


def test_what_the_image_installs_exists(instructions):
    (install,) = [run for run in arguments(instructions, "RUN") if run.startswith("pip install")]
    wanted = set(re.search(r"\[(.*)\]", install)[1].split(","))
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    assert wanted == extras.keys() - {"dev"}


def test_nothing_of_the_developer_gets_into_the_image(image):
    folder, _ = image
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        [
            "LICENSE",
            "README.md",
            "batching",
            "characters",
            "config",
            "manage.py",
            "pyproject.toml",
            "static",
            "templates",
        ]
    )
    assert not list(folder.rglob("__pycache__"))


# --- compose.yaml ---


def test_services_start_in_an_order_that_works(compose):
    services = compose["services"]
    needs = {name: set(service.get("depends_on", {})) for name, service in services.items()}
    assert needs["site"] == {"prepare", "cache"}
    assert needs["prepare"] == {"database"}
    for name, service in services.items():
        for needed, terms in service.get("depends_on", {}).items():
            healthy = terms["condition"] == "service_healthy"
            assert not healthy or "test" in services[needed]["healthcheck"], f"{name} waits for {needed} for ever"
    assert services["site"]["read_only"]
    assert all(port.startswith("127.0.0.1:") for port in services["site"]["ports"])
    assert not any("ports" in service for name, service in services.items() if name != "site")


def test_a_stop_waits_for_requests_in_flight(compose):
    grace = int(compose["services"]["site"]["stop_grace_period"].removesuffix("s"))
    assert grace > gunicorn.graceful_timeout


@pytest.mark.parametrize("name", ["SECRET_KEY", "POSTGRES_PASSWORD"])
def test_secrets_have_no_default(compose, name):
    text = json.dumps(compose["services"])
    assert f"${{{name}:?" in text
    assert f"${{{name}:-" not in text


def test_the_commands_of_both_files_one_after_another(compose, instructions, image):
    """Collect files, prepare, serve, probe, purge, stop: in a copy with only the files and variables of the image."""
    if reason := missing_services():
        pytest.skip(reason)
    folder, variables = image
    for run in arguments(instructions, "RUN"):
        if "manage.py" in run:
            shell(run, folder, variables)
    services = compose["services"]
    with new_postgres_database(empty=True) as database, Redis(folder) as redis:
        given = {
            "SECRET_KEY": secrets.token_urlsafe(50),
            "POSTGRES_PASSWORD": "unused",
            "ALLOWED_HOSTS": "sheets.example.org",
            "EMAIL_URL": "smtp+tls://sheets:secret@mail.example.org:587",
        }
        environment = {
            **variables,
            **{name: interpolated(value, given) for name, value in services["site"]["environment"].items()},
        }
        # Names of the network that an engine would make, and the port that is free here.
        assert environment["DATABASE_URL"] == "postgres://sheets:unused@database:5432/sheets"
        here = {"DATABASE_URL": database, "CACHE_URL": redis.url, "BIND": f"127.0.0.1:{free_port()}"}
        environment |= here
        prepare = {**environment, **services["prepare"]["environment"], **here}
        prepare = {name: interpolated(value, given) for name, value in prepare.items()}
        run_list(services["prepare"]["command"], folder, prepare)
        (command,) = arguments(instructions, "CMD")
        with (folder / "log").open("wb") as log:
            site = subprocess.Popen(json.loads(command), cwd=folder, env=environment, stdout=log, stderr=log)
        try:
            assert wait_for(environment["BIND"].rpartition(":")[2], site), (folder / "log").read_text()
            (health,) = arguments(instructions, "HEALTHCHECK")
            for probe in (json.loads(health.partition("CMD ")[2]), services["site"]["healthcheck"]["test"][1:]):
                run_list(probe, folder, environment)
            shell("python manage.py check --deploy --fail-level WARNING", folder, environment)
            purge = services["purge"]["command"][2].removeprefix("while :; do ").partition("; sleep")[0]
            assert "0 receipts deleted." in shell(purge, folder, environment)
        finally:
            site.terminate()
        assert site.wait(TIMEOUT) == 0


def test_the_cache_forgets_budgets_rather_than_refusing_to_count(compose, tmp_path):
    port = str(free_port())
    server = subprocess.Popen(
        [*compose["services"]["cache"]["command"], "--port", port], cwd=tmp_path, stdout=subprocess.DEVNULL
    )
    try:
        assert wait_for(port, server)
        asked = ["redis-cli", "-p", port, "config", "get"]
        assert "volatile-ttl" in run_list([*asked, "maxmemory-policy"], tmp_path, os.environ)
        assert "67108864" in run_list([*asked, "maxmemory"], tmp_path, os.environ)
    finally:
        server.terminate()
        server.wait(10)


def shell(command, folder, environment):
    return run_list(["sh", "-c", command], folder, environment)


def run_list(command, folder, environment):
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout
