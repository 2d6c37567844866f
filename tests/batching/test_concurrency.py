"""Several writers at once on a real database: nothing lost, nothing doubled, no deadlock (R14, R16, R61)."""

from __future__ import annotations

import random
import threading
import uuid

import pytest
import requests
from django.db import connection
from rest_framework.authtoken.models import Token

from tests.batching.conftest import grow, make_books
from tests.locks import await_waiter
from tests.sampleapp.models import Book, Shelf

WRITERS = 8
OPERATIONS = 2000
PER_BATCH = 25

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shelves(alice):
    shelves = [Shelf.objects.create(owner=alice, name=f"Shelf {n}") for n in range(4)]
    for shelf in shelves:
        make_books(shelf, 10)
    Book.objects.update(pages=0)
    return shelves


@pytest.fixture
def post(live_server, alice):
    headers = {"Authorization": f"Token {Token.objects.create(user=alice)}"}
    local = threading.local()

    def send(operations, path="/api/batch/", **members):
        if not hasattr(local, "session"):
            local.session = requests.Session()
        body = {"operations": operations, **members}
        return local.session.post(f"{live_server}{path}", json=body, headers=headers, timeout=60)

    return send


def at_once(jobs):
    """Run each list of calls in a thread of its own; answers what they returned, in no order."""
    answers, errors = [], []

    def work(calls):
        try:
            answers.extend(call() for call in calls)
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=[calls]) for calls in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    return answers


@pytest.mark.parametrize(
    ("spread", "books"), [("same root", "bare_books"), ("all roots", "shelves"), ("all roots", "bare_books")]
)
def test_writers_lose_nothing_and_double_nothing(request, shelves, post, spread, books):
    """Each operation is sent twice, by different writers, in batches of different make-up."""
    request.getfixturevalue(books)
    chosen = shelves[:1] if spread == "same root" else shelves
    keys = list(Book.objects.filter(shelf__in=chosen).values_list("pk", flat=True))
    dice = random.Random(7)
    operations = [{**grow(dice.choice(keys), 1), "id": str(uuid.uuid4())} for _ in range(OPERATIONS)]
    jobs = [[] for _ in range(WRITERS)]
    for copy in range(2):
        shuffled = dice.sample(operations, len(operations))
        for number, start in enumerate(range(0, OPERATIONS, PER_BATCH)):
            part = shuffled[start : start + PER_BATCH]
            jobs[(number + copy) % WRITERS].append(lambda part=part, atomic=bool(number % 2): post(part, atomic=atomic))
    responses = at_once(jobs)
    assert {response.status_code for response in responses} == {200}
    results = [result for response in responses for result in response.json()["results"]]
    assert sum(result["replayed"] for result in results) == OPERATIONS
    assert sum(Book.objects.values_list("pages", flat=True)) == OPERATIONS
    wanted = {key: sum(operation["target"] == key for operation in operations) for key in keys}
    assert dict(Book.objects.filter(pk__in=keys).values_list("pk", "pages")) == wanted


def test_revisions_of_a_root_never_repeat(shelves, post):
    keys = list(Book.objects.filter(shelf=shelves[0]).values_list("pk", flat=True))
    jobs = [[lambda key=key: post([grow(key, 1)]) for _ in range(10)] for key in keys[:WRITERS]]
    etags = [int(response.json()["results"][0]["etag"].strip('"')) for response in at_once(jobs)]
    start = shelves[0].revision
    assert sorted(etags) == list(range(start + 1, start + 1 + len(etags)))
    assert Shelf.objects.get(pk=shelves[0].pk).revision == max(etags)


@pytest.mark.parametrize("books", ["bare_books", "shelves"])
def test_batches_that_cross_do_not_deadlock(request, shelves, post, books):
    """Each takes the roots in the order of its own operations, as far as the request goes."""
    request.getfixturevalue(books)
    keys = [Book.objects.filter(shelf=shelf).values_list("pk", flat=True)[0] for shelf in shelves]
    dice = random.Random(7)

    def cross():
        return post([grow(key, 1) for key in dice.sample(keys, 4)])

    responses = at_once([[cross] * 12] * WRITERS)
    assert {response.status_code for response in responses} == {200}
    assert set(Book.objects.filter(pk__in=keys).values_list("pages", flat=True)) == {WRITERS * 12}


def test_duplicates_of_a_creation_without_a_root_to_queue_at(post, alice):
    """Nothing is locked yet when a root is created: the claim itself is what the second waits for."""
    one = {"resource": "shelves", "action": "create"}
    creations = [{**one, "data": {"name": f"New {n}"}, "id": str(uuid.uuid4())} for n in range(10)]

    def shuffled():
        return post(random.sample(creations, len(creations)))

    responses = at_once([[shuffled]] * WRITERS)
    assert {response.status_code for response in responses} == {200}
    assert Shelf.objects.filter(name__startswith="New").count() == 10


@pytest.mark.parametrize("books", ["bare_books", "shelves"])
def test_a_writer_without_manners_is_not_overwritten(request, shelves, post, books):
    """`QuerySet.update()` asks for no root; the rows themselves are locked against it."""
    request.getfixturevalue(books)
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one writer at a time anyway")
    from django.db import transaction

    book = Book.objects.filter(shelf=shelves[0]).first()
    done = []
    with transaction.atomic():
        Book.objects.filter(pk=book.pk).update(pages=100)
        thread = threading.Thread(target=lambda: done.append(post([grow(book.pk, 1)]).status_code))
        thread.start()
        await_waiter()
    thread.join()
    assert done == [200]
    assert Book.objects.get(pk=book.pk).pages == 101
