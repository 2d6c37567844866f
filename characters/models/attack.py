"""A way to fight that a character's sheet shows."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from batching.models import Revisioned
from characters.models.catalogue import CatalogueAbility
from characters.models.character import Character

TEXT = 200


class Attack(Revisioned):
    """A weapon, perhaps with a shield, perhaps on horseback. Without any, the sheet lists what is carried.

    Weapon and shield are ids of the tables (`weapon.kick` is nobody's possession) or names of the character's
    own possessions.
    """

    batch_root = "character"

    character = models.ForeignKey(Character, models.CASCADE, related_name="attacks", verbose_name=_("character"))
    name = models.CharField(_("name"), max_length=TEXT, blank=True, default="")
    weapon = models.CharField(_("weapon"), max_length=TEXT)
    shield = models.CharField(_("shield"), max_length=TEXT, blank=True, default="")
    ability = models.ForeignKey(
        CatalogueAbility,
        models.PROTECT,
        related_name="+",
        verbose_name=_("Ability"),
        null=True,
        blank=True,
        db_index=False,
        help_text=_("Empty: the weapon's own."),
    )
    mounted = models.BooleanField(_("mounted"), default=False)
    specialty_applies = models.BooleanField(
        _("specialty applies"),
        null=True,
        blank=True,
        default=None,
        help_text=_("Empty: as the words of the specialty say."),
    )

    class Meta:
        verbose_name = _("way to fight")
        verbose_name_plural = _("ways to fight")
        ordering = ["character_id", "id"]
        constraints = [models.CheckConstraint(condition=~Q(weapon=""), name="attack_has_a_weapon")]

    def __str__(self) -> str:
        return self.name or self.weapon
