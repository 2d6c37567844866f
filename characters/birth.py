"""What a new magus has from the start: Arts, The Gift, a status, and what the House gives (Arts and Houses)."""

from __future__ import annotations

from collections.abc import Sequence

from characters.models import Ability, Art, CatalogueArt, Character, Virtue
from characters.rules.catalogue import Catalogue
from characters.rules.experience import cost
from characters.rules.findings.statuses import HERMETIC_MAGUS
from characters.rules.houses import Grant, grants

OF_MAGI = ("virtue.the-gift", HERMETIC_MAGUS)
"""Free Virtues that make a magus."""


def equip(
    character: Character, catalogue: Catalogue, *, of_magi: bool = True, gifts: Sequence[Virtue] | None = None
) -> None:
    """Give a new magus what one has from the start; nothing to anybody else.

    `of_magi`: also the Arts, The Gift and the status. `gifts` is what the House gives. None is nobody's choice: the
    first of each, and a choice among any Virtues of a kind is left open.
    """
    if character.type != Character.Type.MAGUS:
        return
    if of_magi:
        _give_arts(character)
        _give_status(character, catalogue)
    _give_gifts(character, _first_gifts(character, catalogue) if gifts is None else gifts, catalogue)


def _give_arts(character: Character) -> None:
    """All Arts at 0: a magus knows each of them."""
    arts = CatalogueArt.objects.only("id")
    Art.objects.bulk_create(Art(character=character, art=art, revision=character.revision) for art in arts)


def _give_status(character: Character, catalogue: Catalogue) -> None:
    """The Gift, and the Social Status Hermetic Magus."""
    rows = [Virtue(character=character, virtue_id=id, size=catalogue.virtue(id).size) for id in OF_MAGI]
    _give_virtues(character, rows, catalogue)


def _give_gifts(character: Character, rows: Sequence[Virtue], catalogue: Catalogue) -> None:
    """Virtues of the House; Abilities come with them."""
    _give_virtues(character, rows, catalogue)
    if rows:
        _give_abilities(character, catalogue)


def _give_virtues(character: Character, rows: Sequence[Virtue], catalogue: Catalogue) -> None:
    for row in rows:
        row.once = None if catalogue.virtue(row.virtue_id).repeatable else True
        row.revision = character.revision
    Virtue.objects.bulk_create(rows)


def _first_gifts(character: Character, catalogue: Catalogue) -> list[Virtue]:
    return [row for grant in grants(catalogue, character.house_id) for row in _first(character, grant, catalogue)]


def _first(character: Character, grant: Grant, catalogue: Catalogue) -> list[Virtue]:
    choice = grant.choices[0]
    if choice.any_of is not None:
        return []
    return [
        Virtue(
            character=character,
            virtue_id=choice.virtue,
            size=catalogue.virtue(choice.virtue).size,
            parameters=list(choice.parameters),
            granted_by_house=True,
            assumed=grant.only is None,
        )
    ]


def _give_abilities(character: Character, catalogue: Catalogue) -> None:
    """Abilities that come with the House, at their score: Heartbeast 1."""
    house = catalogue.house(character.house_id) or {}
    Ability.objects.bulk_create(
        Ability(
            character=character,
            ability_id=granted["ability"],
            instance=granted["instance"] or "",
            experience_points=cost("ability", granted["score"]),
            revision=character.revision,
        )
        for granted in house.get("granted_ability_scores", ())
    )
