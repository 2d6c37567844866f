"""System checks: settings that are wrong, and set-ups that work worse than they look."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Info, Tags, Warning, register
from django.db import connections
from django.urls import get_resolver
from rest_framework.settings import api_settings

from batching.columns import VENDORS
from batching.conf import Conf, known_names
from batching.resources import Registry, Resource, registries
from batching.speed import reasons
from batching.throttling import Budget, read_rate

RATES = ("WRITES", "READS", "OPERATIONS")
POSITIVE = ("MAX_OPERATIONS", "MAX_BODY", "MAX_DEPTH", "MAX_SECONDS", "RECEIPT_DAYS")
OLDEST_SQLITE = (3, 35)


@register()
def check_settings(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """E001: not a dict. E002: an unknown name. E003: a wrong value."""
    given = getattr(settings, "BATCHING", {})
    if not isinstance(given, dict):
        return [Error("BATCHING must be a dict.", id="batching.E001")]
    return [*_unknown(given), *_wrong(given)]


def _unknown(given: dict[str, Any]) -> Iterator[CheckMessage]:
    for name in sorted(given.keys() - known_names(), key=str):
        hint = f"It knows {', '.join(sorted(known_names()))}."
        yield Error(f"BATCHING has no setting {name!r}.", hint=hint, id="batching.E002")


def _wrong(given: dict[str, Any]) -> Iterator[CheckMessage]:
    for name in RATES:
        value = given.get(name, getattr(Conf(), name))
        try:
            if value is not None:
                read_rate(value)
        except (ValueError, TypeError):
            hint = "Write a number, a slash and a period, such as 120/m; None for no limit."
            yield Error(f"BATCHING[{name!r}] is no rate: {value!r}.", hint=hint, id="batching.E003")
    for name in POSITIVE:
        value = given.get(name, getattr(Conf(), name))
        kinds = (int, float) if name == "MAX_SECONDS" else (int,)
        if type(value) not in kinds or value <= 0:
            yield Error(f"BATCHING[{name!r}] is no positive number: {value!r}.", id="batching.E003")
    paths = given.get("PATHS", Conf().PATHS)
    if not isinstance(paths, tuple | list) or not all(isinstance(path, str) for path in paths):
        yield Error(f"BATCHING['PATHS'] is no list of paths: {paths!r}.", id="batching.E003")
    if given.get("CACHE", Conf().CACHE) not in settings.CACHES:
        yield Error(f"BATCHING['CACHE'] names no cache: {given['CACHE']!r}.", id="batching.E003")


@register(Tags.database)
def check_databases(app_configs: Any, databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """W001: SQLite without IMMEDIATE. E004: a database that operations cannot be remembered in."""
    found: list[CheckMessage] = []
    for alias in databases or ():
        connection = connections[alias]
        options = connection.settings_dict.get("OPTIONS", {})
        if connection.vendor not in VENDORS:
            text = f"Batches do not know the database {alias!r} ({connection.vendor})."
            found.append(Error(text, hint="They know PostgreSQL and SQLite.", id="batching.E004"))
        elif connection.vendor == "sqlite" and str(options.get("transaction_mode", "")).upper() not in (
            "IMMEDIATE",
            "EXCLUSIVE",
        ):
            text = f"Two batches at once on {alias!r} will fail with 'database is locked'."
            hint = 'Set "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20}, so that the second waits.'
            found.append(Warning(text, hint=hint, id="batching.W001"))
    return found


@register(Tags.urls)
def check_resources(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """I001: operations that run one by one, and why. W002: throttles that batches go past."""
    get_resolver().url_patterns  # noqa: B018  (resources are registered where addresses are)
    found: list[CheckMessage] = []
    for registry in registries():
        for resource in registry:
            found += [*_slow(resource), *_throttles(registry, resource)]
    return found


def _slow(resource: Resource) -> Iterator[CheckMessage]:
    for action in resource.actions.values():
        try:
            serializer = resource.viewset.serializer_class and resource.viewset.serializer_class()
            why = reasons(resource.viewset, action, resource.model, serializer)
        except Exception as error:
            why = [f"its serializer cannot be looked at without a request ({type(error).__name__})"]
        if why:
            text = f"{resource.name}.{action.name} runs one by one in a batch: {'; '.join(dict.fromkeys(why))}."
            yield Info(
                text,
                hint="It is correct, but costs what single requests cost.",
                obj=resource.viewset,
                id="batching.I001",
            )


def _throttles(registry: Registry, resource: Resource) -> Iterator[CheckMessage]:
    general: set[Any] = set(api_settings.DEFAULT_THROTTLE_CLASSES)
    own = [throttle for throttle in resource.viewset.throttle_classes if throttle not in general]
    names = sorted(throttle.__name__ for throttle in own if not issubclass(throttle, Budget))
    if names:
        text = f"Batches of {resource.name} are not counted by {', '.join(names)} of its viewset."
        hint = "Limit them with batch_max_operations, or do not register the resource."
        yield Warning(text, hint=hint, obj=resource.viewset, id="batching.W002")
