"""Who besides the owner may see a character, or edit a grog."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from characters.models.character import Character

INVITATION_DAYS = 14


def new_token() -> str:
    """256 bits that nobody guesses."""
    return secrets.token_urlsafe(32)


class ReadLink(models.Model):
    """A link that shows the sheet to whoever has it, until it is revoked, which deletes this row.

    The token is kept as it is, so that its owner can look it up again. It opens nothing that does not lie beside it in
    the same database; `Invitation`, which opens more, keeps a digest.
    """

    character = models.OneToOneField(Character, models.CASCADE, related_name="read_link", verbose_name=_("character"))
    token = models.CharField(_("token"), max_length=43, unique=True, default=new_token, editable=False)
    created = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("link for readers")
        verbose_name_plural = _("links for readers")

    def __str__(self) -> str:
        return str(self.character)


class Invitation(models.Model):
    """A link that makes whoever follows it, logged in, an editor of a grog. A newer one takes the place of an older.

    It gives the right to write, which the rows beside it do not: a copy of the database must not be enough to use it.
    The token is random, so that a plain digest says nothing about it.
    """

    character = models.OneToOneField(Character, models.CASCADE, related_name="invitation", verbose_name=_("character"))
    digest = models.CharField(_("digest"), max_length=64, unique=True, editable=False)
    created = models.DateTimeField(_("created"), default=timezone.now)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")

    def __str__(self) -> str:
        return str(self.character)

    @staticmethod
    def digest_of(token: str) -> str:
        return hashlib.sha256(token.encode()).hexdigest()

    @property
    def expires(self) -> datetime:
        return self.created + timedelta(days=INVITATION_DAYS)


class Editor(models.Model):
    """Somebody who may edit a grog of another player, as long as the grog is `shared`."""

    character = models.ForeignKey(
        Character,
        models.CASCADE,
        related_name="editors",
        verbose_name=_("character"),
        db_index=False,  # editor_once starts with it
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("user"))
    created = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("editor")
        verbose_name_plural = _("editors")
        ordering = ["user__username"]
        constraints = [models.UniqueConstraint(fields=["character", "user"], name="editor_once")]

    def __str__(self) -> str:
        return f"{self.user} ({self.character})"


def editable_by(user: Any) -> models.QuerySet[Any, Any]:
    """Keys of the user's own characters, and of the grogs that others share with them; for `pk__in`, `character__in`.

    Two queries one after the other: joined by OR, neither could use its index, and a list would read every character.
    """
    own = Character.objects.filter(owner_id=user.pk).order_by().values("pk")
    shared = Editor.objects.filter(user_id=user.pk, character__shared=True).order_by().values("character_id")
    return own.union(shared, all=True)
