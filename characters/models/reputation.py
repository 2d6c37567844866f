"""A Reputation of a character."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from batching.models import Revisioned
from characters.models.character import Character
from characters.models.limits import keep_up_to
from characters.models.scored import Scored
from characters.rules.experience import MAX_EXPERIENCE


class Reputation(Revisioned, Scored):
    """`Quaesitor 3 (Hermetic)`. Noteworthy acts are its experience, at the price of an Ability."""

    class Type(models.TextChoices):
        UNKNOWN = "", _("not stated")
        LOCAL = "local", _("Local")
        ECCLESIASTICAL = "ecclesiastical", _("Ecclesiastical")
        HERMETIC = "hermetic", _("Hermetic")
        ACADEMIC = "academic", _("Academic")

    batch_root = "character"
    kind_of_cost = "ability"

    character = models.ForeignKey(
        Character,
        models.CASCADE,
        related_name="reputations",
        verbose_name=_("character"),
        db_index=False,  # reputation_once_per_type starts with it
    )
    content = models.CharField(_("content"), max_length=200, help_text=_("What the character is known as or for."))
    type = models.CharField(_("type"), max_length=14, choices=Type.choices, blank=True, default=Type.UNKNOWN)

    class Meta:
        verbose_name = _("Reputation")
        verbose_name_plural = _("Reputations")
        ordering = ["character_id", "content", "id"]
        constraints = [
            models.UniqueConstraint(fields=["character", "content", "type"], name="reputation_once_per_type"),
            models.CheckConstraint(condition=~Q(content=""), name="reputation_has_a_content"),
            models.CheckConstraint(
                condition=Q(type__in=["", "local", "ecclesiastical", "hermetic", "academic"]),
                name="reputation_type_known",
            ),
            keep_up_to(MAX_EXPERIENCE, "reputation_experience_range", "experience_points"),
        ]

    def __str__(self) -> str:
        return f"{self.content} {self.score}"

    @property
    def reference(self) -> tuple[str, str]:
        return "reputation", self.content
