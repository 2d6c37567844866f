"""The same table behind the batch endpoints of published packages, each as its documentation shows it."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

from django.urls import path

from tests.benchmarks.project.models import FIELDS, PlainTrait


def addresses() -> list[Any]:
    """Addresses below `/peers/`, of the packages that are installed."""
    if not find_spec("drf_batch") or not find_spec("rest_framework_bulk"):
        return []
    return [path("drf-batch/", _drf_batch()), path("bulk/", _bulk()), path("requests/", _requests())]


def _drf_batch() -> Any:
    from drf_batch import BatchMixin, BatchSerializer
    from rest_framework.viewsets import ModelViewSet

    class Serializer(BatchSerializer):
        class Meta:
            model = PlainTrait
            fields = FIELDS
            read_only_fields = ["sheet"]

    class ViewSet(BatchMixin, ModelViewSet):
        serializer_class = Serializer
        batch_response = "data"

        def get_queryset(self):
            return PlainTrait.objects.filter(sheet__owner=self.request.user)

    return ViewSet.as_view({"patch": "batch_update"})


def _bulk() -> Any:
    from rest_framework.serializers import ModelSerializer
    from rest_framework_bulk import BulkListSerializer, BulkModelViewSet, BulkSerializerMixin

    class Serializer(BulkSerializerMixin, ModelSerializer):
        class Meta:
            model = PlainTrait
            fields = FIELDS
            read_only_fields = ["sheet"]
            list_serializer_class = BulkListSerializer

    class ViewSet(BulkModelViewSet):
        serializer_class = Serializer

        def get_queryset(self):
            return PlainTrait.objects.filter(sheet__owner=self.request.user)

    return ViewSet.as_view({"patch": "partial_bulk_update"})


def _requests() -> Any:
    from drf_batch_requests.views import BatchView

    return BatchView.as_view()
