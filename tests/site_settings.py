"""Settings of a site that runs for tests: its own, but for quick hashes of passwords: each test signs somebody up."""

from __future__ import annotations

from config.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
