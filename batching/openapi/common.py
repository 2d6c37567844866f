"""What many addresses have in common: errors, headers and parameters, as components that they refer to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any, TypeAlias

from drf_spectacular.drainage import warn
from drf_spectacular.plumbing import ComponentRegistry, ResolvedComponent
from rest_framework import exceptions as drf

from batching import exceptions
from batching.envelope import NAME, limits

Schema: TypeAlias = dict[str, Any]

TEXT: Schema = {"type": "string"}
UUID: Schema = {"type": "string", "format": "uuid"}
INTEGER: Schema = {"type": "integer"}
FREE: Schema = {"type": "object", "additionalProperties": {}}
LOCAL_NAME: Schema = {
    "type": "string",
    "pattern": "^" + NAME.pattern.replace(r"\Z", "$"),  # as JSON Schema writes the end
    "example": "a1",
}


def component(registry: ComponentRegistry, kind: str, name: str, schema: Schema) -> Schema:
    """A reference to a component, which is registered at its first use."""
    found = ResolvedComponent(name=name, type=kind, schema=schema, object=name)
    if found in registry and registry[found].schema != schema:
        warn(f"Two different {kind} of the API are called {name}.")
    registry.register_on_missing(found)
    return dict(found.ref)


def schema(registry: ComponentRegistry, name: str, schema: Schema) -> Schema:
    return component(registry, ResolvedComponent.SCHEMA, name, schema)


def one_of(*values: str) -> Schema:
    """Text that is one of `values`. Wrapped, because drf-spectacular would make each such list a component."""
    return {"allOf": [{"type": "string", "enum": list(values)}]}


def closed(properties: Mapping[str, Schema], required: Iterable[str]) -> Schema:
    """An object without any other members."""
    found: Schema = {"type": "object", "properties": dict(properties), "additionalProperties": False}
    return {**found, "required": sorted(required)} if required else found


BARE: Schema = {
    **closed({"gone": {"type": "boolean"}, "included": FREE}, []),
    "description": "A write without a row to show: a replay whose row is no more, or `return=minimal` with `include`.",
}


def bare(registry: ComponentRegistry) -> Schema:
    return schema(registry, "WithoutRow", BARE)


# --- errors ---

FAULT: Schema = {
    "type": "object",
    "properties": {"operation": INTEGER, "field": TEXT, "detail": TEXT, "code": TEXT},
    "required": ["field", "detail"],
}
PROBLEM: Schema = {
    "type": "object",
    "description": "A problem document (RFC 9457).",
    "properties": {
        "type": {"type": "string", "format": "uri", "example": "urn:problem:not_found"},
        "title": {**TEXT, "description": "The phrase of the status."},
        "status": {**INTEGER, "description": "The HTTP status again; of an operation its own."},
        "code": {**TEXT, "description": "What went wrong, for programs."},
        "detail": {**TEXT, "description": "What went wrong, for people."},
        "operation": {**INTEGER, "description": "Index of the operation that is to blame."},
        "culprit": {**INTEGER, "description": "424: index of the operation because of which this one did not happen."},
        "field": TEXT,
        "fields": {**FREE, "description": "Invalid data: messages by field, as Django REST framework gives them."},
        "errors": {"type": "array", "items": FAULT, "description": "All faults of a malformed request."},
        "limits": {**FREE, "description": "413: what a request may hold."},
        "current": {
            "type": "object",
            "description": "412: the row as it is.",
            "properties": {"data": {}, "etag": {**TEXT, "nullable": True}},
        },
    },
    "required": ["type", "title", "status", "code", "detail"],
}
INVALID = drf.ValidationError({"name": ["This field may not be blank."]})


def _errors() -> dict[int, tuple[str, drf.APIException]]:
    """Statuses with what they mean, and an error to show."""
    return {
        400: ("Malformed, or invalid data; nothing was changed.", INVALID),
        401: ("No credentials, or expired ones.", drf.NotAuthenticated()),
        403: ("Not allowed, or a CSRF token is missing.", drf.PermissionDenied()),
        404: ("There is no such row, or not for this user.", exceptions.NotThere()),
        409: ("The database, or another writer, does not admit the change.", exceptions.Conflict()),
        412: ("The row has changed since it was read; `current` shows it.", exceptions.PreconditionFailed()),
        413: ("Over a limit of size; `limits` names them.", exceptions.TooLarge(limits=limits())),
        415: ("Only JSON is read.", drf.UnsupportedMediaType("text/plain")),
        422: ("Impossible by the rules of the resource, or an id that was used before.", exceptions.Unprocessable()),
        428: ("The resource wants to know which revision was seen.", exceptions.PreconditionRequired()),
        429: ("Over budget. Nothing ran.", drf.Throttled(wait=17)),
        503: ("Busy. Nothing was saved; try again.", exceptions.Busy()),
    }


WAITS = (429, 503)


def problem(registry: ComponentRegistry) -> Schema:
    return schema(registry, "Problem", PROBLEM)


def error_response(
    registry: ComponentRegistry, status: int, headers: Mapping[str, Schema], body: Schema | None = None
) -> Schema:
    """The description of an error's answer; `body` is its schema where it says more than a problem document does."""
    description, error = _errors()[status]
    waits = {"Retry-After": header(registry, "Retry-After")} if status in WAITS else {}
    content: Schema = {"schema": body or problem(registry), "example": exceptions.problem(error)}
    return {
        "description": description,
        "headers": {**headers, **waits},
        "content": {exceptions.CONTENT_TYPE: content},
    }


