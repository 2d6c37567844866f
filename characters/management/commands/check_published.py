"""Compare the printed numbers of a file with what the rules compute."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from characters import published
from characters.catalogue import loader
from characters.comparison import Compared, compare

CHECKER = "published characters, being checked"


class Command(BaseCommand):
    help = (
        "Loads each character of a file, compares every printed number with the computed one, and takes everything "
        "back. Exits with 1 if a number differs that the file does not list as an anomaly."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            characters = published.read(options["file"])
            with transaction.atomic():
                loader.ensure()
                owner = get_user_model()._default_manager.create(username=CHECKER)
                failed = [index for index, printed in enumerate(characters) if not self._check(index, printed, owner)]
                transaction.set_rollback(True)
        except (published.PublishedError, loader.CatalogueError) as error:
            raise CommandError(str(error)) from error
        if failed:
            raise CommandError(f"{len(failed)} of {len(characters)} characters are not as printed.")
        self.stdout.write(self.style.SUCCESS(f"All {len(characters)} characters are as printed."))

    def _check(self, index: int, printed: published.Printed, owner: Any) -> bool:
        """Print the table of a character; answers whether all of it is as it should be."""
        self.stdout.write(f"{published.title(printed)} (characters[{index}])")
        try:
            compared = compare(printed, published.load(printed, owner, dry_run=True))
        except published.PublishedError as error:
            self.stdout.write(f"  refused: {error}")
            return False
        self._table(compared)
        self._differences(compared)
        return all(one.hit for one in compared)

    def _table(self, compared: Sequence[Compared]) -> None:
        hits = Counter(one.kind for one in compared if one.hit)
        misses = Counter(one.kind for one in compared if not one.hit)
        for kind in dict.fromkeys(one.kind for one in compared):
            self.stdout.write(f"  {kind:<20}{hits[kind]:>5} hits{misses[kind]:>5} misses")

    def _differences(self, compared: Iterable[Compared]) -> None:
        for one in compared:
            if one.hit and one.anomaly is None:
                continue
            words = f"{one.path}: printed {one.printed!r}, computed {one.computed!r}"
            why = f" (anomaly: {one.anomaly.get('why')})" if one.anomaly is not None else ""
            self.stdout.write(f"  {'anomaly' if one.hit else 'MISS'}  {words}{why}")
