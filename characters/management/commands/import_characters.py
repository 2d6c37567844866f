"""Characters from files."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from batching.conf import conf
from characters.catalogue import loader
from characters.exchange import imports
from characters.exchange.imports import DUPLICATES, Arrival, Duplicates
from characters.exchange.parcel import Faulty
from characters.management.people import person
from characters.progress import bar


class Command(BaseCommand):
    help = (
        "Gives a user the characters of files of this site, or of Foundry VTT (arm5e). Each file is imported as a "
        "whole or not at all; every fault is told with its place."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--user", required=True, metavar="NAME", help="whose characters they will be")
        parser.add_argument("--dry-run", action="store_true", help="check everything, create nothing")
        parser.add_argument(
            "--duplicates",
            choices=DUPLICATES,
            default="skip",
            help="; ".join(f"{name}: {words}" for name, words in DUPLICATES.items()),
        )

    def handle(self, *args: Any, files: list[Path], user: str, **options: Any) -> None:
        owner = person(user)
        try:
            loader.ensure()
        except loader.CatalogueError as error:
            raise CommandError(str(error)) from error
        told = {"duplicates": options["duplicates"], "dry_run": options["dry_run"]}
        refused = [path for path in bar(files, sys.stderr) if not self._import(path, owner, **told)]
        if refused:
            raise CommandError(f"{len(refused)} of {len(files)} files were refused; nothing of them was imported.")

    def _import(self, path: Path, owner: Any, *, duplicates: Duplicates, dry_run: bool) -> bool:
        """Import a file, all of it or nothing; answers whether it was."""
        try:
            report = imports.bring(imports.read(_bytes(path)), owner, duplicates=duplicates, dry_run=dry_run)
        except OSError as error:
            self.stderr.write(f"{path} cannot be read: {error.strerror}.")
            return False
        except Faulty as faulty:
            self.stderr.write(f"{path}:")
            self.stderr.writelines(f"  {fault}" for fault in faulty.told)
            return False
        for arrival in report.arrivals:
            self.stdout.write(f"{path}: {_line(arrival, dry_run)}")
        for note in report.notes:
            self.stdout.write(f"{path}: note: {note}")
        return True


def _bytes(path: Path) -> bytes:
    """No more of the file than would be refused for its size."""
    with path.open("rb") as file:
        return file.read(conf().MAX_BODY + 1)


def _line(arrival: Arrival, dry_run: bool) -> str:
    if not arrival.created:
        return f"{arrival.name} is here already, as character {arrival.key}"
    if dry_run:
        return f"{arrival.name} would be created, with {arrival.rows} rows"
    return f"{arrival.name} was created as character {arrival.key}, with {arrival.rows} rows"
