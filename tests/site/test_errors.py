"""Pages for what goes wrong. They are what people see without DEBUG, which tests run without."""

from __future__ import annotations

import pytest
from django.core.exceptions import BadRequest, PermissionDenied
from django.test import RequestFactory
from django.views import defaults


def test_an_address_without_a_page_is_not_found_in_words(stranger):
    response = stranger.client.get("/nowhere/")
    assert response.status_code == 404
    assert "There is nothing at this address, or nothing of yours." in response.content.decode()


@pytest.mark.parametrize(
    ("view", "exception", "status", "text"),
    [
        (defaults.bad_request, BadRequest(), 400, "Not understood"),
        (defaults.permission_denied, PermissionDenied(), 403, "Not allowed"),
    ],
)
def test_refusals_are_told_in_words(view, exception, status, text):
    response = view(RequestFactory().get("/"), exception)
    assert response.status_code == status
    assert text in response.content.decode()


def test_a_broken_server_says_so_without_looking_at_the_request():
    response = defaults.server_error(RequestFactory().get("/"))
    assert response.status_code == 500
    assert "Something broke" in response.content.decode()
    assert "csrfmiddlewaretoken" not in response.content.decode()
