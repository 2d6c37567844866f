"""A copy of a character with all that belongs to it."""

from __future__ import annotations

from django.db import connection, transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from characters.models import Character
from characters.plain import RESOURCES

LONGEST_NAME = 100


def copy(character: Character) -> Character:
    """A new character of the same owner, named `Petrus (copy)`. It is shared with nobody.

    One statement per kind of row, however many there are: the database copies them where they lie. The original is
    locked meanwhile, so that no half of a batch is copied.
    """
    with transaction.atomic():
        made = Character.objects.select_for_update(no_key=True).get(pk=character.pk)
        made.pk = made.id = None
        made._state.adding = True
        made.name, made.shared = _name(made.name), False
        made.save(force_insert=True)
        with connection.cursor() as cursor:
            for model in RESOURCES:
                cursor.execute(_statement(model), [made.pk, made.revision, character.pk])
    return made


def _name(name: str) -> str:
    """A long name is shortened, rather than what tells the two apart."""
    room = LONGEST_NAME - len(_("%(name)s (copy)") % {"name": ""})
    return _("%(name)s (copy)") % {"name": name[:room]}


def _statement(model: type[Model]) -> str:
    """Copy the rows of a character: new keys, the new character and its revision, everything else as it is."""
    quote = connection.ops.quote_name
    replaced = ("id", "character_id", "revision")
    kept = [quote(str(field.column)) for field in model._meta.concrete_fields if field.column not in replaced]
    columns, table = ", ".join(kept), quote(model._meta.db_table)
    return (
        f"INSERT INTO {table} (character_id, revision, {columns}) "
        f"SELECT %s, %s, {columns} FROM {table} WHERE character_id = %s ORDER BY id"
    )
