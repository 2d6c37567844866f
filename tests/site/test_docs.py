"""The API's description is true: checked request by request, and with requests of chance (R20, R52)."""

from __future__ import annotations

import copy
import os
import secrets
import time
from collections import Counter

import hypothesis
import pytest
import schemathesis
from django.core import signals
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from django.test import Client
from django.test.utils import override_settings
from rest_framework.authtoken.models import Token
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from batching.testing import BatchAPIClient
from tests.characters import factories
from tests.described import Description

SECONDS = 10  # for all requests of chance together; the tests run on two databases
SEED = int(os.environ.get("SCHEMATHESIS_SEED") or secrets.randbelow(10**9))
EXAMPLES = 100  # at most, for one address, fitting or not
# One of each kind: what is left out is served by the same code.
MAIN = r"^/api/(batch/|characters/|abilities/|catalogue/spells/$|virtues/$|token/)(?!.*(arts|virtues)/batch)"
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
SETTINGS = hypothesis.settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    phases=[hypothesis.Phase.generate],  # without making failures smaller, which would take longer than the test
    suppress_health_check=list(hypothesis.HealthCheck),
    report_multiple_bugs=False,
)
UNLIMITED = {"WRITES": None, "READS": None, "OPERATIONS": None}


@pytest.fixture(scope="module")
def document():
    response = Client().get("/api/schema/", HTTP_ACCEPT="application/vnd.oai.openapi+json")
    assert response.status_code == 200
    return response.json()


@pytest.fixture(scope="module")
def description(document):
    return Description(document)


@pytest.fixture
def rows(magus):
    """One of each, by resource."""
    ability = factories.AbilityFactory(character=magus, ability_id="ability.awareness", experience_points=30)
    art = factories.ArtFactory(character=magus, art_id="art.creo", experience_points=15)
    virtue = factories.VirtueFactory(character=magus)
    return {"characters": magus.pk, "abilities": ability.pk, "arts": art.pk, "virtues": virtue.pk}


# --- request by request ---


@pytest.fixture
def ask(description, alice):
    client = BatchAPIClient()
    client.force_authenticate(alice)

    def ask(method, path, body=None, **headers):
        if body is not None:
            description.takes(path, method, body)
        options = {} if body is None else {"data": body, "format": "json"}
        response = getattr(client, method)(path, **options, **headers)
        description.answers(path, method, response)
        return response

    return ask


def test_the_main_addresses_answer_as_described(ask, rows):
    character, ability = rows["characters"], rows["abilities"]
    operations = [
        {"resource": "characters", "action": "create", "lid": "c", "data": {"name": "Petrus", "type": "grog"}},
        {"resource": "abilities", "action": "create", "data": {"character": {"lid": "c"}, "ability": "ability.swim"}},
        {"resource": "abilities", "action": "increment", "target": ability, "data": {"by": 2, "low": -1}},
        {"resource": "arts", "action": "retrieve", "target": rows["arts"]},
        {"resource": "virtues", "action": "update", "target": rows["virtues"], "data": {"notes": "N"}},
        {"resource": "characters", "action": "increment", "target": character, "data": {"field": "strength"}},
    ]
    answer = ask("post", "/api/batch/", {"operations": operations, "include": ["sheet"]})
    assert answer.status_code == 200, answer.json()
    own = {"abilityId": ability, "action": "increment", "data": {"score": 5, "experience_points": 75}}
    assert ask("post", f"/api/characters/{character}/abilities/batch", {"operations": [own]}).status_code == 200
    for path in ("characters", "abilities", "arts", "virtues", "catalogue/abilities", "catalogue/spells"):
        assert ask("get", f"/api/{path}/").status_code == 200
    for name, key in rows.items():
        assert ask("get", f"/api/{name}/{key}/").status_code == 200
    assert ask("get", f"/api/characters/{character}/changes/?since=0").json()["changed"]
    assert ask("post", f"/api/abilities/{ability}/increment/?include=sheet", {}).status_code == 200
    assert ask("post", f"/api/abilities/{ability}/decrement/", {"by": 1000}).status_code == 422
    assert ask("patch", f"/api/characters/{character}/", {"name": "N"}, HTTP_IF_MATCH='"0"').status_code == 412
    assert ask("post", "/api/token/", {"username": "nobody", "password": "wrong"}).status_code == 400


