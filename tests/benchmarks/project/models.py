"""Abilities of characters, once as any project has them and once with revisions."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from batching.models import Revisioned

FIELDS = ["id", "sheet", "name", "score", "experience_points", "specialty", "version", "updated"]
"""What each way of writing shows of a trait."""


class Sheet(Revisioned):
    """The root."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)
    name = models.CharField(max_length=40)

    def __str__(self):
        return self.name


class Trait(models.Model):
    name = models.CharField(max_length=40)
    score = models.IntegerField(default=0)
    experience_points = models.PositiveIntegerField(default=0)
    specialty = models.CharField(max_length=40, blank=True)
    version = models.IntegerField(default=0)
    updated = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True

    def __str__(self):
        return self.name


class PlainTrait(Trait):
    sheet = models.ForeignKey(Sheet, models.CASCADE)


class BatchTrait(Trait, Revisioned):
    batch_root = "sheet"
    sheet = models.ForeignKey(Sheet, models.CASCADE)
