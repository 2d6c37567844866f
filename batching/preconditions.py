"""Revisions as entity tags, and what `If-Match` asks of them."""

from __future__ import annotations

import re
from typing import Any

from django.db.models import Model

from batching.exceptions import Malformed, PreconditionFailed, PreconditionRequired, Unprocessable
from batching.models import Revisioned

ETAGS = re.compile(r'\s*(\*|(?:W/)?"[^"]*"(?:\s*,\s*(?:W/)?"[^"]*")*)\s*\Z')


def etag_of(row: Model) -> str | None:
    """The strong entity tag of a stored row: its revision in quotes. None for a model without revisions.

    It is a token for preconditions, not a cache validator: numbers derived from other rows may change without it.
    """
    return f'"{row.revision}"' if isinstance(row, Revisioned) else None


def check_form(if_match: str, **place: Any) -> None:
    """Raise Malformed unless the value is `*` or a list of entity tags."""
    if not ETAGS.match(if_match):
        raise Malformed(
            f"if_match: expected an entity tag such as '\"41\"', not {if_match!r}.", field="if_match", **place
        )


def require(row: Model, revision: int | None, if_match: str | None) -> None:
    """Raise PreconditionFailed unless the row, as it was when it was locked, has one of the revisions asked for.

    Weak tags never match, as RFC 9110 wants of If-Match. Raises PreconditionRequired if none is given.
    """
    if if_match is None:
        raise PreconditionRequired()
    if not isinstance(row, Revisioned):
        raise Unprocessable("Rows of this resource have no revisions.", code="no_revisions", field="if_match")
    tags = {tag.strip() for tag in if_match.split(",")}
    if "*" not in tags and f'"{revision}"' not in tags:
        raise PreconditionFailed()
