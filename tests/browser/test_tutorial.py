"""The curl tutorial of the README, followed to its end against what `make run` starts (R52)."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def tutorial():
    (script,) = re.findall(r"## The API with curl.*?```sh\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    return script


def test_a_stranger_can_follow_it_to_the_end(server, tmp_path):
    done = subprocess.run(
        ["bash", "-euxo", "pipefail", "-c", tutorial()],
        cwd=tmp_path,
        env={**os.environ, "SITE": server.url},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    spoken = ('"name":"Flambeau"', '"id":"spell.pilum-of-fire"', '"status":"success"', "**Abilities:** Swim 1 (rivers)")
    for words in spoken:
        assert words in done.stdout, words
    assert '"field":"characters[0].age","detail":"Expected a whole number."' in done.stdout
    assert (tmp_path / "aline.json").exists()
