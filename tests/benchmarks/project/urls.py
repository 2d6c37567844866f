"""The ways to write: `/plain/traits/`, `/traits/` with `/batch/`, and those it is compared with."""

from __future__ import annotations

from django.urls import include, path
from rest_framework import serializers, viewsets
from rest_framework.routers import SimpleRouter

from batching.resources import Registry
from batching.viewsets import BatchModelViewSet
from tests.benchmarks.project import peers
from tests.benchmarks.project.by_hand import BatchByHandView
from tests.benchmarks.project.models import FIELDS, BatchTrait, PlainTrait, Sheet


class PlainSerializer(serializers.ModelSerializer):
    class Meta:
        model = PlainTrait
        fields = FIELDS
        read_only_fields = ["sheet"]


class BatchSerializer(serializers.ModelSerializer):
    class Meta:
        model = BatchTrait
        fields = FIELDS
        read_only_fields = ["sheet"]


class SheetSerializer(serializers.ModelSerializer):
    class Meta:
        model = Sheet
        fields = ["id", "name"]


class PlainViewSet(viewsets.ModelViewSet):
    serializer_class = PlainSerializer

    def get_queryset(self):
        return PlainTrait.objects.filter(sheet__owner=self.request.user)


class TraitViewSet(BatchModelViewSet):
    serializer_class = BatchSerializer

    def get_queryset(self):
        return BatchTrait.objects.filter(sheet__owner=self.request.user)


class SheetViewSet(BatchModelViewSet):
    serializer_class = SheetSerializer

    def get_queryset(self):
        return Sheet.objects.filter(owner=self.request.user)


plain = SimpleRouter()
plain.register("traits", PlainViewSet, basename="plain")
router = SimpleRouter()
router.register("sheets", SheetViewSet, basename="sheet")
router.register("traits", TraitViewSet, basename="trait")
registry = Registry.from_router(router)

urlpatterns = [
    path("plain/", include(plain.urls)),
    path("by-hand/", BatchByHandView.as_view()),
    path("peers/", include(peers.addresses())),
    path("", include([*registry.urls(), *router.urls])),
]
