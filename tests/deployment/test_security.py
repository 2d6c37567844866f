"""What attackers meet on the site as it is run for the public. The threat list in ARCHITECTURE.md names these tests."""

from __future__ import annotations

import contextlib
import json
import re

import pytest
import requests

from tests.service import POSTGRES, TIMEOUT

SQL = re.compile(r"\b(SELECT\s.+\sFROM|INSERT INTO|UPDATE\s.+\sSET|DELETE FROM)\b")


@pytest.fixture
def visitor(any_service, by_https):
    """Somebody's browser behind the proxy."""
    session = requests.Session()
    session.headers.update(by_https)
    yield session
    session.close()


# --- transport ---


def test_plain_http_is_sent_to_https(any_service):
    answer = any_service.get("/accounts/login/", allow_redirects=False)
    assert answer.status_code == 301
    assert answer.headers["Location"].startswith("https://")


def test_browsers_are_told_to_stay_with_https_and_to_guess_nothing(any_service, visitor):
    headers = visitor.get(f"{any_service.url}/accounts/login/", timeout=TIMEOUT).headers
    assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "default-src 'self'" in headers["Content-Security-Policy"]


def test_cookies_travel_by_https_only_and_not_from_other_sites(any_service, visitor):
    (person,) = any_service.people(1)
    any_service.manage("shell", "-c", _password_for(person["name"]))
    page = visitor.get(f"{any_service.url}/accounts/login/", timeout=TIMEOUT)
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)[1]
    # The cookies are marked secure, so a client that speaks plain HTTP to the proxy's port would hold them back.
    secure = {
        "Cookie": f"csrftoken={visitor.cookies['csrftoken']}",
        "Referer": f"https://127.0.0.1:{any_service.port}/",
    }
    answer = requests.post(
        f"{any_service.url}/accounts/login/",
        {"username": person["name"], "password": "an old oak stump", "csrfmiddlewaretoken": token},
        headers={**visitor.headers, **secure},
        timeout=TIMEOUT,
        allow_redirects=False,
    )
    assert answer.status_code == 302, answer.text
    (session,) = [value for value in answer.raw.headers.getlist("Set-Cookie") if value.startswith("sessionid")]
    assert {"HttpOnly", "Secure", "SameSite=Lax"} <= {part.strip() for part in session.split(";")}
    assert "Secure" in page.headers["Set-Cookie"]


def _password_for(name):
    return (
        "from django.contrib.auth import get_user_model as u;"
        f"x = u().objects.get(username='{name}'); x.set_password('an old oak stump'); x.save();"
        "assert x.password.startswith('argon2'), x.password"
    )


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example"])
def test_another_host_name_is_refused(any_service, visitor, host):
    answer = visitor.get(f"{any_service.url}/accounts/login/", headers={"Host": host}, timeout=TIMEOUT)
    assert answer.status_code == 400
    assert "evil" not in answer.text


def test_only_the_proxy_says_where_somebody_is(any_service, visitor):
    """What the client itself writes into X-Forwarded-For comes before what the proxy adds."""
    headers = {"X-Forwarded-For": "1.2.3.4, 203.0.113.9"}
    answer = visitor.get(f"{any_service.url}/accounts/login/", headers=headers, timeout=TIMEOUT)
    line = _logged(any_service, answer)
    assert line["address"] == "203.0.113.9"


# --- size ---


def test_bodies_and_headers_have_limits(any_service, by_https):
    token, form, page = "/api/token/", "/accounts/login/", "/about/"
    large = any_service.post(token, data=b"x" * (1024 * 1024 + 1), headers={**by_https, "Content-Type": "text/json"})
    assert (large.status_code, large.json()["code"]) == (413, "too_large")
    with contextlib.suppress(requests.ConnectionError):  # it may hang up before all was sent
        assert any_service.post(form, data={"username": "x" * 3_000_000}, headers=by_https).status_code in (400, 403)
    assert any_service.get(f"{page}?q={'x' * 5000}", headers=by_https).status_code == 414
    assert any_service.get(page, headers={**by_https, "X-Long": "x" * 9000}).status_code == 431
    assert any_service.get(page, headers={**by_https, **{f"X-{n}": "x" for n in range(80)}}).status_code == 431


def test_a_body_without_a_length_is_not_read(any_service, by_https):
    """Chunks could go on for ever."""

    def chunks():
        yield from [b"x" * 65536] * 32

    headers = {**by_https, "Content-Type": "application/json"}
    answer = requests.post(f"{any_service.url}/api/token/", data=chunks(), headers=headers, timeout=TIMEOUT)
    assert answer.status_code in (400, 411, 413)


# --- secrets ---


