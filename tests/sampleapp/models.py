"""A library: shelves with books, and a few rows that are awkward on purpose."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from batching.models import Revisioned


class Category(models.Model):
    """What books refer to."""

    code = models.SlugField(unique=True)
    name = models.CharField(max_length=40)

    def __str__(self):
        return self.name


class Shelf(Revisioned):
    """A root."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)
    name = models.CharField(max_length=40)
    updated = models.DateTimeField(auto_now=True)

    def __str__(self):
        return self.name


class Book(Revisioned):
    """A row below a root, all of it fit for the fast path."""

    batch_root = "shelf"

    shelf = models.ForeignKey(Shelf, models.CASCADE, related_name="books")
    category = models.ForeignKey(Category, models.PROTECT, null=True, blank=True)
    code = models.CharField(max_length=10)
    title = models.CharField(max_length=80, blank=True)
    pages = models.PositiveIntegerField(default=0)
    lent = models.BooleanField(default=False)
    price = models.DecimalField(max_digits=8, decimal_places=2, null=True, blank=True)
    printed = models.DateField(null=True, blank=True)
    facts = models.JSONField(default=dict, blank=True)
    added = models.DateTimeField(auto_now_add=True)
    updated = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shelf", "code"], name="one_code_per_shelf"),
            models.CheckConstraint(condition=models.Q(pages__lte=10_000), name="books_are_finite"),
        ]

    def __str__(self):
        return self.title


class Loan(Revisioned):
    """A row that is only written by those who say what they have seen, and not many at once."""

    batch_root = "shelf"

    shelf = models.ForeignKey(Shelf, models.CASCADE, related_name="loans")
    reader = models.CharField(max_length=40)

    def __str__(self):
        return self.reader


class Note(models.Model):
    """A plain row without root or revision, with a key of 32 bits."""

    id = models.AutoField(primary_key=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)
    text = models.CharField(max_length=200)
    weight = models.FloatField(default=0)

    def __str__(self):
        return self.text


class Member(models.Model):
    """A row whose key the client chooses, with two kinds of uniqueness."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)
    email = models.EmailField(unique=True)
    town = models.CharField(max_length=40)
    seat = models.PositiveSmallIntegerField()
    fee = models.DecimalField(max_digits=6, decimal_places=2, default=0)
    height = models.FloatField(null=True, blank=True)
    opens = models.TimeField(null=True, blank=True)
    stays = models.DurationField(null=True, blank=True)
    born = models.DateTimeField(null=True, blank=True)

    class Meta:
        unique_together = [("town", "seat")]

    def __str__(self):
        return self.email


class Series(models.Model):
    """A row that is written together with others."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)
    name = models.CharField(max_length=40)

    def __str__(self):
        return self.name


class Volume(models.Model):
    series = models.ForeignKey(Series, models.CASCADE, related_name="volumes")
    number = models.PositiveSmallIntegerField()

    def __str__(self):
        return f"{self.series} {self.number}"


class Reading(models.Model):
    """A row that others listen to."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)
    note = models.ForeignKey(Note, models.CASCADE)
    minutes = models.PositiveIntegerField(default=0)

    def __str__(self):
        return f"{self.note}: {self.minutes}"


class Ticket(models.Model):
    """A row with a key of its own making, that saves itself in its own way."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)
    subject = models.CharField(max_length=80)
    number = models.PositiveIntegerField(editable=False)

    def __str__(self):
        return self.subject

    def save(self, *args, **kwargs):
        if self._state.adding:
            self.number = Ticket.objects.filter(owner=self.owner).count() + 1
        super().save(*args, **kwargs)
