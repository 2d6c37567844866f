"""How the API shows itself to browsers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rest_framework import renderers


class BrowsableAPIRenderer(renderers.BrowsableAPIRenderer):
    """Its templates place some elements by `style` attributes, which no other page may have."""

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None
    ) -> str:
        if renderer_context and "response" in renderer_context:
            renderer_context["response"]._csp_update = {"style-src-attr": ["'unsafe-inline'"]}
        return super().render(data, accepted_media_type, renderer_context)

    def get_context(self, *args: Any) -> dict[str, Any]:
        # Where Pygments happens to be installed, its colours would come as a style element, which no page may have.
        return {**super().get_context(*args), "code_style": None}
