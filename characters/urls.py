"""Addresses of the character manager's pages."""

from __future__ import annotations

from django.urls import URLPattern, path, register_converter
from django.urls.converters import StringConverter

from characters import print_views, share_views, views
from characters.editing import NEW, OWN, ROWS
from characters.exchange.views import ImportView, StatBlockView
from characters.forms import CounterForm, OperationForm

app_name = "characters"


class TokenConverter(StringConverter):
    """What `new_token` makes; nothing else is worth a look into the database."""

    regex = "[A-Za-z0-9_-]{43}"


register_converter(TokenConverter, "token")


def write(address: str, resource: str, action: str, form: type[OperationForm], place: str = "") -> URLPattern:
    """A form of a sheet: where it is posted to, and the operation that it becomes."""
    view = views.WriteView.as_view(resource=resource, action=action, form_class=form)
    return path(f"characters/<int:pk>/{address}", view, name=f"{resource}-{place or action}")


urlpatterns = [
    path("", views.CharacterListView.as_view(), name="list"),
    path("about/", views.AboutView.as_view(), name="about"),
    path("characters/new/", views.CharacterCreateView.as_view(), name="new"),
    path("characters/import/", ImportView.as_view(), name="import"),
    path("characters/<int:pk>/stat-block/", StatBlockView.as_view(), name="stat-block"),
    path("characters/<int:pk>/", views.SheetView.as_view(), name="sheet"),
    path("characters/<int:pk>/offers/<str:kind>/", views.OffersView.as_view(), name="offers"),
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
    *(write(f"update/{place}/", "characters", "update", form, place) for place, form in OWN.items()),
    *(write(f"{resource}/", resource, "create", form) for resource, form in NEW.items()),
    *(write(f"{resource}/<int:target>/update/", resource, "update", form) for resource, form in ROWS.items()),
    *(write(f"{resource}/<int:target>/delete/", resource, "delete", OperationForm) for resource in ROWS),
    *(
        write(f"{resource}/<int:target>/{action}/", resource, action, OperationForm)
        for resource in ("abilities", "arts", "spells", "traits", "reputations")
        for action in ("increment", "decrement")
    ),
]
