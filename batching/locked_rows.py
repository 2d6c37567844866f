"""Rows and their roots, locked and read by one statement.

The usual way takes two queries, which Django needs longer to put together than the database to answer: one locks the
roots, one reads the rows through the viewset's queryset. Where that queryset holds nothing but rows of one table, this
module asks it once for their keys, and writes the statement around that itself. Rows that they refer to may come along.

A row is joined to its root before it is locked, so that batches queue up behind the roots, as they do elsewhere. What
is locked is the newest version, but what the user may see was decided before the wait; so each root comes with the
revision that it had by then, and if another transaction has committed meanwhile, the rows must be read again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from operator import itemgetter
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import Model, QuerySet
from django.db.models.query import ModelIterable

from batching.columns import VENDORS
from batching.conversion import converted, selected
from batching.instances import instances
from batching.joins import Join, joins_of
from batching.models import Revisioned
from batching.pipeline import Pipeline
from batching.resources import Resource


class Locked(NamedTuple):
    """What was locked. `rows` is None if the roots changed while they were waited for."""

    roots: Sequence[Model]
    rows: Sequence[Model] | None


def serves(resource: Resource, rows: Any, using: str) -> bool:
    """Whether rows of this resource can be read without the queryset that selects them."""
    models, query = (resource.model, resource.root_model), rows.query
    return (
        resource.root_field is not None
        and issubclass(resource.root_model, Revisioned)
        and connections[using].vendor in VENDORS
        and not any(model._meta.parents or len(model._meta.pk_fields) > 1 for model in models)
        and rows._iterable_class is ModelIterable
        and not (rows._prefetch_related_lookups or rows._known_related_objects)
        and not (query.distinct or query.annotations or query.extra or query.group_by)
        and not (query.combinator or query.is_sliced)
        and joins_of(query) is not None
    )


def read(
    resource: Resource, rows: QuerySet[Any], pipeline: Pipeline, meanwhile: Callable[[], object] = lambda: None
) -> Locked:
    """Lock the roots of some rows, then the rows, each by their keys. `meanwhile` is called while they are read."""
    field = resource.root_field
    assert field is not None
    connection = pipeline.connection
    using = connection.alias
    joins = tuple(join for join in joins_of(rows.query) or () if join.field is not field)
    try:
        visible = rows.order_by().values_list("pk", field.attname).query.get_compiler(using).as_sql()
    except EmptyResultSet:
        return Locked((), ())
    with pipeline.cursor() as cursor:
        cursor.execute(_text(using, field, joins).format(visible=visible[0]), visible[1])
        meanwhile()
        found = cursor.fetchall()
    row_columns, root_columns = _columns(resource.model), _columns(resource.root_model)
    width, key = len(row_columns), len(row_columns) + root_columns.index(field.target_field)
    end = width + len(root_columns)
    first = {values[key]: values for values in found}.values()
    roots = instances(
        resource.root_model, using, converted(connection, root_columns, [values[width:end] for values in first])
    )
    if any(map(itemgetter(-1), found)):
        return Locked(roots, None)
    rows_found = instances(
        resource.model, using, converted(connection, row_columns, [values[:width] for values in found])
    )
    for join in joins:
        start, end = end, end + len(join.columns)
        join.attach(using, rows_found, [values[start:end] for values in found])
    return Locked(roots, rows_found)


@cache
def _columns(model: type[Model]) -> tuple[Any, ...]:
    return tuple(model._meta.concrete_fields)


@cache
def _text(using: str, field: Any, joins: tuple[Join, ...]) -> str:
    """The statement with room for the {visible} rows: their keys, and those of their roots."""
    connection = connections[using]
    quote = connection.ops.quote_name
    locks = connection.vendor == "postgresql"
    model, root_model = field.model, field.related_model
    table, root_table = quote(model._meta.db_table), quote(root_model._meta.db_table)
    pk, root_pk = quote(model._meta.pk.column), quote(field.target_field.column)
    names = [selected(using, column, "t") for column in _columns(model)]
    names += [selected(using, column, "batching_roots") for column in _columns(root_model)]
    aliases = {join: f"batching_join{number}" for number, join in enumerate(joins)}
    names += [name for join, alias in aliases.items() for name in join.selected(using, alias)]
    also = "".join(f"{join.clause(using, 't', alias)} " for join, alias in aliases.items())
    names.append("batching_roots.revision <> batching_roots.batching_seen" if locks else "0")
    # A subquery is not asked again when a lock was waited for: it tells the revision of before.
    seen = f", (SELECT revision FROM {root_table} b WHERE b.{root_pk} = r.{root_pk}) AS batching_seen" if locks else ""
    return (
        "WITH batching_visible(row_key, root_key) AS ({visible}), "
        f"batching_roots AS {'MATERIALIZED ' if locks else ''}(SELECT r.*{seen} FROM {root_table} r "
        f"WHERE r.{root_pk} IN (SELECT root_key FROM batching_visible) "
        f"ORDER BY r.{root_pk}{' FOR NO KEY UPDATE OF r' if locks else ''}) "
        f"SELECT {', '.join(names)} FROM {table} t "
        f"JOIN batching_roots ON batching_roots.{root_pk} = t.{quote(field.column)} {also}"
        f"WHERE t.{pk} IN (SELECT row_key FROM batching_visible) "
        f"ORDER BY batching_roots.{root_pk}, t.{pk}{' FOR NO KEY UPDATE OF t' if locks else ''}"
    )
