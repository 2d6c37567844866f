"""The page of a person's token for the API."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView
from rest_framework.authtoken.models import Token


@method_decorator(never_cache, name="dispatch")
class TokenPage(LoginRequiredMixin, TemplateView):
    """Shows whether there is a token, makes a new one, or revokes it. Its text is shown once, when it is made."""

    template_name = "registration/token.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        person: Any = self.request.user
        token = Token.objects.filter(user=person).first()
        return super().get_context_data(token=token, end=token.key[-4:] if token else "", **kwargs)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Either way the token so far ends at once."""
        person: Any = request.user
        made = ""
        with transaction.atomic():
            Token.objects.filter(user=person).delete()
            if "create" in request.POST:
                made = Token.objects.create(user=person).key
        return self.render_to_response(self.get_context_data(made=made, revoked=not made))
