"""Characters of the database as plain data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import Any

from django.db.models import Model

from characters.api.urls import registry
from characters.catalogue.reference import reference
from characters.exchange.foundry import Lexicon
from characters.exchange.parcel import Data
from characters.models import CatalogueSpell, Character
from characters.plain import RESOURCES
from characters.reading import read_rows


def contents(characters: Sequence[Character]) -> list[Data]:
    """Each character with all its rows, as the native format has it, in a fixed number of queries."""
    rows = read_rows([character.pk for character in characters]) if characters else {}
    return [_content(character, rows[character.pk]) for character in characters]


def lexicon() -> Lexicon:
    """The catalogue under Foundry's names, kept until it changes."""
    return _lexicon(reference().edition)


@lru_cache(maxsize=1)
def _lexicon(edition: str) -> Lexicon:
    found = reference()
    return Lexicon(found.rules, {id: _spell(spell) for id, spell in found.spells.items()})


def _spell(spell: CatalogueSpell) -> Data:
    return {
        **spell.facts,
        **{field.attname.removesuffix("_id"): getattr(spell, field.attname) for field in SPELL_FIELDS},
    }


SPELL_FIELDS = [field for field in CatalogueSpell._meta.concrete_fields if field.name != "facts"]


def _content(character: Character, rows: Mapping[Any, Sequence[Any]]) -> Data:
    lists = {resource: [stored(row) for row in rows[model]] for model, resource in RESOURCES.items()}
    return {**stored(character), **lists}


def stored(row: Model) -> Data:
    """What of a row travels: the columns that clients of the API can write."""
    return {name: getattr(row, attname) for name, attname in _columns(type(row))}


def defaults(resource: str) -> Data:
    """What a new row holds where nothing is said."""
    found = registry.get(resource)
    assert found is not None
    fields = {name: found.model._meta.get_field(name) for name, _ in _columns(found.model)}
    return {name: field.get_default() for name, field in fields.items()}  # type: ignore[union-attr]


@cache
def _columns(model: type[Model]) -> tuple[tuple[str, str], ...]:
    """Names of the fields, and of the attributes that hold keys as well as values."""
    resource = registry.get(RESOURCES.get(model, "characters"))
    assert resource is not None
    serializer: Any = resource.viewset.serializer_class
    # Where a guide goes on is about this site and not about the character: such columns are not editable.
    own = (field for field in model._meta.concrete_fields if field.name != "character" and field.editable)
    columns = {field.name: field.attname for field in own}
    fields = serializer().fields
    written = [name for name, field in fields.items() if not (field.read_only or field.write_only)]
    return tuple((name, columns[name]) for name in written if name in columns)
