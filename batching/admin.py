"""Receipts and tombstones on the admin site, to look at."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from batching.conf import conf
from batching.management.commands.purge_receipts import purge
from batching.models import ReceiptEntry, Tombstone


class ReadOnly(admin.ModelAdmin):  # type: ignore[type-arg]
    """Written by batches alone."""

    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(ReceiptEntry)
class ReceiptAdmin(ReadOnly):
    list_display = ["operation", "user", "status", "target", "revision", "created"]
    list_filter = ["status", "created"]
    list_select_related = ["user"]
    date_hierarchy = "created"
    ordering = ["-created"]
    actions = ["purge_old"]

    @property
    def search_fields(self) -> list[str]:  # type: ignore[override]
        return ["operation", f"user__{get_user_model().USERNAME_FIELD}"]

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> ReceiptEntry | None:
        """The receipt; the first, should two users have drawn the same id."""
        try:
            return super().get_object(request, object_id, from_field)
        except ReceiptEntry.MultipleObjectsReturned:
            return self.get_queryset(request).filter(pk=object_id).order_by("created").first()

    @admin.action(description=_("Delete all receipts that no client needs any more"), permissions=["purge"])
    def purge_old(self, request: HttpRequest, queryset: QuerySet[ReceiptEntry]) -> None:
        number = purge(timezone.now() - timedelta(days=conf().RECEIPT_DAYS), 1000, queryset.db)
        text = ngettext("%(number)d receipt deleted.", "%(number)d receipts deleted.", number) % {"number": number}
        self.message_user(request, text, messages.SUCCESS)

    def has_purge_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("batching.delete_receipt")


@admin.register(Tombstone)
class TombstoneAdmin(ReadOnly):
    list_display = ["label", "key", "root_label", "root_key", "revision"]
    list_filter = ["root_label", "label"]
    search_fields = ["key", "root_key"]
    ordering = ["-id"]
