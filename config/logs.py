"""Log lines that machines can read, each with the id of the request that it belongs to.

One line tells of each request: method, path (without its query), status, milliseconds, user. No header, no body, no
parameter of a statement is ever written.
"""

from __future__ import annotations

import json
import logging
import re
import time
import uuid
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponseBase

logger = logging.getLogger("site.requests")

PLAIN = re.compile(r"[A-Za-z0-9_.-]{1,64}\Z")
STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "request_id", "taskName"}
NOT_WRITTEN = frozenset({"request", "params", "sql", "server_time"})  # extras of Django's own loggers

request_id: ContextVar[str] = ContextVar("request_id", default="-")


class RequestLogMiddleware:
    """Gives each request an id, or keeps the one that a proxy gave it, and logs what became of it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        given = request.headers.get("X-Request-Id", "")
        name = given if PLAIN.match(given) else str(uuid.uuid4())
        request.META["HTTP_X_REQUEST_ID"] = name
        token = request_id.set(name)
        started = time.perf_counter()
        try:
            response = self.get_response(request)
            response["X-Request-Id"] = name
            _log(request, response, (time.perf_counter() - started) * 1000)
        finally:
            request_id.reset(token)
        return response


def _log(request: HttpRequest, response: HttpResponseBase, milliseconds: float) -> None:
    # A request that nobody has asked for its user yet is not worth a query.
    user = getattr(request, "_cached_user", None) or getattr(request, "_acached_user", None)
    path = _path(request)
    facts = {
        "method": request.method,
        "path": path,
        "status": response.status_code,
        "milliseconds": round(milliseconds, 1),
        "user": getattr(user, "pk", None),
        "address": request.META.get("REMOTE_ADDR", ""),
    }
    logger.info("%s %s %s", request.method, path, response.status_code, extra=facts)


def _path(request: HttpRequest) -> str:
    """The path without the secret of a link: a log must not be enough to follow it."""
    token = request.resolver_match.kwargs.get("token") if request.resolver_match else None
    return request.path.replace(token, "…") if token else request.path


class RequestFilter(logging.Filter):
    """Puts the id of the current request on a record."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_id.get()
        return True


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time, level, logger, message, request_id, the extras of the record, and `exception`."""

    def format(self, record: logging.LogRecord) -> str:
        extras = {name: value for name, value in vars(record).items() if name not in STANDARD | NOT_WRITTEN}
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": getattr(record, "request_id", "-"),
            **extras,
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str, ensure_ascii=False)
