"""What the app stores, and the abstract model that gives a row its revision."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any, ClassVar

from django.conf import settings
from django.db import models, router, transaction
from django.utils.translation import gettext_lazy as _

Ledger = dict[tuple[type[models.Model], Any], int]
"""Revisions that the current transaction has given, by root."""

transaction_ledger: ContextVar[Ledger | None] = ContextVar("transaction_ledger", default=None)
"""Set while a batch runs, so that everything saved in it, by whichever code, shares one revision per root."""


class Revisioned(models.Model):
    """A row with a revision: the ETag of the row, and the cursor of its root's changes.

    Rows form small trees: a root (a character) and the rows that name it as their `batch_root` (its abilities). A
    change anywhere in a tree makes the root's revision grow by one, under a lock on the root; each row that changed is
    stamped with the new revision. So revisions of one tree never repeat and never run backwards.

    Batches and single API writes grow the root's revision once per transaction. `save()` below and every deletion,
    which the admin site and ordinary code use, do it once per row. `QuerySet.update()`, `bulk_create()` and raw SQL
    bypass `save()`, as always in Django: they leave revisions as they are, and nobody hears of such changes.
    """

    batch_root: ClassVar[str | None] = None
    """Name of the foreign key to the root; None for a row that is its own root."""

    revision = models.PositiveBigIntegerField(default=0, editable=False)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        using = kwargs.get("using") or router.db_for_write(type(self), instance=self)
        with transaction.atomic(using=using):
            self.revision = self.next_revision(using)
            if kwargs.get("update_fields") is not None:
                kwargs["update_fields"] = {*kwargs["update_fields"], "revision"}
            super().save(*args, **kwargs)

    def next_revision(self, using: str) -> int:
        """Lock the root and take its next revision; a root that is being inserted starts at 1."""
        root, pk = self.root_key()
        ledger = transaction_ledger.get()
        if ledger is not None and (root, pk) in ledger:
            return ledger[root, pk]
        rows = root._base_manager.using(using).filter(pk=pk)
        current = rows.select_for_update(no_key=True).values_list("revision", flat=True).first()
        if current is None:
            return 1
        rows.update(revision=current + 1)
        if ledger is not None:
            ledger[root, pk] = current + 1
        return int(current) + 1

    def root_key(self) -> tuple[type[models.Model], Any]:
        """Model and primary key of the row's root."""
        if self.batch_root is None:
            return type(self), self.pk
        field = self._meta.get_field(self.batch_root)
        assert isinstance(field, models.ForeignKey)
        return field.related_model, getattr(self, field.attname)


class Receipt(models.Model):
    """The memory of one operation that was applied: what it was, and the verdict. It commits with the effect.

    It holds no representation: a repeated operation is answered with the row as it is by then. Operations that failed
    for good leave no receipt; they may be sent again.
    """

    pk = models.CompositePrimaryKey("user_id", "operation")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="+",
        verbose_name=_("user"),
        db_index=False,  # the primary key starts with it
        # PostgreSQL would look the user up for each receipt. Django deletes them with their user, the purge the rest.
        db_constraint=False,
    )
    operation = models.UUIDField(_("operation"))
    fingerprint = models.UUIDField(_("fingerprint"), null=True)
    """Digest of resource, action, target and data; null only until the keys of new rows it names are known."""
    status = models.PositiveSmallIntegerField(_("status"))
    target = models.CharField(_("target"), max_length=200, null=True)  # noqa: DJ001  (no target is not an empty one)
    revision = models.PositiveBigIntegerField(_("revision"), null=True)
    created = models.DateTimeField(_("created"), db_index=True)

    class Meta:
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")

    def __str__(self) -> str:
        return str(self.operation)


class ReceiptEntry(models.Model):
    """The same table for the admin site, which cannot show models with a key of several columns.

    Ids are unique per user only; should two users ever have drawn the same one, its page shows the older receipt.
    """

    operation = models.UUIDField(_("operation"), primary_key=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.DO_NOTHING, related_name="+", verbose_name=_("user"))
    fingerprint = models.UUIDField(_("fingerprint"), null=True)
    status = models.PositiveSmallIntegerField(_("status"))
    target = models.CharField(_("target"), max_length=200, null=True)  # noqa: DJ001
    revision = models.PositiveBigIntegerField(_("revision"), null=True)
    created = models.DateTimeField(_("created"))

    class Meta:
        managed = False
        db_table = "batching_receipt"
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")

    def __str__(self) -> str:
        return str(self.operation)


class Tombstone(models.Model):
    """What is left of a deleted row for those who ask its root for changes. Goes when the root goes."""

    root_label = models.CharField(_("kind of root"), max_length=100)
    root_key = models.CharField(_("root"), max_length=200)
    label = models.CharField(_("kind of row"), max_length=100)
    key = models.CharField(_("row"), max_length=200)
    revision = models.PositiveBigIntegerField(_("revision"))

    class Meta:
        verbose_name = _("tombstone")
        verbose_name_plural = _("tombstones")
        indexes = [models.Index(fields=["root_label", "root_key", "revision"], name="batching_tombstones_of_root")]

    def __str__(self) -> str:
        return f"{self.label} {self.key}"

    @classmethod
    def of(cls, row: Revisioned, revision: int) -> Tombstone:
        root, key = row.root_key()
        label = row._meta.label_lower
        return cls(
            root_label=root._meta.label_lower, root_key=str(key), label=label, key=str(row.pk), revision=revision
        )
