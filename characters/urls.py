"""Addresses of the character manager's pages."""

from __future__ import annotations

from django.urls import URLPattern, path

from characters import views
from characters.forms import CharacteristicForm, NewAbilityForm, OperationForm, ScoredForm

app_name = "characters"


def write(address: str, resource: str, action: str, form: type[OperationForm], name: str) -> URLPattern:
    """A form of a sheet: where it is posted to, and the operation that it becomes."""
    view = views.WriteView.as_view(resource=resource, action=action, form_class=form)
    return path(f"characters/<int:pk>/{address}", view, name=name)


urlpatterns = [
    path("", views.CharacterListView.as_view(), name="list"),
    path("about/", views.AboutView.as_view(), name="about"),
    path("characters/new/", views.CharacterCreateView.as_view(), name="new"),
    path("characters/<int:pk>/", views.SheetView.as_view(), name="sheet"),
    path("characters/<int:pk>/delete/", views.CharacterDeleteView.as_view(), name="delete"),
    write("increment/", "characters", "increment", CharacteristicForm, "characters-increment"),
    write("decrement/", "characters", "decrement", CharacteristicForm, "characters-decrement"),
    write("abilities/", "abilities", "create", NewAbilityForm, "abilities-create"),
    write("abilities/<int:target>/delete/", "abilities", "delete", OperationForm, "abilities-delete"),
    *(
        write(f"{resource}/<int:target>/{action}/", resource, action, form, f"{resource}-{action}")
        for resource in ("abilities", "arts")
        for action, form in {"increment": OperationForm, "decrement": OperationForm, "update": ScoredForm}.items()
    ),
]
