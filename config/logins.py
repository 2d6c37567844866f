"""Logging in, by form or for a token, without letting anybody try passwords for ever.

Attempts that failed are counted by name, so that nobody is guessed from many addresses, and by address, so that nobody
tries one password on many names. Attempts at the same moment may exceed the number by as many as the server works on at
once. A cache that fails lets people in.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from ipaddress import IPv6Address, ip_address
from typing import Any

from django.conf import settings
from django.contrib.auth import views
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.signals import user_login_failed
from django.core.exceptions import ValidationError
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.utils.translation import ngettext
from django_ratelimit.core import get_usage
from rest_framework.exceptions import Throttled
from rest_framework.request import Request

logger = logging.getLogger(__name__)


class TooManyFailures(ValidationError):
    """Somebody has tried too often; `wait` is in seconds."""

    def __init__(self, wait: int) -> None:
        minutes = -(-wait // 60)
        text = ngettext(
            "Too many attempts to log in have failed. Try again in %(minutes)s minute.",
            "Too many attempts to log in have failed. Try again in %(minutes)s minutes.",
            minutes,
        )
        super().__init__(text % {"minutes": minutes}, code="throttled")
        self.wait = wait


def wait_for(request: HttpRequest, name: str) -> int:
    """Seconds until this name may be tried from this address; 0 for now."""
    return max((wait for used_up, wait in _failures(request, name, count=False) if used_up), default=0)


@receiver(user_login_failed)
def count(sender: Any, credentials: Mapping[str, Any], request: HttpRequest | None = None, **kwargs: Any) -> None:
    """Count an attempt that failed, whichever way it came."""
    if request is not None:
        name = str(credentials.get("username", ""))
        _failures(request, name, count=True)
        logger.warning("A log-in failed", extra={"address": request.META.get("REMOTE_ADDR", "")})


def _failures(request: HttpRequest, name: str, *, count: bool) -> list[tuple[bool, int]]:
    """For the name and for the address: whether no attempt is left, and the seconds until there is one again."""
    keys = {"name": (name.casefold(), settings.LOGIN_FAILURES_PER_NAME)}
    keys["address"] = (_network(request.META.get("REMOTE_ADDR", "")), settings.LOGIN_FAILURES_PER_ADDRESS)
    found = []
    for kind, (key, rate) in keys.items():
        try:
            usage = get_usage(
                request, group=f"login-{kind}", key=lambda group, request, key=key: key, rate=rate, increment=count
            )
        except Exception:
            logger.exception("Failed log-ins could not be counted")
            continue
        if usage is not None and usage["time_left"] >= 0:
            found.append((usage["count"] >= usage["limit"], max(1, usage["time_left"])))
    return found


def _network(address: str) -> str:
    """The address; of IPv6 the /64, which one household has to itself."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        return str(parsed.ipv4_mapped or parsed.exploded[:19])
    return address


class GuardedBackend(ModelBackend):
    """Does not look at the password, and says how long to wait, once too many attempts have failed.

    For forms that is a TooManyFailures, for the API a Throttled (429).
    """

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> Any:
        if request is not None and username is not None and (wait := wait_for(request, username)):
            error = TooManyFailures(wait)
            raise Throttled(wait, error.message) if isinstance(request, Request) else error
        return super().authenticate(request, username, password, **kwargs)


def throttled(form: AuthenticationForm, response: HttpResponse) -> HttpResponse:
    """The answer to a log-in that failed; 429 if it was not even tried."""
    for error in form.non_field_errors().as_data():
        if isinstance(error, TooManyFailures):
            response.status_code = 429
            response["Retry-After"] = str(error.wait)
    return response


class LoginView(views.LoginView):
    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        return throttled(form, super().form_invalid(form))
