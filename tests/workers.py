"""Two test processes side by side: what they must not share."""

from __future__ import annotations

import os
import re
from typing import Any


def own_cache(settings: dict[str, Any]) -> dict[str, Any]:
    """Cache settings with a Redis database for each worker of pytest-xdist, because tests empty it."""
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    location = re.sub(r"(?<=/)\d+$", lambda found: str(int(found[0]) + number), str(settings.get("LOCATION", "")))
    return {**settings, "LOCATION": location}
