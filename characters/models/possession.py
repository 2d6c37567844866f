"""What a character owns, carries or wears."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from batching.models import Revisioned
from characters.models.catalogue import CatalogueAbility
from characters.models.character import Character
from characters.models.limits import MAX_LOAD, between, keep_between, keep_up_to, maybe

LOWEST_FIGURE, HIGHEST_FIGURE = -100, 100
FIGURES = ("init", "atk", "dfn", "dam")


def _figure(label: Any) -> models.SmallIntegerField[Any, Any]:
    return models.SmallIntegerField(label, null=True, blank=True, validators=between(LOWEST_FIGURE, HIGHEST_FIGURE))


class Possession(Revisioned):
    """A weapon, shield, suit of armour or anything else.

    One from the tables names its `item`, and a figure that is empty is the table's. For something of the player's own
    an empty figure means that there is no such total: nobody attacks with a cloak.
    """

    class Kind(models.TextChoices):
        WEAPON = "weapon", _("Weapon")
        SHIELD = "shield", _("Shield")
        ARMOR = "armor", _("Armour")
        OTHER = "other", _("Other")

    class Coverage(models.TextChoices):
        NONE = "", _("none")
        PARTIAL = "partial", _("Partial")
        FULL = "full", _("Full")

    batch_root = "character"

    character = models.ForeignKey(Character, models.CASCADE, related_name="possessions", verbose_name=_("character"))
    kind = models.CharField(_("kind"), max_length=6, choices=Kind.choices, default=Kind.OTHER)
    item = models.CharField(
        _("item"), max_length=80, blank=True, default="", help_text=_("Of the tables: weapon.axe, armor.chain-mail.")
    )
    name = models.CharField(_("name"), max_length=200)
    coverage = models.CharField(
        _("coverage"),
        max_length=7,
        choices=Coverage.choices,
        blank=True,
        default=Coverage.NONE,
        help_text=_("Of armour."),
    )
    carried = models.BooleanField(_("carried"), default=True, help_text=_("Only what is carried has Load."))
    worn = models.BooleanField(_("worn"), default=True, help_text=_("Only armour that is worn protects."))
    load = maybe(_("Load"), MAX_LOAD)
    protection = maybe(_("Protection"), HIGHEST_FIGURE)
    ability = models.ForeignKey(
        CatalogueAbility,
        models.PROTECT,
        related_name="+",
        verbose_name=_("Ability it is used with"),
        null=True,
        blank=True,
        db_index=False,
    )
    init = _figure(_("Initiative"))
    atk = _figure(_("Attack"))
    dfn = _figure(_("Defense"))
    dam = _figure(_("Damage"))
    min_str = _figure(_("Strength needed"))
    notes = models.CharField(_("notes"), max_length=500, blank=True, default="")

    class Meta:
        verbose_name = _("possession")
        verbose_name_plural = _("possessions")
        ordering = ["character_id", "kind", "name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["weapon", "shield", "armor", "other"]), name="possession_kind_known"
            ),
            models.CheckConstraint(condition=Q(coverage__in=["", "partial", "full"]), name="possession_coverage_known"),
            models.CheckConstraint(condition=~Q(name=""), name="possession_has_a_name"),
            keep_up_to(MAX_LOAD, "possession_load_range", "load"),
            keep_up_to(HIGHEST_FIGURE, "possession_protection_range", "protection"),
            *(
                keep_between(LOWEST_FIGURE, HIGHEST_FIGURE, f"possession_{field}_range", field)
                for field in (*FIGURES, "min_str")
            ),
        ]

    def __str__(self) -> str:
        return self.name
