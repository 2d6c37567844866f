"""States of rows that a batch passes through and the database never sees.

Two operations on one row are written once. Sent one by one, the first would have met the table's CHECK constraints
in a state that the second has overwritten since. Such states are put to the same constraints here, all of a model's in
one SELECT, so that a batch refuses what single requests refuse.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from types import SimpleNamespace
from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.sql.query import Query

from batching import sql
from batching.columns import VENDORS, travels

Columns = dict[str, Any]


@cache
def matters(model: type[models.Model]) -> bool:
    """Whether the database could refuse a state of this model that validation has let pass."""
    checked = any(column.get_internal_type().startswith("Positive") for column in model._meta.local_concrete_fields)
    return checked or bool(model._meta.constraints)


def refused(connection: BaseDatabaseWrapper, model: type[models.Model], states: Sequence[Columns]) -> bool:
    """Whether the database would have refused any of these states; also True where that cannot be told."""
    columns = model._meta.local_concrete_fields
    if connection.vendor not in VENDORS or not all(travels(column) for column in columns):
        return True
    if any(_is_conditionally_unique(constraint) for constraint in model._meta.constraints):
        return True
    conditions = [*_constraint_checks(connection, model), *_column_checks(connection, model)]
    if not conditions:
        return False
    condition = " OR ".join(f"NOT ({text})" for text, _ in conditions)
    parameters = [parameter for _, some in conditions for parameter in some]
    rows: Any = [
        SimpleNamespace(**{column.attname: state.get(column.attname) for column in columns}) for state in states
    ]
    return sql.any_row(connection, columns, rows, condition, parameters)


def _is_conditionally_unique(constraint: models.BaseConstraint) -> bool:
    return not isinstance(constraint, models.CheckConstraint) and bool(
        getattr(constraint, "condition", None) or getattr(constraint, "expressions", None)
    )


def _constraint_checks(connection: BaseDatabaseWrapper, model: type[models.Model]) -> list[tuple[str, Sequence[Any]]]:
    checks = [constraint for constraint in model._meta.constraints if isinstance(constraint, models.CheckConstraint)]
    return [_compiled(connection, model, constraint.condition) for constraint in checks]


def _compiled(connection: BaseDatabaseWrapper, model: type[models.Model], condition: Any) -> tuple[str, Sequence[Any]]:
    query = Query(model=model, alias_cols=False)
    where = query.build_where(condition)
    return where.as_sql(query.get_compiler(connection=connection), connection)


def _column_checks(connection: BaseDatabaseWrapper, model: type[models.Model]) -> list[tuple[str, Sequence[Any]]]:
    texts = [column.db_parameters(connection)["check"] for column in model._meta.local_concrete_fields]
    return [(text.replace("%", "%%"), ()) for text in texts if text]
