"""Showing a character to others, and letting others edit a grog.

Each change locks the character, as every write does. So whoever is turned away has finished writing, or will be
refused, by the time their owner reads that it is done.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from characters.models import Character, Editor, Invitation, ReadLink
from characters.models.sharing import INVITATION_DAYS, new_token

MOST_EDITORS = 20


@contextmanager
def held(character: Character) -> Iterator[Character]:
    """The character as it is once all that is being written to it is done; locked to the end of the block."""
    with transaction.atomic():
        yield Character.objects.select_for_update(no_key=True).get(pk=character.pk)


def open_link(character: Character) -> ReadLink:
    """A link that shows the character; one that there was before stops working."""
    link, _made = ReadLink.objects.update_or_create(character=character, defaults={"token": new_token()})
    return link


def close_link(character: Character) -> None:
    ReadLink.objects.filter(character=character).delete()


def invite(character: Character) -> str:
    """The token of a new invitation, which is not kept; one that there was before stops working."""
    token = new_token()
    with held(character) as locked:
        _share(locked)
        values = {"digest": Invitation.digest_of(token), "created": timezone.now()}
        Invitation.objects.update_or_create(character=locked, defaults=values)
    return token


def invitation(token: str) -> Invitation | None:
    """The invitation that a token opens, unless it was withdrawn or is too old."""
    youngest = timezone.now() - timedelta(days=INVITATION_DAYS)
    rows = Invitation.objects.select_related("character__owner")
    return rows.filter(digest=Invitation.digest_of(token), created__gt=youngest).first()


def accept(token: str, user: Any) -> Character | None:
    """Make the user an editor of the grog they were invited to; None if the invitation is no longer good."""
    found = invitation(token)
    if found is None:
        return None
    with held(found.character) as locked:
        if invitation(token) is None:  # withdrawn while we waited
            return None
        _add(locked, user)
    return locked


def add_editor(character: Character, user: Any) -> None:
    """Raises ValidationError if the character is no grog, or has as many editors as it can have."""
    with held(character) as locked:
        _share(locked)
        _add(locked, user)


def remove_editor(character: Character, user: Any) -> None:
    """Whoever waits for the grog meanwhile sees by its new revision that it must look again whether it is there."""
    with held(character) as locked:
        Editor.objects.filter(character=locked, user=user).delete()
        locked.save(update_fields=[])
        _settle(locked)


def withdraw(character: Character) -> None:
    """Take back the open invitation; who has accepted it stays."""
    with held(character) as locked:
        Invitation.objects.filter(character=locked).delete()
        _settle(locked)


def _add(character: Character, user: Any) -> None:
    if user.pk == character.owner_id:
        raise ValidationError(_("The grog is yours already."))
    if Editor.objects.filter(character=character).exclude(user=user).count() >= MOST_EDITORS:
        raise ValidationError(_("No more than %(number)s people can edit one grog.") % {"number": MOST_EDITORS})
    Editor.objects.get_or_create(character=character, user=user)


def _share(character: Character) -> None:
    if character.type != Character.Type.GROG:
        raise ValidationError(_("Only grogs can be edited by others."))
    # Nothing that a page shows changes with it: it is no new revision.
    Character.objects.filter(pk=character.pk).update(shared=True)


def _settle(character: Character) -> None:
    """A grog that nobody may edit any more, or be invited to, is an ordinary one."""
    if not (Editor.objects.filter(character=character) or Invitation.objects.filter(character=character)):
        Character.objects.filter(pk=character.pk).update(shared=False)
