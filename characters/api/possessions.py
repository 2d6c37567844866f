"""How possessions and ways to fight are written and shown."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from characters.api.rows import ChildSerializer, Data, refuse
from characters.catalogue.tables import table
from characters.models import Attack, CatalogueAbility, Possession
from characters.models.possession import FIGURES

Entry = dict[str, Any]


def weapon(id: str) -> Entry | None:
    """A weapon or shield of the tables."""
    return next((entry for entry in table("weapons") if entry["id"] == id), None)


def armor(id: str) -> Entry | None:
    """Armour of the tables."""
    return next((entry for entry in table("armor") if entry["id"] == id), None)


def kind_of(item: str) -> str | None:
    """What an item of the tables is; None if there is none of this id."""
    if (found := weapon(item)) is not None:
        return Possession.Kind.SHIELD if found["shield"] else Possession.Kind.WEAPON
    return Possession.Kind.ARMOR if armor(item) is not None else None


class PossessionSerializer(ChildSerializer):
    """Something from the tables by its `item`, or something of the player's own by its `name`."""

    entry = "item"
    name = serializers.CharField(max_length=200, required=False)
    ability = serializers.PrimaryKeyRelatedField(
        queryset=CatalogueAbility.objects.defer("facts"), allow_null=True, required=False
    )

    class Meta:
        model = Possession
        fields = [
            "id",
            "revision",
            "character",
            "kind",
            "item",
            "name",
            "coverage",
            "carried",
            "worn",
            "load",
            "protection",
            "ability",
            *FIGURES,
            "min_str",
            "notes",
        ]
        read_only_fields = ["revision"]

    def validate(self, attrs: Data) -> Data:
        attrs = super().validate(attrs)
        if item := self.result(attrs, "item"):
            self._check_item(item, attrs)
        elif self.instance is None and "name" not in attrs:
            raise refuse("name", _("This field is required."))
        if self.result(attrs, "coverage") and self.result(attrs, "kind") != Possession.Kind.ARMOR:
            raise refuse("coverage", _("Only armour is partial or full."))
        return attrs

    def _check_item(self, item: str, attrs: Data) -> None:
        kind = kind_of(item)
        if kind is None:
            raise refuse("item", _("There is no %(item)r in the tables.") % {"item": item})
        if self.instance is None:
            attrs.setdefault("kind", kind)
            entry = weapon(item) or armor(item) or {}
            attrs.setdefault("name", entry["name"])
            if kind == Possession.Kind.ARMOR and not attrs.get("coverage"):
                attrs["coverage"] = "full" if entry["full"] else "partial"
        if self.result(attrs, "kind") != kind:
            raise refuse("kind", _("%(item)r is of the kind %(kind)s.") % {"item": item, "kind": kind})
        if kind == Possession.Kind.ARMOR and (armor(item) or {}).get(self.result(attrs, "coverage")) is None:
            raise refuse("coverage", _("This armour does not come like that."))


class AttackSerializer(ChildSerializer):
    """A way to fight: ids of the tables, or names of possessions."""

    ability = serializers.PrimaryKeyRelatedField(
        queryset=CatalogueAbility.objects.defer("facts"), allow_null=True, required=False
    )

    class Meta:
        model = Attack
        fields = [
            "id",
            "revision",
            "character",
            "name",
            "weapon",
            "shield",
            "ability",
            "mounted",
            "specialty_applies",
        ]
        read_only_fields = ["revision"]

    def validate(self, attrs: Data) -> Data:
        attrs = super().validate(attrs)
        for name in ("weapon", "shield"):
            id = attrs.get(name, "")
            if id.startswith("weapon.") and kind_of(id) != name:
                raise refuse(name, _("There is no %(kind)s %(id)r in the tables.") % {"kind": name, "id": id})
        return attrs
