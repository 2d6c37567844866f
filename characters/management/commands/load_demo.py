"""Something to look at on a machine of a developer."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from characters import published
from characters.catalogue import loader
from characters.models import Character

NAME = PASSWORD = "demo"


class Command(BaseCommand):
    help = "Creates the user demo (password demo) and the published characters on an empty database."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("The demo user has a well-known password: it is created only with DEBUG=true.")
        if Character.objects.exists():
            self.stdout.write("There are characters already; nothing was changed.")
            return
        loader.load()
        user, created = get_user_model()._default_manager.get_or_create(username=NAME)
        if created:
            user.set_password(PASSWORD)
            user.save()
        characters = [published.load(printed, user) for printed in published.read()]
        self.stdout.write(
            self.style.SUCCESS(f"Created {len(characters)} characters. Log in as {NAME}, password {PASSWORD}.")
        )
