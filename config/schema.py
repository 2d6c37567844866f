"""What drf-spectacular must be told about this site."""

from __future__ import annotations

from drf_spectacular.authentication import SessionScheme


class SiteSessionScheme(SessionScheme):
    """The site's own sessions look like any other from outside."""

    target_class = "config.authentication.SessionAuthentication"
