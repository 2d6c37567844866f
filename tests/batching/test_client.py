"""The Python client over a real socket, through a proxy that loses answers (R24)."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from datetime import date
from decimal import Decimal

import pytest
from rest_framework.authtoken.models import Token

from batching.client import (
    BadAnswer,
    BatchClient,
    CannotSplit,
    Forbidden,
    NoAnswer,
    NotFound,
    PreconditionFailed,
    Refused,
    Retry,
    Throttled,
    TooLarge,
    Unauthorized,
)
from tests.batching.conftest import make_books, state
from tests.proxy import HALVE, LOSE, Instead, proxy
from tests.sampleapp.models import Book, Loan, Shelf

pytestmark = pytest.mark.django_db(transaction=True)

BATCH = "/api/batch/"
BUSY = Instead(503, {"Retry-After": "2"})


@pytest.fixture
def way(live_server):
    with proxy(live_server.url) as running:
        yield running


@pytest.fixture
def pauses():
    """Seconds that the client waited, or would have."""
    return []


@pytest.fixture
def client(way, alice, pauses):
    retry = Retry(sleep=pauses.append, chance=lambda: 0.5)
    token = Token.objects.create(user=alice).key
    with BatchClient(f"{way.url}/api", token=token, retry=retry, timeout=10) as client:
        yield client


def limit(settings, **limits):
    settings.BATCHING = {**settings.BATCHING, **limits}


def sizes(way):
    """Operations of each batch that was sent."""
    return [len(body["operations"]) for path, body in way.requests("POST") if path == BATCH]


# --- batches ---


def test_it_needs_neither_django_nor_settings():
    code = "import sys, batching.client; assert not {'django', 'rest_framework'} & sys.modules.keys()"
    subprocess.run([sys.executable, "-c", code], check=True, env={})


def test_a_block_is_sent_when_it_ends(client, books):
    with client.batch() as batch:
        shelf = batch.create("shelves", {"name": "New"})
        book = batch.create(
            "books", {"shelf": shelf, "code": "n", "price": Decimal("1.50"), "printed": date(1220, 1, 2)}
        )
        batch.action("books", "grow", book, {"by": 7})
        batch.update("books", books[0].pk, {"title": "T"})
        batch.delete("books", books[1].pk)
        read = batch.retrieve("books", books[2].pk)
        assert state()["shelves"][-1]["name"] != "New"
    row = Book.objects.get(pk=book.key)
    assert (row.shelf_id, row.pages, row.price, row.printed) == (shelf.key, 7, Decimal("1.50"), date(1220, 1, 2))
    assert [result.status for result in batch.results] == [201, 201, 200, 200, 204, 200]
    assert book.result.data["pages"] == 7
    assert book.result.etag
    assert read.result.data["code"] == books[2].code
    assert batch.failed == []


def test_a_block_that_raises_sends_nothing(client, way, shelf):
    with contextlib.suppress(KeyError), client.batch() as batch:
        batch.create("books", {"shelf": shelf.pk, "code": "n"})
        raise KeyError
    assert way.seen == []


def test_rows_can_be_named_in_words(client, shelf):
    with client.batch() as batch:
        batch.create("shelves", {"name": "New"}, lid="s")
        book = batch.create("books", {"shelf": {"lid": "s"}, "code": "n"}, lid="b")
        batch.update("books", {"lid": "b"}, {"title": "T"}, depends_on=[book])
    assert book.result.data["title"] == "T"
    with pytest.raises(ValueError, match="local id"):
        batch.update("books", {"lid": "nobody"}, {})
    with pytest.raises(ValueError, match="Two rows"):
        batch.create("shelves", {"name": "Again"}, lid="s")


def test_rows_of_an_earlier_batch_go_by_their_keys(client, shelf):
    with client.batch() as first:
        book = first.create("books", {"shelf": shelf.pk, "code": "n"})
        with pytest.raises(ValueError, match="another batch"):
            client.batch().update("books", book, {"title": "Early"})
    with client.batch() as second:
        second.update("books", book, {"title": "T"})
    assert Book.objects.get(pk=book.key).title == "T"


def test_derived_state_and_small_answers(client, shelf, books):
    with client.batch(include=["inventory"], minimal=True) as batch:
        grown = batch.action("books", "grow", books[0].pk)
    assert batch.included == {"inventory": [{"shelf": shelf.pk, "books": 5}]}
    assert (grown.result.data, grown.result.success) == (None, True)


def test_a_dry_run_changes_nothing(client, books):
    before = state()
    with client.batch(dry_run=True) as batch:
        grown = batch.action("books", "grow", books[0].pk, {"by": 3})
    assert grown.result.data["pages"] == books[0].pages + 3
    assert state() == before


# --- failures ---


def test_all_or_nothing_raises_and_says_why(client, books):
    before = state()
    batch = client.batch()
    good = batch.action("books", "grow", books[0].pk)
    bad = batch.update("books", books[1].pk, {"pages": "many"})
    with pytest.raises(Refused) as caught:
        batch.send()
    assert state() == before
    assert caught.value.operation is bad
    assert (caught.value.status, caught.value.code) == (400, "invalid")
    assert "pages" in caught.value.fields
    assert good.result.skipped
    assert good.result.error["culprit"] == 1


def test_errors_have_classes(client, books, bob, shelf):
    loan = Loan.objects.create(shelf=shelf, reader="Ann")
    lent = Book.objects.create(shelf=shelf, code="lent", title="L", lent=True)
    batch = client.batch()
    batch.delete("books", 10**6)
    with pytest.raises(NotFound):
        batch.send()
    batch = client.batch()
    batch.update("loans", loan.pk, {"reader": "Ben"}, if_match='"99"')
    with pytest.raises(PreconditionFailed) as caught:
        batch.send()
    assert caught.value.problem["current"]["data"]["reader"] == "Ann"
    batch = client.batch()
    batch.delete("books", lent.pk)
    with pytest.raises(Forbidden):
        batch.send()
    batch = client.batch()
    batch.delete("elves", 1)
    with pytest.raises(Refused) as caught:
        batch.send()
    assert caught.value.faults[0]["field"] == "resource"


def test_a_wrong_token_is_unauthorized(way):
    stranger = BatchClient(f"{way.url}/api/", token="wrong")
    with pytest.raises(Unauthorized), stranger.batch() as batch:
        batch.delete("books", 1)


def test_best_effort_raises_only_when_asked(client, books):
    with client.batch(atomic=False) as batch:
        batch.action("books", "grow", books[0].pk)
        bad = batch.delete("books", 10**6)
        with_bad = batch.action("books", "grow", books[1].pk, depends_on=[bad])
    assert batch.failed == [bad, with_bad]
    assert with_bad.result.skipped
    with pytest.raises(NotFound) as caught:
        batch.raise_for_failures()
    assert caught.value.operation is bad
    assert Book.objects.get(pk=books[0].pk).pages == books[0].pages + 1


def test_groups_belong_to_best_effort(client):
    with pytest.raises(ValueError, match="atomic=False"):
        client.batch().delete("books", 1, group="g")


# --- splitting ---


def test_what_is_too_much_for_a_request_is_split(client, way, settings, shelf):
    limit(settings, MAX_OPERATIONS=4)
    progress = []
    with client.batch(split=True, on_progress=progress.append) as batch:
        first = batch.create("books", {"shelf": shelf.pk, "code": "0"})
        for number in range(1, 10):
            batch.create("books", {"shelf": shelf.pk, "code": str(number)})
        last = batch.action("books", "grow", first, {"by": 5})
    assert max(sizes(way)) <= 4
    assert sum(sizes(way)) == 11
    assert last.target is first
    assert Book.objects.get(pk=first.key).pages == 5
    assert [(each.done, each.total) for each in progress] == [(4, 11), (8, 11), (11, 11)]


def test_rows_that_belong_together_are_not_cut_apart(client, way, settings):
    """Shelves with their books: 3 + 3 + 3 operations in requests of 4 are three requests, not two and a bit."""
    limit(settings, MAX_OPERATIONS=4)
    with client.batch(split=True) as batch:
        for name in "abc":
            shelf = batch.create("shelves", {"name": name})
            for code in "12":
                batch.create("books", {"shelf": shelf, "code": code})
    assert sizes(way) == [3, 3, 3]


def test_all_or_nothing_is_not_split_unasked(client, way, settings, shelf):
    limit(settings, MAX_OPERATIONS=4)
    batch = client.batch()
    for number in range(5):
        batch.create("books", {"shelf": shelf.pk, "code": str(number)})
    with pytest.raises(CannotSplit, match="split=True"):
        batch.send()
    assert sizes(way) == []


def test_parts_that_are_all_or_nothing_end_with_the_first_that_fails(client, way, settings, shelf):
    limit(settings, MAX_OPERATIONS=2)
    batch = client.batch(split=True)
    for code in ("a", "b", "c", "c", "d"):
        made = batch.create("books", {"shelf": shelf.pk, "code": code})
    with pytest.raises(Refused) as caught:
        batch.send()
    assert sizes(way) == [2, 2]
    assert list(Book.objects.values_list("code", flat=True)) == ["a", "b"]
    assert caught.value.operation is batch.operations[3]
    assert caught.value.problem["operation"] == 3
    assert made.result.skipped
    assert [result.success for result in batch.results] == [True, True, False, False, False]


def test_what_needs_a_failed_row_of_an_earlier_part_is_not_sent(client, way, settings, shelf):
    limit(settings, MAX_OPERATIONS=2)
    with client.batch(atomic=False) as batch:
        bad = batch.create("books", {"shelf": 10**6, "code": "a"})
        for code in "bcd":
            batch.create("books", {"shelf": shelf.pk, "code": code})
        grown = batch.action("books", "grow", bad)
        again = batch.action("books", "grow", grown)
    assert sum(sizes(way)) == 4
    assert [item.result.status for item in (bad, grown, again)] == [404, 424, 424]
    assert grown.result.error["culprit"] == 0
    assert set(Book.objects.values_list("code", flat=True)) == {"b", "c", "d"}


def test_a_group_is_never_cut(client, way, settings, shelf):
    limit(settings, MAX_OPERATIONS=3)
    with client.batch(atomic=False) as batch:
        for group in ("g", "h", "i"):
            for code in "12":
                batch.create("books", {"shelf": shelf.pk, "code": group + code}, group=group)
    assert sizes(way) == [2, 2, 2]
    batch = client.batch(atomic=False)
    for code in "1234":
        batch.create("books", {"shelf": shelf.pk, "code": code}, group="g")
    with pytest.raises(CannotSplit, match="'g'"):
        batch.send()


def test_limits_of_bytes_and_of_resources_are_kept(client, way, settings, shelf):
    limit(settings, MAX_BODY=3000)
    with client.batch(atomic=False) as batch:
        for number in range(8):
            batch.create("books", {"shelf": shelf.pk, "code": str(number), "facts": {"text": "ä" * 300}})
        for number in range(4):
            batch.create("loans", {"shelf": shelf.pk, "reader": str(number)})
    assert batch.failed == []
    assert all(int(headers["Content-Length"]) <= 3000 for *_, headers in way.seen if "Content-Length" in headers)
    loans = [[op["resource"] for op in body["operations"]].count("loans") for _, body in way.requests("POST")]
    assert max(loans) == 3
    batch = client.batch()
    batch.create("books", {"shelf": shelf.pk, "code": "n", "facts": "a" * 3000})
    with pytest.raises(CannotSplit, match="One create on books"):
        batch.send()


def test_limits_that_have_become_tighter_are_learnt(client, way, settings, shelf):
    assert client.limits.max_operations == 500
    limit(settings, MAX_OPERATIONS=2)
    with client.batch(split=True) as batch:
        for number in range(5):
            batch.create("books", {"shelf": shelf.pk, "code": str(number)})
    assert sizes(way) == [5, 2, 2, 1]
    assert Book.objects.count() == 5


def test_a_proxy_that_takes_less_is_sent_less(client, way, books):
    way.faults = [None, Instead(413), Instead(413)]
    with client.batch(atomic=False) as batch:
        for book in books[:4]:
            batch.action("books", "grow", book.pk)
    assert sizes(way) == [4, 2, 1, 1, 1, 1]
    way.faults = [Instead(413)]
    batch = client.batch()
    batch.action("books", "grow", books[0].pk)
    with pytest.raises(TooLarge):
        batch.send()


# --- retries ---


@pytest.mark.parametrize("fault", [LOSE, HALVE])
def test_a_lost_answer_is_asked_for_again_and_nothing_is_applied_twice(client, way, pauses, books, shelf, fault):
    way.faults = [None, fault, fault]
    with client.batch() as batch:
        batch.action("books", "grow", books[0].pk, {"by": 5})
        made = batch.create("books", {"shelf": shelf.pk, "code": "n"})
    assert sizes(way) == [2, 2, 2]
    assert len({str(body) for _, body in way.requests("POST")}) == 1, "the same ids, the same body"
    assert Book.objects.get(pk=books[0].pk).pages == books[0].pages + 5
    assert Book.objects.filter(code="n").count() == 1
    assert [result.replayed for result in batch.results] == [True, True]
    assert made.key == Book.objects.get(code="n").pk
    assert pauses == [0.25, 0.5], "half of 0.5 s, then of 1 s"


def test_an_answer_lost_between_parts_changes_nothing(client, way, settings, shelf):
    """A part that refers to a row of an earlier part is the same operation when it comes again."""
    limit(settings, MAX_OPERATIONS=2)
    way.faults = [None, LOSE, None, LOSE, None, LOSE]
    with client.batch(split=True) as batch:
        book = batch.create("books", {"shelf": shelf.pk, "code": "n"})
        for _time in range(5):
            batch.action("books", "grow", book)
    assert Book.objects.get().pages == 5
    assert batch.failed == []


def test_the_server_says_when_to_come_back(client, way, pauses, books):
    date_now = {"Date": "Wed, 01 Jan 1220 10:00:00 GMT"}
    way.faults = [
        None,
        Instead(429, {"Retry-After": "7"}),
        BUSY,
        Instead(503, {"Retry-After": "Wed, 01 Jan 1220 10:01:30 GMT", **date_now}),
        Instead(502),
    ]
    with client.batch() as batch:
        batch.action("books", "grow", books[0].pk)
    assert pauses == [7.25, 2.5, 91.0, 2.0]
    assert Book.objects.get(pk=books[0].pk).pages == books[0].pages + 1


def test_a_real_429_is_waited_for(client, way, pauses, settings, books):
    limit(settings, OPERATIONS="3/m")
    with client.batch() as batch:
        for book in books[:3]:
            batch.action("books", "grow", book.pk)
    batches = [client.batch() for _ in range(4)]  # the minute may end meanwhile, and three more are free
    for batch in batches:
        batch.action("books", "grow", books[0].pk)
    with pytest.raises(Throttled) as caught:
        _ = [(refused := batch).send() for batch in batches]
    assert len(pauses) == 5
    assert all(0 < pause <= 60 + 16 for pause in pauses)
    assert 0 < caught.value.retry_after <= 60
    assert refused.results == [None]


def test_a_wait_that_is_too_long_is_left_to_the_caller(client, way, pauses, books):
    way.faults = [None, Instead(429, {"Retry-After": "3600"})]
    batch = client.batch()
    batch.action("books", "grow", books[0].pk)
    with pytest.raises(Throttled) as caught:
        batch.send()
    assert (caught.value.retry_after, pauses) == (3600, [])
    batch.send()
    assert batch.results[0].success


def test_silence_is_an_error_and_can_be_ended_later(client, way, books):
    way.faults = [None, *[LOSE] * 6]
    batch = client.batch()
    batch.action("books", "grow", books[0].pk)
    with pytest.raises(NoAnswer):
        batch.send()
    batch.send()
    assert batch.results[0].replayed
    assert Book.objects.get(pk=books[0].pk).pages == books[0].pages + 1


def test_ids_of_an_earlier_run_are_kept(client, books):
    key = "0198f6d2-6f0e-7c1b-9a55-0d5b5a3a1f10"
    for _run in range(2):
        with client.batch() as batch:
            batch.action("books", "grow", books[0].pk, id=key)
    assert batch.results[0].replayed
    assert Book.objects.get(pk=books[0].pk).pages == books[0].pages + 1


def test_without_ids_a_lost_answer_is_not_tried_again(way, client, books):
    client.exactly_once = False
    way.faults = [None, LOSE]
    batch = client.batch()
    batch.action("books", "grow", books[0].pk)
    with pytest.raises(NoAnswer):
        batch.send()
    assert sizes(way) == [1]


def test_a_page_for_people_is_no_answer(client, way, books):
    assert client.limits.max_operations == 500
    for answer in (
        Instead(200, {"Content-Type": "text/html"}, b"<html>Log in to the WiFi</html>"),
        Instead(302, {"Location": "/login/"}),
        Instead(200, {"Content-Type": "application/json"}, b"{}"),
    ):
        way.faults = [answer]
        batch = client.batch()
        batch.action("books", "grow", books[0].pk)
        with pytest.raises(BadAnswer):
            batch.send()


# --- servers without batch endpoint ---


@pytest.fixture(params=[404, 405, 501])
def without(request, way):
    """Only single requests."""
    for method in ("POST", "OPTIONS"):
        way.broken[method, BATCH] = Instead(request.param)


@pytest.mark.usefixtures("without")
def test_single_requests_do_it_too_and_once(client, way, books, shelf):
    way.faults = [LOSE, None, HALVE]
    progress = []
    with client.batch(atomic=False, on_progress=progress.append, include=["inventory"]) as batch:
        made = batch.create("books", {"shelf": shelf.pk, "code": "n"})
        batch.action("books", "grow", made, {"by": 7})
        batch.update("books", books[0].pk, {"title": "T"}, if_match=f'"{books[0].revision}"')
        batch.delete("books", books[1].pk)
        read = batch.retrieve("books", made)
        bad = batch.action("books", "spoil", books[2].pk)
    assert [result.status for result in batch.results] == [201, 200, 200, 200, 200, 422]
    assert (read.result.data["pages"], read.result.data["code"]) == (7, "n")
    assert Book.objects.get(pk=made.key).pages == 7
    assert Book.objects.get(pk=books[0].pk).title == "T"
    assert not Book.objects.filter(pk=books[1].pk).exists()
    assert bad.result.error["code"] == "spoilt"
    assert [each.done for each in progress] == [1, 2, 3, 4, 5, 6]
    assert batch.included["inventory"][-1] == {"shelf": shelf.pk, "books": 5}
    assert (made.result.replayed, batch.results[2].replayed) == (True, False)


@pytest.mark.usefixtures("without")
def test_a_batch_that_came_through_is_not_applied_again_one_by_one(client, way, books):
    way.broken.clear()
    way.faults = [None, *[LOSE] * 6]
    batch = client.batch(atomic=False)
    for book in books:
        batch.action("books", "grow", book.pk, {"by": 5})
    with pytest.raises(NoAnswer):
        batch.send()
    way.broken["POST", BATCH] = Instead(405)
    batch.send()
    assert [result.replayed for result in batch.results] == [True] * 5
    assert [book["pages"] for book in state()["books"]] == [book.pages + 5 for book in books]


@pytest.mark.usefixtures("without")
def test_all_or_nothing_needs_a_batch_endpoint_unless_splitting_is_allowed(client, books):
    before = state()
    batch = client.batch()
    batch.action("books", "grow", books[0].pk)
    batch.action("books", "grow", books[1].pk)
    with pytest.raises(CannotSplit):
        batch.send()
    assert state() == before
    with client.batch() as batch:
        batch.action("books", "grow", books[0].pk)
    batch = client.batch(dry_run=True)
    batch.action("books", "grow", books[0].pk)
    with pytest.raises(CannotSplit):
        batch.send()
    batch = client.batch(atomic=False)
    batch.action("books", "grow", books[0].pk, group="g")
    with pytest.raises(CannotSplit):
        batch.send()
    batch = client.batch(split=True)
    batch.action("books", "grow", books[0].pk)
    batch.delete("books", 10**6)
    batch.action("books", "grow", books[1].pk)
    with pytest.raises(NotFound):
        batch.send()
    assert [result.status for result in batch.results] == [200, 404, 424]
    assert [Book.objects.get(pk=book.pk).pages - book.pages for book in books[:2]] == [2, 0]


@pytest.mark.usefixtures("without")
def test_what_needs_a_failed_row_is_not_sent_alone(client, way):
    with client.batch(atomic=False) as batch:
        shelf = batch.create("shelves", {"name": ""})
        book = batch.create("books", {"shelf": shelf, "code": "n"})
    assert [item.result.status for item in (shelf, book)] == [400, 424]
    assert [path for path, _ in way.requests("POST") if path != BATCH] == ["/api/shelves/"]
    assert not Shelf.objects.exists()


def test_batches_come_back_when_the_endpoint_does(client, way, books, monkeypatch):
    way.broken["OPTIONS", BATCH] = Instead(404)
    with client.batch() as batch:
        batch.action("books", "grow", books[0].pk)
    assert sizes(way) == []
    client._without_until = 0.0
    with client.batch() as batch:
        batch.action("books", "grow", books[0].pk)
    assert sizes(way) == [1]


# --- limits of splitting, by chance ---


def test_limits_are_asked_for_once(client, way, books):
    for _time in range(3):
        with client.batch() as batch:
            batch.action("books", "grow", books[0].pk)
    assert len(way.requests("OPTIONS")) == 1


def test_many_operations_are_split_quickly(client, shelf, alice):
    make_books(shelf, 400)
    with client.batch(atomic=False) as batch:
        for pk in list(Book.objects.values_list("pk", flat=True)) * 5:
            batch.action("books", "grow", pk)
    assert len(batch.results) == 2000
    assert sum(Book.objects.values_list("pages", flat=True)) == 2000 + sum(10 * n for n in range(400))
