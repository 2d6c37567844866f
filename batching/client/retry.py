"""When to try again."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """Exponential back-off with full jitter: before try n+1 a pause of chance between 0 and min(cap, base·2ⁿ) seconds.

    Where the server says how long (`Retry-After`), the pause comes on top of that, so that clients that were refused
    together do not come back together. A wait longer than `longest` is given back to the caller as an error.
    """

    attempts: int = 6  # tries in all
    base: float = 0.5  # seconds
    cap: float = 30.0  # seconds
    longest: float = 120.0  # seconds
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random  # 0 <= chance() < 1

    def pause(self, tries: int, asked: float | None = None) -> float | None:
        """Seconds to wait after so many tries, or None to give up."""
        if tries >= self.attempts or (asked or 0) > self.longest:
            return None
        return (asked or 0) + self.chance() * min(self.cap, self.base * 2.0 ** (tries - 1))


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds that a `Retry-After` field asks for; None without one, or with one that nobody understands.

    A date is measured against the answer's own `Date`, because clocks of clients are wrong.
    """
    raw = headers.get("Retry-After", "").strip()
    if not raw:
        return None
    try:
        return max(0.0, float(raw)) if raw.replace(".", "", 1).isdigit() else _until(raw, headers.get("Date"))
    except (ValueError, TypeError):
        return None


def _until(moment: str, now: str | None) -> float:
    there = parsedate_to_datetime(moment)
    here = datetime.now(UTC) if now is None else parsedate_to_datetime(now)
    return max(0.0, (there - here).total_seconds())
