"""`python -m config.probe [path]`: status 0 if the site on this machine answers 200 at /healthz, or at the path."""

from __future__ import annotations

import os
import sys
from urllib.error import URLError
from urllib.request import urlopen


def answers(path: str) -> bool:
    port = os.environ.get("BIND", "127.0.0.1:8000").rpartition(":")[2]
    try:
        with urlopen(f"http://127.0.0.1:{port}{path}", timeout=4) as response:
            return bool(response.status == 200)
    except (URLError, TimeoutError):
        return False


if __name__ == "__main__":
    sys.exit(0 if answers(sys.argv[1] if len(sys.argv) > 1 else "/healthz") else 1)
