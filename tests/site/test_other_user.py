"""R38: what one user's page has to send is never taken for the next user's, who logged in beside it."""

from __future__ import annotations

import json

import pytest


def post(visitor, path, body, user=None):
    token = visitor.client.get("/accounts/session/").cookies["csrftoken"].value
    headers = {"X-CSRFToken": token, **({} if user is None else {"X-User": str(user.pk)})}
    return visitor.client.post(path, json.dumps(body), content_type="application/json", headers=headers)


@pytest.fixture
def batch(magus):
    step = {"field": "stamina", "by": 1}
    return {"operations": [{"resource": "characters", "action": "increment", "target": magus.pk, "data": step}]}


def test_a_page_writes_for_the_user_it_was_made_for(visitor, alice, magus, batch):
    assert post(visitor, "/api/batch/", batch, alice).status_code == 200
    assert post(visitor, "/api/batch/", batch).status_code == 200
    magus.refresh_from_db()
    assert magus.stamina == 2


def test_after_somebody_else_has_logged_in_it_is_asked_to_log_in_again(visitor, alice, bob, magus, batch):
    visitor.client.force_login(bob)
    answer = post(visitor, "/api/batch/", batch, alice)
    assert answer.status_code == 401
    assert answer.json()["code"] == "other_user"
    assert answer.json()["detail"] == "Somebody else has logged in on this device."
    magus.refresh_from_db()
    assert magus.stamina == 0


def test_that_holds_for_single_requests_and_for_reading(visitor, alice, bob, magus):
    visitor.client.force_login(bob)
    step = {"field": "stamina", "by": 1}
    assert post(visitor, f"/api/characters/{magus.pk}/increment/", step, alice).status_code == 401
    changes = visitor.client.get(f"/api/characters/{magus.pk}/changes/", headers={"X-User": str(alice.pk)})
    assert changes.status_code == 401
