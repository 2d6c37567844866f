"""Who may see or edit whose characters, on the admin site."""

from __future__ import annotations

from django.contrib import admin

from characters.admin.base import ReadOnlyAdmin
from characters.models import Editor, Invitation, ReadLink


class SharingAdmin(ReadOnlyAdmin):
    """The secrets of links are nobody's business."""

    list_display = ["character", "created"]
    list_select_related = ["character"]
    search_fields = ["character__name", "character__owner__username"]
    exclude = ["token", "digest"]


admin.site.register([ReadLink, Invitation], SharingAdmin)


@admin.register(Editor)
class EditorAdmin(SharingAdmin):
    list_display = ["character", "user", "created"]
    list_select_related = ["character", "user"]
