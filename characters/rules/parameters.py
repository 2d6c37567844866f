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
            errors[index] = f"{parameter['label'].capitalize()}: {error}"
    while checked and checked[-1] is None:
        checked.pop()
    return checked, errors


def words(values: Sequence[Any], catalogue: Catalogue) -> list[str]:
    """The values as they are printed in a name; an empty word for one that was left open."""
    return [_word(value, catalogue) for value in values]


def _value(parameter: Parameter, value: Any, catalogue: Catalogue) -> Any:
    if value is None or value == {"text": ""}:
        if parameter["required"]:
            raise WrongValue(f"choose {_article(parameter['kind'])}.")
        return None
    one = _KINDS[parameter["kind"]]
    if "min_count" not in parameter:
        return one(parameter, value, catalogue)
    if not isinstance(value, list):
        raise WrongValue("a list of values is expected.")
    _check_count(parameter, len(value))
    return [one(parameter, item, catalogue) for item in value]


def _check_count(parameter: Parameter, count: int) -> None:
    least, most = parameter["min_count"], parameter["max_count"] or MAX_VALUES
    if not least <= count <= most:
        wanted = f"{least}" if least == most else f"{least} to {most}"
        raise WrongValue(f"{wanted} values must be chosen.")


def _ability(parameter: Parameter, value: Any, catalogue: Catalogue) -> Any:
    members = _members(value, "ability", "instance")
    needs_instance = catalogue.needs_instance(members["ability"])
    if needs_instance is None:
        raise WrongValue(f"there is no Ability {members['ability']!r}.")
    instance = _text(members.get("instance") or "", MAX_INSTANCE)
    if needs_instance and not instance:
        raise WrongValue("this Ability needs an instance.")
    if instance and not needs_instance:
        raise WrongValue("this Ability has no instances.")
    return {"ability": members["ability"], "instance": instance or None}


def _art(parameter: Parameter, value: Any, catalogue: Catalogue) -> Any:
    art = _members(value, "art")["art"]
    kind = catalogue.kind_of_art(art)
    if kind is None:
        raise WrongValue(f"there is no Art {art!r}.")
    if parameter["kind"] not in ("art", kind):
        raise WrongValue(f"{art!r} is not {_article(parameter['kind'])}.")
    return {"art": art}


def _characteristic(parameter: Parameter, value: Any, catalogue: Catalogue) -> Any:
    name = _members(value, "characteristic")["characteristic"]
    if name not in NAMES:
        raise WrongValue(f"one of {', '.join(NAMES)} is expected.")
    return {"characteristic": name}


def _realm(parameter: Parameter, value: Any, catalogue: Catalogue) -> Any:
    realm = _members(value, "realm")["realm"]
    if realm not in REALM_LORES:
        raise WrongValue(f"one of {', '.join(REALM_LORES)} is expected.")
    return {"realm": realm}


def _choice(parameter: Parameter, value: Any, catalogue: Catalogue) -> Any:
    choice = _text(_members(value, "choice")["choice"], MAX_TEXT)
    if parameter["open"] and choice:
        return {"choice": choice}
    if wanted := parameter.get("options_from"):
        if not catalogue.is_option(choice, wanted):
            named = [wanted[part] for part in ("size", "category", "kind") if part in wanted]
            raise WrongValue(f"{choice!r} is not a {' '.join(named)}.")
    elif choice not in parameter["options"]:
        raise WrongValue(f"one of {', '.join(parameter['options'])} is expected.")
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
        raise WrongValue(f'an object like {{"{required}": …}} is expected.')
    if len(value[required]) > MAX_TEXT:
        raise WrongValue(f"at most {MAX_TEXT} characters, please.")
    if unknown := set(value) - {required, *optional}:
        raise WrongValue(f"unknown member {reprlib.repr(min(unknown))}.")
    return value


def _text(value: Any, longest: int) -> str:
    if not isinstance(value, str):
        raise WrongValue("a text is expected.")
    # Neither can be stored as JSON by PostgreSQL.
    if "\x00" in value or any("\ud800" <= character <= "\udfff" for character in value):
        raise WrongValue("this text holds characters that cannot be stored.")
    text = value.strip()
    if len(text) > longest:
        raise WrongValue(f"at most {longest} characters, please.")
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


def _article(kind: str) -> str:
    noun = {"ability": "Ability", "art": "Art", "technique": "Technique", "form": "Form"}.get(kind, kind)
    return f"{'an' if noun[0] in 'aAeE' else 'a'} {noun}"
