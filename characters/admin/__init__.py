"""The admin site for characters and the catalogue."""

from __future__ import annotations

from characters.admin import catalogue, characters, children, sharing

__all__ = ["catalogue", "characters", "children", "sharing"]
