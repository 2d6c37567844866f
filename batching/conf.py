"""Settings of the app: one dict, `settings.BATCHING`, over these defaults."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.signals import setting_changed


@dataclass(frozen=True, slots=True, kw_only=True)
class Conf:
    """Every setting, in upper case, is a member of `settings.BATCHING`.

    Rates are written as django-ratelimit writes them: `count/[n]period` with period s, m, h or d; None is no limit.
    """

    WRITES: str | None = "120/m"  # single writes and batches per user, a batch counted once
    READS: str | None = "600/m"  # safe requests per user
    OPERATIONS: str | None = "6000/m"  # operations per user, in batches and as single writes
    MAX_OPERATIONS: int = 100  # operations of one batch
    MAX_BODY: int = 1024 * 1024  # bytes of one request
    MAX_DEPTH: int = 20  # nested lists and objects in a request
    MAX_SECONDS: float = 10.0  # of one batch in its transaction; others wait for the roots that it has locked
    RECEIPT_DAYS: int = 35  # longer than any client keeps an operation to send it again
    PATHS: tuple[str, ...] = ("/api/",)  # where the front gate caps bodies
    CACHE: str = "default"  # the cache that counts the operation budget


@lru_cache(maxsize=1)
def conf() -> Conf:
    """The settings in force."""
    return Conf(**getattr(settings, "BATCHING", {}))


def known_names() -> frozenset[str]:
    return frozenset(field.name for field in fields(Conf))


def _forget(*, setting: str, **kwargs: Any) -> None:
    if setting == "BATCHING":
        conf.cache_clear()


setting_changed.connect(_forget)
