"""A spell of a magus."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from batching.models import Revisioned
from characters.models.catalogue import CatalogueArt, CatalogueSpell
from characters.models.character import Character
from characters.models.limits import count, keep_up_to
from characters.models.scored import Scored
from characters.rules.experience import MAX_EXPERIENCE

MAX_LEVEL = 500
MASTERY = "ability.spell-mastery"


class Spell(Revisioned, Scored):
    """A spell as known: of the grimoire, or of the magus's own.

    `experience_points` and `score` are those of its Mastery, an Ability of its own (core rules, Spell Mastery).
    """

    batch_root = "character"
    kind_of_cost = "ability"

    character = models.ForeignKey(
        Character,
        models.CASCADE,
        related_name="spells",
        verbose_name=_("character"),
        db_index=False,  # spell_once_per_level starts with it
    )
    spell = models.ForeignKey(
        CatalogueSpell,
        models.PROTECT,
        related_name="+",
        verbose_name=_("spell of the grimoire"),
        null=True,
        blank=True,
        db_index=False,  # only ever asked for within a character
    )
    parameter = models.ForeignKey(
        CatalogueArt,
        models.PROTECT,
        related_name="+",
        verbose_name=_("Form it is about"),
        null=True,
        blank=True,
        db_index=False,
        help_text=_("For spells of the grimoire that are learnt for one Form: Unravelling the Fabric of (Form)."),
    )
    name = models.CharField(_("name"), max_length=100)
    technique = models.ForeignKey(
        CatalogueArt, models.PROTECT, related_name="+", verbose_name=_("Technique"), db_index=False
    )
    form = models.ForeignKey(CatalogueArt, models.PROTECT, related_name="+", verbose_name=_("Form"), db_index=False)
    requisites = models.JSONField(
        _("requisites"),
        default=dict,
        blank=True,
        help_text=_('Arts besides these two: {"technique": ["art.rego"], "form": []}.'),
    )
    level = count(_("level"), MAX_LEVEL, default=5)
    range = models.CharField(_("Range"), max_length=30, blank=True, default="")
    duration = models.CharField(_("Duration"), max_length=30, blank=True, default="")
    target = models.CharField(_("Target"), max_length=30, blank=True, default="")
    ritual = models.BooleanField(_("ritual"), default=False)
    focus = models.BooleanField(
        _("within the focus"), default=False, help_text=_("Whether the Magical Focus of the magus covers it.")
    )
    mastery_abilities = models.JSONField(
        _("special abilities"), default=list, blank=True, help_text=_('Of its Mastery: ["Fast Casting"].')
    )
    notes = models.CharField(_("notes"), max_length=500, blank=True, default="")

    class Meta:
        verbose_name = _("spell")
        verbose_name_plural = _("spells")
        ordering = ["character_id", "name", "level", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["character", "name", "level"],
                name="spell_once_per_level",
            ),
            models.CheckConstraint(condition=Q(level__gte=1), name="spell_level_positive"),
            keep_up_to(MAX_LEVEL, "spell_level_range", "level"),
            models.CheckConstraint(condition=~Q(name=""), name="spell_has_a_name"),
            keep_up_to(MAX_EXPERIENCE, "spell_experience_range", "experience_points"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.level}"

    @property
    def reference(self) -> tuple[str, str]:
        return MASTERY, self.name
