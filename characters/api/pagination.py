"""How lists are divided."""

from __future__ import annotations

from rest_framework.pagination import PageNumberPagination


class Pages(PageNumberPagination):
    """`?page=2&page_size=100`. Enough at once for everything that one character has."""

    page_size = 100
    page_size_query_param = "page_size"
    max_page_size = 500
