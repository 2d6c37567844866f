"""Views that open their own transaction."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.conf import settings

View = TypeVar("View", bound=Callable[..., Any])


def own_transaction(dispatch: View) -> View:
    """Mark a view's `dispatch` so that ATOMIC_REQUESTS leaves it alone, on all databases.

    A transaction around the batch's own could not be retried, and an error answered inside it would undo it silently.
    """
    dispatch._non_atomic_requests = set(settings.DATABASES)  # type: ignore[attr-defined]
    return dispatch
