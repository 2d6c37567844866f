"""The Content-Security-Policy of `settings.CONTENT_SECURITY_POLICY`, completed by what is known only at run time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from csp.middleware import CSPMiddleware
from django.http import HttpRequest, HttpResponseBase

from config.importmap import import_map_source

if TYPE_CHECKING:
    from csp.middleware import PolicyParts


class ContentSecurityPolicyMiddleware(CSPMiddleware):
    """Allows the import map by its hash, which depends on the names under which static files are served."""

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        parts: Any = super().get_policy_parts(request, response, report_only)
        if not report_only:
            parts.update = {**(parts.update or {}), "script-src": [import_map_source()]}
        return parts  # type: ignore[no-any-return]
