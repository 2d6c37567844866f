"""Deletions by whatever way: the admin site's, a queryset's, a cascade's."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import models
from django.db.models.signals import post_delete, pre_delete

from batching.models import Revisioned, Tombstone


def listen() -> None:
    """Hear of deletions of rows with revisions. Other models keep the fast deletion that listeners would cost them."""
    for model in apps.get_models():
        if issubclass(model, Revisioned):
            pre_delete.connect(bury, sender=model)
            post_delete.connect(forget, sender=model)


def bury(sender: type[Revisioned], instance: Revisioned, using: str, origin: Any = None, **kwargs: Any) -> None:
    """Let the root grow by a revision, and leave a tombstone, before the row goes: roots are locked before rows."""
    root, _ = instance.root_key()
    if instance.batch_root is not None and not _begins_with(origin, root):
        Tombstone.of(instance, instance.next_revision(using)).save(using=using)


def forget(sender: type[Revisioned], instance: Revisioned, using: str, **kwargs: Any) -> None:
    """The tombstones of a root go with it."""
    if instance.batch_root is None:
        stones = Tombstone.objects.using(using).filter(root_label=sender._meta.label_lower, root_key=str(instance.pk))
        stones.delete()


def _begins_with(origin: Any, root: type[models.Model]) -> bool:
    """Whether a deletion began with the root itself, so that nobody will ask for its changes."""
    return isinstance(origin, root) or getattr(origin, "model", None) is root


OWN = (bury, forget)
