"""Accounts: what `django.contrib.auth` does not bring."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.forms import AuthenticationForm, UserCreationForm
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, resolve_url
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.generic import FormView


class SignUpView(FormView):  # type: ignore[type-arg]
    """A new account, logged in at once."""

    form_class = UserCreationForm
    template_name = "registration/signup.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            return redirect(settings.LOGIN_REDIRECT_URL)
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: UserCreationForm[Any]) -> HttpResponse:
        user = form.save()
        login(self.request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
        return redirect(resolve_url(settings.LOGIN_REDIRECT_URL))


@method_decorator([never_cache, ensure_csrf_cookie], name="dispatch")
class SessionView(View):
    """Who is logged in, for pages that stay open longer than a session.

    GET answers `{"user": "42", "name": "demo"}`, both null for nobody. POST (`username`, `password`) logs in and
    answers the same, or 400 with the reason as `detail`.
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
            return JsonResponse({"detail": str(reason)}, status=400)
        login(request, form.get_user())
        return self.get(request)
