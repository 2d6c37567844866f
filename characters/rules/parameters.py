"""What a player chose with a Virtue or Flaw: the art of Puissant Art, the reputation of Infamous.

A catalogue entry lists its parameters as `{"kind", "required", "label", …}`; the values given are a list
in the same order, each an object like `{"art": "art.creo"}`. A parameter with `min_count` takes a list
of such objects.
"""

from __future__ import annotations

import reprlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from characters.rules.characteristics import NAMES
from characters.rules.effects import REALM_LORES
from characters.rules.texts import text as _

MAX_TEXT = 200
MAX_INSTANCE = 80
MAX_VALUES = 100

Parameter = Mapping[str, Any]


class Catalogue(Protocol):
    """What values refer to. Unknown ids are answered with None."""

    def needs_instance(self, ability: str) -> bool | None: ...

    def kind_of_art(self, art: str) -> str | None: ...

    def is_option(self, virtue: str, wanted: Mapping[str, str]) -> bool: ...

    def ability_name(self, ability: str, instance: str) -> str: ...

    def art_name(self, art: str) -> str: ...

    def virtue_name(self, virtue: str) -> str: ...


class WrongValue(ValueError):
    """A value that the parameter does not take; the text says why, for players."""


def check(
    parameters: Sequence[Parameter], values: Sequence[Any], catalogue: Catalogue
) -> tuple[list[Any], dict[int, str]]:
    """The values in their stored form, and what is wrong with them by index.

    A required value that is missing is wrong; a missing text is not (it is stored as None, or not at all
    at the end of the list).
    """
    checked: list[Any] = []
    errors = {len(parameters): "There is no such parameter."} if len(values) > len(parameters) else {}
    for index, parameter in enumerate(parameters):
        try:
            checked.append(_value(parameter, values[index] if index < len(values) else None, catalogue))
        except WrongValue as error:
            errors[index] = _("{label}: {error}", label=parameter["label"].capitalize(), error=error.args[0])
    while checked and checked[-1] is None:
        checked.pop()
    return checked, errors


def words(values: Sequence[Any], catalogue: Catalogue) -> list[str]:
    """The values as they are printed in a name; an empty word for one that was left open."""
    return [_word(value, catalogue) for value in values]


def _value(parameter: Parameter, value: Any, catalogue: Catalogue) -> Any:
    if value is None or value == {"text": ""}:
        if parameter["required"]:
            raise WrongValue(_("choose {what}.", what=_noun(parameter["kind"])))
        return None
    one = _KINDS[parameter["kind"]]
    if "min_count" not in parameter:
        return one(parameter, value, catalogue)
    if not isinstance(value, list):
        raise WrongValue(_("a list of values is expected."))
    _check_count(parameter, len(value))
    return [one(parameter, item, catalogue) for item in value]


def _check_count(parameter: Parameter, count: int) -> None:
    least, most = parameter["min_count"], parameter["max_count"] or MAX_VALUES
    if not least <= count <= most:
        wanted = str(least) if least == most else _("{least} to {most}", least=least, most=most)
        raise WrongValue(_("{wanted} values must be chosen.", wanted=wanted))


def _ability(parameter: Parameter, value: Any, catalogue: Catalogue) -> Any:
    members = _members(value, "ability", "instance")
    needs_instance = catalogue.needs_instance(members["ability"])
    if needs_instance is None:
        raise WrongValue(_("there is no Ability {ability!r}.", ability=members["ability"]))
    instance = _text(members.get("instance") or "", MAX_INSTANCE)
    if needs_instance and not instance:
        raise WrongValue(_("this Ability needs an instance."))
    if instance and not needs_instance:
        raise WrongValue(_("this Ability has no instances."))
    return {"ability": members["ability"], "instance": instance or None}


