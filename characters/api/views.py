"""What is no resource: tokens, and addresses that do not exist."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import resolve
from rest_framework.authtoken.models import Token
from rest_framework.authtoken.serializers import AuthTokenSerializer
from rest_framework.exceptions import NotFound
from rest_framework.parsers import FormParser, MultiPartParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from batching.parsers import StrictJSONParser


class TokenView(APIView):
    """Answers `{"token": …}` to a username and password, for programs; wrong ones are 400."""

    authentication_classes = []  # whoever comes with a session is asked for the password like everybody else
    permission_classes = [AllowAny]
    parser_classes = [StrictJSONParser, FormParser, MultiPartParser]
    serializer_class = AuthTokenSerializer

    def post(self, request: Request) -> Response:
        serializer = AuthTokenSerializer(data=request.data, context={"request": request})
        serializer.is_valid(raise_exception=True)
        token, _ = Token.objects.get_or_create(user=serializer.validated_data["user"])
        return Response({"token": token.key})


class NowhereView(APIView):
    """Answers 404 as a problem document, like everything under this API; or 308 where only the last slash was missing.

    A 308 is followed with the same method and body, which the 301 of APPEND_SLASH would lose.
    """

    authentication_classes = []
    permission_classes = [AllowAny]
    schema = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if (
            not request.path.endswith("/")
            and resolve(f"{request.path_info}/").func is not resolve(request.path_info).func
        ):
            return HttpResponse(status=308, headers={"Location": request.get_full_path(force_append_slash=True)})
        return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise NotFound("There is nothing at this address.")
