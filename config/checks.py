"""Combinations of settings that start but do harm; run `manage.py check --deploy`."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register


@register(Tags.caches, deploy=True)
def budgets_need_a_shared_cache(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Several workers with a cache each would each grant the whole budget."""
    if settings.CACHE_IS_SHARED:
        return []
    return [
        Error(
            "The cache is not shared between processes, so the request budgets would be counted per worker.",
            hint="Set CACHE_URL, for example CACHE_URL=redis://127.0.0.1:6379/0.",
            id="config.E001",
        )
    ]
