"""Who a request of the site's own pages comes from."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from rest_framework import authentication, exceptions
from rest_framework.request import Request

HEADER = "X-User"


class OtherUser(exceptions.AuthenticationFailed):
    default_detail = _("Somebody else has logged in on this device.")
    default_code = "other_user"


class SessionAuthentication(authentication.SessionAuthentication):
    """The session of a browser, for the user that the page was made for.

    A page may be older than the session: somebody else has logged in since, in another tab. What it still has to send
    belongs to its own user, whose key it names in `X-User`; the answer is 401, before anything runs.
    """

    def authenticate(self, request: Request) -> tuple[object, object] | None:
        user = getattr(request._request, "user", None)
        expected = request.headers.get(HEADER)
        if expected is not None and user is not None and user.is_authenticated and str(user.pk) != expected:
            raise OtherUser
        return super().authenticate(request)
