"""`python -m tests.faults`: fault campaigns, one line for each seed.

python -m tests.faults --seeds 500              all seeds from 0 on both databases, as `make soak`
python -m tests.faults --seed 7 --on sqlite     one of them again
"""

from __future__ import annotations

import argparse
import sys
import time

from tests.faults import campaign
from tests.faults.stages import STAGES
from tests.service import missing_services

ROWS = 12


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=20, help="how many (20)")
    parser.add_argument("--seed", type=int, help="only this one")
    parser.add_argument("--on", choices=STAGES, help="only this database")
    parser.add_argument("--rows", type=int, default=ROWS, help=f"rows of a campaign, 5 operations on each ({ROWS})")
    options = parser.parse_args()
    seeds = range(options.seeds) if options.seed is None else [options.seed]
    bad = 0
    for name, stage in STAGES.items():
        if options.on in (None, name):
            bad += _on(name, stage, seeds, options.rows)
    return 1 if bad else 0


def _on(name, make_stage, seeds, rows):
    if name == "postgresql" and (reason := missing_services()):
        print(f"{name}: not run, {reason}")
        return 0
    started = time.monotonic()
    verdicts = []
    with make_stage() as stage:
        for seed, person in zip(seeds, stage.service.people(len(seeds), rows), strict=True):
            verdicts.append(campaign.run(seed, stage, person))
            print(f"{name}: {verdicts[-1]}", flush=True)
    bad = [verdict.seed for verdict in verdicts if not verdict.good]
    faults = sum((verdict.faults for verdict in verdicts), start=type(verdicts[0].faults)())
    print(
        f"{name}: {len(verdicts)} seeds, {sum(verdict.operations for verdict in verdicts)} operations, "
        f"{faults.total()} faults, {sum(len(verdict.lost) for verdict in verdicts)} lost, "
        f"{sum(len(verdict.doubled) for verdict in verdicts)} doubled, {time.monotonic() - started:.0f} s. "
        f"{f'FAILED: seeds {bad}' if bad else 'Nothing lost, nothing doubled.'}\n"
        f"  {', '.join(f'{fault} {number}' for fault, number in faults.most_common())}",
        flush=True,
    )
    return len(bad)


if __name__ == "__main__":
    sys.exit(main())
