"""A new password for those who forgot theirs, by a link that is sent to the address of the account.

Whoever asks learns nothing about an address: known or not, the answer is the same, and so is the time it takes.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import views
from django.contrib.auth.forms import PasswordResetForm
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse_lazy
from django.utils.translation import gettext as _

from config.limited import Limit, LimitedFormView
from config.logins import network

logger = logging.getLogger(__name__)


class RedirectFirst(HttpResponseRedirect):
    """A redirect that leaves before the work begins: a server closes an answer after it was sent."""

    def __init__(self, address: str, work: Callable[[], None]) -> None:
        super().__init__(address)
        self._work = work

    def close(self) -> None:
        try:
            self._work()
        except Exception:
            logger.exception("A mail could not be sent")
        super().close()


class PasswordResetView(LimitedFormView, views.PasswordResetView):
    """Asks for the address. How often one is asked for, and how often somebody asks, has limits."""

    template_name = "registration/password_reset.html"
    html_email_template_name = "registration/password_reset_mail.html"
    email_template_name = "registration/password_reset_mail.txt"
    success_url = reverse_lazy("password_reset_done")
    kept = ("email",)

    def limits(self) -> list[Limit]:
        asker = network(self.request.META.get("REMOTE_ADDR", ""))
        address = self.request.POST.get("email", "").strip().casefold()
        return [
            Limit("reset-address", asker, settings.RESETS_PER_ADDRESS),
            Limit("reset-email", address, settings.RESETS_PER_EMAIL),
        ]

    def form_valid(self, form: PasswordResetForm) -> HttpResponse:
        options: dict[str, Any] = {
            "use_https": self.request.is_secure(),
            "email_template_name": self.email_template_name,
            "html_email_template_name": self.html_email_template_name,
            "subject_template_name": "registration/password_reset_subject.txt",
            "extra_email_context": {"hours": settings.PASSWORD_RESET_TIMEOUT // 3600},
            "request": self.request,
        }
        return RedirectFirst(str(self.success_url), lambda: form.save(**options))


class PasswordResetConfirmView(views.PasswordResetConfirmView):
    """Takes the new password and logs in: whoever reads the mail need not wait for log-ins that failed."""

    template_name = "registration/password_reset_confirm.html"
    success_url = reverse_lazy("characters:list")
    post_reset_login = True

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        messages.success(self.request, _("The new password was saved. Sessions on other devices have been ended."))
        return response
