"""The reference rows that parameters of Virtues and Flaws refer to."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import cached_property

from characters.models.catalogue import CatalogueAbility, CatalogueArt, CatalogueVirtue


class CatalogueLookup:
    """Answers questions about catalogue entries, reading each table at most once, when first asked.

    Meant to live as long as a request: an object that is kept does not see a catalogue loaded later.
    """

    @cached_property
    def abilities(self) -> dict[str, CatalogueAbility]:
        return CatalogueAbility.objects.defer("facts").in_bulk()

    @cached_property
    def arts(self) -> dict[str, CatalogueArt]:
        return CatalogueArt.objects.defer("facts").in_bulk()

    @cached_property
    def virtues(self) -> dict[str, CatalogueVirtue]:
        return CatalogueVirtue.objects.only("id", "name", "kind", "category", "size").in_bulk()

    def needs_instance(self, ability: str) -> bool | None:
        entry = self.abilities.get(ability)
        return entry.needs_instance if entry else None

    def kind_of_art(self, art: str) -> str | None:
        entry = self.arts.get(art)
        return entry.kind if entry else None

    def is_option(self, virtue: str, wanted: Mapping[str, str]) -> bool:
        """Whether a Virtue or Flaw is what `options_from` of a parameter asks for."""
        entry = self.virtues.get(virtue)
        return entry is not None and all(getattr(entry, name) == value for name, value in wanted.items())

    def ability_name(self, ability: str, instance: str) -> str:
        entry = self.abilities.get(ability)
        return entry.printed(instance) if entry else instance or ability

    def art_name(self, art: str) -> str:
        entry = self.arts.get(art)
        return entry.name if entry else art

    def virtue_name(self, virtue: str) -> str:
        """The name behind an id; a choice that is a plain word is its own name."""
        if not virtue.startswith(("virtue.", "flaw.")):
            return virtue
        entry = self.virtues.get(virtue)
        return entry.name if entry else virtue
