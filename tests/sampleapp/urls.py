from __future__ import annotations

from django.urls import include, path
from rest_framework.routers import DefaultRouter

from batching.resources import Registry
from tests.sampleapp import api

router = DefaultRouter()
router.register("shelves", api.ShelfViewSet)
router.register("books", api.BookViewSet)
router.register("loans", api.LoanViewSet)
router.register("members", api.MemberViewSet)
router.register("notes", api.NoteViewSet)
router.register("tickets", api.TicketViewSet)
router.register("series", api.SeriesViewSet)
router.register("readings", api.ReadingViewSet)
router.register("overviews", api.OverviewViewSet, basename="overview")

registry = Registry.from_router(router)
registry.register("notes", api.NoteViewSet)
registry.register("tickets", api.TicketViewSet)
registry.register("series", api.SeriesViewSet)
registry.register("readings", api.ReadingViewSet)
registry.register("overviews", api.OverviewViewSet)

urlpatterns = [path("api/", include([*registry.urls(), *router.urls]))]
