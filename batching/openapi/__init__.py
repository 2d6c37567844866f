"""OpenAPI descriptions by drf-spectacular: batches, single writes, and every error.

Nothing has to be done but to install drf-spectacular: the app loads this module when `drf_spectacular` is among the
INSTALLED_APPS. With

    REST_FRAMEWORK = {"DEFAULT_SCHEMA_CLASS": "batching.openapi.BatchingAutoSchema"}

other views of a project that answer problem documents, or count budgets, say so as well, and so do methods that have an
`@extend_schema` of their own.
"""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiViewExtension

from batching.openapi.schema import BatchingAutoSchema, make_schema

__all__ = ["BatchingAutoSchema"]


class BatchingExtension(OpenApiViewExtension):
    """Gives a view the schema class that knows what its methods do; the view itself stays as it is."""

    match_subclasses = True

    def view_replacement(self) -> Any:
        return type(self.target.__name__, (self.target,), {"schema": make_schema(), "documents": self.target})


class BatchViewExtension(BatchingExtension):
    target_class = "batching.views.BatchView"


class ChangesViewExtension(BatchingExtension):
    target_class = "batching.feed.ChangesView"


class ViewSetExtension(BatchingExtension):
    target_class = "batching.viewsets.BatchModelViewSet"
