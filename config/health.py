"""Whether the site lives, and whether it can work: for supervisors, load balancers and container engines.

    GET /healthz   200 as long as the process answers: restart it otherwise
    GET /readyz    200 if the database and the cache answer, otherwise 503 and which of them does not: send nobody there

Answered before anything else, so that neither ALLOWED_HOSTS nor the redirect to HTTPS stands in the way of a check that
comes from the machine itself. Nothing is told but which part is missing; why is in the log.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse

logger = logging.getLogger(__name__)


class HealthMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer = {"/healthz": alive, "/readyz": ready}.get(request.path_info)
        if answer is None:
            return self.get_response(request)
        if request.method not in ("GET", "HEAD"):
            return HttpResponse(status=405, headers={"Allow": "GET, HEAD"})
        response = answer()
        response["Cache-Control"] = "no-store"
        return response


def alive() -> HttpResponse:
    return JsonResponse({"status": "alive"})


def ready() -> HttpResponse:
    """503 names what is missing: `{"status": "unready", "missing": ["database"]}`."""
    missing = [name for name, answers in {"database": _database, "cache": _cache}.items() if not _holds(name, answers)]
    if missing:
        return JsonResponse({"status": "unready", "missing": missing}, status=503)
    return JsonResponse({"status": "ready"})


def _holds(name: str, answers: Callable[[], None]) -> bool:
    try:
        answers()
    except Exception:  # each database and cache library has exceptions of its own
        logger.exception("Not ready: the %s does not answer", name)
        return False
    return True


def _database() -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Exception:
        connection.close()  # the next check is to try a new one
        raise


def _cache() -> None:
    cache.get("readyz")