def test_no_secret_and_no_sql_in_any_answer_or_log(any_service, visitor):
    """What people send, what the site is configured with, and what it asks the database stays where it is."""
    (person,) = any_service.people(1, 1)
    row, token = person["rows"][0], {"Authorization": f"Token {person['token']}"}
    requests_sent = [
        ("POST", "/api/token/", {"json": {"username": person["name"], "password": "open-sesame"}}),
        ("POST", "/accounts/login/", {"data": {"username": person["name"], "password": "open-sesame"}}),
        ("GET", "/api/characters/", {"headers": {"Authorization": "Token wrong-and-secret"}}),
        ("GET", "/api/characters/?search=%00", {"headers": token}),
        ("GET", "/api/characters/?ordering=';--", {"headers": token}),
        ("GET", f"/api/abilities/{'9' * 40}/", {"headers": token}),
        ("PATCH", f"/api/abilities/{row}/", {"headers": token, "json": {"specialty": "\x00' OR 1=1"}}),
        ("PATCH", f"/api/abilities/{row}/", {"headers": token, "json": {"instance": "x" * 10_000}}),
        ("POST", "/api/batch/", {"headers": token, "data": "{not json"}),
        ("POST", "/api/batch/", {"headers": token, "json": {"operations": [{"resource": "abilities"}]}}),
        ("GET", "/nowhere/", {}),
        ("GET", "/api/nowhere", {}),
        ("GET", "/static/../config/settings.py", {}),
        ("GET", "/admin/", {}),
        ("TRACE", "/", {}),
    ]
    texts = []
    for method, path, options in requests_sent:
        headers = {**visitor.headers, "Cookie": "sessionid=biscuit-and-tea", **options.pop("headers", {})}
        answer = requests.request(method, f"{any_service.url}{path}", headers=headers, timeout=TIMEOUT, **options)
        assert answer.status_code < 500, (method, path, answer.text)
        texts.append(answer.text + str(answer.headers))
        assert "Traceback" not in answer.text
    texts.append(any_service.log.read_text())
    secrets = [any_service.secret, person["token"], "open-sesame", "wrong-and-secret", "biscuit-and-tea"]
    secrets += [POSTGRES] if "@" in POSTGRES else []
    for text in texts:
        assert not [secret for secret in secrets if secret in text]
        assert not SQL.search(text), SQL.search(text)


def test_each_request_is_one_line_with_the_id_that_its_answer_shows(any_service, visitor):
    answer = visitor.get(f"{any_service.url}/api/nowhere/?password=hidden", timeout=TIMEOUT)
    line = _logged(any_service, answer)
    facts = {
        "logger": "site.requests",
        "method": "GET",
        "path": "/api/nowhere/",
        "status": 404,
        "address": "203.0.113.7",
    }
    assert facts.items() <= line.items()
    assert line["milliseconds"] > 0
    assert "hidden" not in any_service.log.read_text()


def test_the_id_of_a_proxy_is_kept_if_it_is_a_plain_word(any_service, visitor):
    address = f"{any_service.url}/accounts/login/"
    kept = visitor.get(address, headers={"X-Request-Id": "edge-42"}, timeout=TIMEOUT)
    assert kept.headers["X-Request-Id"] == "edge-42"
    forged = visitor.get(address, headers={"X-Request-Id": 'x", "level": "CRITICAL'}, timeout=TIMEOUT)
    assert re.fullmatch(r"[0-9a-f-]{36}", forged.headers["X-Request-Id"])


def test_a_batch_is_found_in_the_log_by_its_request(any_service, by_https):
    (person,) = any_service.people(1, 1)
    operation = {"resource": "abilities", "action": "increment", "target": person["rows"][0]}
    headers = {**by_https, "Authorization": f"Token {person['token']}"}
    answer = any_service.post("/api/batch/", json={"operations": [operation]}, headers=headers)
    lines = _lines(any_service, answer)
    assert {line["logger"] for line in lines} >= {"batching", "site.requests"}
    (batch,) = [line for line in lines if line["logger"] == "batching"]
    assert (batch["batch_total"], batch["batch_succeeded"]) == (1, 1)


def test_every_line_of_the_log_is_an_object(any_service):
    for line in any_service.log.read_text().splitlines():
        assert {"time", "level", "logger", "message", "request_id"} <= json.loads(line).keys(), line


def _lines(service, answer):
    lines = map(json.loads, service.log.read_text().splitlines())
    return [line for line in lines if line["request_id"] == answer.headers["X-Request-Id"]]


def _logged(service, answer):
    (line,) = [line for line in _lines(service, answer) if line["logger"] == "site.requests"]
    return line
