"""Who is logged in, for pages that stay open; and what is answered when something broke."""

from __future__ import annotations

import sys

from django.contrib.auth import login
from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import loader
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from rest_framework.exceptions import APIException

from batching.exceptions import CONTENT_TYPE, Unavailable, is_outage, refusal
from config.logins import throttled


def server_error(request: HttpRequest) -> HttpResponse:
    """500, or 503 if the database is to blame, as a page or below /api/ as a problem document.

    What happened is in the log, not in the answer.
    """
    error = sys.exc_info()[1]
    outage = isinstance(error, Exception) and is_outage(error)
    status = 503 if outage else 500
    response: HttpResponse
    if request.path_info.startswith("/api/"):
        problem = refusal(Unavailable() if outage else APIException("Something broke here. It has been written down."))
        response = JsonResponse(problem, status=status, content_type=CONTENT_TYPE)
    else:
        response = HttpResponse(loader.render_to_string(f"{status}.html"), status=status)
    if outage:
        response["Retry-After"] = str(Unavailable.wait)
    return response


@method_decorator([never_cache, ensure_csrf_cookie], name="dispatch")
class SessionView(View):
    """Who is logged in, for pages that stay open longer than a session.

    GET answers `{"user": "42", "name": "demo"}`, both null for nobody. POST (`username`, `password`) logs in and
    answers the same, or 400 with the reason as `detail`, or 429 after too many failures.
    """

    def get(self, request: HttpRequest) -> HttpResponse:
        known = request.user.is_authenticated
        return JsonResponse(
            {"user": str(request.user.pk) if known else None, "name": request.user.get_username() or None}
        )

    def post(self, request: HttpRequest) -> HttpResponse:
        form = AuthenticationForm(request, data=request.POST)
        if not form.is_valid():
            (reason, *_more) = (text for texts in form.errors.values() for text in texts)
            return throttled(form, JsonResponse({"detail": str(reason)}, status=400))
        login(request, form.get_user())
        return self.get(request)
