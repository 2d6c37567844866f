"""Addresses of the API, below `/api/`."""

from __future__ import annotations

from django.urls import include, path, re_path
from rest_framework.routers import DefaultRouter

from batching.resources import Registry
from characters.api import viewsets
from characters.api.views import NowhereView, TokenView

router = DefaultRouter()
router.register("characters", viewsets.CharacterViewSet, basename="character")
router.register("abilities", viewsets.AbilityViewSet, basename="ability")
router.register("arts", viewsets.ArtViewSet, basename="art")
router.register("virtues", viewsets.VirtueViewSet, basename="virtue")
router.register("spells", viewsets.SpellViewSet, basename="spell")
router.register("traits", viewsets.TraitViewSet, basename="trait")
router.register("reputations", viewsets.ReputationViewSet, basename="reputation")
router.register("possessions", viewsets.PossessionViewSet, basename="possession")
router.register("attacks", viewsets.AttackViewSet, basename="attack")
router.register("catalogue/abilities", viewsets.CatalogueAbilityViewSet, basename="catalogue-ability")
router.register("catalogue/arts", viewsets.CatalogueArtViewSet, basename="catalogue-art")
router.register("catalogue/virtues", viewsets.CatalogueVirtueViewSet, basename="catalogue-virtue")
router.register("catalogue/houses", viewsets.CatalogueHouseViewSet, basename="catalogue-house")
router.register("catalogue/spells", viewsets.CatalogueSpellViewSet, basename="catalogue-spell")

registry = Registry.from_router(router)

urlpatterns = [
    *registry.urls(),
    path("token/", TokenView.as_view(), name="token"),
    path("", include(router.urls)),
    re_path(r"", NowhereView.as_view()),
]
