"""What a batch endpoint takes and answers: one schema per resource and action, made from the viewsets' serializers."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from drf_spectacular.plumbing import ComponentRegistry
from rest_framework.relations import RelatedField

from batching.actions import CREATE, DELETE, RETRIEVE, UPDATE, Action
from batching.conf import conf
from batching.openapi.common import FREE, INTEGER, LOCAL_NAME, TEXT, UUID, Schema, closed, one_of, problem, schema
from batching.resources import Registry, Resource

if TYPE_CHECKING:
    from batching.openapi.schema import BatchingAutoSchema

BOOLEAN: Schema = {"type": "boolean"}
LOCAL_ID: Schema = {
    **closed({"lid": LOCAL_NAME}, ["lid"]),
    "description": "The row that an earlier operation of this batch creates under this local id.",
    "example": {"lid": "a1"},
}
IF_MATCH: Schema = {**TEXT, "description": "The `etag` that the row must still have.", "example": '"41"'}
GROUP: Schema = {
    **LOCAL_NAME,
    "description": 'With `"atomic": false`: all or nothing, together with its neighbours of the same group.',
}
SUMMARY: Schema = closed(
    dict.fromkeys(("total", "succeeded", "failed", "skipped", "replayed"), INTEGER),
    ["total", "succeeded", "failed", "skipped", "replayed"],
)


class Mount:
    """One batch endpoint: all resources, those of a root, or one of them."""

    def __init__(
        self,
        auto: BatchingAutoSchema,
        registry: Registry,
        root: Resource | None = None,
        resource: Resource | None = None,
    ) -> None:
        self.auto, self.registry, self.root, self.resource = auto, registry, root, resource
        self.components: ComponentRegistry = auto.registry

    @property
    def resources(self) -> list[Resource]:
        if self.resource is not None:
            return [self.resource]
        return list(self.registry) if self.root is None else [self.root, *self.registry.children(self.root)]

    @property
    def prefix(self) -> str:
        """Names of components that differ from mount to mount begin with it."""
        return "".join(camel(each.name) for each in (self.root, self.resource) if each is not None)

    def actions(self, resource: Resource) -> Iterable[Action]:
        """What can be done here; below a root no other root is created."""
        return [action for action in resource.actions.values() if not (action is CREATE and resource is self.root)]

    # --- requests ---

    def request(self) -> Schema:
        operations = [
            self.operation(resource, action) for resource in self.resources for action in self.actions(resource)
        ]
        return self.named(
            f"{self.prefix}Batch",
            closed(
                {
                    "batch_id": {**UUID, "description": "Echoed, and written to the log."},
                    "atomic": {
                        **BOOLEAN,
                        "default": True,
                        "description": "All or nothing. If false, each operation, or each group, is on its own.",
                    },
                    "dry_run": {**BOOLEAN, "default": False, "description": "Run, answer, and undo everything."},
                    **self.include(),
                    "operations": {
                        "type": "array",
                        "items": {"oneOf": operations},
                        "minItems": 1,
                        "maxItems": conf().MAX_OPERATIONS,
                    },
                },
                ["operations"],
            ),
        )

    def include(self) -> dict[str, Schema]:
        names = included_names(self.registry)
        text = "Derived state of the touched roots, to be answered as well."
        return {"include": {"type": "array", "items": one_of(*names), "description": text}} if names else {}

    def operation(self, resource: Resource, action: Action) -> Schema:
        properties: dict[str, Schema] = {
            "id": {**UUID, "description": "Makes the operation exactly-once for this user; UUIDv7 recommended."},
            "resource": one_of(resource.name),
            "action": one_of(action.name),
        }
        required = {"action"} if self.resource is not None else {"action", "resource"}
        if action.targeted:
            properties |= {"target": self.target(resource), "if_match": IF_MATCH}
            required |= {"target"} if self.resource is None else set()
        else:
            properties["lid"] = {**LOCAL_NAME, "description": "A name for later operations to use."}
        if action not in (DELETE, RETRIEVE) and (data := self.data(resource, action)) is not None:
            properties["data"], is_required = data
            required |= {"data"} if is_required else set()
        properties["depends_on"] = {
            "type": "array",
            "items": UUID,
            "description": "Ids of earlier operations that must have succeeded.",
        }
        properties["group"] = GROUP
        described = {**closed(properties, required), **self.described(resource, action)}
        if action.targeted and self.resource is not None:
            described = self.by_own_key(described, resource)
        return self.named(self.name_of(resource, action), described)

    def name_of(self, resource: Resource, action: Action) -> str:
        """Operations are the same at every mount, unless the address implies something."""
        if self.resource is not None:
            return f"{self.prefix}Batch{camel(action.name)}"
        owner = self.prefix if action is CREATE else ""
        return f"{owner}{camel(resource.name)}{camel(action.name)}Operation"

    def by_own_key(self, described: Schema, resource: Resource) -> Schema:
        """Where the resource is implied its key may be called so: `abilityId`."""
        key = resource.target_key
        properties = {**described["properties"], key: described["properties"]["target"]}
        either = [{"required": ["target"]}, {"required": [key]}]
        return {**described, "properties": properties, "oneOf": either}

    def described(self, resource: Resource, action: Action) -> Schema:
        text = getattr(resource.viewset, action.handler).__doc__ if action.row_method is not None else None
        return {"description": " ".join(text.split())} if text else {}

    def target(self, resource: Resource) -> Schema:
        return {"oneOf": [self.key(resource), self.local_id()]}

    def key(self, resource: Resource) -> Schema:
        field = resource.model._meta.get_field(resource.lookup_field)
        found: Schema = self.auto._map_model_field(field, direction=None)  # type: ignore[no-untyped-call]
        return {name: found[name] for name in ("type", "format", "maxLength") if name in found}

    def local_id(self) -> Schema:
        return self.named("LocalId", LOCAL_ID)

    def data(self, resource: Resource, action: Action) -> tuple[Schema, bool] | None:
        """What the serializer takes, and whether it must be given. Related rows may be local ids."""
        serializer = self.auto.serializer_of(resource, action)
        found = self.auto.resolve_serializer(serializer, "request")
        if not found:
            return None
        related = [
            name for name, field in serializer.fields.items() if isinstance(field, RelatedField) and not field.read_only
        ]
        implied = self.implied(resource, action)
        if not related:
            return found.ref, bool(_required(found.schema))
        body = copy.deepcopy(found.schema)
        body["properties"] = {name: each for name, each in body["properties"].items() if not each.get("readOnly")}
        for name in related:
            body["properties"][name] = {"oneOf": [body["properties"][name], self.local_id()]}
        required = [name for name in _required(body) if name != implied]
        body.pop("required", None)
        if required:
            body["required"] = required
        owner = camel(self.root.name) if self.root is not None and implied else ""
        return self.named(f"{owner}{camel(resource.name)}{camel(action.name)}Data", body), bool(required)

    def implied(self, resource: Resource, action: Action) -> str | None:
        """The field of a new row that the address gives."""
        return resource.root_field.name if self.root and resource.root_field and action is CREATE else None

    # --- answers ---

    def answer(self, *, success: bool) -> Schema:
        """200, or 207 for a best-effort batch in which something failed."""
        status = one_of("success") if success else one_of("partial", "error")
        name = f"{self.prefix}BatchAnswer" if success else f"{self.prefix}BatchPartialAnswer"
        return self.named(name, closed({"status": status, **self.outcome()}, REQUIRED))

    def refusal(self) -> Schema:
        """An atomic batch that failed, or a request that was refused as a whole, which has no results."""
        outcome = {name: each for name, each in self.outcome().items() if name != "status"}
        failed = {"type": "object", "properties": {"success": BOOLEAN, **outcome}}
        return self.named(f"{self.prefix}BatchProblem", {"allOf": [problem(self.components), failed]})

    def outcome(self) -> dict[str, Schema]:
        results = [self.result(resource) for resource in self.resources]
        return {
            "batch_id": UUID,
            "atomic": BOOLEAN,
            "dry_run": BOOLEAN,
            "results": {
                "type": "array",
                "items": {"oneOf": results},
                "description": "One per operation, in the order of the request.",
            },
            "included": {
                "type": "object",
                "properties": {
                    name: {"type": "array", "items": self.auto.included(each.viewset, method)}
                    for each in self.registry
                    for name, method in each.includes.items()
                },
            },
            "summary": self.named("BatchSummary", SUMMARY),
            "processing_time_ms": {"type": "number"},
        }

    def result(self, resource: Resource) -> Schema:
        key = self.key(resource)
        properties: dict[str, Schema] = {
            "id": UUID,
            "resource": one_of(resource.name),
            "action": one_of(*resource.actions),
            "target": {"oneOf": [key, self.local_id()], "description": "Key of the row, also of a new one."},
            resource.target_key: {"oneOf": [key, self.local_id()], "description": "`target`, if it was written so."},
            "lid": LOCAL_NAME,
            "success": BOOLEAN,
            "status": {**INTEGER, "description": "The HTTP status of the operation alone.", "example": 200},
            "etag": {**TEXT, "example": '"42"'},
            "data": {**self.row(resource), "description": "The row after the whole batch."},
            "replayed": {**BOOLEAN, "description": "Applied by an earlier request, and not again."},
            "gone": {**BOOLEAN, "description": "A replay whose row is no more."},
            "error": problem(self.components),
        }
        return self.named(
            f"{camel(resource.name)}Result", closed(properties, ["resource", "action", "success", "status"])
        )

    def row(self, resource: Resource) -> Schema:
        shown = [resource.actions[each.name] for each in (RETRIEVE, UPDATE, CREATE) if each.name in resource.actions]
        rows = [self.auto.row_of(resource, action) for action in shown]
        distinct = [row for index, row in enumerate(rows) if row not in rows[:index]]
        return {"anyOf": distinct} if distinct else dict(FREE)

    def named(self, name: str, found: Schema) -> Schema:
        return schema(self.components, name, found)


REQUIRED = ["status", "atomic", "results", "summary", "processing_time_ms"]


def changes(auto: BatchingAutoSchema, registry: Registry, root: Resource) -> Schema:
    """The answer of the changes feed of a root."""
    readable = [each for each in (root, *registry.children(root)) if "retrieve" in each.actions]
    mount = Mount(auto, registry, root)
    properties: dict[str, Schema] = {
        "revision": {**INTEGER, "description": "The `since` of the next call."},
        "reset": {**BOOLEAN, "description": "`changed` holds everything: forget what you have."},
        "changed": {
            "type": "object",
            "properties": {each.name: {"type": "array", "items": mount.row(each)} for each in readable},
        },
        "deleted": {
            "type": "object",
            "properties": {each.name: {"type": "array", "items": mount.key(each)} for each in readable},
        },
        "included": mount.outcome()["included"],
    }
    return mount.named(f"{camel(root.name)}Changes", closed(properties, ["revision", "reset", "changed", "deleted"]))


def included_names(registry: Registry) -> list[str]:
    return sorted({name for resource in registry for name in resource.includes})


def camel(name: str) -> str:
    """`catalogue/house_rules` as `CatalogueHouseRules`."""
    words = "".join(letter if letter.isalnum() else " " for letter in name).split()
    return "".join(word[0].upper() + word[1:] for word in words)


def _required(schema: Mapping[str, Any]) -> list[str]:
    """The members that a client must give."""
    properties = schema.get("properties", {})
    return [name for name in schema.get("required", ()) if not properties.get(name, {"readOnly": True}).get("readOnly")]
