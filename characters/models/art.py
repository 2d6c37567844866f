"""An Art of a magus."""

from __future__ import annotations

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from batching.models import Revisioned
from characters.models.catalogue import CatalogueArt
from characters.models.character import Character
from characters.models.scored import Scored
from characters.rules.experience import MAX_EXPERIENCE


class Art(Revisioned, Scored):
    """A Technique or Form. `experience_points` includes `bonus_experience`, which nobody paid for."""

    batch_root = "character"
    kind_of_cost = "art"

    character = models.ForeignKey(
        Character,
        models.CASCADE,
        related_name="arts",
        verbose_name=_("character"),
        db_index=False,  # art_once_per_character starts with it
    )
    art = models.ForeignKey(
        CatalogueArt,
        models.PROTECT,
        related_name="+",
        verbose_name=_("Art"),
        db_index=False,  # only ever asked for within a character
    )
    bonus_experience = models.PositiveIntegerField(
        _("bonus experience"),
        default=0,
        validators=[MaxValueValidator(MAX_EXPERIENCE)],
        help_text=_("The part of the experience that Elemental Magic gave."),
    )

    class Meta:
        verbose_name = _("Art")
        verbose_name_plural = _("Arts")
        ordering = ["character_id", "art__position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["character", "art"], name="art_once_per_character"),
            models.CheckConstraint(
                condition=Q(experience_points__gte=0, experience_points__lte=MAX_EXPERIENCE),
                name="art_experience_range",
            ),
            models.CheckConstraint(
                condition=Q(bonus_experience__gte=0, bonus_experience__lte=MAX_EXPERIENCE),
                name="art_bonus_experience_range",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.art.name} {self.score}"

    @property
    def reference(self) -> tuple[str, str]:
        return self.art_id, ""
