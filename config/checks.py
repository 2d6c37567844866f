"""Combinations of settings that start but do harm; run `manage.py check --deploy`.

E001  several workers, and a cache in each
E002  several workers, and a database in memory
E003  ATOMIC_REQUESTS
E004  static files that were not collected
W001  HTTPS is required, and nobody says which requests came by it
W002  a request may wait for locks longer than gunicorn waits for the request
W003  mails go to the log
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.storage import ManifestFilesMixin, staticfiles_storage
from django.core.checks import CheckMessage, Error, Tags, Warning, register

from batching.executor import TRIES
from config import gunicorn


@register(Tags.caches, deploy=True)
def budgets_need_a_shared_cache(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Several workers with a cache each would each grant the whole budget."""
    if settings.CACHE_IS_SHARED or settings.WORKERS == 1:
        return []
    return [
        Error(
            f"{settings.WORKERS} workers would each count request budgets and failed log-ins in a cache of their own.",
            hint="Set CACHE_URL, for example CACHE_URL=redis://127.0.0.1:6379/0, or WEB_CONCURRENCY=1.",
            id="config.E001",
        )
    ]


@register(Tags.security, deploy=True)
def databases_fit(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    return [message for alias, database in settings.DATABASES.items() for message in _database(alias, database)]


def _database(alias: str, database: dict[str, Any]) -> Iterator[CheckMessage]:
    if "memory" in str(database["NAME"]) and settings.WORKERS > 1:
        text = f"The database {alias!r} is in memory: each of {settings.WORKERS} workers would have its own."
        yield Error(text, hint="Set DATABASE_URL, for example sqlite:////srv/sheets/db.sqlite3.", id="config.E002")
    if database.get("ATOMIC_REQUESTS"):
        text = f"ATOMIC_REQUESTS is on for {alias!r}: pages that write would fail, because batches open a transaction."
        yield Error(text, hint="Take ATOMIC_REQUESTS out of DATABASE_URL.", id="config.E003")
    longest = TRIES * settings.LOCK_TIMEOUT + settings.BATCHING.get("MAX_SECONDS", 10)
    if database["ENGINE"].endswith("postgresql") and longest >= gunicorn.timeout:
        text = f"A batch may wait {longest} s for locks, and gunicorn kills its worker after {gunicorn.timeout} s."
        yield Warning(text, hint="Set a shorter DATABASE_LOCK_TIMEOUT.", id="config.W002")


@register(Tags.staticfiles, deploy=True)
def static_files_are_collected(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Without them every page fails: the names of files carry hashes of their contents."""
    if not isinstance(staticfiles_storage, ManifestFilesMixin):
        return []
    if (Path(settings.STATIC_ROOT) / staticfiles_storage.manifest_name).exists():
        return []
    text = f"Static files were not collected in {settings.STATIC_ROOT}."
    return [Error(text, hint="Run manage.py collectstatic before the site is served.", id="config.E004")]


@register(Tags.security, deploy=True)
def the_scheme_is_known(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """gunicorn itself speaks no HTTPS here, so some proxy must, and say so."""
    if not getattr(settings, "SECURE_SSL_REDIRECT", False) or settings.BEHIND_PROXY:
        return []
    text = "Every request would be redirected to HTTPS for ever: no header is trusted to say which came by it."
    hint = "Set BEHIND_PROXY=true behind a proxy that sets X-Forwarded-Proto and X-Forwarded-For itself."
    return [Warning(text, hint=hint, id="config.W001")]


@register(Tags.security, deploy=True)
def mails_leave(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A link to a new password does not belong into a log, and does not reach anybody there."""
    if not settings.EMAIL_BACKEND.endswith("console.EmailBackend"):
        return []
    hint = "Set EMAIL_URL, for example smtp+tls://name:password@mail.example.org:587, and DEFAULT_FROM_EMAIL."
    return [Warning("Mails with links to a new password are written to the log.", hint=hint, id="config.W003")]
