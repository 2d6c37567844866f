"""`make test`: every check of the project, in order, with a summary of what ran and what could not.

A service that is missing makes its steps "not run", which is a failure only when REQUIRE_SERVICES is set, as in CI.
"""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests import chromium
from tests.audit import NOT_RUN

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
POSTGRES = os.environ.get("TEST_DATABASE_URL", "postgres://postgres@127.0.0.1:5432/postgres")
REDIS = os.environ.get("TEST_CACHE_URL", "redis://127.0.0.1:6379/9")
BOTH_CORES = ["--numprocesses=2", "--dist=worksteal"]
THREE_PAGES = ["--numprocesses=3", "--dist=worksteal"]  # a page waits a third of the time
BURST = "tests/browser/test_burst.py"
SITE = [*BOTH_CORES, "tests/characters", "tests/site"]
SAMPLE = [*BOTH_CORES, "--ds=tests.sampleapp.settings", "tests/batching"]
SITE_AGAIN = [*SITE, "-m", "database"]  # most rules of the game need none


@dataclass
class Step:
    """A command, what it is called, and what must be there for it to run."""

    name: str
    command: list[str]
    kind: str = "test"
    environment: dict[str, str] = field(default_factory=dict)
    missing: Callable[[], str | None] = lambda: None


def pytest(*arguments: str) -> list[str]:
    return [str(BIN / "pytest"), "-q", *arguments]


def steps() -> list[Step]:
    services = {"DATABASE_URL": POSTGRES, "CACHE_URL": REDIS}
    embedded = {"DATABASE_URL": "sqlite://:memory:", "CACHE_URL": "locmemcache://"}
    scripts = sorted(str(path) for path in (ROOT / "tests/js").glob("*.test.js"))
    manage = [sys.executable, "manage.py"]
    describe = [*manage, "spectacular", "--validate", "--fail-on-warn", "--file", os.devnull]
    return [
        Step("style (ruff)", [str(BIN / "ruff"), "check", "--quiet", "."], "lint"),
        Step("format (ruff)", [str(BIN / "ruff"), "format", "--check", "--quiet", "."], "lint"),
        Step("types (mypy)", [str(BIN / "mypy")], "lint"),
        Step("architecture (import-linter)", [str(BIN / "lint-imports"), "--no-cache"], "lint"),
        Step("types of the queue (tsc)", ["npx", "--no-install", "tsc", "--project", "."], "lint"),
        Step("settings (manage.py check)", [*manage, "check", "--fail-level", "WARNING"], "lint", {"DEBUG": "true"}),
        Step("migrations", [*manage, "makemigrations", "--check", "--dry-run"], "lint", {"DEBUG": "true"}),
        Step("description of the API (drf-spectacular)", describe, "lint", {"DEBUG": "true"}),
        Step("known vulnerabilities (pip-audit, npm audit)", [sys.executable, "-m", "tests.audit"], "audit"),
        Step("batching on SQLite", pytest(*SAMPLE), environment=embedded),
        Step("site on SQLite", pytest(*SITE), environment=embedded),
        Step("batching on PostgreSQL and Redis", pytest(*SAMPLE), environment=services, missing=no_services),
        Step("site on PostgreSQL and Redis", pytest(*SITE_AGAIN), environment=services, missing=no_services),
        Step(
            "deployment on both databases, and faults: 20 seeds on each",
            pytest(*BOTH_CORES, "tests/deployment", "tests/faults"),
            environment=embedded,
        ),
        Step("queue in node", ["node", "--test", "--test-concurrency=2", *scripts]),
        Step(
            "pages in Chromium",
            pytest(*THREE_PAGES, "tests/browser", f"--ignore={BURST}"),
            # Its windows start no renderer for a tool bar, which is a third of the time of a short test.
            environment={**embedded, "CHROMIUM": chromium.HEADLESS},
            missing=no_chromium,
        ),
        # By itself: how long a click waits is measured here.
        Step("fast clicks in Chromium", pytest(BURST), environment=embedded, missing=no_chromium),
    ]


# --- what may be missing ---


def no_services() -> str | None:
    for name, port in (("PostgreSQL", 5432), ("Redis", 6379)):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=2).close()
        except OSError:
            return f"{name} does not answer on 127.0.0.1:{port}"
    return None


def no_chromium() -> str | None:
    """Debian's Chromium, installed when it is absent and this is root."""
    packages = ["chromium", chromium.HEADLESS]
    if not all(map(shutil.which, packages)) and os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing Chromium …", flush=True)
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run(["apt-get", "update", "-q"], check=False, **quiet)
        for package in packages:  # not every system has the second
            subprocess.run(["apt-get", "install", "-y", "-q", package], check=False, **quiet)
    return None if shutil.which("chromium") else "chromium is not installed (apt-get install chromium)"


# --- running ---


def run(step: Step) -> tuple[str, float, str]:
    """Run a step; answers its verdict, the seconds it took, and a remark."""
    reason = step.missing()
    if reason is not None:
        return ("failed" if os.environ.get("REQUIRE_SERVICES") else "not run"), 0.0, reason
    print(f"\n── {step.name}", flush=True)
    started = time.monotonic()
    done = subprocess.run(step.command, cwd=ROOT, env={**os.environ, **step.environment}, check=False)
    verdict = {0: "ok", NOT_RUN: "not run"}.get(done.returncode, "failed")
    return verdict, time.monotonic() - started, ""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=["lint", "audit", "test"], help="one kind of steps")
    kind = parser.parse_args().only
    chosen = [step for step in steps() if kind in (None, step.kind)]
    results = [(step, *run(step)) for step in chosen]
    print("\n── summary")
    for step, verdict, seconds, remark in results:
        print(f"  {verdict:8} {seconds:6.1f} s  {step.name}{f': {remark}' if remark else ''}")
    failed = [step.name for step, verdict, _, _ in results if verdict == "failed"]
    total = sum(seconds for _, _, seconds, _ in results)
    print(f"  {'FAILED: ' + ', '.join(failed) if failed else 'all that ran is green'} ({total:.0f} s)")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
