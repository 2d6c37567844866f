"""Budgets per user: writes, reads and operations.

Writes and reads are counted by django-ratelimit. It cannot charge several at once, so operations are counted here, on
the same fixed windows. A batch is one write, and as many operations as it holds; what is over budget is refused before
anything runs. A cache that fails lets requests through: a budget protects the server, it must not become its outage.
"""

from __future__ import annotations

import logging
import re
import time
import zlib
from dataclasses import dataclass
from typing import Any, ClassVar

from django.core.cache import caches
from django_ratelimit.core import get_usage
from rest_framework.exceptions import Throttled
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from batching.conf import conf

logger = logging.getLogger(__name__)

PERIODS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
RATE = re.compile(r"(\d+)/(\d*)([smhd])\Z")


@dataclass(frozen=True, slots=True)
class Usage:
    """How much of a budget is left, and for how many seconds it must last."""

    name: str
    limit: int
    window: int  # seconds
    remaining: int
    reset: int  # seconds


def read_rate(rate: str) -> tuple[int, int]:
    """Number and seconds of a rate such as "120/m" or "10/5m". Raises ValueError."""
    match = RATE.match(rate)
    if match is None:
        raise ValueError(f"{rate!r} is not a rate such as '120/m'")
    count, times, period = match.groups()
    return int(count), int(times or 1) * PERIODS[period]


def usages(request: Any) -> list[Usage]:
    """The budgets that a request was counted against, for the headers of its answer."""
    return getattr(request, "batching_usages", [])


def user_key(request: Any) -> str:
    """Who is charged: the user, or the address of whoever is not logged in."""
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        return f"user:{user.pk}"
    return f"address:{request.META.get('REMOTE_ADDR', '')}"


class Budget(BaseThrottle):
    """A request budget as a throttle of Django REST framework."""

    name: ClassVar[str]
    setting: ClassVar[str]
    usage: Usage | None = None

    def counts(self, request: Request) -> bool:
        raise NotImplementedError

    def allow_request(self, request: Request, view: Any) -> bool:
        rate = getattr(conf(), self.setting)
        if rate is None or not self.counts(request):
            return True
        state = self._count(request, rate)
        if state is None or state["time_left"] < 0:
            return True
        limit, window = read_rate(rate)
        remaining = max(0, limit - state["count"])
        self.usage = Usage(self.name, limit, window, remaining, max(1, state["time_left"]))
        _note(request, self.usage)
        return not state["should_limit"]

    def wait(self) -> float | None:
        return None if self.usage is None else float(self.usage.reset)

    def _count(self, request: Request, rate: str) -> dict[str, Any] | None:
        try:
            return get_usage(  # type: ignore[no-any-return]
                request,
                group=f"batching-{self.name}",
                key=lambda group, request: user_key(request),
                rate=rate,
                increment=True,
            )
        except Exception:
            # Each cache library has exceptions of its own.
            logger.exception("The %s budget could not be counted", self.name)
            return None


class WriteBudget(Budget):
    name = "writes"
    setting = "WRITES"

    def counts(self, request: Request) -> bool:
        return request.method not in SAFE_METHODS


class ReadBudget(Budget):
    name = "reads"
    setting = "READS"

    def counts(self, request: Request) -> bool:
        return request.method in SAFE_METHODS


class OperationBudget:
    """The budget that stops batches from being a way around a limit."""

    name = "operations"

    def charge(self, request: Request, operations: int) -> None:
        """Charge operations all or none. Raises Throttled (429) if the budget does not hold them."""
        rate = conf().OPERATIONS
        if rate is None:
            return
        limit, window = read_rate(rate)
        key, reset = self._window(request, window)
        used = self._add(key, operations, window)
        if used is None:
            return
        refused = used > limit
        if refused:
            used = self._add(key, -operations, window) or 0
        _note(request, Usage(self.name, limit, window, max(0, limit - used), reset))
        if refused:
            raise Throttled(wait=reset)

    def _window(self, request: Request, window: int) -> tuple[str, int]:
        """Cache key of the current window and the seconds until it ends; windows of users do not all end at once."""
        who = user_key(request)
        now = int(time.time()) + zlib.crc32(who.encode()) % window
        return f"batching:operations:{who}:{now // window}", window - now % window

    def _add(self, key: str, operations: int, window: int) -> int | None:
        cache = caches[conf().CACHE]
        try:
            cache.add(key, 0, timeout=window + 5)
            return int(cache.incr(key, operations))
        except Exception:
            logger.exception("The operation budget could not be counted")
            return None


def _note(request: Any, usage: Usage) -> None:
    """Leave the usage on Django's own request, where the middleware finds it."""
    inner = getattr(request, "_request", request)
    inner.batching_usages = [*usages(inner), usage]
