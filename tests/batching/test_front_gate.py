"""The front gate: request ids, and bodies that are refused before they are kept."""

from __future__ import annotations

import threading

import pytest
import requests
from rest_framework.authtoken.models import Token

pytestmark = [pytest.mark.django_db(transaction=True)]


def test_an_answer_names_its_request(client, db):
    first, second = client.get("/api/books/"), client.get("/api/books/")
    assert first["X-Request-Id"] != second["X-Request-Id"]
    assert client.get("/api/books/", headers={"X-Request-Id": "mine-1"})["X-Request-Id"] == "mine-1"
    assert client.get("/api/books/", headers={"X-Request-Id": "a b\n"})["X-Request-Id"] != "a b\n"


@pytest.mark.parametrize("megabytes", [2, 10])
def test_a_large_body_is_refused_over_a_socket(live_server, alice, megabytes):
    """The client gets to see the answer, and the server keeps none of the body."""
    headers = {"Authorization": f"Token {Token.objects.create(user=alice)}", "Content-Type": "application/json"}
    body = b'{"operations": "' + b"x" * megabytes * 1024 * 1024 + b'"}'
    response = requests.post(f"{live_server}/api/batch/", data=body, headers=headers, timeout=30)
    assert response.status_code == 413
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json()["limits"]["max_body"] == 1024 * 1024


def test_many_large_bodies_at_once_are_refused(live_server, alice):
    headers = {"Authorization": f"Token {Token.objects.create(user=alice)}", "Content-Type": "application/json"}
    codes = []

    def send():
        body = b"x" * 3 * 1024 * 1024
        codes.append(requests.post(f"{live_server}/api/batch/", data=body, headers=headers, timeout=30).status_code)

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes == [413] * 4
