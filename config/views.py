"""Accounts: what `django.contrib.auth` does not bring."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.forms import UserCreationForm
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, resolve_url
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
