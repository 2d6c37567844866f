"""What Abilities and Arts share: a score bought with experience, and a bonus when it is used."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from characters.models.virtue import Virtue
from characters.rules import experience
from characters.rules.effects import Bonus


class Scored(models.Model):
    """A row whose score follows from its counted experience; only the experience is stored."""

    kind_of_cost: ClassVar[experience.Kind]

    experience_points = models.PositiveIntegerField(
        _("experience"), default=0, validators=[MaxValueValidator(experience.MAX_EXPERIENCE)]
    )

    class Meta:
        abstract = True

    if TYPE_CHECKING:
        character_id: int

    @property
    def reference(self) -> tuple[str, str]:
        """Catalogue id and instance: what Virtues and Flaws name when they mean this row."""
        raise NotImplementedError

    @property
    def score(self) -> int:
        return experience.score_of(self.kind_of_cost, self.experience_points)

    @property
    def remainder(self) -> int:
        """Experience beyond the score, towards the next one."""
        return experience.remainder_of(self.kind_of_cost, self.experience_points)

    @property
    def next_cost(self) -> int:
        """The price of the next score; the remainder counts towards it."""
        return experience.next_cost(self.kind_of_cost, self.experience_points)

    @cached_property
    def score_bonus(self) -> Bonus:
        """What Puissant adds in use. `attach_bonuses` answers this for many rows with one query."""
        attach_bonuses([self])
        return self.score_bonus

    @property
    def bonus(self) -> int:
        return self.score_bonus.amount

    @property
    def effective_score(self) -> int:
        """The score in use. Learning, costs and limits go by `score` (core rules, Puissant)."""
        return self.score + self.bonus


def attach_bonuses(rows: Sequence[Scored]) -> None:
    """Set `score_bonus` of all rows from the Virtues of their characters, in one query."""
    if not rows:
        return
    effects = Virtue.objects.score_effects({row.character_id for row in rows})
    for row in rows:
        row.score_bonus = effects[row.character_id].bonus(*row.reference)
