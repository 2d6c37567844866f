"""How a character is just now: wounds, fatigue, Confidence, Warping."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from characters.models.limits import MAX_CONFIDENCE, MAX_FATIGUE, MAX_WOUNDS, count, keep_up_to, maybe, points
from characters.rules.experience import MAX_EXPERIENCE

WOUNDS = ("light_wounds", "medium_wounds", "heavy_wounds", "incapacitating_wounds")


class Conditioned(models.Model):
    """Confidence without a number stands where the type of character and its Virtues and Flaws put it."""

    light_wounds = count(_("Light Wounds"), MAX_WOUNDS)
    medium_wounds = count(_("Medium Wounds"), MAX_WOUNDS)
    heavy_wounds = count(_("Heavy Wounds"), MAX_WOUNDS)
    incapacitating_wounds = count(_("Incapacitating Wounds"), MAX_WOUNDS)
    fatigue = count(_("Fatigue levels lost"), MAX_FATIGUE, help_text=_("Long-term ones included."))
    long_term_fatigue = count(_("of them long-term"), MAX_FATIGUE)
    confidence_score = maybe(
        _("Confidence Score"), MAX_CONFIDENCE, help_text=_("Empty: as type, Virtues and Flaws have it.")
    )
    confidence_points = maybe(_("Confidence Points"), MAX_CONFIDENCE, help_text=_("Empty: as at the start."))
    warping_points = points(_("Warping Points"))

    class Meta:
        abstract = True


CONDITION_CONSTRAINTS = [
    *(keep_up_to(MAX_WOUNDS, f"character_{field}_range", field) for field in WOUNDS),
    keep_up_to(MAX_FATIGUE, "character_fatigue_range", "fatigue"),
    keep_up_to(MAX_FATIGUE, "character_long_term_fatigue_range", "long_term_fatigue"),
    keep_up_to(MAX_CONFIDENCE, "character_confidence_score_range", "confidence_score"),
    keep_up_to(MAX_CONFIDENCE, "character_confidence_points_range", "confidence_points"),
    keep_up_to(MAX_EXPERIENCE, "character_warping_range", "warping_points"),
]
