"""The JSON Schema that the API's own fields amount to. The published one must say the same, in more words."""

from __future__ import annotations

from rest_framework import serializers

from characters.api.urls import registry
from characters.exchange import exports, native

LISTS = {
    "parameters": {"type": "array", "maxItems": 20},
    "mastery_abilities": {"type": "array", "maxItems": 20, "items": {"type": "string", "maxLength": 60}},
}
REQUISITES = {"type": "array", "maxItems": 15, "items": {"type": "string", "maxLength": 80}}
OBJECTS = {
    "requisites": {
        "type": "object",
        "properties": {"technique": REQUISITES, "form": REQUISITES},
        "additionalProperties": False,
    }
}


def schema():
    rows = {
        resource: {"type": "array", "items": {"$ref": f"#/$defs/{resource}"}, "maxItems": 2000}
        for resource in native.RESOURCES
    }
    character = _row("characters")
    character["properties"] |= rows
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "required": ["format", "version", "characters"],
        "properties": {
            "$schema": {"type": "string", "maxLength": 500},
            "format": {"const": native.FORMAT},
            "version": {"const": native.VERSION},
            "characters": {"type": "array", "minItems": 1, "maxItems": 50, "items": {"$ref": "#/$defs/character"}},
        },
        "additionalProperties": False,
        "$defs": {"character": character, **{resource: _row(resource) for resource in native.RESOURCES}},
    }


def _row(resource):
    fields = registry.get(resource).viewset.serializer_class().fields
    travelling = {name: fields[name] for name in exports.defaults(resource)}
    required = [name for name, field in travelling.items() if field.required]
    return {
        "type": "object",
        **({"required": required} if required else {}),
        "properties": {name: _nullable(field, _field(name, field)) for name, field in travelling.items()},
        "additionalProperties": False,
    }


def _field(name, field):
    if isinstance(field, serializers.JSONField):
        return {**LISTS, **OBJECTS}[name]
    if isinstance(field, serializers.BooleanField):
        return {"type": "boolean"}
    if isinstance(field, serializers.ChoiceField):
        return {
            "type": "string",
            "enum": [*([""] if field.allow_blank and "" not in field.choices else []), *field.choices],
        }
    if isinstance(field, serializers.IntegerField):
        return {"type": "integer", "minimum": field.min_value, "maximum": field.max_value}
    if isinstance(field, serializers.PrimaryKeyRelatedField):
        return {"type": "string", "maxLength": 80}
    assert isinstance(field, serializers.CharField), name
    return {"type": "string", **({} if field.allow_blank else {"minLength": 1}), "maxLength": field.max_length}


def _nullable(field, described):
    return {**described, "type": [described["type"], "null"]} if field.allow_null else described


WORDS = ("title", "description", "$id", "$comment", "examples")


def without_words(value):
    """A schema without what is only for readers."""
    if isinstance(value, list):
        return [without_words(item) for item in value]
    if not isinstance(value, dict):
        return value
    # A property may be called like a keyword; the values of keywords are texts or lists, those of properties objects.
    return {name: without_words(below) for name, below in value.items() if name not in WORDS or isinstance(below, dict)}
