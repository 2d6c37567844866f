"""What changed below a root since a revision: the incremental pull."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any, ClassVar

from django.db.models import Model
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from batching.actions import RETRIEVE
from batching.bindings import Binding, Bindings
from batching.exceptions import Malformed, NotThere, problem_handler
from batching.keys import key_of
from batching.models import Revisioned, Tombstone
from batching.preconditions import etag_of
from batching.resources import Registry, Resource
from batching.throttling import ReadBudget

LARGEST = 2**63 - 1


class ChangesView(APIView):
    """`GET …/characters/12/changes/?since=41` answers

        {"revision": 44, "reset": false, "changed": {"abilities": [row, …], …}, "deleted": {"virtues": [7], …},
         "included": {"sheet": [{…}]}}

    `revision` is the `since` of the next call. It is read before the rows, so a row that changes meanwhile is told
    again rather than missed. Without `since`, or with one that this root never had (a restored backup), `reset` is
    true and `changed` holds everything. `included` is there whenever anything changed: derived numbers may have changed
    in rows that did not. There is no paging, because the parts of an answer belong together.

    Pages ask every few seconds. Where nothing has changed the root tells it, and no other row is read.
    """

    registry: ClassVar[Registry] = Registry()
    root: ClassVar[Resource] = None  # type: ignore[assignment]  # as_view() must set it
    throttle_classes = [ReadBudget]

    def get(self, request: Request, **kwargs: Any) -> Response:
        since = self._since(request)
        with Bindings(request) as bindings:
            root = self._find_root(bindings)
            revision = root.revision
            reset = since is None or since > revision
            floor = -1 if since is None or reset else since
            body: dict[str, Any] = {"revision": revision, "reset": reset, "changed": {}, "deleted": {}}
            if floor < revision:
                body |= self._news(bindings, root, floor, reset)
        return Response(body, headers={"ETag": etag_of(root) or ""})

    def _news(self, bindings: Bindings, root: Revisioned, floor: int, reset: bool) -> dict[str, Any]:
        changed = self._changed(bindings, root, floor)
        deleted = {} if reset else self._deleted(root, floor)
        included = {"included": self._included(bindings, root)} if changed or deleted else {}
        return {"changed": changed, "deleted": deleted, **included}

    def _since(self, request: Request) -> int | None:
        raw = request.query_params.get("since")
        if raw is None:
            return None
        if not raw.isascii() or not raw.isdecimal() or int(raw) > LARGEST:
            raise Malformed("since: expected a revision, a number from 0.", field="since")
        return int(raw)

    def _find_root(self, bindings: Bindings) -> Revisioned:
        key = key_of(self.root, self.kwargs["root"])
        binding = self._reader(bindings, self.root)
        row = None if key is None else binding.queryset().filter(**{self.root.lookup_field: key}).first()
        if row is None:
            raise NotThere()
        binding.permit_row(row, {})
        assert isinstance(row, Revisioned)
        return row

    def _reader(self, bindings: Bindings, resource: Resource) -> Binding:
        binding = bindings.get(resource, RETRIEVE)
        binding.permit({})
        return binding

    def _changed(self, bindings: Bindings, root: Revisioned, floor: int) -> dict[str, list[Any]]:
        found: dict[str, list[Any]] = {}
        if root.revision > floor:
            found[self.root.name] = self._shown(self._reader(bindings, self.root), [root])
        for child in self.registry.children(self.root):
            if not issubclass(child.model, Revisioned) or "retrieve" not in child.actions:
                continue
            assert child.root_field is not None
            binding = self._reader(bindings, child)
            rows = binding.queryset().filter(**{child.root_field.attname: root.pk, "revision__gt": floor})
            if shown := self._shown(binding, list(rows.order_by("pk"))):
                found[child.name] = shown
        return found

    def _shown(self, binding: Binding, rows: list[Model]) -> list[Any]:
        binding.prepare_rows(rows)
        return binding.representation.of(rows)

    def _deleted(self, root: Revisioned, floor: int) -> dict[str, list[Any]]:
        names = {child.model._meta.label_lower: child for child in self.registry.children(self.root)}
        stones = Tombstone.objects.using(root._state.db).filter(
            root_label=root._meta.label_lower, root_key=str(root.pk), revision__gt=floor
        )
        found: dict[str, list[Any]] = defaultdict(list)
        for stone in stones.order_by("revision", "pk"):
            if (child := names.get(stone.label)) is not None:
                assert child.model._meta.pk is not None
                found[child.name].append(child.model._meta.pk.to_python(stone.key))
        return dict(found)

    def _included(self, bindings: Bindings, root: Revisioned) -> dict[str, list[Any]]:
        view = self._reader(bindings, self.root).view
        return {name: getattr(view, method)([root]) for name, method in self.root.includes.items()}

    def get_exception_handler(self) -> Callable[..., Response | None]:
        return problem_handler
