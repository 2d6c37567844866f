"""Measurements: `python -m tests.benchmarks [name …]`. Everything is compared side by side, in one run, as ratios."""

from __future__ import annotations
