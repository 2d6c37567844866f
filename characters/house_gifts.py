"""What was taken for a player who has not chosen among the gifts of a House."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from characters.models import Character, Virtue
from characters.rules import naming, parameters
from characters.rules.catalogue import Catalogue
from characters.rules.facts import Ref
from characters.rules.houses import grants
from characters.rules.results import Finding


def assumed_gifts(character: Character, rows: Iterable[Virtue], catalogue: Catalogue) -> Iterator[Finding]:
    """A reminder for each gift that nobody has chosen, with what else the House offers."""
    for row in rows:
        if row.assumed and row.granted_by_house:
            entry = catalogue.virtue(row.virtue_id)
            words = parameters.words(row.parameters, catalogue)
            yield Finding(
                code="house_grant_assumed",
                severity="reminder",
                message=_("House %(house)s gives %(offered)s: %(taken)s was taken, until you choose (Houses).")
                % {
                    "house": catalogue.house_name(character.house_id or ""),
                    "offered": _offered(character, row, catalogue),
                    "taken": naming.virtue_name(entry.name, entry.display_template, words),
                },
                refs=(Ref("virtues", row.pk),),
            )


def _offered(character: Character, row: Virtue, catalogue: Catalogue) -> str:
    offers = [grant for grant in grants(catalogue, character.house_id) if grant.only is None]
    mine = (grant for grant in offers if any(choice.virtue == row.virtue_id for choice in grant.choices))
    grant = next(mine, None)
    return grant.describe(catalogue) if grant else _("a choice")
