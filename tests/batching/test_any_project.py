"""Resources of a foreign project, each registered with a line, behave in batches as on their own routes (R23)."""

from __future__ import annotations

import uuid

import pytest
from django.core.management import call_command
from django.db import connection, models

from tests.batching.conftest import create, delete, grow
from tests.sampleapp.models import Book, Member, Note, Reading, Series, Shelf

pytestmark = pytest.mark.django_db


def op(resource, action, target=None, **data):
    operation = {"resource": resource, "action": action, "data": data}
    return operation if target is None else {**operation, "target": target}


def member(email, seat, **data):
    return op("members", "create", email=email, town="Durenmar", seat=seat, **data)


def statuses(response):
    return [result["status"] for result in response.json()["results"]]


# --- a key of the client's, uniqueness, and types that do not all travel through JSON ---


def test_values_of_every_type_arrive_as_on_the_single_route(api, batch):
    values = {
        "town": "Durenmar",
        "fee": "12.30",
        "height": 0.1 + 0.2,
        "opens": "08:30:00.000001",
        "stays": "3 04:05:06",
        "born": "1220-02-29T12:00:00.123456Z",
    }
    single = api.post("/api/members/", {"email": "a@x.org", "seat": 1, **values}, format="json").json()
    together = batch(op("members", "create", email="b@x.org", seat=2, **values)).json()["results"][0]["data"]
    private = {"id", "email", "seat"}
    assert {k: v for k, v in single.items() if k not in private} == {
        k: v for k, v in together.items() if k not in private
    }
    first, second = Member.objects.order_by("email")
    for name in ("fee", "height", "opens", "stays", "born"):
        assert getattr(first, name) == getattr(second, name)
    assert api.get(f"/api/members/{second.pk}/").json() == together


def test_a_row_can_be_addressed_by_the_key_that_the_client_gave_it(batch):
    key = str(uuid.uuid4())
    response = batch(member("a@x.org", 1, id=key), op("members", "update", key, seat=5), op("members", "retrieve", key))
    assert statuses(response) == [201, 200, 200]
    assert Member.objects.get(pk=key).seat == 5
    again = batch(member("b@x.org", 2, id=key))
    assert again.status_code == 400
    assert "id" in again.json()["fields"]


@pytest.mark.parametrize("key", ["x", "0", "5211bfd8-ffa7-46dc-a370-648965e03df6", "E394EF12BEB54986A9296E7FD259AD01"])
def test_a_key_of_another_form_finds_nothing(batch, key):
    assert batch(op("members", "update", key, seat=5)).status_code == 404


def test_uniqueness_of_a_field_and_of_a_pair(batch, api):
    response = batch(
        member("a@x.org", 1), member("a@x.org", 2), member("b@x.org", 1), member("c@x.org", 3), atomic=False
    )
    assert statuses(response) == [201, 400, 400, 201]
    assert "email" in response.json()["results"][1]["error"]["fields"]
    assert "non_field_errors" in response.json()["results"][2]["error"]["fields"]
    first, third = Member.objects.order_by("email")
    moves = [op("members", "update", str(first.pk), seat=3), op("members", "update", str(third.pk), seat=9)]
    assert statuses(batch(*moves, atomic=False)) == [400, 200]
    assert statuses(batch(*reversed(moves), atomic=False)) == [200, 200]


# --- nested, listened to, annotated ---


def test_a_nested_serializer_writes_its_rows(batch, api):
    volumes = [{"number": 1}, {"number": 2}]
    made = batch(
        {**op("series", "create", name="S", volumes=volumes), "lid": "s"},
        op("series", "update", {"lid": "s"}, name="T"),
    )
    assert statuses(made) == [201, 200]
    series = Series.objects.get()
    assert (series.name, series.volumes.count()) == ("T", 2)
    assert made.json()["results"][0]["data"] == api.get(f"/api/series/{series.pk}/").json()
    response = batch(
        op("series", "update", series.pk, volumes=[{"number": 7}]), op("series", "create", name="x" * 41, volumes=[])
    )
    assert response.status_code == 400
    assert series.volumes.count() == 2
    assert batch(op("series", "update", series.pk, volumes=[{"number": 7}])).status_code == 200
    assert list(series.volumes.values_list("number", flat=True)) == [7]


def test_receivers_of_signals_hear_every_row_at_its_time(batch, books, alice):
    note = Note.objects.create(owner=alice, text="n")
    response = batch(
        op("readings", "create", note=note.pk, minutes=5),
        op("notes", "retrieve", note.pk),
        {**op("readings", "create", note=note.pk, minutes=7), "lid": "r"},
        op("readings", "update", {"lid": "r"}, minutes=900),
        grow(books[0], 1),
        delete(books[1]),
        op("notes", "update", note.pk, text="Renamed"),
        op("readings", "delete", {"lid": "r"}),
    )
    assert statuses(response) == [201, 200, 201, 200, 200, 204, 200, 204]
    note.refresh_from_db()
    assert (note.weight, note.text) == (5, "Renamed")
    assert response.json()["results"][1]["data"]["weight"] == 5
    assert Book.objects.get(pk=books[0].pk).pages == books[0].pages + 1
    assert Reading.objects.get().minutes == 5


def test_an_overridden_perform_update_has_its_say(batch, alice):
    reading = Reading.objects.create(owner=alice, note=Note.objects.create(owner=alice, text="n"), minutes=1)
    result = batch(op("readings", "update", reading.pk, minutes=9999)).json()["results"][0]
    assert result["data"]["minutes"] == Reading.objects.get().minutes == 600


def test_numbers_that_the_database_counts_are_those_after_the_batch(batch, books):
    shelf = books[0].shelf
    response = batch(
        op("overviews", "update", shelf.pk, name="New"), create(shelf, "n"), delete(books[0]), create(shelf, "m")
    )
    assert statuses(response) == [200, 201, 204, 201]
    assert response.json()["results"][0]["data"] == {"id": shelf.pk, "name": "New", "number_of_books": 6}
    assert Shelf.objects.get().name == "New"


def test_only_what_a_viewset_offers_can_be_done(batch, books):
    response = batch(op("overviews", "delete", books[0].shelf_id))
    assert (response.status_code, response.json()["errors"][0]["code"]) == (400, "unknown_action")


# --- arrays, where there are any ---


def test_array_columns_are_written_row_by_row(batch, alice):
    if connection.vendor != "postgresql":
        pytest.skip("PostgreSQL alone has arrays")
    from django.contrib.postgres.fields import ArrayField

    from batching.columns import travels

    assert not travels(ArrayField(models.CharField(max_length=5)))


def test_a_float_is_the_same_to_the_last_bit(batch, api, alice):
    """SQLite's reader of JSON numbers is not exact; such columns are saved one by one."""
    for number in (0.1, 1 / 3, 5e-324, 1.7976931348623157e308, 123456789.123456789):
        note = batch(op("notes", "create", text="n", weight=number)).json()["results"][0]
        batch(op("notes", "update", note["target"], weight=-number))
        assert api.get(f"/api/notes/{note['target']}/").json()["weight"] == -number


def test_the_check_says_which_are_slow_and_why(capsys):
    call_command("check")
    said = capsys.readouterr().err
    for text in (
        "series.create runs one by one in a batch",
        "SeriesSerializer has its own create()",
        "SeriesSerializer.volumes is nested",
        "Volume refers to Series",
        "Reading has post_save receivers",
        "ReadingViewSet has its own perform_update()",
    ):
        assert text in said, text
    assert "members." not in said
    assert "overviews.update" not in said
