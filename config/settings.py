"""Settings of the site. Everything that differs between machines comes from environment variables (or `.env`)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env", parse_comments=True)


def read(kind: str, name: str, default: Any) -> Any:
    """Read an environment variable as `kind` (a method of `environ.Env`); a wrong value names the variable."""
    try:
        return getattr(env, kind)(name, default=default)
    except (ValueError, KeyError, TypeError, ImproperlyConfigured) as error:
        raise ImproperlyConfigured(f"{name} is not a valid {kind}: {error}") from error


DEBUG: bool = read("bool", "DEBUG", False)

SECRET_KEY: str = read("str", "SECRET_KEY", "only-for-development" if DEBUG else "")
if not SECRET_KEY:
    raise ImproperlyConfigured("Set SECRET_KEY to a long random string (or DEBUG=true while developing).")

ALLOWED_HOSTS: list[str] = read("list", "ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"] if DEBUG else [])
CSRF_TRUSTED_ORIGINS: list[str] = read("list", "CSRF_TRUSTED_ORIGINS", [])

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "csp",
    "django_filters",
    "django_ratelimit",
    "rest_framework",
    "rest_framework.authtoken",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "batching",
    "characters",
    "config",
]

MIDDLEWARE = [
    "config.health.HealthMiddleware",
    "config.proxy.ClientAddressMiddleware",
    "config.logs.RequestLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.csp.ContentSecurityPolicyMiddleware",
    "batching.middleware.FrontGateMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "config.offline.OfflineMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# --- storage -----------------------------------------------------------------------------------------------

STATEMENT_TIMEOUT: int = read("int", "DATABASE_STATEMENT_TIMEOUT", 15)
LOCK_TIMEOUT: int = read("int", "DATABASE_LOCK_TIMEOUT", 5)
IDLE_TIMEOUT: int = read("int", "DATABASE_IDLE_TIMEOUT", 30)
PREPARE_AFTER: int = read("int", "DATABASE_PREPARE_AFTER", 5)
DATABASES: dict[str, dict[str, Any]] = {
    "default": read("db_url", "DATABASE_URL", f"sqlite:///{BASE_DIR / 'db.sqlite3'}")
}
if "ENGINE" not in DATABASES["default"]:
    raise ImproperlyConfigured("DATABASE_URL is no URL of a database, such as postgres://user:password@host/name.")
# Each thread of each worker keeps its connection. Where none is left open, SQLite copies its log back into the database
# after every request, which takes longer than a batch. `runserver` makes a new thread for each request: it keeps none.
DATABASES["default"].setdefault("CONN_MAX_AGE", read("int", "CONN_MAX_AGE", 0 if DEBUG else 60))
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # Writers queue for the lock when their transaction begins. With the default (DEFERRED) a transaction that
    # reads first and writes later fails at once with "database is locked" as soon as two of them overlap.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # NORMAL would be a little faster, and forget in a power cut what was acknowledged.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True  # before a kept connection is used for a request
    # In seconds, 0 for no limit. The server itself ends what takes longer, and the request is answered with 503.
    DATABASES["default"].setdefault("OPTIONS", {}).update(
        connect_timeout=read("int", "DATABASE_CONNECT_TIMEOUT", 5),
        options=f"-c statement_timeout={STATEMENT_TIMEOUT}s -c lock_timeout={LOCK_TIMEOUT}s"
        f" -c idle_in_transaction_session_timeout={IDLE_TIMEOUT}s",
    )
    # A statement that a connection has run so often is planned no more, which spares the database a quarter of its time
    # for a batch. 0 for a pooler that hands a connection to another client with each transaction.
    if PREPARE_AFTER:
        DATABASES["default"]["OPTIONS"].update(server_side_binding=True, prepare_threshold=PREPARE_AFTER)

CACHES: dict[str, dict[str, Any]] = {"default": read("cache_url", "CACHE_URL", "locmemcache://")}
if CACHES["default"]["BACKEND"].endswith("RedisCache"):
    # A Redis that hangs must not hold up requests: they go on without it.
    CACHES["default"].setdefault("OPTIONS", {}).update(socket_connect_timeout=1, socket_timeout=1)
WORKERS: int = read("int", "WEB_CONCURRENCY", 2)  # processes, see config.gunicorn
CACHE_IS_SHARED = not CACHES["default"]["BACKEND"].endswith(("LocMemCache", "DummyCache"))
# django-ratelimit refuses to start on a cache that is not shared between processes (E003) and warns of any that it
# does not know (W001, Django's own Redis cache among them). One process on the embedded default is right; config.checks
# refuses the combination that is wrong.
SILENCED_SYSTEM_CHECKS = [
    "django_ratelimit.E003",
    "django_ratelimit.W001",
    # Characters are created with their Arts and deleted with all that belongs to them: one by one, and seldom.
    "batching.I001",
]

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- people ------------------------------------------------------------------------------------------------

PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",  # of older accounts; replaced when they log in
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
AUTHENTICATION_BACKENDS = ["config.logins.GuardedBackend"]
# Attempts that failed, by name and by address; then it is 429 until the window ends.
LOGIN_FAILURES_PER_NAME: str = read("str", "LOGIN_FAILURES_PER_NAME", "10/15m")
LOGIN_FAILURES_PER_ADDRESS: str = read("str", "LOGIN_FAILURES_PER_ADDRESS", "50/15m")
# Forms for everybody, by address: accounts that are made, and links to a new password; of the latter also by e-mail.
SIGN_UPS_PER_ADDRESS: str = read("str", "SIGN_UPS_PER_ADDRESS", "30/h")
RESETS_PER_ADDRESS: str = read("str", "RESETS_PER_ADDRESS", "20/h")
RESETS_PER_EMAIL: str = read("str", "RESETS_PER_EMAIL", "3/h")
PASSWORD_RESET_TIMEOUT = 24 * 3600  # seconds
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "characters:list"
LOGOUT_REDIRECT_URL = "login"

# --- mail --------------------------------------------------------------------------------------------------

# EMAIL_BACKEND, EMAIL_HOST and so on. Without an address of a server mails are printed where the site was started.
vars().update(read("email_url", "EMAIL_URL", "consolemail://"))
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL: str = read("str", "DEFAULT_FROM_EMAIL", "Ars Magica sheets <sheets@localhost>")

# --- language ----------------------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
TIME_ZONE = "UTC"
USE_TZ = True

# --- API ---------------------------------------------------------------------------------------------------

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        # First, so that a request without credentials is 401 and not 403: "log in again", not "you may not".
        "rest_framework.authentication.TokenAuthentication",
        "config.authentication.SessionAuthentication",
    ],
    "DEFAULT_RENDERER_CLASSES": [
        "rest_framework.renderers.JSONRenderer",
        "config.renderers.BrowsableAPIRenderer",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PARSER_CLASSES": [
        "batching.parsers.StrictJSONParser",
        "rest_framework.parsers.FormParser",
        "rest_framework.parsers.MultiPartParser",
    ],
    "DEFAULT_THROTTLE_CLASSES": ["batching.throttling.ReadBudget", "batching.throttling.WriteBudget"],
    "DEFAULT_FILTER_BACKENDS": [
        "django_filters.rest_framework.DjangoFilterBackend",
        "rest_framework.filters.SearchFilter",
        "rest_framework.filters.OrderingFilter",
    ],
    "DEFAULT_PAGINATION_CLASS": "characters.api.pagination.Pages",
    "DEFAULT_SCHEMA_CLASS": "batching.openapi.BatchingAutoSchema",
    "EXCEPTION_HANDLER": "batching.exceptions.problem_handler",
}

SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Ars Magica characters",
    "VERSION": "0.1.0",
    "DESCRIPTION": (
        "Characters of Ars Magica, and all that belongs to them. A program gets a token from `/api/token/` and sends "
        "it as `Authorization: Token …`. Many changes at once go to `/api/batch/`. Every error is a problem document "
        "(RFC 9457)."
    ),
    "LICENSE": {"name": "MIT; game data CC BY-SA 4.0"},
    "TAGS": [
        {"name": "batch", "description": "Many operations in one atomic, exactly-once request."},
        {"name": "exchange", "description": "Whole characters as files, out and in."},
    ],
    "SERVE_INCLUDE_SCHEMA": False,
    # What is sent and what is answered are different things: keys and derived numbers are only answered.
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "CharacterType": "characters.models.Character.Type",
        "ReputationType": "characters.models.Reputation.Type",
        "PossessionKind": "characters.models.Possession.Kind",
    },
    "SWAGGER_UI_SETTINGS": {
        "deepLinking": True,
        "persistAuthorization": True,
        "defaultModelExpandDepth": 3,  # of what an address takes: down to the kinds of operations
        "defaultModelsExpandDepth": 0,  # of the list at the end of the page
    },
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}

BATCHING: dict[str, Any] = {
    "WRITES": read("str", "BATCHING_WRITES", "120/m"),
    "READS": read("str", "BATCHING_READS", "600/m"),
    "OPERATIONS": read("str", "BATCHING_OPERATIONS", "6000/m"),
    "MAX_OPERATIONS": read("int", "BATCHING_MAX_OPERATIONS", 100),
    "MAX_BODY": read("int", "BATCHING_MAX_BODY", 1024 * 1024),
}

# Sheets behind a link, which everybody may open who has it: by address.
SHARED_READS: str = read("str", "SHARED_READS", "60/m")

# --- files and headers -------------------------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT: str = read("str", "STATIC_ROOT", str(BASE_DIR / "staticfiles"))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

CONTENT_SECURITY_POLICY: dict[str, Any] = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],  # and the import map, see config.csp
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    },
}

# The proxy in front says by which scheme (X-Forwarded-Proto) and for whom (X-Forwarded-For) a request came.
BEHIND_PROXY: bool = read("bool", "BEHIND_PROXY", False)

if not DEBUG:
    SECURE_SSL_REDIRECT = read("bool", "SECURE_SSL_REDIRECT", True)
    SECURE_HSTS_SECONDS = read("int", "SECURE_HSTS_SECONDS", 31_536_000)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    if BEHIND_PROXY:
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request": {"()": "config.logs.RequestFilter"}},
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name} [{request_id}] {message}", "style": "{"},
        "json": {"()": "config.logs.JsonFormatter"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": read("str", "LOG_FORMAT", "line" if DEBUG else "json"),
            "filters": ["request"],
        },
        "nobody": {"class": "logging.NullHandler"},
    },
    "loggers": {
        # Scanners ask for any host name; the line of the request tells it.
        "django.security.DisallowedHost": {"handlers": ["nobody"], "propagate": False},
        # The development server has lines of its own.
        "site.requests": {"level": "WARNING" if DEBUG else "INFO"},
    },
    "root": {"handlers": ["console"], "level": read("str", "LOG_LEVEL", "INFO")},
}
