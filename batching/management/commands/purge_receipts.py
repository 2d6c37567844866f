"""`manage.py purge_receipts`: forget operations that no client will send again."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DEFAULT_DB_ALIAS
from django.utils import timezone

from batching.conf import conf
from batching.models import Receipt


class Command(BaseCommand):
    help = "Delete receipts older than BATCHING['RECEIPT_DAYS'], in chunks, so that writers never wait for long."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--days", type=int, default=None, help="keep so many days instead")
        parser.add_argument("--chunk", type=int, default=1000, help="receipts a transaction (1000)")
        parser.add_argument("--database", default=DEFAULT_DB_ALIAS)

    def handle(self, *args: Any, **options: Any) -> None:
        days = conf().RECEIPT_DAYS if options["days"] is None else options["days"]
        number = purge(timezone.now() - timedelta(days=days), options["chunk"], options["database"])
        self.stdout.write(f"{number} receipts deleted.")


def purge(before: Any, chunk: int, using: str) -> int:
    """Delete receipts created before a moment, oldest first, `chunk` at a time; answers how many."""
    receipts = Receipt.objects.using(using)
    deleted = 0
    while True:
        moments = list(
            receipts.filter(created__lt=before).order_by("created").values_list("created", flat=True)[:chunk]
        )
        if not moments:
            return deleted
        # A chunk may be larger by those that were created at the same moment as its last.
        deleted += receipts.filter(created__lte=moments[-1])._raw_delete(using)
