"""Let the tables grow to so many rows of somebody else, with as many receipts: a sheet for each thousand."""

from __future__ import annotations

import sys

import django

django.setup()

from django.contrib.auth import get_user_model  # noqa: E402
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from tests.benchmarks.project.models import Sheet  # noqa: E402

PER_SHEET = 1000
NUMBERS = "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < %s) "
UUID = "gen_random_uuid()" if connection.vendor == "postgresql" else "lower(hex(randomblob(16)))"
TRAITS = "sheet_id, name, score, experience_points, specialty, version, updated"


def main(rows: int) -> None:
    crowd, _ = get_user_model().objects.get_or_create(username="crowd")
    there = Sheet.objects.filter(owner=crowd).count()
    made = Sheet.objects.bulk_create(
        [Sheet(owner=crowd, name=f"Sheet of others {number}") for number in range(there, rows // PER_SHEET)]
    )
    if made:
        _fill(crowd.pk, made[0].pk)


def _fill(crowd: int, first: int) -> None:
    """Rows and receipts below the sheets from the first on."""
    source = "FROM benchmark_sheet s, numbers WHERE s.owner_id = %s AND s.id >= %s"
    below, now = [crowd, first], timezone.now()
    plain = f"SELECT s.id, 'Trait', 0, 0, '', 0, %s {source}"
    revised = f"SELECT s.id, 'Trait', 0, 0, '', 0, %s, 1 {source}"
    receipt = f"SELECT %s, {UUID}, {UUID}, 200, '1', 1, %s {source}"
    with connection.cursor() as cursor:
        for table, columns, select, values in (
            ("benchmark_plaintrait", TRAITS, plain, [now]),
            ("benchmark_batchtrait", f"{TRAITS}, revision", revised, [now]),
            (
                "batching_receipt",
                "user_id, operation, fingerprint, status, target, revision, created",
                receipt,
                [crowd, now],
            ),
        ):
            cursor.execute(f"INSERT INTO {table} ({columns}) {NUMBERS}{select}", [PER_SHEET, *values, *below])
        cursor.execute("ANALYZE")


main(int(sys.argv[1]))
