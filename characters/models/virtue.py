"""A Virtue or Flaw of a character."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from batching.models import Revisioned
from characters.catalogue.reference import reference
from characters.models.catalogue import CatalogueVirtue, Size
from characters.models.character import Character
from characters.rules import naming, parameters
from characters.rules.effects import ScoreEffects, Taken
from characters.rules.virtues import POINTS
from characters.wording import in_words


class VirtueQuerySet(models.QuerySet["Virtue"]):
    def score_effects(self, characters: Collection[int]) -> dict[int, ScoreEffects]:
        """What changes scores, for each of these characters, in one query.

        The sources of bonuses go by their catalogue names.
        """
        taken: defaultdict[int, list[Taken]] = defaultdict(list)
        rows = self.filter(character_id__in=characters, virtue__changes_scores=True).order_by("id")
        for character, *virtue in rows.values_list("character_id", "virtue__name", "virtue__effects", "parameters"):
            taken[character].append(Taken(*virtue))
        return {character: ScoreEffects(taken[character]) for character in characters}


class Virtue(Revisioned):
    """A Virtue or Flaw as taken. One that may be taken several times has a row for each time."""

    batch_root = "character"

    character = models.ForeignKey(
        Character,
        models.CASCADE,
        related_name="virtues",
        verbose_name=_("character"),
        db_index=False,  # virtue_once starts with it
    )
    virtue = models.ForeignKey(
        CatalogueVirtue,
        models.PROTECT,
        related_name="+",
        verbose_name=_("Virtue or Flaw"),
        db_index=False,  # only ever asked for within a character
    )
    once = models.BooleanField(_("only once"), null=True, editable=False)
    """True if it can be taken only once, null if not: rows with a null never collide in virtue_once."""
    size = models.CharField(_("size"), max_length=5, choices=Size.choices)
    parameters = models.JSONField(
        _("parameters"),
        default=list,
        blank=True,
        help_text=_('What was chosen, in the order of the entry: [{"art": "art.creo"}].'),
    )
    granted_by_house = models.BooleanField(_("granted by the House"), default=False)
    assumed = models.BooleanField(
        _("assumed"),
        default=False,
        help_text=_("Whether the House offers others, and nobody has chosen this one."),
    )
    granted = models.BooleanField(
        _("granted by a story"),
        default=False,
        help_text=_("By an Initiation, Warping or a story: outside the balance of points."),
    )
    notes = models.CharField(_("notes"), max_length=500, blank=True, default="")

    objects = VirtueQuerySet.as_manager()

    class Meta:
        verbose_name = _("Virtue or Flaw")
        verbose_name_plural = _("Virtues and Flaws")
        ordering = ["character_id", "-virtue__kind", "virtue__name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["character", "virtue", "once"], name="virtue_once"),
            models.CheckConstraint(condition=Q(size__in=["free", "minor", "major"]), name="virtue_size_known"),
        ]

    def __str__(self) -> str:
        return f"{self.virtue.name} ({self.get_size_display()})"

    def clean(self) -> None:
        """For forms that do not go through the API."""
        entry = reference().rules.virtue(self.virtue_id or "")
        self.once = None if entry.repeatable else True
        if entry.allowed_sizes and self.size not in entry.allowed_sizes:
            raise ValidationError({"size": _("Allowed: %(sizes)s.") % {"sizes": ", ".join(entry.allowed_sizes)}})
        values = self.parameters if isinstance(self.parameters, list) else [self.parameters]
        self.parameters, errors = parameters.check(entry.parameters, values, reference().rules)
        if errors:
            raise ValidationError({"parameters": [in_words(text) for text in errors.values()]})

    @cached_property
    def printed(self) -> str:
        """The name with what was chosen. `attach_names` does this for many rows at once."""
        attach_names([self], reference().rules)
        return self.printed

    @property
    def points(self) -> int:
        """What it costs, or grants if it is a Flaw."""
        return POINTS[self.size]


def attach_names(rows: Iterable[Virtue], catalogue: parameters.Catalogue) -> None:
    """Set `printed` of each row: `Puissant Music`, `Weakness (talking back to magi)`."""
    for row in rows:
        words = parameters.words(row.parameters, catalogue)
        row.printed = naming.virtue_name(row.virtue.name, row.virtue.display_template, words)
