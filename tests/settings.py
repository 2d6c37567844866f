"""Settings of the test suite: the site's own, with DEBUG and quick passwords."""

from __future__ import annotations

import os

os.environ.setdefault("DEBUG", "true")

from config.settings import *  # noqa: F403
from config.settings import CACHES
from tests.workers import own_cache

CACHES = {"default": own_cache(CACHES["default"])}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# pytest-django turns DEBUG off, and WhiteNoise would then look for collected files, which tests do not have.
WHITENOISE_AUTOREFRESH = True
