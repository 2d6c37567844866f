"""Fill the tables: users with rows each, the same in both tables. Prints who may write what, as JSON."""

from __future__ import annotations

import json
import sys
from typing import Any

import django

django.setup()

from django.contrib.auth import get_user_model  # noqa: E402
from rest_framework.authtoken.models import Token  # noqa: E402

from tests.benchmarks.project.models import BatchTrait, PlainTrait, Sheet  # noqa: E402


def main(users: int, rows: int) -> None:
    print(json.dumps([person(number, rows) for number in range(users)]))


def person(number: int, rows: int) -> dict[str, Any]:
    user = get_user_model().objects.create_user(f"user{number}")
    sheet = Sheet.objects.create(owner=user, name=f"Sheet {number}")
    for model in (PlainTrait, BatchTrait):
        model.objects.bulk_create([model(sheet=sheet, name=f"Trait {n}") for n in range(rows)])
    keys = {
        name: list(model.objects.filter(sheet=sheet).order_by("pk").values_list("pk", flat=True))
        for name, model in (("plain", PlainTrait), ("batch", BatchTrait))
    }
    return {"authorization": f"Token {Token.objects.create(user=user).key}", "rows": keys}


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
