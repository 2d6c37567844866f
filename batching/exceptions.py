"""Everything that can go wrong, each with its HTTP status, and the problem document (RFC 9457) that says so.

A problem document is a dict with `type`, `title`, `status` (integer), `code` and `detail`; for invalid fields `fields`
holds Django REST framework's own error dict; `operation` is the index of the operation concerned.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError
from django.http import Http404
from rest_framework import exceptions as drf
from rest_framework.response import Response

logger = logging.getLogger(__name__)

CONTENT_TYPE = "application/problem+json"
SQLITE_ERROR = sqlite3.SQLITE_ERROR  # a mistake in the statement
READ_ONLY = "25006"  # PostgreSQL: a replica, or a primary that was demoted


class BatchingError(drf.APIException):
    """Base of this app's errors. Do not raise directly."""

    def __init__(self, detail: str | None = None, code: str | None = None, **extra: Any) -> None:
        super().__init__(detail, code)
        self.extra = extra


class Malformed(BatchingError):
    """The request cannot be understood; nothing ran. `errors` lists every fault found."""

    status_code = HTTPStatus.BAD_REQUEST
    default_detail = "The request is malformed."
    default_code = "malformed"


class NotThere(BatchingError):
    """The row does not exist, or not for this user: the two are not told apart."""

    status_code = HTTPStatus.NOT_FOUND
    default_detail = "There is no such row."
    default_code = "not_found"


class Conflict(BatchingError):
    """The database, or another writer, does not admit the change."""

    status_code = HTTPStatus.CONFLICT
    default_detail = "The change conflicts with what is stored."
    default_code = "conflict"


class PreconditionFailed(BatchingError):
    """The row is not in the state that the client expected; `current` in the document shows the row as it is."""

    status_code = HTTPStatus.PRECONDITION_FAILED
    default_detail = "The row has changed since it was read."
    default_code = "precondition_failed"


class PreconditionRequired(BatchingError):
    """This resource is written only by those who say which revision they have seen."""

    status_code = HTTPStatus.PRECONDITION_REQUIRED
    default_detail = "Say which revision of the row you have seen: send If-Match (in a batch if_match)."
    default_code = "precondition_required"


class TooLarge(BatchingError):
    """Over a limit of size; `limits` in the document names them all."""

    status_code = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    default_detail = "The request is too large."
    default_code = "too_large"


class Unprocessable(BatchingError):
    """Well formed and valid, but impossible by the resource's own rules."""

    status_code = HTTPStatus.UNPROCESSABLE_ENTITY
    default_detail = "The operation is not possible."
    default_code = "unprocessable"


class Refused(Unprocessable):
    """Each operation is possible, but together they would leave a tree of rows in a state that its viewset refuses;
    `findings` in the document say what would be wrong."""

    default_detail = "This would break a rule. Nothing was saved."
    default_code = "refused"


class IdempotencyConflict(BatchingError):
    """An operation id that was used before, for something else."""

    status_code = HTTPStatus.UNPROCESSABLE_ENTITY
    default_detail = "This operation id was used before, for another operation. Give each operation an id of its own."
    default_code = "idempotency_conflict"


class FailedDependency(BatchingError):
    """Not run, or undone, because of another operation; `culprit` in the document is that operation's index."""

    status_code = HTTPStatus.FAILED_DEPENDENCY
    default_detail = "An operation that this one depends on failed."
    default_code = "failed_dependency"


class RolledBack(FailedDependency):
    """Undone, or not tried, because its batch or group is all or nothing."""

    default_detail = "Nothing was saved, because another operation failed."
    default_code = "rolled_back"


class Busy(BatchingError):
    """The database was locked or refused to serialize, also after retries, or time ran out. Nothing was saved."""

    status_code = HTTPStatus.SERVICE_UNAVAILABLE
    default_detail = "The database is busy. Nothing was saved; try again."
    default_code = "busy"
    wait = 1


class Unavailable(BatchingError):
    """The database went away or cannot write: broken connection, full disk, read-only storage, statement timeout.

    Where the connection broke while it committed, nobody can tell whether the change was saved. Operations with ids are
    safe to repeat all the same.
    """

    status_code = HTTPStatus.SERVICE_UNAVAILABLE
    default_detail = "The database is not available. Try again, with the same operation ids."
    default_code = "unavailable"
    wait = 2


def is_outage(exc: Exception) -> bool:
    """Whether an exception of the database tells of its state, and not of a mistake in a statement."""
    cause = exc.__cause__
    if isinstance(exc, OperationalError):
        # SQLite has one class for all, also for a table that does not exist.
        return getattr(cause, "sqlite_errorcode", None) != SQLITE_ERROR
    return isinstance(exc, InterfaceError) or getattr(cause, "sqlstate", None) == READ_ONLY


def problem(exc: Exception, **extra: Any) -> dict[str, Any]:
    """The problem document of an exception that Django REST framework would answer.

    Raises TypeError for any other exception: those are bugs and must stay loud.
    """
    if isinstance(exc, Http404):
        exc = NotThere()
    elif isinstance(exc, PermissionDenied):
        exc = drf.PermissionDenied()
    if not isinstance(exc, drf.APIException):
        raise TypeError(f"{type(exc).__name__} is not an answer to a request") from exc
    status = int(exc.status_code)
    document = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": _code(exc),
        "detail": _text(exc.detail),
        **getattr(exc, "extra", {}),
        **extra,
    }
    if isinstance(exc, drf.ValidationError):
        document["detail"] = _first_fault(exc.detail)
        document["fields"] = exc.detail if isinstance(exc.detail, Mapping) else {"non_field_errors": exc.detail}
    document["type"] = f"urn:problem:{document['code']}"
    return document


def refusal(exc: Exception) -> dict[str, Any]:
    """The problem document of a whole answer, which says like the results of a batch that it is no success."""
    return {**problem(exc), "success": False}


def problem_handler(exc: Exception, context: Mapping[str, Any]) -> Response | None:
    """Exception handler for Django REST framework: every error is a problem document. Undoes an atomic request."""
    from rest_framework.views import set_rollback

    if is_outage(exc):
        logger.error("The database is not available", exc_info=exc)
        exc = Unavailable()
    try:
        document = refusal(exc)
    except TypeError:
        return None
    set_rollback()
    response = Response(document, status=document["status"], content_type=CONTENT_TYPE)
    if challenge := getattr(exc, "auth_header", None):
        response["WWW-Authenticate"] = challenge
    if (wait := getattr(exc, "wait", None)) is not None:
        response["Retry-After"] = str(max(1, int(-(-wait // 1))))
    return response


def _code(exc: drf.APIException) -> str:
    codes = exc.get_codes()
    if isinstance(exc, drf.PermissionDenied) and str(exc.detail).startswith("CSRF Failed"):
        return "csrf_failed"  # the framework gives it no code of its own; clients read the cookie again and retry
    return codes if isinstance(codes, str) else "invalid"


def _text(detail: Any) -> str:
    return detail if isinstance(detail, str) else _first_fault(detail)


def _first_fault(detail: Any, path: str = "") -> str:
    """The first message in a tree of error messages, led by the path to it: `"data.by: Must be 1 or more."`"""
    if isinstance(detail, Mapping):
        for key, value in detail.items():
            below = path if key == "non_field_errors" else f"{path}.{key}" if path else str(key)
            return _first_fault(value, below)
    if isinstance(detail, list | tuple):
        for value in detail:
            if value:
                return _first_fault(value, path)
    return f"{path}: {detail}" if path else str(detail)
