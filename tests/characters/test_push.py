"""The published characters travel over a real socket and a bad line (R24, R50)."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from rest_framework.authtoken.models import Token

from batching.client import BatchClient, Retry
from characters import published
from characters.management.commands.push_characters import push
from characters.models import Character
from characters.sheet import sheets
from tests.proxy import HALVE, LOSE, proxy

OF_THE_COPY = {"id", "character", "revision", "created", "updated"}

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("catalogue")]


@pytest.fixture
def token(catalogue, alice):
    return Token.objects.create(user=alice).key


def test_eleven_characters_arrive_whole_and_once(live_server, token, alice, bob):
    printed = published.read()
    with proxy(live_server.url) as line:
        line.faults = [None, LOSE, None, HALVE, LOSE]
        client = BatchClient(f"{line.url}/api/", token=token, retry=Retry(sleep=lambda seconds: None))
        pushed = push(client, printed)
        requests = line.requests("POST")
    assert Character.objects.count() == Character.objects.filter(owner=alice).count() == 11
    here = {sheet["id"]: sheet for sheet in sheets(Character.objects.filter(pk__in=[one.key for one in pushed]))}
    there = sheets([published.create(one, bob) for one in printed])
    for one, sheet in zip(pushed, there, strict=True):
        assert facts(here[one.key]) == facts(sheet)
    rows = len({operation["id"] for _, body in requests for operation in body["operations"]})
    assert rows == sum(
        1 + len(sheet["abilities"] + sheet["arts"] + sheet["virtues"] + sheet["flaws"]) for sheet in there
    )
    sent = [[operation["resource"] for operation in body["operations"]] for _, body in requests]
    assert all(part[0] == "characters" for part in sent), "no character is cut in two"


def facts(value):
    """A sheet without what differs from copy to copy."""
    if isinstance(value, dict):
        return {name: facts(member) for name, member in value.items() if name not in OF_THE_COPY}
    if isinstance(value, list):
        return [facts(member) for member in value]
    return value


def test_the_command_tells_how_far_it_is(live_server, token):
    out = StringIO()
    call_command("push_characters", f"{live_server.url}/api/", token=token, stdout=out)
    assert "100 of" not in out.getvalue().splitlines()[-1]
    assert out.getvalue().endswith("Sent 11 characters.\n")
    assert Character.objects.count() == 11


def test_the_command_says_what_is_wrong(live_server, token):
    with pytest.raises(CommandError, match="token"):
        call_command("push_characters", f"{live_server.url}/api/")
    with pytest.raises(CommandError, match="401"):
        call_command("push_characters", f"{live_server.url}/api/", token="wrong")
    with pytest.raises(CommandError, match="nowhere"):
        call_command("push_characters", f"{live_server.url}/api/", "/nowhere.json", token=token)
    assert not Character.objects.exists()
