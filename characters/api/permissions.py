"""What only the owner of a character may do."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from characters.models import Character


class OwnerOnly(BasePermission):
    """Editors of a shared grog know that it is there, and are told why not."""

    message = _("Only the owner of a character can delete it.")

    def has_object_permission(self, request: Request, view: Any, obj: Character) -> bool:
        return obj.owner_id == request.user.pk
