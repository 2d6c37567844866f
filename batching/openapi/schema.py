"""The schema class: what drf-spectacular finds out by itself, and what a view of this app says and takes besides."""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from drf_spectacular.drainage import get_override
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ComponentRegistry, build_serializer_context, force_instance, is_serializer
from rest_framework.settings import api_settings

from batching.actions import RETRIEVE, UPDATE, Action
from batching.exceptions import problem_handler
from batching.feed import ChangesView
from batching.openapi import common
from batching.openapi.batches import Mount, changes, included_names
from batching.openapi.common import FREE, Schema
from batching.openapi.samples import batch_examples
from batching.resources import Resource, home_of
from batching.throttling import Budget
from batching.views import BatchView
from batching.viewsets import BatchModelViewSet

FRONT_GATE: Final = "batching.middleware.FrontGateMiddleware"
READ_ERRORS: Final = (400, 401, 403, 404)
WRITE_ERRORS: Final = (400, 401, 403, 404, 409, 412, 413, 415, 422, 503)
BATCH_ERRORS: Final = (*WRITE_ERRORS, 428)

BATCH = """Takes many operations in one request: all or nothing, or each on its own (`"atomic": false`).

An operation with an `id` is applied once, however often it arrives. Operations can name rows that earlier ones create
(`lid`), and are refused if the row has changed (`if_match`). Every operation gets its own result, in the same order. An
`OPTIONS` request tells resources, actions, fields, limits and budgets."""
CHANGES = """Tells what has changed below a root since a revision that the client has seen."""


