from __future__ import annotations

from django.apps import AppConfig, apps


class BatchingConfig(AppConfig):
    name = "batching"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from batching import checks, deletions  # noqa: F401  (registers the checks)

        deletions.listen()
        if apps.is_installed("drf_spectacular"):
            from batching import openapi  # noqa: F401  (registers what it knows of the views)
