"""Resources: the viewsets that batches may address, with their actions and roots."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db.models import ForeignKey, Model
from django.urls import URLPattern, re_path
from rest_framework.routers import BaseRouter
from rest_framework.viewsets import GenericViewSet

from batching.actions import Action, actions_of


class Resource:
    """A viewset as batches see it. Its serializers, permissions and `get_queryset()` stay in charge."""

    def __init__(self, name: str, viewset: type[GenericViewSet[Any]], only: Iterable[str] | None = None) -> None:
        self.name = name
        self.viewset = viewset
        self.actions: dict[str, Action] = actions_of(viewset)
        if only is not None:
            self.actions = {action: self._known(action) for action in only}

    def _known(self, action: str) -> Action:
        try:
            return self.actions[action]
        except KeyError:
            raise ImproperlyConfigured(f"{self.viewset.__name__} has no action {action!r} for a batch.") from None

    @cached_property
    def model(self) -> type[Model]:
        """Model of the rows, from the viewset's `queryset` or its serializer."""
        queryset = getattr(self.viewset, "queryset", None)
        if queryset is not None:
            return queryset.model  # type: ignore[no-any-return]
        meta = getattr(self.viewset.serializer_class, "Meta", None)
        if meta is None:
            raise ImproperlyConfigured(f"{self.viewset.__name__} needs a queryset or a ModelSerializer to be batched.")
        return meta.model  # type: ignore[no-any-return]

    @cached_property
    def lookup_field(self) -> str:
        field = self.viewset.lookup_field
        return self.model._meta.pk.name if field == "pk" else field

    @cached_property
    def lookup_column(self) -> Any:
        """The model field that targets are looked up by."""
        return self.model._meta.get_field(self.lookup_field)

    @cached_property
    def root_field(self) -> ForeignKey[Any, Any] | None:
        """The foreign key to the root, or None where each row is its own root."""
        name = getattr(self.viewset, "batch_root", None) or getattr(self.model, "batch_root", None)
        if name is None:
            return None
        field = self.model._meta.get_field(name)
        if not isinstance(field, ForeignKey):
            raise ImproperlyConfigured(f"batch_root of {self.viewset.__name__} names no foreign key: {name!r}.")
        return field

    @cached_property
    def root_model(self) -> type[Model]:
        return self.model if self.root_field is None else self.root_field.related_model

    @property
    def max_operations(self) -> int | None:
        """The most operations on this resource in one batch; None: the general limit."""
        return getattr(self.viewset, "batch_max_operations", None)

    @property
    def includes(self) -> Mapping[str, str]:
        """Derived state of a root that clients may ask for, and the viewset's method that tells it."""
        return getattr(self.viewset, "batch_includes", {}) if self.root_field is None else {}

    @property
    def judges(self) -> bool:
        """Whether the viewset has something to say about whole trees of this root."""
        return self.root_field is None and hasattr(self.viewset, "batch_findings")

    @cached_property
    def target_key(self) -> str:
        """How a target may be written where the resource is implied: model Ability has "abilityId"."""
        name = self.model.__name__
        return f"{name[0].lower()}{name[1:]}Id"


_homes: dict[type, tuple[Registry, Resource]] = {}


def home_of(viewset: type[GenericViewSet[Any]]) -> tuple[Registry, Resource]:
    """The registry and resource that the single routes of a viewset belong to; its own where it is not registered."""
    if viewset not in _homes:
        Registry().register(viewset.__name__, viewset)
    return _homes[viewset]


def registries() -> set[Registry]:
    """All registries that hold a resource."""
    return {registry for registry, _ in _homes.values()}


class Registry:
    """The resources of a site, by name. Nothing can be batched that is not registered here."""

    def __init__(self) -> None:
        self._resources: dict[str, Resource] = {}

    @classmethod
    def from_router(cls, router: BaseRouter) -> Registry:
        """Register each `BatchModelViewSet` of a router under its URL prefix."""
        from batching.viewsets import BatchModelViewSet

        registry = cls()
        for prefix, viewset, _ in router.registry:
            if issubclass(viewset, BatchModelViewSet):
                registry.register(prefix, viewset)
        return registry

    def register(
        self, name: str, viewset: type[GenericViewSet[Any]], *, actions: Iterable[str] | None = None
    ) -> Resource:
        """Let batches address any viewset, or only some `actions` of it."""
        if name in self._resources:
            raise ImproperlyConfigured(f"Two resources are called {name!r}.")
        resource = self._resources[name] = Resource(name, viewset, actions)
        _homes[viewset] = (self, resource)
        return resource

    def replacing(self, name: str, viewset: type[GenericViewSet[Any]]) -> Registry:
        """The same resources for code of your own, one of them through another viewset; no address leads there."""
        other = Registry()
        other._resources = {**self._resources, name: Resource(name, viewset)}
        return other

    def __iter__(self) -> Iterator[Resource]:
        return iter(self._resources.values())

    def get(self, name: str) -> Resource | None:
        return self._resources.get(name)

    def root_of(self, model: type[Model]) -> Resource | None:
        """The resource whose rows are roots of this model."""
        return next((resource for resource in self if resource.model is model and resource.root_field is None), None)

    def children(self, root: Resource) -> Sequence[Resource]:
        return [resource for resource in self if resource.root_field is not None and resource.root_model is root.model]

    def urls(self) -> list[URLPattern]:
        """The mounts: `batch/`, `characters/12/batch/` and `characters/12/abilities/batch/`, trailing slash or not.

        Beside them `characters/12/changes/`, for roots with revisions.
        """
        from batching.feed import ChangesView
        from batching.models import Revisioned
        from batching.views import BatchView

        patterns = [re_path(r"^batch/?$", BatchView.as_view(registry=self), name="batch")]
        for root in self:
            children = self.children(root)
            if not children:
                continue
            at = rf"^{root.name}/(?P<root>[^/.]+)"
            patterns.append(
                re_path(rf"{at}/batch/?$", BatchView.as_view(registry=self, root=root), name=f"{root.name}-batch")
            )
            if issubclass(root.model, Revisioned) and "retrieve" in root.actions:
                view = ChangesView.as_view(registry=self, root=root)
                patterns.append(re_path(rf"{at}/changes/?$", view, name=f"{root.name}-changes"))
            patterns += [
                re_path(
                    rf"{at}/{child.name}/batch/?$",
                    BatchView.as_view(registry=self, root=root, resource=child),
                    name=f"{root.name}-{child.name}-batch",
                )
                for child in children
            ]
        return patterns
