"""What age has done to a character."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from characters.models.limits import count, keep_up_to, points
from characters.rules.characteristics import ABBREVIATIONS
from characters.rules.experience import MAX_EXPERIENCE

MAX_AGING_POINTS = 20
MAX_AGING_LOSS = 10


def _aging(label: Any) -> models.PositiveSmallIntegerField[Any, Any]:
    return count(label, MAX_AGING_POINTS)


def _lost(label: Any) -> models.PositiveSmallIntegerField[Any, Any]:
    return count(label, MAX_AGING_LOSS)


class Aged(models.Model):
    """Aging points per Characteristic, and the points of it that they have cost so far (core rules, Aging)."""

    intelligence_aging = _aging(_("aging points of Intelligence"))
    perception_aging = _aging(_("aging points of Perception"))
    strength_aging = _aging(_("aging points of Strength"))
    stamina_aging = _aging(_("aging points of Stamina"))
    presence_aging = _aging(_("aging points of Presence"))
    communication_aging = _aging(_("aging points of Communication"))
    dexterity_aging = _aging(_("aging points of Dexterity"))
    quickness_aging = _aging(_("aging points of Quickness"))
    intelligence_lost = _lost(_("Intelligence lost to aging"))
    perception_lost = _lost(_("Perception lost to aging"))
    strength_lost = _lost(_("Strength lost to aging"))
    stamina_lost = _lost(_("Stamina lost to aging"))
    presence_lost = _lost(_("Presence lost to aging"))
    communication_lost = _lost(_("Communication lost to aging"))
    dexterity_lost = _lost(_("Dexterity lost to aging"))
    quickness_lost = _lost(_("Quickness lost to aging"))
    aging_settled = models.BooleanField(
        _("aging settled"),
        default=False,
        help_text=_("Whether the aging rolls so far were made, even if nothing on the sheet shows it."),
    )
    decrepitude_points = points(
        _("Decrepitude Points"), help_text=_("All of them, those that belong to aging points included.")
    )

    class Meta:
        abstract = True


AGING_POINTS = tuple(f"{name}_aging" for name in ABBREVIATIONS)
AGING_LOSSES = tuple(f"{name}_lost" for name in ABBREVIATIONS)

AGING_CONSTRAINTS = [
    *(keep_up_to(MAX_AGING_POINTS, f"character_{field}_range", field) for field in AGING_POINTS),
    *(keep_up_to(MAX_AGING_LOSS, f"character_{field}_range", field) for field in AGING_LOSSES),
    keep_up_to(MAX_EXPERIENCE, "character_decrepitude_range", "decrepitude_points"),
]