def named_error(registry: ComponentRegistry, status: int, headers: Mapping[str, Schema]) -> Schema:
    """A reference to the plain error of a status."""
    name = "".join(word.capitalize() for word in HTTPStatus(status).phrase.split())
    return component(registry, ResolvedComponent.RESPONSE, name, error_response(registry, status, headers))


def any_error(registry: ComponentRegistry) -> Schema:
    content = {exceptions.CONTENT_TYPE: {"schema": problem(registry)}}
    return component(
        registry, ResolvedComponent.RESPONSE, "Error", {"description": "Any other error.", "content": content}
    )


# --- headers ---

HEADERS: Mapping[str, tuple[str, Schema]] = {
    "ETag": ("Revision of the row, for `If-Match`.", {**TEXT, "example": '"41"'}),
    "Idempotent-Replayed": ("`true`: an earlier request with this key has applied it.", {**TEXT, "example": "true"}),
    "Location": ("Address of the new row.", {**TEXT, "format": "uri-reference"}),
    "Preference-Applied": ("`return=minimal`, where that was asked for.", TEXT),
    "RateLimit": (
        "What is left of the budgets: r requests or operations for t seconds.",
        {**TEXT, "example": '"writes";r=117;t=41, "operations";r=5990;t=12'},
    ),
    "RateLimit-Policy": (
        "The budgets: q requests or operations in w seconds.",
        {**TEXT, "example": '"writes";q=120;w=60, "operations";q=6000;w=60'},
    ),
    "Retry-After": ("Seconds to wait.", {"type": "integer", "minimum": 1}),
    "X-Request-Id": ("The request's own id, or a new one.", TEXT),
}


def header(registry: ComponentRegistry, name: str) -> Schema:
    description, found = HEADERS[name]
    return component(registry, ResolvedComponent.HEADER, name, {"description": description, "schema": found})


# --- parameters ---

PARAMETERS: Mapping[str, Schema] = {
    "IdempotencyKey": {
        "name": "Idempotency-Key",
        "in": "header",
        "description": (
            "A UUID of the client's own. The request is applied once, however often it arrives, and also if it travels "
            "in a batch meanwhile, as the `id` of an operation. A repetition answers the row as it is now, or "
            '`{"gone": true}`.'
        ),
        "schema": UUID,
    },
    "IfMatch": {
        "name": "If-Match",
        "in": "header",
        "description": "The `ETag` that the row must still have; otherwise 412.",
        "schema": {**TEXT, "example": '"41"'},
    },
    "Prefer": {
        "name": "Prefer",
        "in": "header",
        "description": "`return=minimal`: an answer without rows.",
        "schema": {**TEXT, "example": "return=minimal"},
    },
}


def parameter(registry: ComponentRegistry, name: str) -> Schema:
    return component(registry, ResolvedComponent.PARAMETER, name, PARAMETERS[name])
