"""Characters of a file, sent to a site over its API. Also an example of what a program does with `batching.client`."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from batching.client import Batch, BatchClient, BatchClientError, Operation, Progress
from characters import published

TOKEN = "API_TOKEN"


class Command(BaseCommand):
    help = (
        "Sends the characters of a file in the shape of published_characters.json to a site. Each arrives as a whole, "
        "and only once, also over a bad line. Nothing is stored here."
    )
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("url", help="root of the API, such as https://example.org/api/")
        parser.add_argument("file", nargs="?", type=Path, default=published.FILE, help="default: the published ones")
        parser.add_argument("--token", default=os.environ.get(TOKEN), help=f"from /api/token/; default: ${TOKEN}")

    def handle(self, *args: Any, url: str, file: Path, token: str | None, **options: Any) -> None:
        if not token:
            raise CommandError(f"Give a token: --token, or the variable {TOKEN}.")
        try:
            with BatchClient(url, token=token) as client:
                created = push(client, published.read(file), self.tell)
        except (BatchClientError, OSError, ValueError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(self.style.SUCCESS(f"Sent {len(created)} characters."))

    def tell(self, progress: Progress) -> None:
        self.stdout.write(f"{progress.done} of {progress.total} rows")


def push(client: BatchClient, characters: Iterable[published.Printed], on_progress: Any = None) -> list[Operation]:
    """Send characters; answers the operations that created them. Those who do not fit into one request with the others
    come in the next, but no character is cut in two as long as it has no more rows than a request may hold.
    """
    with client.batch(split=True, minimal=True, on_progress=on_progress) as batch:
        return [add(batch, printed) for printed in characters]


def add(batch: Batch, printed: published.Printed) -> Operation:
    """One character with all that belongs to it."""
    character = batch.create("characters", {**_named(published.character_fields(printed)), "with_arts": False})
    rows = {
        "abilities": published.ability_fields(printed),
        "arts": published.art_fields(printed),
        "virtues": published.virtue_fields(printed),
    }
    for resource, all_fields in rows.items():
        for fields in all_fields:
            batch.create(resource, {"character": character, **_named(fields)})
    return character


def _named(columns: Mapping[str, Any]) -> dict[str, Any]:
    """Names of the API from those of columns: `house`, not `house_id`."""
    return {name.removesuffix("_id"): value for name, value in columns.items()}