class BatchingAutoSchema(AutoSchema):
    """Describes the views of this app, and of other views their errors and budgets."""

    view: Any
    registry: ComponentRegistry

    def get_operation(self, *args: Any, **kwargs: Any) -> Schema | None:
        operation: Schema | None = super().get_operation(*args, **kwargs)
        if operation is None:
            return None
        if isinstance(self.view, BatchView):
            self._describe_batch(operation)
        elif isinstance(self.view, ChangesView):
            self._describe_changes(operation)
        elif self._row_action is not None or isinstance(self.view, BatchModelViewSet):
            self._describe_route(operation)
        self._add_errors(operation)
        return operation

    # --- what drf-spectacular asks ---

    def get_request_serializer(self) -> Any:
        if isinstance(self.view, BatchView):
            return {"application/json": self._mount().request()}
        return None if isinstance(self.view, ChangesView) else super().get_request_serializer()

    def get_response_serializers(self) -> Any:
        view = self.view
        if isinstance(view, BatchView):
            return {200: self._mount().answer(success=True), 207: self._mount().answer(success=False)}
        if isinstance(view, ChangesView):
            return {200: changes(self, view.registry, view.root)}
        if self._row_action is not None:
            _, resource = home_of(self._documented)
            return {200: self.serializer_of(resource, RETRIEVE)}
        return super().get_response_serializers()

    def get_operation_id(self) -> str:
        if isinstance(self.view, BatchView | ChangesView) or self._row_action is not None:
            return "_".join(part.replace("-", "_") for part in self._tokenize_path())
        return super().get_operation_id()

    def get_tags(self) -> list[str]:
        return ["batch"] if isinstance(self.view, BatchView) else super().get_tags()

    def get_summary(self) -> str | None:
        if isinstance(self.view, BatchView):
            return "Many operations at once"
        return "What has changed" if isinstance(self.view, ChangesView) else super().get_summary()

    def get_description(self) -> str:  # type: ignore[override]
        if isinstance(self.view, BatchView):
            return BATCH
        return CHANGES if isinstance(self.view, ChangesView) else super().get_description()

    def _resolve_path_parameters(self, variables: list[str]) -> list[Schema]:
        """The key in `characters/{root}/…` is a key of the root's viewset."""
        if not isinstance(self.view, BatchView | ChangesView) or self.view.root is None:
            return super()._resolve_path_parameters(variables)  # type: ignore[no-untyped-call,no-any-return]
        key = Mount(self, self.view.registry).key(self.view.root)
        model = self.view.root.model._meta.verbose_name
        return [
            {"name": name, "in": "path", "required": True, "schema": key, "description": f"Key of the {model}."}
            for name in variables
        ]

    # --- what batches ask ---

    def serializer_of(self, resource: Resource, action: Action) -> Any:
        """The serializer with which the viewset serves an action."""
        view: Any = resource.viewset(**action.initkwargs)
        view.request, view.args, view.kwargs, view.format_kwarg = self.view.request, (), {}, None
        view.action, view.swagger_fake_view = action.handler, True
        return view.get_serializer_class()(context=build_serializer_context(view), partial=action is UPDATE)

    def example_of(self, resource: Resource, action: Action) -> Any:
        """What the serializer itself gives as an example of a request (`@extend_schema_serializer`), or None."""
        examples = get_override(self.serializer_of(resource, action), "examples", [])
        return next((example.value for example in examples if not example.response_only), None)

    def row_of(self, resource: Resource, action: Action) -> Schema:
        """How a row is shown after an action."""
        serializer = self.serializer_of(resource, action)
        serializer.partial = False
        found = self.resolve_serializer(serializer, "response")
        return dict(found.ref) if found else dict(FREE)

    def included(self, viewset: type, method: str) -> Schema:
        """One piece of derived state: what `@extend_schema_field` says of the method that tells it, or any object."""
        field = get_override(getattr(viewset, method), "field")
        if isinstance(field, dict):
            return field
        if field is not None and is_serializer(field):
            return dict(self.resolve_serializer(force_instance(field), "response").ref)
        return dict(FREE)

    # --- what is added ---

    def _describe_batch(self, operation: Schema) -> None:
        mount = self._mount()
        operation["requestBody"]["required"] = True
        for content in operation["requestBody"]["content"].values():
            content["examples"] = batch_examples(mount)
        operation.setdefault("parameters", []).append(common.parameter(self.registry, "Prefer"))
        responses = operation["responses"]
        responses["200"]["description"] = "Everything succeeded."
        responses["207"]["description"] = "Best effort, and something failed."
        self._add_headers(responses["200"], "Preference-Applied")
        for status in BATCH_ERRORS:
            responses[str(status)] = common.error_response(self.registry, status, {}, mount.refusal())

    def _describe_changes(self, operation: Schema) -> None:
        since = {"type": "integer", "minimum": 0}
        text = "The `revision` of the last answer. Without it everything is answered."
        operation.setdefault("parameters", []).append(
            {"name": "since", "in": "query", "schema": since, "description": text}
        )
        self._add_headers(operation["responses"]["200"], "ETag")

    def _describe_route(self, operation: Schema) -> None:
        """A single route: its writes are batches of one."""
        registry, resource = home_of(self._documented)
        parameters = operation.setdefault("parameters", [])
        responses = operation["responses"]
        if self.method != "GET":
            # An answer to a creation without the row would not tell its key.
            names = ["IdempotencyKey", *(["IfMatch", "Prefer"] if "{" in self.path else [])]
            parameters += [common.parameter(self.registry, name) for name in names]
            self._add_include(parameters, included_names(registry))
            self._allow_bare(responses)
            if "{" in self.path:
                responses.setdefault("204", {"description": "Done, and `return=minimal` was asked for."})
            if self.method == "DELETE":
                responses.setdefault("200", self._bare_response())
        if getattr(resource.viewset, "batch_requires_if_match", False) and self.method in ("PATCH", "DELETE"):
            responses["428"] = common.named_error(self.registry, 428, {})
        for status, response in responses.items():
            if status in ("200", "201", "204") and "headers" not in response and not self._is_list:
                names = ["ETag", *(["Idempotent-Replayed", "Preference-Applied"] if self.method != "GET" else [])]
                self._add_headers(response, *names, *(["Location"] if status == "201" else []))

    def _add_include(self, parameters: list[Schema], names: list[str]) -> None:
        if names:
            text = "Derived state of the row's root, which the answer has in a member `included`."
            items = {"type": "string", "enum": names}
            schema = {"type": "array", "items": items}
            parameters.append(
                {
                    "name": "include",
                    "in": "query",
                    "style": "form",
                    "explode": False,
                    "schema": schema,
                    "description": text,
                }
            )

    def _allow_bare(self, responses: Schema) -> None:
        """A write answers the row, or what is left to say where there is no row to show."""
        for status in responses.keys() & {"200", "201"}:
            for content in responses[status].get("content", {}).values():
                content["schema"] = {"anyOf": [content["schema"], common.bare(self.registry)]}

    def _bare_response(self) -> Schema:
        content = {"application/json": {"schema": common.bare(self.registry)}}
        return {"description": "Deleted, and `include` was asked for, or gone before.", "content": content}

    def _add_errors(self, operation: Schema) -> None:
        """The errors of a view that answers problem documents, and the budgets of one that counts them."""
        responses = operation["responses"]
        if self.view.get_exception_handler() is problem_handler:
            for status in READ_ERRORS if self.method == "GET" else WRITE_ERRORS:
                if self._can_answer(status):
                    responses.setdefault(str(status), common.named_error(self.registry, status, {}))
            if self._is_counted:
                responses.setdefault("429", common.named_error(self.registry, 429, self._general_headers()))
            responses.setdefault("default", common.any_error(self.registry))
        for status, response in responses.items():
            if status.startswith("2"):
                response["headers"] = {**response.get("headers", {}), **self._general_headers()}

    def _can_answer(self, status: int) -> bool:
        if status in (401, 403):
            return bool(self.view.authentication_classes)
        if status in (409, 412, 422, 503):
            return isinstance(self.view, BatchView | BatchModelViewSet) or self._row_action is not None
        return status != 404 or "{" in self.path or self.method == "GET"

    def _general_headers(self) -> dict[str, Schema]:
        """What the front gate adds to every answer."""
        if FRONT_GATE not in settings.MIDDLEWARE:
            return {}
        names = ["X-Request-Id", *(["RateLimit", "RateLimit-Policy"] if self._is_counted else [])]
        return {name: common.header(self.registry, name) for name in names}

    def _add_headers(self, response: Schema, *names: str) -> None:
        found = {name: common.header(self.registry, name) for name in names}
        response["headers"] = {**response.get("headers", {}), **found}

    # --- what the view is ---

    def _mount(self) -> Mount:
        return Mount(self, self.view.registry, self.view.root, self.view.resource)

    @property
    def _documented(self) -> Any:
        """The project's own class of the view, of which `self.view` may be a stand-in."""
        return getattr(self.view, "documents", type(self.view))

    @property
    def _row_action(self) -> Any:
        return getattr(getattr(self.view, getattr(self.view, "action", None) or "", None), "row_method", None)

    @property
    def _is_list(self) -> bool:
        return getattr(self.view, "action", None) == "list"

    @property
    def _is_counted(self) -> bool:
        return any(issubclass(throttle, Budget) for throttle in self.view.throttle_classes)


def make_schema() -> Any:
    """An instance of the project's schema class, extended where it does not know of batches."""
    default: Any = api_settings.DEFAULT_SCHEMA_CLASS
    if not issubclass(default, AutoSchema) or issubclass(BatchingAutoSchema, default):
        return BatchingAutoSchema()
    return default() if issubclass(default, BatchingAutoSchema) else type("Schema", (BatchingAutoSchema, default), {})()
