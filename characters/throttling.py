"""A budget for pages that everybody may open."""

from __future__ import annotations

import logging

from django.http import HttpRequest
from django_ratelimit.core import get_usage

logger = logging.getLogger(__name__)


def seconds_to_wait(request: HttpRequest, group: str, rate: str) -> int:
    """Count a request of this address; 0 while the rate holds. A cache that fails lets requests through."""
    try:
        usage = get_usage(request, group=group, key="ip", rate=rate, increment=True)
    except Exception:
        # Each cache library has exceptions of its own.
        logger.exception("The requests of an address could not be counted")
        return 0
    if usage is None or usage["time_left"] < 0 or not usage["should_limit"]:
        return 0
    return max(1, int(usage["time_left"]))
