"""A character: the root of everything on a sheet."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from batching.models import Revisioned
from characters.models.aging import AGING_CONSTRAINTS, Aged
from characters.models.catalogue import CatalogueHouse
from characters.models.condition import CONDITION_CONSTRAINTS, Conditioned
from characters.models.limits import MAX_AGE, between, count, keep_between, keep_up_to, maybe, points
from characters.rules.characteristics import ABBREVIATIONS, HIGHEST, LOWEST
from characters.rules.experience import MAX_EXPERIENCE

SMALLEST, LARGEST = -10, 20
"""Size before Virtues and Flaws; 0 is a human being."""

MAX_LAB_SEASONS = 4 * MAX_AGE

SHARED_STAYS_A_GROG = _("Others may edit this grog, and only grogs are shared so: end the sharing first.")


def _characteristic(label: Any) -> models.SmallIntegerField[int, int]:
    return models.SmallIntegerField(label, default=0, validators=between(LOWEST, HIGHEST))


class Character(Aged, Conditioned, Revisioned):
    """A grog, companion, mythic companion or magus. Characteristics are as bought; the rest is derived."""

    class Type(models.TextChoices):
        GROG = "grog", _("Grog")
        COMPANION = "companion", _("Companion")
        MYTHIC_COMPANION = "mythic_companion", _("Mythic companion")
        MAGUS = "magus", _("Magus")

    class Mode(models.TextChoices):
        ADVISORY = "advisory", _("Advisory: findings are shown")
        ENFORCED = "enforced", _("Enforced: what would break a rule is refused")
        PLAY = "play", _("In play: rules of creation are off")

    class Step(models.TextChoices):
        """A step of the guided creation."""

        TYPE = "type", _("Type")
        HOUSE = "house", _("House")
        CHARACTERISTICS = "characteristics", _("Characteristics")
        VIRTUES = "virtues", _("Virtues and Flaws")
        CHILDHOOD = "childhood", _("Childhood")
        LATER_LIFE = "later-life", _("Later life")
        APPRENTICESHIP = "apprenticeship", _("Apprenticeship")
        SUMMARY = "summary", _("Summary")

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
    mode = models.CharField(_("mode"), max_length=8, choices=Mode.choices, default=Mode.ADVISORY)
    age = count(_("age"), MAX_AGE, default=25)
    apparent_age = maybe(_("apparent age"), MAX_AGE)
    apprenticed_at = maybe(_("age at the start of apprenticeship"), MAX_AGE)
    years_after_apprenticeship = maybe(
        _("years after apprenticeship"), MAX_AGE, help_text=_("Empty: what age and apprenticeship leave.")
    )
    lab_seasons = count(
        _("seasons in the laboratory"),
        MAX_LAB_SEASONS,
        help_text=_("After apprenticeship and before the start; each costs 10 points of that year."),
    )
    extra_experience = points(_("extra experience"), help_text=_("What the troupe gives on top, for anything."))
    size = models.SmallIntegerField(
        _("size"), default=0, validators=between(SMALLEST, LARGEST), help_text=_("Before Virtues and Flaws.")
    )

    intelligence = _characteristic(_("Intelligence"))
    perception = _characteristic(_("Perception"))
    strength = _characteristic(_("Strength"))
    stamina = _characteristic(_("Stamina"))
    presence = _characteristic(_("Presence"))
    communication = _characteristic(_("Communication"))
    dexterity = _characteristic(_("Dexterity"))
    quickness = _characteristic(_("Quickness"))

    notes = models.TextField(_("notes"), blank=True, max_length=20_000)
    shared = models.BooleanField(
        _("shared"), default=False, editable=False, help_text=_("Whether its editors may edit it; only a grog can be.")
    )
    guide_step = models.CharField(
        _("step of the guide"),
        max_length=16,
        choices=Step.choices,
        blank=True,
        default="",
        editable=False,
        help_text=_("Where the guided creation goes on; empty when it is over, or never was."),
    )
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
            models.CheckConstraint(condition=~Q(type="grog") | Q(house=None), name="character_grog_without_house"),
            models.CheckConstraint(condition=Q(shared=False) | Q(type="grog"), name="character_shared_is_a_grog"),
            models.CheckConstraint(condition=Q(mode__in=["advisory", "enforced", "play"]), name="character_mode_known"),
            keep_up_to(MAX_AGE, "character_age_range", "age"),
            keep_up_to(MAX_AGE, "character_apparent_age_range", "apparent_age"),
            keep_up_to(MAX_AGE, "character_apprenticed_at_range", "apprenticed_at"),
            keep_up_to(MAX_AGE, "character_years_after_apprenticeship_range", "years_after_apprenticeship"),
            keep_up_to(MAX_LAB_SEASONS, "character_lab_seasons_range", "lab_seasons"),
            keep_up_to(MAX_EXPERIENCE, "character_extra_experience_range", "extra_experience"),
            keep_between(SMALLEST, LARGEST, "character_size_range", "size"),
            *AGING_CONSTRAINTS,
            *CONDITION_CONSTRAINTS,
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """For forms that do not go through the API."""
        if self.type == self.Type.GROG and self.house_id is not None:
            raise ValidationError({"house": _("A grog belongs to no House: Houses are for magi.")})
        if self.shared and self.type != self.Type.GROG:
            raise ValidationError({"type": SHARED_STAYS_A_GROG})

    @property
    def characteristics(self) -> dict[str, int]:
        """The eight as bought, by name, in the order of the sheet."""
        return {name: getattr(self, name) for name in ABBREVIATIONS}
