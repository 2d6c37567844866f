"""R63: the browser queue on the same network: each click is in the database once."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from tests.faults.campaign import FAULT_RATE, Gremlin
from tests.faults.proxy import Link

CLIENT = Path(__file__).with_name("queue_client.mjs")
CLICKS = 80


@pytest.mark.parametrize("seed", range(3))
def test_no_click_is_lost_and_none_doubled(stage, seed):
    if shutil.which("node") is None:
        pytest.skip("node is not installed")
    (person,) = stage.service.people(1, 6)
    link = Link(stage.network, stage.service.port, f"{seed} queue", FAULT_RATE)
    given = {"url": link.url, "token": person["token"], "rows": person["rows"], "clicks": CLICKS, "seed": seed}
    with Gremlin(stage, f"{seed} queue gremlin"):
        done = subprocess.run(["node", CLIENT, json.dumps(given)], capture_output=True, text=True, timeout=60)
    link.settle()
    link.close()
    assert done.returncode == 0, done.stderr
    verdicts = json.loads(done.stdout)
    assert len(verdicts) == CLICKS
    assert {verdict for _, verdict in verdicts} == {"acked"}, f"seed {seed}: {link.faults}\n{done.stderr}"
    clicked = Counter(target for target, _ in verdicts)
    scores, receipts = stage.stored(person)
    assert scores == {row: clicked[row] for row in person["rows"]}, f"seed {seed}: {link.faults}"
    assert 0 < len(receipts) <= CLICKS  # merged operations have one receipt
