"""Addresses of the API where whole characters leave and arrive."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.parsers import BaseParser
from rest_framework.permissions import AllowAny
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from batching.exceptions import BatchingError, NotThere
from batching.keys import column_value
from batching.parsers import StrictJSONParser
from batching.preconditions import etag_of
from batching.throttling import OperationBudget
from characters.exchange import imports, native
from characters.exchange.files import FORMATS
from characters.exchange.imports import DUPLICATES, Report
from characters.exchange.parcel import Faulty
from characters.models import Character
from characters.models.sharing import editable_by

STATUS = {
    "malformed": HTTPStatus.BAD_REQUEST,
    "invalid": HTTPStatus.BAD_REQUEST,
    "unknown_version": HTTPStatus.BAD_REQUEST,
    "conflict": HTTPStatus.CONFLICT,
    "too_large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
}


class ImportRefused(BatchingError):
    """A document that was not imported; `errors` are all faults that were found, each with its path as `field`."""

    def __init__(self, faulty: Faulty) -> None:
        errors = [{"field": fault.path, "detail": fault.detail} for fault in faulty.told]
        super().__init__(f"Nothing was imported. {faulty.faults[0]}", faulty.code, errors=errors)
        self.status_code = STATUS[faulty.code]


class MarkdownRenderer(BaseRenderer):
    media_type = "text/markdown"
    format = "md"
    charset = "utf-8"

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        return data.encode() if isinstance(data, str) else json.dumps(data).encode()  # the latter: a problem document


# --- out ---


class ExportView(APIView):
    """One character of the user as a file."""

    kind = "native"

    def get(self, request: Request, key: str) -> Response:
        pk = column_value(Character._meta.pk, key)
        theirs = Character.objects.filter(pk__in=editable_by(request.user))
        character = None if pk is None else theirs.filter(pk=pk).first()
        if character is None:
            raise NotThere
        file = FORMATS[self.kind]
        disposition = f'attachment; filename="{file.name(character)}"'
        headers = {"Content-Disposition": disposition, "ETag": etag_of(character) or ""}
        return Response(file.make(character), headers=headers)


class NativeExportView(ExportView):
    renderer_classes = [JSONRenderer]

    @extend_schema(operation_id="characters_export", responses={200: OpenApiTypes.OBJECT}, tags=["exchange"])
    def get(self, request: Request, key: str) -> Response:
        """Answers all that is stored of a character, in the format that `/api/characters/import/` takes."""
        return super().get(request, key)


class FoundryExportView(ExportView):
    kind = "foundry"
    renderer_classes = [JSONRenderer]

    @extend_schema(operation_id="characters_export_foundry", responses={200: OpenApiTypes.OBJECT}, tags=["exchange"])
    def get(self, request: Request, key: str) -> Response:
        """Answers an actor of Foundry VTT (arm5e). What Foundry has no place for travels in its `flags`."""
        return super().get(request, key)


class MarkdownExportView(ExportView):
    kind = "markdown"
    renderer_classes = [MarkdownRenderer]

    @extend_schema(
        operation_id="characters_export_markdown",
        responses={(200, "text/markdown"): OpenApiTypes.STR},
        tags=["exchange"],
    )
    def get(self, request: Request, key: str) -> Response:
        """Answers the character as the books print them."""
        return super().get(request, key)


# --- in ---


class ImportOptions(serializers.Serializer[Any]):
    dry_run = serializers.BooleanField(default=False)
    duplicates = serializers.ChoiceField(choices=list(DUPLICATES), default="skip")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if unknown := self.initial_data.keys() - self.fields.keys() - {"format"}:
            # A misspelt dry_run must not become an import.
            raise ValidationError({name: ["There is no such parameter."] for name in sorted(unknown)})
        return attrs


class RemarkSerializer(serializers.Serializer[Any]):
    path = serializers.CharField(help_text="Where in the document: `characters[0].abilities[3].ability`.")
    detail = serializers.CharField()


class ArrivalSerializer(serializers.Serializer[Any]):
    path = serializers.CharField(help_text="Where in the document.")
    name = serializers.CharField(help_text="The name it has now, with a number if the name was taken.")
    id = serializers.IntegerField(source="key", allow_null=True, help_text="null in a dry run that would create it.")
    created = serializers.BooleanField(help_text="false: it was here already.")
    rows = serializers.IntegerField()


class ReportSerializer(serializers.Serializer[Any]):
    dry_run = serializers.BooleanField()
    characters = ArrivalSerializer(source="arrivals", many=True)
    notes = RemarkSerializer(many=True, help_text="What of a foreign document could not be taken along.")


EXAMPLE: Mapping[str, Any] = native.document(
    [{"name": "Aline", "type": "companion", "abilities": [{"ability": "ability.swim", "experience_points": 15}]}]
)


class ImportView(APIView):
    """Characters from a document."""

    parser_classes: list[type[BaseParser]] = [StrictJSONParser]

    @extend_schema(
        operation_id="characters_import",
        tags=["exchange"],
        parameters=[
            OpenApiParameter("dry_run", bool, description="Check everything, create nothing."),
            OpenApiParameter(
                "duplicates",
                str,
                enum=list(DUPLICATES),
                description="; ".join(f"`{name}`: {words}" for name, words in DUPLICATES.items()) + ".",
            ),
        ],
        request=OpenApiTypes.OBJECT,
        examples=[OpenApiExample("A companion", value=EXAMPLE, request_only=True)],
        responses={200: ReportSerializer, 201: ReportSerializer},
    )
    def post(self, request: Request) -> Response:
        """Creates the characters of a document, all or nothing: of this site, whose JSON Schema is at
        `/api/characters/import/schema/`, or an actor of Foundry VTT. Errors tell every fault with its path."""
        options = ImportOptions(data=request.query_params.dict())
        options.is_valid(raise_exception=True)
        try:
            parcel = imports.unpack(request.data)
            OperationBudget().charge(request, imports.size(parcel))
            report = imports.bring(parcel, request.user, **options.validated_data)
        except Faulty as faulty:
            raise ImportRefused(faulty) from faulty
        return Response(ReportSerializer(report).data, status=_status(report))


def _status(report: Report) -> HTTPStatus:
    created = any(arrival.created for arrival in report.arrivals) and not report.dry_run
    return HTTPStatus.CREATED if created else HTTPStatus.OK


class ImportSchemaView(APIView):
    """The JSON Schema of this site's own documents."""

    permission_classes = [AllowAny]
    schema = None

    def get(self, request: Request) -> HttpResponse:
        schema = json.loads(native.SCHEMA.read_text(encoding="utf-8"))
        return JsonResponse(schema, content_type="application/schema+json")


urlpatterns = [
    path("characters/import/", ImportView.as_view(), name="import"),
    path("characters/import/schema/", ImportSchemaView.as_view(), name="import-schema"),
    path("characters/<str:key>/export/", NativeExportView.as_view(), name="export"),
    path("characters/<str:key>/export/foundry/", FoundryExportView.as_view(), name="export-foundry"),
    path("characters/<str:key>/export/markdown/", MarkdownExportView.as_view(), name="export-markdown"),
]
