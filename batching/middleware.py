"""The front gate of an API: body cap, request id, and RateLimit headers on every answer."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse

from batching.conf import conf
from batching.envelope import limits
from batching.exceptions import CONTENT_TYPE, TooLarge, refusal
from batching.throttling import Usage, usages

PLAIN = re.compile(r"[A-Za-z0-9_.-]{1,64}\Z")
CHUNK = 64 * 1024
PATIENCE = 16  # bodies are read to their end, and thrown away, up to so many times the limit


class FrontGateMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(tuple(conf().PATHS)):
            return self.get_response(request)
        request_id = _request_id(request)
        response = self._too_large(request) or self.get_response(request)
        response["X-Request-Id"] = request_id
        for name, value in headers(usages(request)).items():
            response[name] = value
        return response

    def _too_large(self, request: HttpRequest) -> HttpResponse | None:
        """Refuse a body by its announced length. It is never kept, but read, so that the client gets to the answer."""
        length = request.META.get("CONTENT_LENGTH") or "0"
        size = int(length) if length.isdecimal() else 0
        limit = conf().MAX_BODY
        if size <= limit:
            return None
        left = min(size, PATIENCE * limit)
        while left > 0 and (chunk := request.read(min(CHUNK, left))):
            left -= len(chunk)
        error = refusal(TooLarge(f"{size} bytes are more than the limit of {limit}.", limits=limits()))
        return JsonResponse(error, status=error["status"], content_type=CONTENT_TYPE)


def _request_id(request: HttpRequest) -> str:
    """The caller's own id if it is a plain word, otherwise a new one."""
    given = request.headers.get("X-Request-Id", "")
    return given if PLAIN.match(given) else str(uuid.uuid4())


def headers(budgets: list[Usage]) -> dict[str, str]:
    """The RateLimit fields (draft-ietf-httpapi-ratelimit-headers) of the budgets that counted a request."""
    if not budgets:
        return {}
    return {
        "RateLimit-Policy": ", ".join(f'"{usage.name}";q={usage.limit};w={usage.window}' for usage in budgets),
        "RateLimit": ", ".join(f'"{usage.name}";r={usage.remaining};t={usage.reset}' for usage in budgets),
    }
