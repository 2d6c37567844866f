"""The comparator: what somebody would write by hand for this one table, with the same guarantees.

Lock, revision, receipts claimed first, full rows back; with everything hard-coded that `batching` finds out: the
fields and their ranges, the statements, the form of the answer. It knows PostgreSQL and SQLite.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.views import APIView

COLUMNS = "id, sheet_id, name, score, experience_points, specialty, version, updated"
NAMES = ("id", "sheet", "name", "score", "experience_points", "specialty", "version", "updated")


class BatchByHandView(APIView):
    def post(self, request: Any) -> Response:
        operations = request.data.get("operations")
        if not isinstance(operations, list) or not 1 <= len(operations) <= 500:
            raise ValidationError("operations: expected a list of 1 to 500")
        changes = {_whole(each.get("target"), "target"): _checked(each.get("data")) for each in operations}
        with transaction.atomic(), connection.cursor() as cursor:
            revision = _lock(cursor, request.user.pk, list(changes)) + 1
            _claim(cursor, request.user.pk, operations, revision)
            rows = _write(cursor, changes, revision, request.user.pk)
        if len(rows) != len(changes):
            raise ValidationError("a row does not exist")
        results = [
            {
                "id": each["id"],
                "resource": "traits",
                "action": "update",
                "target": each["target"],
                "success": True,
                "status": 200,
                "etag": f'"{revision}"',
                "data": rows[each["target"]],
                "replayed": False,
            }
            for each in operations
        ]
        return Response({"status": "success", "results": results})


def _whole(value: Any, name: str) -> int:
    if type(value) is not int or not 0 <= value < 2**31:
        raise ValidationError(f"{name}: expected a whole number")
    return value


def _checked(data: Any) -> tuple[int, int]:
    if not isinstance(data, dict) or data.keys() != {"score", "experience_points"}:
        raise ValidationError("data: expected score and experience_points")
    return _whole(data["score"], "score"), _whole(data["experience_points"], "experience_points")


def _lock(cursor: Any, user: int, targets: list[int]) -> int:
    where = "EXISTS (SELECT 1 FROM benchmark_batchtrait t WHERE t.sheet_id = s.id AND t.id = %s)"
    sql = f"SELECT s.revision FROM benchmark_sheet s WHERE s.owner_id = %s AND {where}"
    cursor.execute(sql + (" FOR NO KEY UPDATE" if connection.vendor == "postgresql" else ""), [user, targets[0]])
    if (row := cursor.fetchone()) is None:
        raise ValidationError("a row does not exist")
    return int(row[0])


def _claim(cursor: Any, user: int, operations: list[dict[str, Any]], revision: int) -> None:
    plain = (lambda text: text) if connection.vendor == "postgresql" else (lambda text: text.replace("-", ""))
    receipts = [
        {
            "c0": plain(each["id"]),
            "c1": hashlib.sha256(json.dumps(each).encode()).hexdigest()[:32],
            "c2": each["target"],
        }
        for each in operations
    ]
    columns, source = _source(["uuid", "uuid", "text"])
    cursor.execute(
        "INSERT INTO batching_receipt (operation, fingerprint, target, status, user_id, revision, created) "
        f"SELECT {columns}, 200, %s, %s, %s FROM {source} WHERE true ON CONFLICT DO NOTHING",
        [user, revision, timezone.now(), json.dumps(receipts)],
    )
    if cursor.rowcount != len(operations):
        raise ValidationError("an operation was applied before")


def _write(cursor: Any, changes: dict[int, tuple[int, int]], revision: int, user: int) -> dict[int, dict[str, Any]]:
    records = [{"c0": key, "c1": score, "c2": points} for key, (score, points) in changes.items()]
    _, source = _source(["bigint", "integer", "integer"])
    read = [f"j.c{n}" if connection.vendor == "postgresql" else f"json_extract(j.value, '$.c{n}')" for n in range(3)]
    cursor.execute(
        f"UPDATE benchmark_batchtrait SET score = {read[1]}, experience_points = {read[2]}, "
        f"updated = %s, revision = %s FROM {source} WHERE benchmark_batchtrait.id = {read[0]} "
        "AND sheet_id IN (SELECT id FROM benchmark_sheet WHERE owner_id = %s) "
        f"RETURNING {', '.join('benchmark_batchtrait.' + column for column in COLUMNS.split(', '))}",
        [timezone.now(), revision, json.dumps(records), user],
    )
    rows = {row[0]: dict(zip(NAMES, row, strict=True)) for row in cursor.fetchall()}
    sheets = {row["sheet"] for row in rows.values()}
    cursor.execute("UPDATE benchmark_sheet SET revision = %s WHERE id = %s", [revision, *sheets])
    return rows


def _source(kinds: list[str]) -> tuple[str, str]:
    """Columns and row source of a JSON parameter of records with members c0, c1 …"""
    if connection.vendor == "postgresql":
        types = ", ".join(f"c{n} {kind}" for n, kind in enumerate(kinds))
        return ", ".join(f"j.c{n}" for n in range(len(kinds))), f"json_to_recordset(%s::json) AS j({types})"
    return ", ".join(f"json_extract(j.value, '$.c{n}')" for n in range(len(kinds))), "json_each(%s) AS j"