def _art(parameter: Parameter, value: Any, catalogue: Catalogue) -> Any:
    art = _members(value, "art")["art"]
    kind = catalogue.kind_of_art(art)
    if kind is None:
        raise WrongValue(_("there is no Art {art!r}.", art=art))
    if parameter["kind"] not in ("art", kind):
        raise WrongValue(_("{art!r} is not {what}.", art=art, what=_noun(parameter["kind"])))
    return {"art": art}


def _characteristic(parameter: Parameter, value: Any, catalogue: Catalogue) -> Any:
    name = _members(value, "characteristic")["characteristic"]
    if name not in NAMES:
        raise WrongValue(_("one of {names} is expected.", names=", ".join(NAMES)))
    return {"characteristic": name}


def _realm(parameter: Parameter, value: Any, catalogue: Catalogue) -> Any:
    realm = _members(value, "realm")["realm"]
    if realm not in REALM_LORES:
        raise WrongValue(_("one of {names} is expected.", names=", ".join(REALM_LORES)))
    return {"realm": realm}


def _choice(parameter: Parameter, value: Any, catalogue: Catalogue) -> Any:
    choice = _text(_members(value, "choice")["choice"], MAX_TEXT)
    if parameter["open"] and choice:
        return {"choice": choice}
    if wanted := parameter.get("options_from"):
        if not catalogue.is_option(choice, wanted):
            named = [wanted[part] for part in ("size", "category", "kind") if part in wanted]
            raise WrongValue(_("{choice!r} is not a {what}.", choice=choice, what=" ".join(named)))
    elif choice not in parameter["options"]:
        raise WrongValue(_("one of {names} is expected.", names=", ".join(parameter["options"])))
    return {"choice": choice}


def _free_text(parameter: Parameter, value: Any, catalogue: Catalogue) -> Any:
    return {"text": _text(_members(value, "text")["text"], MAX_TEXT)}


_KINDS: dict[str, Callable[[Parameter, Any, Catalogue], Any]] = {
    "ability": _ability,
    "art": _art,
    "technique": _art,
    "form": _art,
    "characteristic": _characteristic,
    "realm": _realm,
    "choice": _choice,
    "text": _free_text,
}


def _members(value: Any, required: str, *optional: str) -> Mapping[str, Any]:
    """The value as an object with a text under `required` and no members but the named ones."""
    if not isinstance(value, dict) or not isinstance(value.get(required), str):
        raise WrongValue(_('an object like {{"{member}": …}} is expected.', member=required))
    if len(value[required]) > MAX_TEXT:
        raise WrongValue(_("at most {most} characters, please.", most=MAX_TEXT))
    if unknown := set(value) - {required, *optional}:
        raise WrongValue(_("unknown member {member}.", member=reprlib.repr(min(unknown))))
    return value


def _text(value: Any, longest: int) -> str:
    if not isinstance(value, str):
        raise WrongValue(_("a text is expected."))
    # Neither can be stored as JSON by PostgreSQL.
    if "\x00" in value or any("\ud800" <= character <= "\udfff" for character in value):
        raise WrongValue(_("this text holds characters that cannot be stored."))
    text = value.strip()
    if len(text) > longest:
        raise WrongValue(_("at most {most} characters, please.", most=longest))
    return text


def _word(value: Any, catalogue: Catalogue) -> str:
    match value:
        case list():
            return ", ".join(_word(item, catalogue) for item in value)
        case {"ability": ability}:
            return catalogue.ability_name(ability, value.get("instance") or "")
        case {"art": art}:
            return catalogue.art_name(art)
        case {"characteristic": characteristic}:
            return NAMES[characteristic].capitalize()
        case {"choice": choice}:
            return catalogue.virtue_name(choice)
        case {"realm": word} | {"text": word}:
            return str(word)
    return ""


_NOUNS = {
    "ability": _("an Ability"),
    "art": _("an Art"),
    "technique": _("a Technique"),
    "form": _("a Form"),
    "characteristic": _("a characteristic"),
    "realm": _("a realm"),
    "choice": _("a choice"),
    "text": _("a text"),
}


def _noun(kind: str) -> str:
    return _NOUNS[kind]
