"""The whole derived sheet of a magus with 60 rows: reading the rows, deriving everything, and writing it as JSON."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from statistics import median, quantiles
from typing import Any

ROUNDS = 300
ROWS = {"abilities": 20, "arts": 15, "virtues": 15, "spells": 10}


def run() -> dict[str, Any]:
    _set_up()
    from django.db import connection, reset_queries

    from characters.models import Character
    from characters.sheet import sheets

    character = Character.objects.get(pk=_magus())

    def whole() -> list[dict[str, Any]]:
        return sheets([character])

    (sheet,) = whole()
    connection.force_debug_cursor = True
    reset_queries()
    whole()
    queries = len(connection.queries)
    connection.force_debug_cursor = False
    return {
        "rows": {name: len(sheet[name]) for name in ("abilities", "arts", "virtues", "flaws", "spells")},
        "queries": queries,
        "bytes": len(json.dumps(sheet)),
        "sheet": _measure(whole),
        "json": _measure(lambda: json.dumps(sheet)),
    }


def table(result: dict[str, Any]) -> str:
    rows = sum(result["rows"].values())
    lines = [
        f"{rows} rows, {result['queries']} queries, {result['bytes'] / 1000:.0f} kB of JSON",
        "",
        "| milliseconds | median | 95 % |",
        "|---|---|---|",
    ]
    for name, label in (("sheet", "whole derived sheet"), ("json", "its JSON")):
        lines.append(f"| {label} | {result[name]['median']:.2f} | {result[name]['p95']:.2f} |")
    return "\n".join(lines)


def _set_up() -> None:
    """A database in memory with the catalogue."""
    os.environ.update(DJANGO_SETTINGS_MODULE="tests.settings", DATABASE_URL="sqlite://:memory:")
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    call_command("load_catalogue", verbosity=0, stdout=open(os.devnull, "w"))  # noqa: SIM115


def _magus() -> int:
    """A published magus, filled up to sixty rows as a player would."""
    from django.contrib.auth import get_user_model

    from characters import published
    from characters.models import Ability, CatalogueAbility, CatalogueSpell, Character, Spell, Virtue

    owner = get_user_model()._default_manager.create(username="Durenmar")
    printed = next(one for one in published.read() if one["id"] == "example.magus.flambeau")
    character = Character.objects.get(pk=published.load(printed, owner).key)
    names = CatalogueAbility.objects.filter(needs_instance=False).exclude(id__in=character.abilities.values("ability"))
    missing = ROWS["abilities"] - character.abilities.count()
    for entry in names[: max(0, missing)]:
        Ability.objects.create(character=character, ability=entry, experience_points=15)
    for entry in CatalogueSpell.objects.filter(level=10)[: max(0, ROWS["spells"] - character.spells.count())]:
        arts = {"technique_id": entry.technique_id, "form_id": entry.form_id}
        Spell.objects.create(character=character, spell=entry, name=entry.name, level=10, **arts)
    for ability in character.abilities.all()[: max(0, ROWS["virtues"] - character.virtues.count())]:
        chosen = [{"ability": ability.ability_id, "instance": ability.instance or None}]
        Virtue.objects.create(character=character, virtue_id="virtue.puissant-ability", size="minor", parameters=chosen)
    return character.pk


def _measure(call: Callable[[], Any]) -> dict[str, float]:
    times = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        call()
        times.append((time.perf_counter() - started) * 1000)
    return {"median": median(times), "p95": quantiles(times, n=20)[-1]}
