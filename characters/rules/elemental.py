"""Elemental Magic: what is learned of one elemental Form helps with the other three.

At creation each of Aquam, Auram, Ignem and Terram gains half the raw experience spent on each of the other
three, each half rounded up (core rules, Elemental Magic).
"""

from __future__ import annotations

from collections.abc import Mapping

FORMS = ("art.aquam", "art.auram", "art.ignem", "art.terram")


def bonuses(raw: Mapping[str, int]) -> dict[str, int]:
    """What each elemental Form gains, from the raw experience spent on each: {"art.ignem": 21, …} -> {…}."""
    halves = {form: (raw.get(form, 0) + 1) // 2 for form in FORMS}
    whole = sum(halves.values())
    return {form: whole - halves[form] for form in FORMS}
