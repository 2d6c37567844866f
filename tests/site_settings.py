"""Settings of a site that runs for tests: its own, but that each test may sign somebody up, and quickly."""

from __future__ import annotations

import os

from config.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
SIGN_UPS_PER_ADDRESS = "100000/h"
# Files that one of several sites has, and the others have not.
STATICFILES_DIRS += [os.environ["OWN_STATIC"]]  # noqa: F405
