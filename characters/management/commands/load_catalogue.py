"""Fill the reference tables from the data files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from characters.catalogue import loader


class Command(BaseCommand):
    help = "Loads the reference catalogue. Running it again changes nothing unless the files changed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--file",
            action="append",
            type=Path,
            metavar="FILE",
            help="a JSON file with some of the lists of the catalogue, instead of the ones that come with "
            "the program; may be given several times",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            outcomes = loader.load(options["file"] or loader.FILES)
        except loader.CatalogueError as error:
            raise CommandError(str(error)) from error
        for outcome in outcomes:
            self.stdout.write(_line(outcome))
        if not any(outcome.changed for outcome in outcomes):
            self.stdout.write(self.style.SUCCESS("The catalogue is up to date; nothing was changed."))


def _line(outcome: loader.Outcome) -> str:
    line = f"{outcome.section}: {outcome.created} new, {outcome.updated} changed, {outcome.unchanged} unchanged"
    return line + (f", {outcome.kept} kept that the file does not have" if outcome.kept else "")
