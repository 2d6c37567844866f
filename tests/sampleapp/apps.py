from __future__ import annotations

from django.apps import AppConfig


class SampleConfig(AppConfig):
    name = "tests.sampleapp"
    label = "sampleapp"

    def ready(self):
        from django.db.models.signals import post_delete, post_save

        from tests.sampleapp.models import Reading
        from tests.sampleapp.signals import weigh

        post_save.connect(weigh, sender=Reading)
        post_delete.connect(weigh, sender=Reading)
