from __future__ import annotations

from django.apps import AppConfig


class BatchingConfig(AppConfig):
    name = "batching"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from batching import checks, deletions  # noqa: F401  (registers the checks)

        deletions.listen()
