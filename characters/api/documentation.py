"""What the API's description cannot find out from serializers."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample

SHEET: dict[str, Any] = {
    "type": "object",
    "description": (
        "Everything that follows from what is stored: scores with their bonuses, experience spent and left, casting "
        "totals, combat, health, and findings where the character breaks a rule."
    ),
    "properties": {
        "id": {"type": "integer"},
        "revision": {"type": "integer"},
        "name": {"type": "string"},
        "type": {"type": "string"},
        "abilities": {"type": "array", "items": {"type": "object", "additionalProperties": {}}},
        "arts": {"type": "array", "items": {"type": "object", "additionalProperties": {}}},
        "virtues": {"type": "array", "items": {"type": "object", "additionalProperties": {}}},
        "flaws": {"type": "array", "items": {"type": "object", "additionalProperties": {}}},
    },
    "required": ["id", "revision", "abilities", "arts", "virtues", "flaws"],
    "additionalProperties": {},
}

CHARACTER_WITH_SHEET: dict[Any, Any] = {
    200: {
        "allOf": [
            {"$ref": "#/components/schemas/Character"},
            {"type": "object", "properties": {"sheet": SHEET}, "required": ["sheet"]},
        ]
    }
}


def request_example(title: str, /, **value: Any) -> OpenApiExample:
    """Something that can really be sent."""
    return OpenApiExample(title, value=value, request_only=True)
