"""The same project with drf-spectacular, which the app then describes itself to."""

from __future__ import annotations

from tests.sampleapp.settings import *  # noqa: F403

INSTALLED_APPS = [*INSTALLED_APPS, "drf_spectacular"]  # noqa: F405
REST_FRAMEWORK = {**REST_FRAMEWORK, "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema"}  # noqa: F405
