"""The reference catalogue. Rows come from `manage.py load_catalogue` and change only with it.

An entry's id is the id in the data files (`ability.area-lore`). What is filtered by or shown has a
column; `facts` holds the rest of the entry as the file has it.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from characters.rules import naming


class Size(models.TextChoices):
    """The size of a Virtue or Flaw, which is also what it costs or grants."""

    FREE = "free", _("Free")
    MINOR = "minor", _("Minor")
    MAJOR = "major", _("Major")


class CatalogueEntry(models.Model):
    """What all entries have in common."""

    id = models.CharField(_("id"), primary_key=True, max_length=80)
    name = models.CharField(_("name"), max_length=100)
    facts = models.JSONField(_("facts"), default=dict, blank=True)

    class Meta:
        abstract = True
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class CatalogueAbility(CatalogueEntry):
    """An Ability that characters can have, some once per instance: (Area) Lore, (Living Language)."""

    category = models.CharField(_("category"), max_length=30)
    needs_instance = models.BooleanField(_("needs an instance"), default=False)
    untrained_use = models.BooleanField(_("usable untrained"), default=True)
    display_template = models.CharField(_("printed form"), max_length=60, blank=True)

    class Meta(CatalogueEntry.Meta):
        verbose_name = _("catalogue Ability")
        verbose_name_plural = _("catalogue Abilities")

    def printed(self, instance: str) -> str:
        """The name on a sheet: `Provence Lore`."""
        return naming.ability_name(self.name, self.display_template, instance)


class CatalogueArt(CatalogueEntry):
    """One of the five Techniques or ten Forms."""

    class Kind(models.TextChoices):
        TECHNIQUE = "technique", _("Technique")
        FORM = "form", _("Form")

    abbr = models.CharField(_("abbreviation"), max_length=2)
    kind = models.CharField(_("kind"), max_length=9, choices=Kind.choices)
    elemental = models.BooleanField(_("elemental"), default=False)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta(CatalogueEntry.Meta):
        ordering = ["position", "name"]
        verbose_name = _("catalogue Art")
        verbose_name_plural = _("catalogue Arts")


class CatalogueVirtue(CatalogueEntry):
    """A Virtue or a Flaw."""

    class Kind(models.TextChoices):
        VIRTUE = "virtue", _("Virtue")
        FLAW = "flaw", _("Flaw")

    kind = models.CharField(_("kind"), max_length=6, choices=Kind.choices)
    size = models.CharField(_("size"), max_length=5, choices=Size.choices)
    allowed_sizes = models.JSONField(_("allowed sizes"), default=list)
    category = models.CharField(_("category"), max_length=30)
    tainted = models.BooleanField(_("tainted"), default=False)
    display_template = models.CharField(_("printed form"), max_length=60, blank=True)
    parameters = models.JSONField(_("parameters"), default=list, blank=True)
    effects = models.JSONField(_("effects"), default=list, blank=True)
    changes_scores = models.BooleanField(
        _("changes scores"),
        default=False,
        help_text=_("Whether an effect changes a score or what experience counts as."),
    )

    class Meta(CatalogueEntry.Meta):
        verbose_name = _("catalogue Virtue or Flaw")
        verbose_name_plural = _("catalogue Virtues and Flaws")


class CatalogueHouse(CatalogueEntry):
    """A House of the Order of Hermes."""

    type = models.CharField(_("type"), max_length=20)

    class Meta(CatalogueEntry.Meta):
        verbose_name = _("House")
        verbose_name_plural = _("Houses")


class CatalogueSpell(CatalogueEntry):
    """A spell of the grimoire. A general spell (`level` null) is learnt at a chosen level."""

    technique = models.ForeignKey(
        CatalogueArt, models.PROTECT, related_name="+", verbose_name=_("Technique"), db_index=False
    )
    form = models.ForeignKey(CatalogueArt, models.PROTECT, related_name="+", verbose_name=_("Form"), db_index=False)
    level = models.PositiveSmallIntegerField(_("level"), null=True, blank=True)
    range = models.CharField(_("Range"), max_length=30)
    duration = models.CharField(_("Duration"), max_length=30)
    target = models.CharField(_("Target"), max_length=30)
    ritual = models.BooleanField(_("ritual"), default=False)

    class Meta(CatalogueEntry.Meta):
        verbose_name = _("catalogue spell")
        verbose_name_plural = _("catalogue spells")


class CatalogueEdition(models.Model):
    """Which catalogue the tables hold: one row, whose stamp changes with their content."""

    stamp = models.CharField(_("stamp"), max_length=64)

    class Meta:
        verbose_name = _("edition of the catalogue")
        verbose_name_plural = _("editions of the catalogue")

    def __str__(self) -> str:
        return self.stamp
