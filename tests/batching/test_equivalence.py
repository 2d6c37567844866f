"""A batch has the effect of its operations sent one by one (R14)."""

from __future__ import annotations

from contextlib import contextmanager
from itertools import count

import pytest
from django.contrib.auth import get_user_model
from hypothesis import given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from tests.sampleapp.models import Book, Category, Shelf

pytestmark = pytest.mark.django_db(transaction=True)

CODES = st.sampled_from(["a", "b", "c", "d", ""])
SLOTS = st.integers(0, 7)  # rows by order of creation, some of which never come to be
DATA = st.fixed_dictionaries(
    {},
    optional={
        "code": CODES,
        "title": st.sampled_from(["", "One", "Necronomicon", "x" * 81]),
        "pages": st.sampled_from([0, 5, -1, 10_000, 10_001, True, "7", 1.5, None, 10**30]),
        "lent": st.booleans(),
        "price": st.sampled_from([None, "1.50", "0.005", 3, "x"]),
        "printed": st.sampled_from([None, "1220-05-01", "1220-13-01"]),
        "category": st.sampled_from([None, "magic", "absent", 5, []]),
        "facts": st.sampled_from([{}, {"a": [1, None]}, None, "text"]),
    },
)
OPERATIONS = st.lists(
    st.one_of(
        st.tuples(st.just("create"), SLOTS, st.builds(lambda code, data: {**data, "code": code}, CODES, DATA)),
        st.tuples(st.just("update"), SLOTS, DATA),
        st.tuples(st.just("grow"), SLOTS, st.sampled_from([{}, {"by": 3}, {"by": -20}, {"by": "x"}, {"by": 10**30}])),
        st.tuples(st.just("delete"), SLOTS, st.just({})),
        st.tuples(st.just("retrieve"), SLOTS, st.just({})),
    ),
    max_size=12,
    min_size=1,
)


class Library:
    """A user with a shelf of three books, filled once by a batch and once by single requests."""

    def __init__(self, name):
        self.user = get_user_model().objects.create_user(name)
        self.shelf = Shelf.objects.create(owner=self.user, name="Shelf")
        Category.objects.get_or_create(code="magic", name="Magic")
        self.api = APIClient()
        self.api.force_authenticate(self.user)
        self.slots = [Book.objects.create(shelf=self.shelf, code=code, pages=9, title=code).pk for code in "ab"]

    def close(self):
        Book.objects.filter(shelf=self.shelf).delete()
        self.shelf.delete()
        self.user.delete()

    def rows(self):
        """The rows without what differs between two libraries: keys, moments and revisions."""
        private = {"id", "shelf_id", "revision", "added", "updated"}
        rows = Book.objects.filter(shelf=self.shelf).order_by("code").values()
        return [{name: value for name, value in row.items() if name not in private} for row in rows]

    def target(self, slot):
        return self.slots[slot] if slot < len(self.slots) else 0

    def one_by_one(self, operations):
        return [self.single(*operation) for operation in operations]

    def single(self, action, slot, data):
        path = f"/api/books/{self.target(slot)}/"
        match action:
            case "create":
                response = self.api.post("/api/books/", {**data, "shelf": self.shelf.pk}, format="json")
                self.slots.append(response.json().get("id", 0))
            case "update":
                response = self.api.patch(path, data, format="json")
            case "delete":
                response = self.api.delete(path)
            case "retrieve":
                response = self.api.get(path)
            case _:
                response = self.api.post(f"{path}{action}/", data, format="json")
        return response.status_code

    def together(self, operations, **members):
        """Rows created in the batch are addressed by local id, as long as they will exist."""
        made, body = 0, []
        for action, slot, data in operations:
            operation = {"resource": "books", "action": action, "data": data}
            if action == "create":
                made += 1
                operation |= {"lid": f"l{made}", "data": {**data, "shelf": self.shelf.pk}}
            elif slot >= len(self.slots):
                lid = slot - len(self.slots) + 1
                operation["target"] = {"lid": f"l{lid}"} if lid <= made else 0
            else:
                operation["target"] = self.target(slot)
            body.append(operation)
        return self.api.post("/api/batch/", {"operations": body, "atomic": False, **members}, format="json")


numbers = count()


@contextmanager
def libraries():
    number = next(numbers)
    pair = Library(f"singles {number}"), Library(f"together {number}")
    try:
        yield pair
    finally:
        for library in pair:
            library.close()


@settings(max_examples=150, deadline=None)
@given(operations=OPERATIONS)
def test_a_batch_leaves_the_rows_that_single_requests_leave(operations):
    with libraries() as (singles, together):
        expected = singles.one_by_one(operations)
        response = together.together(operations)
        results = response.json()["results"]
        # What depends on a row that was not created is 424 in a batch, and 404 as a single request.
        found = [404 if result["status"] == 424 else result["status"] for result in results]
        assert found == expected, response.json()
        assert together.rows() == singles.rows()


@settings(max_examples=60, deadline=None)
@given(operations=OPERATIONS)
def test_an_atomic_batch_is_all_or_nothing(operations):
    """R12, and that each real error is told (R13)."""
    with libraries() as (singles, together):
        before = together.rows()
        good = all(status < 400 for status in singles.one_by_one(operations))
        response = together.together(operations, atomic=True)
        results = response.json()["results"]
        assert (response.status_code == 200) == good, response.json()
        assert together.rows() == (singles.rows() if good else before)
        if not good:
            assert not any(result["success"] for result in results)
            assert any(result["status"] != 424 for result in results)
