"""Who sends a request, where a proxy stands in between."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase


class ClientAddressMiddleware:
    """With BEHIND_PROXY, REMOTE_ADDR becomes the address that the proxy saw.

    That is the last one in X-Forwarded-For: all before it came with the request, and anybody can write it there.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if settings.BEHIND_PROXY and (address := _last(request.META.get("HTTP_X_FORWARDED_FOR", ""))):
            request.META["REMOTE_ADDR"] = address
        return self.get_response(request)


def _last(forwarded: str) -> str | None:
    try:
        return str(ip_address(forwarded.rpartition(",")[2].strip()))
    except ValueError:
        return None
