"""Addresses of the site."""

from __future__ import annotations

from django.conf import settings
from django.contrib import admin
from django.contrib.auth import views as auth
from django.urls import include, path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from config.accounts import AccountView, DeleteAccountView, SignUpView
from config.lab import QueueLabView
from config.logins import LoginView, admin_login
from config.offline import manifest, offline, worker
from config.recovery import PasswordResetConfirmView, PasswordResetView
from config.tokens import TokenPage
from config.views import SessionView

accounts = [
    path("", AccountView.as_view(), name="account"),
    path("delete/", DeleteAccountView.as_view(), name="account-delete"),
    path("login/", LoginView.as_view(redirect_authenticated_user=True), name="login"),
    path("logout/", auth.LogoutView.as_view(), name="logout"),
    path("session/", SessionView.as_view(), name="session"),
    path("signup/", SignUpView.as_view(), name="signup"),
    path("token/", TokenPage.as_view(), name="token-page"),
    path("password/", auth.PasswordChangeView.as_view(), name="password_change"),
    path("password/changed/", auth.PasswordChangeDoneView.as_view(), name="password_change_done"),
    path("reset/", PasswordResetView.as_view(), name="password_reset"),
    path(
        "reset/sent/",
        auth.PasswordResetDoneView.as_view(template_name="registration/password_reset_sent.html"),
        name="password_reset_done",
    ),
    path("reset/<uidb64>/<token>/", PasswordResetConfirmView.as_view(), name="password_reset_confirm"),
]

handler500 = "config.views.server_error"

urlpatterns = [
    path("admin/login/", admin_login),
    path("admin/", admin.site.urls),
    path("accounts/", include(accounts)),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    # The script of the page comes from an address of its own: the Content-Security-Policy wants it so.
    path("api/docs/", SpectacularSwaggerSplitView.as_view(), name="docs"),
    path("api/", include("characters.exchange.api")),
    path("api/", include("characters.api.urls")),
    # From the root, because a service worker sees only what lies below its own address.
    path("sw.js", worker, name="worker"),
    path("manifest.webmanifest", manifest, name="manifest"),
    path("offline/", offline, name="offline"),
    path("queue-lab/", QueueLabView.as_view(), name="queue-lab"),
    path("", include("characters.urls")),
    # Pages with their own icon say so; this is for the admin site and the browsable API.
    path("favicon.ico", RedirectView.as_view(url=f"{settings.STATIC_URL}site/icon.svg")),
]
