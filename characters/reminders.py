"""Findings that do not come from the rules: what was taken for the player, and rows that name others in vain."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from characters.models import Attack, Character, Possession, Virtue
from characters.plain import Rows
from characters.rules import naming, parameters
from characters.rules.catalogue import Catalogue
from characters.rules.facts import Ref
from characters.rules.houses import grants
from characters.rules.results import Finding
from characters.wording import in_words


def reminders(character: Character, rows: Rows, catalogue: Catalogue) -> list[Finding]:
    """All of them for one character."""
    gifts = _assumed_gifts(character, rows[Virtue], catalogue)
    return [*gifts, *_lost_weapons(rows[Attack], rows[Possession], catalogue)]


def _lost_weapons(
    attacks: Iterable[Attack], possessions: Iterable[Possession], catalogue: Catalogue
) -> Iterator[Finding]:
    """A warning for each way to fight whose weapon or shield is neither in the tables nor among the possessions."""
    owned = {row.name.casefold() for row in possessions if row.kind in ("weapon", "shield")}
    for row in attacks:
        for field in ("weapon", "shield"):
            name = getattr(row, field)
            ref = Ref("attacks", row.pk, field)
            if name and name.casefold() not in owned and catalogue.weapon(ref, name) is None:
                text = _("%(name)s is not among the possessions: there is nothing to fight with.") % {"name": name}
                yield Finding(code="weapon_missing", severity="warning", message=text, refs=(ref,))


def _assumed_gifts(character: Character, rows: Iterable[Virtue], catalogue: Catalogue) -> Iterator[Finding]:
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
    return in_words(grant.describe(catalogue)) if grant else _("a choice")
