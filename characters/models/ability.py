"""An Ability of a character."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from batching.models import Revisioned
from characters.models.catalogue import CatalogueAbility
from characters.models.character import Character
from characters.models.scored import Scored
from characters.rules.experience import MAX_EXPERIENCE


class Ability(Revisioned, Scored):
    """One row per Ability and instance: Provence Lore and Rhine Lore are two."""

    batch_root = "character"
    kind_of_cost = "ability"

    character = models.ForeignKey(
        Character,
        models.CASCADE,
        related_name="abilities",
        verbose_name=_("character"),
        db_index=False,  # ability_once_per_instance starts with it
    )
    ability = models.ForeignKey(
        CatalogueAbility,
        models.PROTECT,
        related_name="+",
        verbose_name=_("Ability"),
        db_index=False,  # only ever asked for within a character
    )
    instance = models.CharField(
        _("instance"), max_length=80, blank=True, default="", help_text=_("Which area, language, craft …")
    )
    specialty = models.CharField(_("specialty"), max_length=100, blank=True, default="")
    native = models.BooleanField(_("native language"), default=False)

    class Meta:
        verbose_name = _("Ability")
        verbose_name_plural = _("Abilities")
        ordering = ["character_id", "ability__name", "instance", "id"]
        constraints = [
            models.UniqueConstraint(fields=["character", "ability", "instance"], name="ability_once_per_instance"),
            models.CheckConstraint(
                condition=Q(experience_points__gte=0, experience_points__lte=MAX_EXPERIENCE),
                name="ability_experience_range",
            ),
            models.CheckConstraint(
                condition=Q(native=False) | Q(ability="ability.living-language"), name="ability_native_is_a_language"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.score}"

    def clean(self) -> None:
        """For forms that do not go through the API."""
        if self.ability_id and bool(self.instance) != self.ability.needs_instance:
            needs, none = _("This Ability needs an instance."), _("This Ability has no instances.")
            raise ValidationError({"instance": none if self.instance else needs})

    @property
    def name(self) -> str:
        """The printed name: `Provence Lore`."""
        return self.ability.printed(self.instance)

    @property
    def reference(self) -> tuple[str, str]:
        return self.ability_id, self.instance
