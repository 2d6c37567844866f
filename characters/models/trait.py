"""A Personality Trait of a character."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from batching.models import Revisioned
from characters.models.character import Character
from characters.models.limits import between, keep_between

LOWEST_TRAIT, HIGHEST_TRAIT = -20, 20
"""Usually -3 to +3, and 6 for a Major Personality Flaw; creatures go further (core rules, Personality Traits)."""


class Trait(Revisioned):
    """`Brave +3`."""

    batch_root = "character"

    character = models.ForeignKey(
        Character,
        models.CASCADE,
        related_name="traits",
        verbose_name=_("character"),
        db_index=False,  # trait_once_per_character starts with it
    )
    name = models.CharField(_("name"), max_length=100)
    score = models.SmallIntegerField(_("score"), default=0, validators=between(LOWEST_TRAIT, HIGHEST_TRAIT))

    class Meta:
        verbose_name = _("Personality Trait")
        verbose_name_plural = _("Personality Traits")
        ordering = ["character_id", "-score", "name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["character", "name"], name="trait_once_per_character"),
            models.CheckConstraint(condition=~Q(name=""), name="trait_has_a_name"),
            keep_between(LOWEST_TRAIT, HIGHEST_TRAIT, "trait_score_range", "score"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.score:+}"
