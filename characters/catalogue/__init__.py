"""The reference catalogue: facts of the game (CC BY-SA 4.0, see `data/NOTICE`) and what reads them."""

from __future__ import annotations

from pathlib import Path

DATA = Path(__file__).parent / "data"
