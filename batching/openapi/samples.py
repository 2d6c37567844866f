"""Examples that are true to their schemas: values made up from the schemas themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from batching.actions import CREATE, UPDATE
from batching.openapi.common import Schema

if TYPE_CHECKING:
    from drf_spectacular.plumbing import ComponentRegistry

    from batching.openapi.batches import Mount
    from batching.resources import Resource

SOME_ID = "0198f6d2-6f0e-7c1b-9a55-0d5b5a3a1f1"
FORMATS = {
    "date": "1220-03-21",
    "date-time": "1220-03-21T12:00:00Z",
    "time": "12:00:00",
    "uuid": f"{SOME_ID}0",
    "email": "petrus@example.org",
    "uri": "https://example.org/",
    "decimal": "1.50",
}


def batch_examples(mount: Mount) -> dict[str, Schema]:
    """Requests that a newcomer can start from."""
    examples = {}
    resources = mount.resources
    if changed := next((each for each in reversed(resources) if UPDATE.name in each.actions), None):
        one = {"id": f"{SOME_ID}0", **_operation(mount, changed, UPDATE.name, target=4)}
        examples["change"] = _example("Change a row, once", {"operations": [one]})
        best = {"atomic": False, "operations": [_operation(mount, changed, UPDATE.name, target=4)]}
        examples["best_effort"] = _example("Each operation on its own", best)
    made = [each for each in resources if CREATE in mount.actions(each)]
    if made and UPDATE.name in made[-1].actions:
        create = {**_operation(mount, made[-1], CREATE.name), "lid": "a1"}
        change = _operation(mount, made[-1], UPDATE.name, target={"lid": "a1"})
        examples["create"] = _example(
            "Create a row, and refer to it before it has a key", {"operations": [create, change]}
        )
    return examples


def _operation(mount: Mount, resource: Resource, action: str, target: Any = None) -> dict[str, Any]:
    found: dict[str, Any] = {} if mount.resource is not None else {"resource": resource.name}
    found["action"] = action
    if target is not None:
        key = mount.key(resource)
        fits = isinstance(target, dict) or key.get("type") == "integer"
        found["target"] = target if fits else sample(key, mount.components)
    if (data := _data(mount, resource, action)) is not None:
        found["data"] = data
    return found


def _data(mount: Mount, resource: Resource, action: str) -> Any:
    known = resource.actions[action]
    described = mount.data(resource, known)
    if described is None:
        return None
    schema = _resolved(described[0], mount.components)
    value = mount.auto.example_of(resource, known) or sample(
        schema, mount.components, only_required=action == CREATE.name
    )
    if action == CREATE.name:
        return {name: each for name, each in value.items() if name != mount.implied(resource, known)}
    texts = [name for name in value if schema["properties"][name].get("type") == "string"]
    chosen = (texts or list(value))[-1:]  # the last are the least important, and free text may say anything
    return {name: value[name] for name in chosen}


def _example(summary: str, value: Any) -> Schema:
    return {"summary": summary, "value": value}


def sample(schema: Schema, registry: ComponentRegistry, *, only_required: bool = False) -> Any:
    """A value of a schema: the least that it admits."""
    schema = _resolved(schema, registry)
    for name in ("example", "default"):
        if name in schema:
            return schema[name]
    if "enum" in schema:
        return schema["enum"][0]
    for name in ("oneOf", "anyOf", "allOf"):
        if name in schema and "properties" not in schema:
            return sample(schema[name][0], registry)
    match schema.get("type"):
        case "object":
            required = schema.get("required", ())
            return {
                name: sample(each, registry)
                for name, each in schema.get("properties", {}).items()
                if not _resolved(each, registry).get("readOnly") and (name in required or not only_required)
            }
        case "array":
            return [sample(schema.get("items", {}), registry)] if schema.get("minItems") else []
        case "integer" | "number":
            return max(schema.get("minimum", 1), min(1, schema.get("maximum", 1)))
        case "boolean":
            return True
        case "string":
            return FORMATS.get(schema.get("format", ""), "text")[: schema.get("maxLength", 80)]
    return {}


def _resolved(schema: Schema, registry: ComponentRegistry) -> Schema:
    while "$ref" in schema:
        _, _, kind, name = schema["$ref"].split("/")
        schema = registry[name, kind].schema
    return schema
