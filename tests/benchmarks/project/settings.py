"""Settings of the measured server: token authentication, limits on but out of the way."""

from __future__ import annotations

import os

import environ

env = environ.Env()

SECRET_KEY = "benchmark"
ALLOWED_HOSTS = ["127.0.0.1"]
USE_TZ = True
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "rest_framework",
    "rest_framework.authtoken",
    "batching",
    "tests.benchmarks.project.apps.BenchmarkConfig",
]
MIDDLEWARE = ["batching.middleware.FrontGateMiddleware"]
SILENCED_SYSTEM_CHECKS = ["batching.I001"]  # sheets are deleted one by one, and nothing here deletes one
ROOT_URLCONF = "tests.benchmarks.project.urls"
DATABASES = {"default": env.db_url("DATABASE_URL")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",  # PocketBase has NORMAL
    }
else:
    DATABASES["default"]["OPTIONS"] = {"server_side_binding": True, "prepare_threshold": 5}  # as config.settings
DATABASES["default"]["CONN_MAX_AGE"] = 600
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
}
BATCHING = {
    "WRITES": "100000000/m",
    "READS": "100000000/m",
    "OPERATIONS": "100000000/m",
    "MAX_OPERATIONS": int(os.environ.get("BENCHMARK_MAX_OPERATIONS", "500")),
}
