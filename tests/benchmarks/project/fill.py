"""Fill the tables: 4 users with 1,000 rows each, and the same in both tables. Prints who may write what, as JSON."""

from __future__ import annotations

import json

import django

django.setup()

from django.contrib.auth import get_user_model  # noqa: E402
from rest_framework.authtoken.models import Token  # noqa: E402

from tests.benchmarks.project.models import BatchTrait, PlainTrait, Sheet  # noqa: E402

USERS, ROWS = 4, 1000


def main() -> None:
    for number in range(USERS):
        user = get_user_model().objects.create_user(f"user{number}")
        sheet = Sheet.objects.create(owner=user, name=f"Sheet {number}")
        for model in (PlainTrait, BatchTrait):
            model.objects.bulk_create([model(sheet=sheet, name=f"Trait {n}") for n in range(ROWS)])
    token = Token.objects.create(user=user)
    rows = {
        name: list(model.objects.filter(sheet=sheet).order_by("pk").values_list("pk", flat=True))
        for name, model in (("plain", PlainTrait), ("batch", BatchTrait))
    }
    print(json.dumps({"token": token.key, "rows": rows}))


main()
