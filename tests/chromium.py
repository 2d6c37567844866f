"""The browser that tests and measurements drive."""

from __future__ import annotations

import os
import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome")
HEADLESS = "chromium-headless-shell"
"""The same without a window of its own, which takes a third less time."""


def launch_arguments():
    """Arguments of Playwright's `launch()`: the system's Chromium, or Playwright's own where there is none.

    CHROMIUM names the one to be preferred.
    """
    path = next(filter(None, map(shutil.which, (os.environ.get("CHROMIUM", ""), *NAMES))), None)
    # Its sandbox does not work for root, as which containers run tests.
    args = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    return {"executable_path": path, "args": args} if path else {"args": args}
