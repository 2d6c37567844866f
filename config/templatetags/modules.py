"""ES modules in templates."""

from __future__ import annotations

from django import template
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from config.importmap import import_map, needs

register = template.Library()


@register.simple_tag
def module(path: str) -> SafeString:
    """The import map and one module of the site; what it imports is fetched at once, not import by import."""
    return format_html(
        '<script type="importmap">{}</script>\n{}<script type="module" src="{}"></script>',
        mark_safe(import_map()),  # JSON of our own file names
        format_html_join("", '<link rel="modulepreload" href="{}">\n', ((static(need),) for need in needs(path))),
        static(path),
    )
