"""A character: the root of everything on a sheet."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from batching.models import Revisioned
from characters.models.catalogue import CatalogueHouse
from characters.rules.characteristics import ABBREVIATIONS, HIGHEST, LOWEST
from characters.rules.experience import MAX_EXPERIENCE

MAX_AGE = 2000
"""Old enough for an ancient faerie; a guard against slips of the keyboard."""

MAX_CONFIDENCE = 100
"""Far more than any saga gives; the same kind of guard."""


def _characteristic(label: Any) -> models.SmallIntegerField[int, int]:
    bounds = [MinValueValidator(LOWEST), MaxValueValidator(HIGHEST)]
    return models.SmallIntegerField(label, default=0, validators=bounds)


def _up_to(highest: int, name: str, field: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=Q(**{f"{field}__lte": highest}), name=name)


class Character(Revisioned):
    """A grog, companion, mythic companion or magus. Characteristics are as bought; the rest is derived."""

    class Type(models.TextChoices):
        GROG = "grog", _("Grog")
        COMPANION = "companion", _("Companion")
        MYTHIC_COMPANION = "mythic_companion", _("Mythic companion")
        MAGUS = "magus", _("Magus")

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="characters",
        verbose_name=_("owner"),
        db_index=False,  # characters_by_owner starts with it
    )
    name = models.CharField(_("name"), max_length=100)
    type = models.CharField(_("type"), max_length=16, choices=Type.choices, default=Type.MAGUS)
    house = models.ForeignKey(
        CatalogueHouse,
        models.PROTECT,
        related_name="+",
        verbose_name=_("House"),
        null=True,
        blank=True,
        db_index=False,  # only ever asked for within one owner's characters
    )
    age = models.PositiveSmallIntegerField(_("age"), default=25, validators=[MaxValueValidator(MAX_AGE)])
    apparent_age = models.PositiveSmallIntegerField(
        _("apparent age"), null=True, blank=True, validators=[MaxValueValidator(MAX_AGE)]
    )
    apprenticed_at = models.PositiveSmallIntegerField(
        _("age at the start of apprenticeship"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(MAX_AGE)],
    )

    intelligence = _characteristic(_("Intelligence"))
    perception = _characteristic(_("Perception"))
    strength = _characteristic(_("Strength"))
    stamina = _characteristic(_("Stamina"))
    presence = _characteristic(_("Presence"))
    communication = _characteristic(_("Communication"))
    dexterity = _characteristic(_("Dexterity"))
    quickness = _characteristic(_("Quickness"))

    confidence_score = models.PositiveSmallIntegerField(
        _("Confidence Score"), default=1, validators=[MaxValueValidator(MAX_CONFIDENCE)]
    )
    confidence_points = models.PositiveSmallIntegerField(
        _("Confidence Points"), default=3, validators=[MaxValueValidator(MAX_CONFIDENCE)]
    )
    warping_points = models.PositiveIntegerField(
        _("Warping Points"), default=0, validators=[MaxValueValidator(MAX_EXPERIENCE)]
    )
    decrepitude_points = models.PositiveIntegerField(
        _("Decrepitude Points"), default=0, validators=[MaxValueValidator(MAX_EXPERIENCE)]
    )
    notes = models.TextField(_("notes"), blank=True, max_length=20_000)
    created = models.DateTimeField(_("created"), auto_now_add=True)
    updated = models.DateTimeField(_("updated"), auto_now=True)

    class Meta:
        verbose_name = _("character")
        verbose_name_plural = _("characters")
        ordering = ["name", "id"]
        indexes = [models.Index(fields=["owner", "name"], name="characters_by_owner")]
        constraints = [
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{field}__range": (LOWEST, HIGHEST)}), name=f"character_{field}_range"
                )
                for field in ABBREVIATIONS
            ),
            models.CheckConstraint(
                condition=Q(type__in=["grog", "companion", "mythic_companion", "magus"]),
                name="character_type_known",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="character_has_a_name"),
            _up_to(MAX_AGE, "character_age_range", "age"),
            _up_to(MAX_AGE, "character_apparent_age_range", "apparent_age"),
            _up_to(MAX_AGE, "character_apprenticed_at_range", "apprenticed_at"),
            _up_to(MAX_CONFIDENCE, "character_confidence_score_range", "confidence_score"),
            _up_to(MAX_CONFIDENCE, "character_confidence_points_range", "confidence_points"),
            _up_to(MAX_EXPERIENCE, "character_warping_range", "warping_points"),
            _up_to(MAX_EXPERIENCE, "character_decrepitude_range", "decrepitude_points"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def characteristics(self) -> dict[str, int]:
        """The eight as bought, by name, in the order of the sheet."""
        return {name: getattr(self, name) for name in ABBREVIATIONS}
