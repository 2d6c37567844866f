"""Logging in, by form or for a token, without letting anybody try passwords for ever.

Attempts that failed are counted by name, so that nobody is guessed from many addresses, and by address, so that nobody
tries one password on many names. Attempts at the same moment may exceed the number by as many as the server works on at
once. A cache that fails lets people in.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from ipaddress import IPv6Address, ip_address
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib import admin
from django.contrib.auth import views
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.signals import user_login_failed
from django.core.exceptions import ValidationError
from django.dispatch import receiver
from django.forms import BaseForm
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
    found = (
        usage(request, "login-name", name.casefold(), settings.LOGIN_FAILURES_PER_NAME, count=count),
        usage(
            request,
            "login-address",
            network(request.META.get("REMOTE_ADDR", "")),
            settings.LOGIN_FAILURES_PER_ADDRESS,
            count=count,
        ),
    )
    return [(each.number >= each.limit, each.wait) for each in found if each]


class Usage(NamedTuple):
    """How often something was done in this window, how often it may be, and the seconds until the next window."""

    number: int
    limit: int
    wait: int


def usage(request: HttpRequest, group: str, key: str, rate: str, *, count: bool) -> Usage | None:
    """What has been counted for this key, with this time if it is to `count`. None if the cache fails."""
    try:
        found = get_usage(request, group=group, key=lambda group, request: key, rate=rate, increment=count)
    except Exception:
        logger.exception("What may be done only so often could not be counted")
        return None
    if found is None or found["time_left"] < 0:
        return None
    return Usage(found["count"], found["limit"], max(1, found["time_left"]))


def network(address: str) -> str:
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


def throttled(form: BaseForm, response: HttpResponse) -> HttpResponse:
    """The answer to a log-in that failed; 429 if it was not even tried."""
    for error in form.non_field_errors().as_data():
        if isinstance(error, TooManyFailures):
            response.status_code = 429
            response["Retry-After"] = str(error.wait)
    return response


class LoginView(views.LoginView):
    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        return throttled(form, super().form_invalid(form))


def admin_login(request: HttpRequest) -> HttpResponse:
    """That of the admin site, which answers 200 to whatever it does not let in."""
    response = admin.site.login(request)
    form = getattr(response, "context_data", {}).get("form")
    return throttled(form, response) if form is not None and form.is_bound else response
