"""The rules of the game as pure functions on plain data: no ORM, no request, no clock."""

from __future__ import annotations
