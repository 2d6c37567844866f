"""A small project that knows nothing of the site, to show that `batching` needs nothing of it."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import gettempdir

import environ

from tests.workers import own_cache

env = environ.Env()

SECRET_KEY = "sample"
DEBUG = False
ALLOWED_HOSTS = ["*"]
USE_TZ = True
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "rest_framework",
    "rest_framework.authtoken",
    "batching",
    "tests.sampleapp",
]
MIDDLEWARE = [
    "batching.middleware.FrontGateMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
ROOT_URLCONF = "tests.sampleapp.urls"
DATABASES = {"default": env.db_url("DATABASE_URL", default="sqlite:///:memory:")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;",
    }
    # A file, because all threads would share the one connection of a database in memory.
    DATABASES["default"]["TEST"] = {"NAME": str(Path(gettempdir()) / f"batching-{os.getpid()}.sqlite3")}
CACHES = {"default": own_cache(env.cache_url("CACHE_URL", default="locmemcache://"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
STATIC_URL = "static/"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "rest_framework.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
}
BATCHING = {"WRITES": None, "READS": None, "OPERATIONS": None, "MAX_OPERATIONS": 500}
