"""The browser that tests and measurements drive."""

from __future__ import annotations

import os
import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome")


def launch_arguments():
    """Arguments of Playwright's `launch()`: the system's Chromium, or Playwright's own where there is none."""
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    # Its sandbox does not work for root, as which containers run tests.
    args = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    return {"executable_path": path, "args": args} if path else {"args": args}