def test_examples_can_really_be_sent(description, document, ask, rows):
    """With keys that exist instead of theirs."""
    body = document["paths"]["/api/characters/{root}/virtues/batch/"]["post"]["requestBody"]["content"]
    for example in body["application/json"]["examples"].values():
        sent = copy.deepcopy(example["value"])
        for operation in sent["operations"]:
            if operation.get("target") == 4:
                operation["target"] = rows["virtues"]
        answer = ask("post", f"/api/characters/{rows['characters']}/virtues/batch/", sent)
        assert answer.status_code == 200, answer.json()


def test_it_is_served_for_people_and_programs(client):
    assert client.get("/api/docs/").status_code == 200
    assert client.get("/api/schema/")["Content-Type"].startswith("application/vnd.oai.openapi")


# --- requests of chance ---


@pytest.fixture
def budgets_off(settings):
    with override_settings(BATCHING={**settings.BATCHING, **UNLIMITED}):
        yield


@pytest.fixture
def connection_kept():
    """Requests that come by WSGI end with the connection, and with it the transaction of the test."""
    for signal in (signals.request_started, signals.request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (signals.request_started, signals.request_finished):
        signal.connect(close_old_connections)


@pytest.mark.usefixtures("budgets_off", "connection_kept")
def test_requests_of_chance_meet_no_bug_and_answers_are_as_described(alice, rows, capsys):
    """Half of the requests fit the description and half do not; most keys exist, and nothing is left changed.

    A run is repeated with SCHEMATHESIS_SEED.
    """
    with capsys.disabled():
        print(f"\nschemathesis: SCHEMATHESIS_SEED={SEED}")
    config = SchemathesisConfig.from_dict({"seed": SEED})
    schema = schemathesis.openapi.from_wsgi("/api/schema/", get_wsgi_application(), config=config)
    headers = {"Authorization": f"Token {Token.objects.create(user=alice).key}"}
    chosen = [found.ok() for found in schema.include(path_regex=MAIN).get_all_operations()]
    shares = [(operation, mode) for operation in chosen for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)]
    end, left, sent = time.monotonic() + SECONDS, sum(weight(operation) for operation, _ in shares), Counter()
    for operation, mode in shares:
        seconds = (end - time.monotonic()) * weight(operation) / left
        sent[operation.label] += throw(operation, mode, headers, rows, seconds)
        left -= weight(operation)
    with capsys.disabled():
        print(f"{sent.total()} requests to {len(sent)} addresses")
    assert {"POST /api/batch/", "POST /api/characters/{root}/abilities/batch/", "POST /api/token/"} <= sent.keys()
    assert min(sent.values()) > 0, sent


def weight(operation):
    return 5 if "batch" in operation.path else 1


class TimeIsUpError(Exception):
    """Ends the requests to one address; hypothesis would go on making them up."""


def throw(operation, mode, headers, rows, seconds):
    """Send requests of chance to one address for so long, and check the answers; tells how many they were."""
    end, sent = time.monotonic() + seconds, 0

    @hypothesis.seed(SEED)
    @SETTINGS
    @hypothesis.given(operation.as_strategy(mode))
    def send(case):
        nonlocal sent
        if sent and time.monotonic() > end:
            raise TimeIsUpError
        sent += 1
        point_at_rows(case, rows)
        before = transaction.savepoint()  # no atomic block, for batches refuse to be nested in one
        case.call_and_validate(headers=headers, checks=CHECKS)
        transaction.savepoint_rollback(before)

    try:
        send()
    except TimeIsUpError:
        pass
    except hypothesis.errors.Unsatisfiable:
        assert mode is GenerationMode.NEGATIVE, "nothing can be sent that fits the description"
        return 0
    return sent


def point_at_rows(case, rows):
    """Let most keys be those of rows that exist, so that more than 404 is to be seen."""
    resources = [name for name in case.path.split("/") if name in rows]
    resource = resources[-1] if resources else None
    for name, number in (case.path_parameters or {}).items():
        if isinstance(number, int) and number % 4:
            case.path_parameters[name] = rows["characters" if name == "root" else resource]
    operations = case.body.get("operations") if isinstance(case.body, dict) else None
    for operation in operations if isinstance(operations, list) else ():
        if isinstance(operation, dict):
            point_operation_at_rows(operation, rows, resource)


def point_operation_at_rows(operation, rows, resource):
    named = operation.get("resource", resource)
    for name in operation.keys() & {"target", "abilityId", "artId", "virtueId"}:
        if isinstance(operation[name], int) and isinstance(named, str):
            operation[name] = rows.get(named, operation[name])
    data = operation.get("data")
    if isinstance(data, dict) and isinstance(data.get("character"), int):
        data["character"] = rows["characters"]
