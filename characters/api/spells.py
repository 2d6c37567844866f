"""How spells are written and shown."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.validators import UniqueTogetherValidator

from characters.api.fields import StrictIntegerField
from characters.api.rows import MASTERED_FIELDS, Data, ScoredSerializer, catalogue_of, refuse
from characters.models import CatalogueArt, CatalogueSpell, Spell
from characters.models.spell import MAX_LEVEL
from characters.rules import naming
from characters.rules.catalogue import Catalogue

COPIED = ("name", "technique", "form", "level", "range", "duration", "target", "ritual", "requisites")
"""What a spell takes from the grimoire where nothing else is said."""

FIXED = ("technique", "form", "ritual")
"""What no magus can change about a spell of the grimoire."""


class OfGrimoire:
    """The value of a field that the spell of the grimoire knows. For spells of the player's own it must be given."""

    requires_context = True

    def __init__(self, name: str) -> None:
        self.name = name

    def __call__(self, field: Any) -> Any:
        data, catalogue = field.parent.initial_data, catalogue_of(field.context)
        entry = catalogue.spells.get(data["spell"]) if isinstance(data.get("spell"), str) else None
        value = None if entry is None else value_of(entry, self.name, data.get("parameter"), catalogue.rules)
        if value is None:
            field.fail("required")
        return value


def value_of(entry: CatalogueSpell, name: str, parameter: Any, catalogue: Catalogue) -> Any:
    """What the grimoire says of a spell; None for the level of a general one."""
    if name == "name":
        return naming.fill(entry.name.replace("(Form)", "{form}"), [_art_name(parameter, catalogue)])
    return getattr(entry, name)


def _art_name(parameter: Any, catalogue: Catalogue) -> str:
    return catalogue.arts[parameter].name if isinstance(parameter, str) and parameter in catalogue.arts else ""


class SpellSerializer(ScoredSerializer):
    """A spell. `score` and `experience_points` are those of its Mastery."""

    entry = "spell"
    spell = serializers.PrimaryKeyRelatedField(queryset=CatalogueSpell.objects.all(), allow_null=True, default=None)
    parameter = serializers.PrimaryKeyRelatedField(
        queryset=CatalogueArt.objects.defer("facts"), allow_null=True, required=False
    )
    name = serializers.CharField(max_length=100, default=OfGrimoire("name"))  # type: ignore[arg-type]
    technique = serializers.PrimaryKeyRelatedField(queryset=CatalogueArt.objects.defer("facts"), required=False)
    form = serializers.PrimaryKeyRelatedField(queryset=CatalogueArt.objects.defer("facts"), required=False)
    level = StrictIntegerField(min_value=1, max_value=MAX_LEVEL, default=OfGrimoire("level"))  # type: ignore[arg-type]
    requisites = serializers.JSONField(required=False)
    mastery_abilities = serializers.JSONField(required=False)

    class Meta:
        model = Spell
        fields = [
            "id",
            "revision",
            "character",
            "spell",
            "parameter",
            "name",
            "technique",
            "form",
            "requisites",
            "level",
            "range",
            "duration",
            "target",
            "ritual",
            "focus",
            *MASTERED_FIELDS,
            "mastery_abilities",
            "notes",
        ]
        read_only_fields = ["revision"]
        validators = [
            UniqueTogetherValidator(
                queryset=Spell.objects.all(),
                fields=["character", "name", "level"],
                message=_("The character knows this spell at this level already."),
            )
        ]

    def validate(self, attrs: Data) -> Data:
        attrs = super().validate(attrs)
        entry = attrs.get("spell") if self.instance is None else self._entry(self.instance.spell_id)
        if self.instance is None and entry is not None:
            self._copy(entry, attrs)
        self._check_own(attrs)
        if entry is not None:
            self._check_grimoire(entry, attrs)
        if "requisites" in attrs:
            attrs["requisites"] = self._requisites(attrs["requisites"])
        if "mastery_abilities" in attrs:
            attrs["mastery_abilities"] = _texts(attrs["mastery_abilities"])
        return attrs

    def _entry(self, key: str | None) -> CatalogueSpell | None:
        found: CatalogueSpell | None = catalogue_of(self.context).spells.get(key) if key else None
        return found

    def _copy(self, entry: CatalogueSpell, attrs: Data) -> None:
        for name in ("range", "duration", "target", "ritual"):
            attrs.setdefault(name, getattr(entry, name))
        attrs.setdefault("requisites", entry.facts.get("requisites") or {})
        for name in ("technique", "form"):
            if name not in attrs:
                attrs[f"{name}_id"] = getattr(entry, f"{name}_id")

    def _check_own(self, attrs: Data) -> None:
        """Technique and Form are what they should be, and there."""
        for name in ("technique", "form"):
            if name in attrs and attrs[name].kind != name:
                raise refuse(name, _("This is not a %(kind)s.") % {"kind": name.capitalize()})
            if self.instance is None and name not in attrs and f"{name}_id" not in attrs:
                raise refuse(name, _("This field is required."))
        if attrs.get("parameter") is not None and attrs["parameter"].kind != "form":
            raise refuse("parameter", _("This is not a Form."))

    def _check_grimoire(self, entry: CatalogueSpell, attrs: Data) -> None:
        for name in FIXED:
            if name in attrs and getattr(attrs[name], "pk", attrs[name]) != _plain(entry, name):
                raise refuse(name, _("The spell of the grimoire has another one; make a spell of your own."))
        if entry.level is not None and attrs.get("level", entry.level) != entry.level:
            raise refuse("level", _("This spell has level %(level)s.") % {"level": entry.level})
        takes = entry.facts.get("placeholder") is not None
        given = self.result(attrs, "parameter") if "parameter" in attrs or self.instance is None else True
        if takes and given is None:
            raise refuse("parameter", _("This spell is learnt for one Form: say which."))
        if not takes and given not in (None, True):
            raise refuse("parameter", _("This spell is the same for all Forms."))

    def _requisites(self, value: Any) -> dict[str, list[str]]:
        """Arts by kind, each named once. Raises ValidationError."""
        if value == {}:
            return {}
        catalogue = catalogue_of(self.context).rules
        if not isinstance(value, dict) or value.keys() - {"technique", "form"}:
            raise refuse("requisites", _('An object like {"technique": […], "form": […]} is expected.'))
        checked: dict[str, list[str]] = {}
        for kind in ("technique", "form"):
            arts = value.get(kind, [])
            if not isinstance(arts, list) or not all(isinstance(art, str) for art in arts):
                raise refuse("requisites", _("A list of ids of Arts is expected."))
            for art in arts:
                if catalogue.kind_of_art(art) != kind:
                    raise refuse(
                        "requisites", _("%(art)r is not a %(kind)s.") % {"art": art[:80], "kind": kind.capitalize()}
                    )
            checked[kind] = list(dict.fromkeys(arts))
        return checked


def _plain(entry: CatalogueSpell, name: str) -> Any:
    return getattr(entry, f"{name}_id" if name in ("technique", "form") else name)


def _texts(value: Any) -> list[str]:
    if not isinstance(value, list) or len(value) > 20:
        raise refuse("mastery_abilities", _("A list of at most 20 names is expected."))
    field = serializers.CharField(max_length=60)
    return [field.run_validation(text) for text in value]
