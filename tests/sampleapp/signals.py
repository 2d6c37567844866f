"""What happens elsewhere when a reading is saved or deleted."""

from __future__ import annotations

from django.db.models import Sum


def weigh(sender, instance, **kwargs):
    """A note weighs as much as the minutes that were spent reading it."""
    from tests.sampleapp.models import Note, Reading

    total = Reading.objects.filter(note=instance.note_id).aggregate(total=Sum("minutes"))["total"] or 0
    Note.objects.filter(pk=instance.note_id).update(weight=total)
