"""The laboratory of the queue: for developers, on their own characters."""

from __future__ import annotations

import pytest

from tests.characters import factories


@pytest.fixture
def debug(settings):
    settings.DEBUG = True


def test_without_debug_there_is_none(visitor):
    assert visitor.client.get("/queue-lab/").status_code == 404


def test_it_needs_a_login(debug, stranger):
    assert stranger.go("/queue-lab/").response.redirect_chain == [("/accounts/login/?next=/queue-lab/", 302)]


def test_it_shows_the_character_that_was_changed_last_or_the_one_that_is_asked_for(debug, visitor, alice, magus):
    factories.CharacterFactory(owner=alice, name="Later")
    assert visitor.go("/queue-lab/").response.context["character"].name == "Later"
    assert visitor.go(f"/queue-lab/?character={magus.pk}").response.context["character"] == magus


@pytest.mark.parametrize("wanted", ["999999", "0", "-1", "x", "٣", "9" * 40])
def test_what_is_not_there_is_told(debug, visitor, magus, wanted):
    page = visitor.go(f"/queue-lab/?character={wanted}")
    assert page.response.status_code == 200


def test_other_peoples_characters_are_not_there(debug, visitor, bob, magus):
    other = factories.CharacterFactory(owner=bob)
    assert visitor.go(f"/queue-lab/?character={other.pk}").response.context["character"] is None
