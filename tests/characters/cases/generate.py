"""Writes increments.json: clicks on + and - and what they come to, for the rules in Python and in JavaScript.

The answers are worked out here by a slow walk along the price of each step, which shares nothing with either.
Run `python tests/characters/cases/generate.py` after a change; the same seed gives the same file.
"""

from __future__ import annotations

import json
import random
from pathlib import Path

FILE = Path(__file__).with_name("increments.json")
SEED = 1220
COUNT = 600
FACTOR = {"ability": 5, "art": 1}


def split(kind: str, experience: int) -> tuple[int, int]:
    """Score and remainder, paid step by step."""
    score = 0
    while experience >= FACTOR[kind] * (score + 1):
        score += 1
        experience -= FACTOR[kind] * score
    return score, experience


def click(kind: str, experience: int, by: int) -> int | None:
    """One click: the price of each step up to the new score, and what fits of the remainder."""
    score, remainder = split(kind, experience)
    if score + by < 0:
        return None
    paid = sum(FACTOR[kind] * step for step in range(1, score + by + 1))
    return paid + min(remainder, FACTOR[kind] * (score + by + 1) - 1)


def outcome(kind: str, experience: int, clicks: list[int]) -> int | str:
    for by in clicks:
        after = click(kind, experience, by)
        if after is None:
            return "refused"
        experience = after
    return experience


def case(rng: random.Random) -> dict[str, object]:
    kind = rng.choice(["ability", "art"])
    start = rng.choice([rng.randrange(0, 40), rng.randrange(0, 400), rng.randrange(0, 3000)])
    steps = rng.choice([[1, -1], [1, 1, -1], [1, -1, -1], [3, -2, 1, -1]])
    clicks = [rng.choice(steps) for _ in range(rng.randrange(1, 13))]
    sums = [sum(clicks[:end]) for end in range(len(clicks) + 1)]
    return {
        "kind": kind,
        "start": start,
        "clicks": clicks,
        "by": sums[-1],
        "low": min(sums),
        "result": outcome(kind, start, clicks),
    }


def main() -> None:
    rng = random.Random(SEED)
    lines = ",\n".join(json.dumps(case(rng)) for _ in range(COUNT))
    FILE.write_text(f"[\n{lines}\n]\n", encoding="utf-8")


if __name__ == "__main__":
    main()
