"""How lists are divided."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import CursorPagination, PageNumberPagination
from rest_framework.response import Response

LARGEST_PAGE = 500


class Cursors(CursorPagination):
    """`?cursor=` and then the `next` of each answer, in the order of keys: rows that come or go meanwhile are neither
    skipped nor doubled, which no order by other columns could promise."""

    page_size = 100
    page_size_query_param = "page_size"
    max_page_size = LARGEST_PAGE

    def get_ordering(self, request: Any, queryset: Any, view: Any) -> tuple[str, ...]:
        if "ordering" in request.query_params:
            raise ValidationError({"ordering": [_("A list by cursor is in the order of keys.")]})
        return ("pk",)


class Pages(PageNumberPagination):
    """`?page=2&page_size=100`, with a `count`; or by cursor. Enough at once for everything that one character has."""

    page_size = 100
    page_size_query_param = "page_size"
    max_page_size = LARGEST_PAGE
    cursors: Cursors | None = None

    def paginate_queryset(self, queryset: Any, request: Any, view: Any = None) -> Any:
        if Cursors.cursor_query_param not in request.query_params:
            return super().paginate_queryset(queryset, request, view)
        self.cursors = Cursors()
        return self.cursors.paginate_queryset(queryset, request, view)

    def get_paginated_response(self, data: Any) -> Response:
        return self.cursors.get_paginated_response(data) if self.cursors else super().get_paginated_response(data)

    def to_html(self) -> Any:
        return self.cursors.to_html() if self.cursors else super().to_html()

    def get_paginated_response_schema(self, schema: Any) -> dict[str, Any]:
        return {**super().get_paginated_response_schema(schema), "required": ["results"]}

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        by_cursor = [one for one in Cursors().get_schema_operation_parameters(view) if one["name"] == "cursor"]
        return [*super().get_schema_operation_parameters(view), *by_cursor]
