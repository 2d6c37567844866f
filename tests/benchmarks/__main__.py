"""`make bench`: run the measurements, print their tables, and write their figures to build/bench/<name>.json."""

from __future__ import annotations

import argparse
import importlib
import json
import platform
import time
from pathlib import Path

from tests.benchmarks import chart

ROOT = Path(__file__).resolve().parent.parent.parent
NAMES = ("batches", "growth", "inside", "burst", "sheet", "capacity")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*NAMES, []], help="which; all without a name")
    folder = ROOT / "build" / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    for name in parser.parse_args().names or NAMES:
        module = importlib.import_module(f"tests.benchmarks.{name}")
        started = time.monotonic()
        result = module.run()
        machine = {"python": platform.python_version(), "machine": platform.machine(), "at": time.strftime("%F %T")}
        (folder / f"{name}.json").write_text(json.dumps({"machine": machine, "figures": result}, indent=1))
        if name == "batches":
            (folder / "batches.svg").write_text(chart.draw(result))
        print(f"\n{name} ({time.monotonic() - started:.0f} s)\n\n{module.table(result)}\n", flush=True)


if __name__ == "__main__":
    main()
