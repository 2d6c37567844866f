from __future__ import annotations

import json

from tests.audit import found_by_npm, found_by_pip

SKIPPED = {"name": "idna", "skip_reason": "Dependency not found on PyPI"}
BAD = {"name": "idna", "version": "1.0", "vulns": [{"id": "PYSEC-2024-60", "fix_versions": ["3.7"]}]}
GOOD = {"name": "django", "version": "5.2.19", "vulns": []}


def test_known_vulnerabilities_are_named():
    assert found_by_pip(json.dumps({"dependencies": [GOOD]})) == []
    assert found_by_pip(json.dumps({"dependencies": [GOOD, BAD]})) == ["idna 1.0: PYSEC-2024-60, fixed in ['3.7']"]
    report = {"vulnerabilities": {"left-pad": {"severity": "high", "range": "<1.3"}}}
    assert found_by_npm(json.dumps(report)) == ["left-pad: high, <1.3"]
    assert found_by_npm(json.dumps({"vulnerabilities": {}})) == []


def test_an_advisory_service_that_cannot_be_asked_is_no_all_clear():
    assert found_by_pip("") is None
    assert found_by_pip(json.dumps({"dependencies": [SKIPPED]})) is None
    assert found_by_npm(json.dumps({"message": "405 Method Not Allowed"})) is None
