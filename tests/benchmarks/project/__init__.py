"""A project with two tables of the same columns: one behind a plain viewset, one behind batches."""

from __future__ import annotations
