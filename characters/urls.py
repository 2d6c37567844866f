"""Addresses of the character manager's pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import URLPattern, path, register_converter
from django.urls.converters import StringConverter

from characters import guide_views, print_views, share_views, views
from characters.editing import NEW, OWN, ROWS
from characters.exchange.views import ImportView, StatBlockView
from characters.forms import CounterForm, OperationForm
from characters.guide_forms import NativeLanguageForm

app_name = "characters"


class TokenConverter(StringConverter):
    """What `new_token` makes; nothing else is worth a look into the database."""

    regex = "[A-Za-z0-9_-]{43}"


register_converter(TokenConverter, "token")


def write(
    address: str,
    resource: str,
    action: str,
    form: type[OperationForm],
    place: str = "",
    fixed: Mapping[str, Any] | None = None,
    by: type[views.WriteView] = views.WriteView,
) -> URLPattern:
    """A form of a sheet: where it is posted to, the operation that it becomes, and what of it nobody has to tell."""
    view = by.as_view(resource=resource, action=action, form_class=form, fixed=fixed or {})
    return path(f"characters/<int:pk>/{address}", view, name=f"{resource}-{place or action}")


urlpatterns = [
    path("", views.CharacterListView.as_view(), name="list"),
    path("about/", views.AboutView.as_view(), name="about"),
    path("characters/new/", views.CharacterCreateView.as_view(), name="new"),
    path("characters/new/template/", views.FromTemplateView.as_view(), name="from-template"),
    path("characters/import/", ImportView.as_view(), name="import"),
    path("characters/<int:pk>/stat-block/", StatBlockView.as_view(), name="stat-block"),
    path("characters/<int:pk>/", views.SheetView.as_view(), name="sheet"),
    path("characters/<int:pk>/offers/<str:kind>/", views.OffersView.as_view(), name="offers"),
    path("characters/<int:pk>/guide/", guide_views.GuideEntry.as_view(), name="guide-entry"),
    path("characters/<int:pk>/guide/<str:name>/", guide_views.GuideView.as_view(), name="guide"),
    write("native-language/", "abilities", "create", NativeLanguageForm, "native"),
    write("house-gift/", "virtues", "create", NEW["virtues"], "gift", {"granted_by_house": True}),
    path("characters/<int:pk>/delete/", views.CharacterDeleteView.as_view(), name="delete"),
    path("characters/<int:pk>/copy/", views.CharacterCopyView.as_view(), name="copy"),
    path("characters/<int:pk>/share/", share_views.ShareView.as_view(), name="share"),
    path("characters/<int:pk>/leave/", share_views.LeaveView.as_view(), name="leave"),
    path("characters/<int:pk>/print/", print_views.PrintView.as_view(), name="print"),
    path("characters/cards/", print_views.CardsView.as_view(), name="cards"),
    path("print/blank/", print_views.BlankView.as_view(), name="blank"),
    path("shared/<token:token>/", share_views.SharedView.as_view(), name="shared"),
    path("join/<token:token>/", share_views.JoinView.as_view(), name="join"),
    *(write(f"{action}/", "characters", action, CounterForm) for action in ("increment", "decrement")),
    write("update/who/", "characters", "update", OWN["who"], "who", by=views.WhoView),
    *(write(f"update/{place}/", "characters", "update", form, place) for place, form in OWN.items() if place != "who"),
    *(write(f"{resource}/", resource, "create", form) for resource, form in NEW.items()),
    *(write(f"{resource}/<int:target>/update/", resource, "update", form) for resource, form in ROWS.items()),
    *(write(f"{resource}/<int:target>/delete/", resource, "delete", OperationForm) for resource in ROWS),
    *(
        write(f"{resource}/<int:target>/{action}/", resource, action, OperationForm)
        for resource in ("abilities", "arts", "spells", "traits", "reputations")
        for action in ("increment", "decrement")
    ),
]
