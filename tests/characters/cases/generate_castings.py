"""Writes castings.json: magi and what their Casting Totals come to, for the rules in Python and in JavaScript.

`pairs` has the six totals of each of the 50 pairs, by Technique and then by Form. The answers are worked out here by
plain fractions, one total at a time, which shares nothing with either.
Run `python tests/characters/cases/generate_castings.py` after a change; the same seed gives the same file.
"""

from __future__ import annotations

import json
import random
from fractions import Fraction
from math import floor
from pathlib import Path

FILE = Path(__file__).with_name("castings.json")
SEED = 1220
COUNT = 16
TECHNIQUES = [f"art.{name}" for name in ("creo", "intellego", "muto", "perdo", "rego")]
FORMS = [
    f"art.{name}"
    for name in ("animal", "aquam", "auram", "corpus", "herbam", "ignem", "imaginem", "mentem", "terram", "vim")
]
PUISSANT = 3


def effective(magus: dict, art: str) -> int:
    """An Art in use."""
    return magus["arts"][art] + (PUISSANT if art in magus["puissant"] else 0)


def halved(magus: dict, total: int, arts: list[str], divisor: int = 1) -> int:
    """A total divided, once more by two for each deficient Art in it, and rounded down at the very end."""
    share = Fraction(total, divisor)
    for _art in set(arts) & set(magus["deficient"]):
        share /= 2
    return floor(share)


def pair(magus: dict, technique: str, form: str) -> dict[str, int]:
    """All totals of one pair of Technique and Form."""
    arts = [technique, form]
    both = effective(magus, technique) + effective(magus, form)
    casting = both + magus["stamina"] - magus["encumbrance"]
    learned = casting + magus["artes_liberales"] + magus["philosophiae"]
    return {
        "formulaic": halved(magus, casting, arts),
        "ritual": halved(magus, learned, arts),
        "spontaneous": halved(magus, casting, arts, 2),
        "spontaneous_without_fatigue": halved(magus, casting, arts, 5),
        "ceremonial": halved(magus, learned, arts, 2),
        "lab": halved(magus, both + magus["intelligence"] + magus["magic_theory"], arts),
    }


def cast(magus: dict, spell: dict) -> int:
    """The Casting Total of a spell."""
    techniques = [spell["technique"], *spell["technique_requisites"]]
    forms = [spell["form"], *spell["form_requisites"]]
    total = min(effective(magus, art) for art in techniques) + min(effective(magus, art) for art in forms)
    total += magus["stamina"] - magus["encumbrance"] + spell["mastery"]
    if spell["ritual"]:
        total += magus["artes_liberales"] + magus["philosophiae"]
    if spell["focus"]:
        total += min(effective(magus, art) for art in [*techniques, *forms])
    return halved(magus, total, [*techniques, *forms])


def some_spell(rng: random.Random) -> dict:
    return {
        "technique": rng.choice(TECHNIQUES),
        "form": rng.choice(FORMS),
        "technique_requisites": rng.sample(TECHNIQUES, rng.choice([0, 0, 1])),
        "form_requisites": rng.sample(FORMS, rng.choice([0, 0, 1, 2])),
        "ritual": rng.random() < 0.3,
        "focus": rng.random() < 0.3,
        "mastery": rng.choice([0, 0, 0, 1, 3]),
    }


def case(rng: random.Random) -> dict:
    magus: dict = {
        "arts": {art: rng.choice([0, rng.randrange(0, 8), rng.randrange(0, 31)]) for art in [*TECHNIQUES, *FORMS]},
        "puissant": rng.sample([*TECHNIQUES, *FORMS], rng.choice([0, 1, 2])),
        "deficient": [
            *rng.sample(TECHNIQUES, rng.choice([0, 0, 1])),
            *rng.sample(FORMS, rng.choice([0, 0, 1])),
        ],
        "stamina": rng.randrange(-3, 4),
        "intelligence": rng.randrange(-3, 4),
        "encumbrance": rng.choice([0, 0, 1, 4]),
        "artes_liberales": rng.randrange(0, 4),
        "philosophiae": rng.randrange(0, 4),
        "magic_theory": rng.randrange(0, 8),
    }
    pairs = [list(pair(magus, technique, form).values()) for technique in TECHNIQUES for form in FORMS]
    spells = [some_spell(rng) for _number in range(8)]
    return {**magus, "pairs": pairs, "spells": [{**spell, "casting": cast(magus, spell)} for spell in spells]}


def main() -> None:
    rng = random.Random(SEED)
    lines = ",\n".join(json.dumps(case(rng)) for _ in range(COUNT))
    FILE.write_text(f"[\n{lines}\n]\n", encoding="utf-8")


if __name__ == "__main__":
    main()
