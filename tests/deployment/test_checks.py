"""Settings of production: clean when they are right, and told apart, with a hint, when they are wrong."""

from __future__ import annotations

import subprocess
import sys

import pytest
from django.conf import settings
from django.core.checks import run_checks
from django.test import override_settings

from tests.service import ROOT

POSTGRES = {"ENGINE": "django.db.backends.postgresql", "NAME": "sheets"}
HASHED = {"staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}}
WRONG = {
    "config.E001": {"CACHE_IS_SHARED": False, "WORKERS": 4},
    "config.E002": {"DATABASES": {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}},
    "config.E003": {"DATABASES": {"default": {**POSTGRES, "ATOMIC_REQUESTS": True}}},
    "config.E004": {"STORAGES": {**settings.STORAGES, **HASHED}, "STATIC_ROOT": "/nowhere"},
    "config.W001": {"SECURE_SSL_REDIRECT": True, "BEHIND_PROXY": False},
    "config.W002": {"DATABASES": {"default": POSTGRES}, "LOCK_TIMEOUT": 20},
    "config.W003": {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"},
}


def found():
    return {message.id: message for message in run_checks(include_deployment_checks=True)}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_combination_is_found_and_says_what_to_do(name, monkeypatch):
    others = dict(WRONG[name])
    if "DATABASES" in others:  # override_settings warns of it, because open connections would not follow
        monkeypatch.setattr(settings, "DATABASES", others.pop("DATABASES"))
    with override_settings(**others):
        messages = found()
    assert messages[name].hint


def test_one_worker_may_count_in_its_own_memory():
    with override_settings(CACHE_IS_SHARED=False, WORKERS=1):
        assert "config.E001" not in found()


def test_the_settings_of_production_are_clean(any_service):
    """check --deploy with nothing but the documented variables set."""
    any_service.manage("check", "--deploy", "--fail-level", "WARNING")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", ""),
        ("DATABASE_LOCK_TIMEOUT", "soon"),
        ("WEB_CONCURRENCY", "many"),
        ("DATABASE_URL", "nonsense"),
        ("EMAIL_URL", "nonsense"),
    ],
)
def test_a_wrong_variable_is_named_at_the_start(service, name, value):
    environment = {**service.environment, name: value}
    command = [sys.executable, "manage.py", "check"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode != 0
    assert name in done.stderr.splitlines()[-1]


def _printed(service, code, **environment):
    """What a process with the settings of a service prints."""
    command = [sys.executable, "-c", f"import django; django.setup()\n{code}"]
    environment = {**service.environment, **environment}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_sqlite_keeps_connections_and_survives_a_power_cut(service):
    code = (
        "from django.db import connection\n"
        "cursor = connection.cursor()\n"
        "for name in ('journal_mode', 'synchronous'):\n"
        "    print(cursor.execute(f'PRAGMA {name}').fetchone()[0])\n"
        "print(connection.settings_dict['CONN_MAX_AGE'])\n"
    )
    full = "2"
    assert _printed(service, code) == ["wal", full, "60"]
    assert _printed(service, code, DEBUG="true") == ["wal", full, "0"]
    assert _printed(service, code, CONN_MAX_AGE="11") == ["wal", full, "11"]


def test_timeouts_and_connections_of_postgresql_come_from_the_environment(full_service):
    environment = {"DATABASE_STATEMENT_TIMEOUT": "7", "DATABASE_LOCK_TIMEOUT": "3", "CONN_MAX_AGE": "11"}
    code = (
        "from django.db import connection\n"
        "cursor = connection.cursor()\n"
        "for name in ('statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout'):\n"
        "    print(cursor.execute(f'SHOW {name}').fetchone()[0])\n"
        "print(connection.settings_dict['CONN_MAX_AGE'], connection.settings_dict['CONN_HEALTH_CHECKS'])\n"
    )
    assert _printed(full_service, code, **environment) == ["7s", "3s", "30s", "11", "True"]


def test_postgresql_prepares_statements_unless_a_pooler_forbids_it(full_service):
    code = (
        "from django.db import connection\n"
        "cursor = connection.cursor()\n"
        "for number in range(7):\n"
        "    cursor.execute('SELECT %s::int', [number])\n"
        "cursor.execute('SELECT count(*) FROM pg_prepared_statements')\n"
        "print(cursor.fetchone()[0])\n"
    )
    assert _printed(full_service, code) == ["1"]
    assert _printed(full_service, code, DATABASE_PREPARE_AFTER="0") == ["0"]
