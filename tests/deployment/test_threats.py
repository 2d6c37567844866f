from __future__ import annotations

import re

import pytest

from tests.service import ROOT

SECTION = (ROOT / "ARCHITECTURE.md").read_text().partition("\n## Threats\n")[2].partition("\n## ")[0]
ROWS = [line for line in SECTION.splitlines() if line.startswith("| ") and not line.startswith("| threat")]


@pytest.mark.parametrize("row", ROWS)
def test_each_threat_names_tests_that_exist(row):
    named = re.findall(r"`(tests/[^`]+)`", row.split(" | ")[-1])
    assert named
    for name in named:
        path, _, function = name.partition("::")
        text = (ROOT / path).read_text()
        assert f"def {function or 'test_'}" in text, name
