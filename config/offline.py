"""The site where there is no network: its service worker, its manifest, and which pages a browser may keep."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import find, get_finders
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.template import loader
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_safe

from config.importmap import FOLDERS

WORKER = "site/worker.js"
ENDINGS = (".js", ".css", ".svg")

KEPT = {
    "characters:list",
    "characters:sheet",
    "characters:guide",
    "characters:print",
    "characters:new",
    "characters:about",
}
"""Pages that may be opened without a network; never those that show a secret once, or ask for one."""


class OfflineMiddleware:
    """Tells the service worker whose a page is (`X-User`), and whether to keep it (`X-Offline`)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        is_page = response.status_code == 200 and response.get("Content-Type", "").startswith("text/html")
        if is_page and request.user.is_authenticated:
            response["X-User"] = str(request.user.pk)
            if request.resolver_match is not None and request.resolver_match.view_name in KEPT:
                response["X-Offline"] = "keep"
        return response


@require_safe
@cache_control(no_cache=True)
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker. It is another one, and takes over, as soon as any file of the site is another one."""
    return HttpResponse(_script() if settings.DEBUG else _script_of_this_process(), content_type="text/javascript")


@require_safe
@never_cache
def offline(request: HttpRequest) -> HttpResponse:
    """What is shown in place of a page that is not kept. It is nobody's: it is made without the request."""
    return HttpResponse(loader.render_to_string("offline.html"))


@require_safe
@cache_control(max_age=3600)
def manifest(request: HttpRequest) -> HttpResponse:
    icons = [(f"site/icon-{size}.png", f"{size}x{size}", "any") for size in (192, 512)]
    icons.append(("site/icon-maskable-512.png", "512x512", "maskable"))
    content = {
        "name": _("Ars Magica sheets"),
        "short_name": _("Ars Magica"),
        "description": _("Characters of Ars Magica, fifth edition."),
        "id": "/",
        "start_url": reverse("characters:list"),
        "scope": "/",
        "display": "standalone",
        "background_color": "#e8dec6",
        "theme_color": "#e8dec6",
        "icons": [{"src": static(path), "sizes": s, "type": "image/png", "purpose": for_} for path, s, for_ in icons],
    }
    return JsonResponse(content, content_type="application/manifest+json")


@cache
def _script_of_this_process() -> str:
    return _script()


def _script() -> str:
    paths = sorted(_files())
    shell = [static(path) for path in paths if path != WORKER]
    source = Path(_found(WORKER)).read_text(encoding="utf-8")
    offline_page = loader.render_to_string("offline.html")
    site = {
        "version": _digest(source, offline_page, *shell, *(_content(path) for path in paths)),
        "shell": shell,
        "offline": reverse("offline"),
        "files": settings.STATIC_URL,
    }
    return f"self.site = {json.dumps(site)};\n{source}"


def _files() -> Iterator[str]:
    """The files that pages of the site are made of: `site/page.css`."""
    for finder in get_finders():
        for path, _storage in finder.list([]):
            name = path.replace("\\", "/")
            if name.startswith(FOLDERS) and name.endswith(ENDINGS):
                yield name


def _content(path: str) -> str:
    return hashlib.sha256(Path(_found(path)).read_bytes()).hexdigest()


def _found(path: str) -> str:
    file = find(path)
    if not isinstance(file, str):
        raise LookupError(f"There is no file {path}")
    return file


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]
