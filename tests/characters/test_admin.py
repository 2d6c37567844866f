"""The admin site (R52)."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from characters.models import Character, Editor, Invitation, ReadLink
from tests.characters.factories import (
    AbilityFactory,
    ArtFactory,
    AttackFactory,
    CharacterFactory,
    PossessionFactory,
    ReputationFactory,
    SpellFactory,
    TraitFactory,
    UserFactory,
    VirtueFactory,
)

pytestmark = pytest.mark.django_db

ROWS = (
    AbilityFactory,
    ArtFactory,
    VirtueFactory,
    SpellFactory,
    TraitFactory,
    ReputationFactory,
    PossessionFactory,
    AttackFactory,
)
MODELS = list(apps.get_app_config("characters").get_models())


@pytest.fixture
def site(admin_client, alice):
    """The admin site with something of everything to look at."""
    _more(alice)
    return admin_client


def _more(owner):
    character = CharacterFactory(owner=owner, type="magus", house_id="house.tremere")
    for make in ROWS:
        make(character=character)
    _share(CharacterFactory(owner=owner, type="grog", shared=True))


def _share(grog):
    ReadLink.objects.create(character=grog)
    Invitation.objects.create(character=grog, digest=Invitation.digest_of(str(grog.pk)))
    Editor.objects.create(character=grog, user=UserFactory())


def url(model, page, *args):
    return reverse(f"admin:characters_{model._meta.model_name}_{page}", args=args)


def test_every_model_is_on_the_site():
    assert [model for model in MODELS if not admin.site.is_registered(model)] == []


@pytest.mark.parametrize("model", MODELS)
def test_lists_can_be_opened_and_searched(site, model):
    assert site.get(url(model, "changelist")).status_code == 200
    assert site.get(url(model, "changelist"), {"q": "a"}).status_code == 200


@pytest.mark.parametrize("model", MODELS)
def test_rows_can_be_opened(site, model):
    row = model._default_manager.first()
    assert site.get(url(model, "change", row.pk)).status_code == 200


@pytest.mark.parametrize("model", [model for model in MODELS if hasattr(model, "revision")])
def test_lists_cost_the_same_for_few_as_for_many(site, alice, model):
    def statements():
        with CaptureQueriesContext(connection) as queries:
            site.get(url(model, "changelist"))
        return len(queries)

    few = statements()
    for _ in range(3):
        _more(alice)
    assert statements() == few


def test_a_change_on_the_site_raises_the_revision(site, alice):
    """So that pages which hold the old state learn of it."""
    character = CharacterFactory(owner=alice, name="Old")
    page = site.get(url(Character, "change", character.pk)).context["adminform"].form.initial
    data = {name: "" if value is None else value for name, value in page.items()}
    for prefix in ("virtues", "abilities", "arts", "spells", "traits", "reputations", "possessions", "attacks"):
        data |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
    response = site.post(url(Character, "change", character.pk), {**data, "name": "New"})
    assert response.status_code == 302, response.context["adminform"].form.errors
    character.refresh_from_db()
    assert (character.name, character.revision) == ("New", 2)


def test_the_catalogue_is_only_looked_up(site):
    for model in MODELS:
        if not hasattr(model, "revision"):
            assert site.get(url(model, "add")).status_code == 403
            row = model._default_manager.first()
            assert site.post(url(model, "change", row.pk), {"name": "X"}).status_code == 403
            assert site.post(url(model, "delete", row.pk), {"post": "yes"}).status_code == 403


def test_the_secrets_of_links_are_not_shown(site):
    link = ReadLink.objects.first()
    assert link.token not in site.get(url(ReadLink, "change", link.pk)).content.decode()


def test_ordinary_users_stay_outside(client, alice):
    client.force_login(alice)
    assert client.get(url(Character, "changelist")).status_code == 302
