"""Give a user the characters of a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from characters import published
from characters.catalogue import loader
from characters.management.people import person


class Command(BaseCommand):
    help = "Loads characters in the shape of published_characters.json, through the same validation as the API."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--user", required=True, metavar="NAME", help="whose characters they will be")

    def handle(self, *args: Any, **options: Any) -> None:
        owner = person(options["user"])
        try:
            characters = published.read(options["file"])
            loader.ensure()
        except (published.PublishedError, loader.CatalogueError) as error:
            raise CommandError(str(error)) from error
        refused = [index for index, printed in enumerate(characters) if not self._load(index, printed, owner)]
        if refused:
            raise CommandError(f"{len(refused)} of {len(characters)} characters were refused; the others were loaded.")

    def _load(self, index: int, printed: published.Printed, owner: Any) -> bool:
        """Load a character, all of it or nothing; answers whether it was loaded."""
        name = published.title(printed)
        try:
            loaded = published.load(printed, owner)
        except published.PublishedError as error:
            self.stderr.write(f"characters[{index}] ({name}): {error}")
            return False
        self.stdout.write(f"{name}: loaded as character {loaded.key}")
        return True
