"""Write characters into files."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from characters.exchange.files import FORMATS
from characters.management.people import person
from characters.models import Character
from characters.progress import bar


class Command(BaseCommand):
    help = "Writes the characters of a user into files, one for each: of this site, for Foundry VTT, or as Markdown."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, metavar="FOLDER", help="where the files go; made if it is not there")
        parser.add_argument("--user", required=True, metavar="NAME", help="whose characters")
        parser.add_argument("--as", dest="format", choices=FORMATS, default="native", help="default: native")
        parser.add_argument("--character", type=int, action="append", metavar="ID", help="only these; several times")

    def handle(self, *args: Any, folder: Path, user: str, format: str, **options: Any) -> None:
        characters = list(self._chosen(person(user), options["character"]))
        kind = FORMATS[format]
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for character in bar(characters, sys.stderr):
                (folder / kind.name(character)).write_text(kind.text(character), encoding="utf-8")
        except OSError as error:
            raise CommandError(f"{error.filename or folder} cannot be written: {error.strerror}.") from error
        self.stdout.write(self.style.SUCCESS(f"Wrote {len(characters)} files into {folder}."))

    def _chosen(self, owner: Any, keys: list[int] | None) -> Any:
        characters = Character.objects.filter(owner=owner).order_by("id")
        if keys is None:
            return characters
        chosen = characters.filter(pk__in=keys)
        if missing := set(keys) - {character.pk for character in chosen}:
            raise CommandError(f"{owner} has no character {', '.join(map(str, sorted(missing)))}.")
        return chosen
