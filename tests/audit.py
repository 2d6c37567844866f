"""`python -m tests.audit`: known vulnerabilities of what is installed, from the advisories of PyPI and npm.

Exit status 0: none known. 1: some are, listed. NOT_RUN: a service could not be asked, and the other knows none.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NOT_RUN = 69  # EX_UNAVAILABLE of sysexits.h
PATIENCE = 120  # seconds


def python_packages():
    """Vulnerabilities as text, or None if nobody could be asked."""
    command = [sys.executable, "-m", "pip_audit", "--format", "json", "--progress-spinner", "off", "--skip-editable"]
    return found_by_pip(_output(command))


def found_by_pip(text):
    packages = json.loads(text or "{}").get("dependencies", [])
    if all("skip_reason" in package for package in packages):
        return None
    return [
        f"{package['name']} {package['version']}: {advisory['id']}, fixed in {advisory['fix_versions'] or 'no version'}"
        for package in packages
        for advisory in package.get("vulns", [])
    ]


def javascript_packages():
    return found_by_npm(_output(["npm", "audit", "--json"]))


def found_by_npm(text):
    report = json.loads(text or "{}")
    if "vulnerabilities" not in report:
        return None
    return [f"{name}: {found['severity']}, {found['range']}" for name, found in report["vulnerabilities"].items()]


def _output(command):
    try:
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE).stdout
    except (subprocess.TimeoutExpired, FileNotFoundError):
        return ""


def main():
    verdicts = {"Python": python_packages(), "JavaScript": javascript_packages()}
    for language, found in verdicts.items():
        print(f"{language}: {'not run, its advisories cannot be reached' if found is None else found or 'none known'}")
    if any(verdicts.values()):
        return 1
    return NOT_RUN if None in verdicts.values() else 0


if __name__ == "__main__":
    sys.exit(main())
