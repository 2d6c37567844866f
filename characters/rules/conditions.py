"""Prerequisites: the condition trees of the catalogue.

    {"all": [{"house": "house.bjornaer"}, {"any": [{"virtue": "virtue.redcap"}, {"min_age": 20}]}]}

A reminder (`{"reminder": "needs stigmata"}`) is shown and never enforced: it always holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import reduce
from typing import Any

from characters.rules import characteristics
from characters.rules.effects import parameter
from characters.rules.state import State
from characters.rules.texts import text as _
from characters.rules.vocabulary import CHARACTERISTICS, SIZES, TYPES

Condition = Mapping[str, Any]


def holds(condition: Condition, state: State, parameters: Sequence[Any] = ()) -> bool:
    """Whether a character fulfils a condition. Kinds that are not known here hold."""
    for kind, test in _TESTS.items():
        if kind in condition:
            return test(condition, state, parameters)
    return True


def missing(condition: Condition, state: State, parameters: Sequence[Any] = ()) -> list[str]:
    """What a character lacks, in words; nothing if the condition holds."""
    if holds(condition, state, parameters):
        return []
    if "all" in condition:
        return [words for part in condition["all"] for words in missing(part, state, parameters)]
    return [describe(condition, state, parameters)]


def reminders(condition: Condition) -> Iterator[str]:
    """The texts to be shown wherever they stand in the tree."""
    if "reminder" in condition:
        yield condition["reminder"]
    for kind in ("all", "any"):
        for part in condition.get(kind, ()):
            yield from reminders(part)


def describe(condition: Condition, state: State, parameters: Sequence[Any] = ()) -> str:
    """A condition as a player would say it: `Latin 5`, `House Bjornaer or the Virtue Redcap`."""
    for kind, words in _WORDS.items():
        if kind in condition:
            return words(condition, state, parameters)
    return _("something else")


def _characteristic(condition: Condition, parameters: Sequence[Any]) -> str:
    """Its full name, "" if the player has not chosen it."""
    wanted = condition["characteristic"]
    if isinstance(wanted, Mapping):
        value = parameter(parameters, wanted["from_parameter"])
        wanted = value.get("characteristic") if isinstance(value, dict) else None
    return characteristics.NAMES.get(wanted, "")


def _in_range(condition: Condition, state: State, parameters: Sequence[Any]) -> bool:
    name = _characteristic(condition, parameters)
    if not name:
        return True  # said already: the parameter is missing
    bought = condition.get("of") == "bought"
    value = characteristics.bought(state.character, name) if bought else state.characteristics[name].value
    return bool(condition.get("min", value) <= value <= condition.get("max", value))


def _age(condition: Condition, state: State) -> int:
    wanted = condition["min_age"]
    if not isinstance(wanted, Mapping):
        return int(wanted)
    name = characteristics.NAMES[wanted["minus_characteristic"]]
    return int(wanted["base"]) - state.characteristics[name].value


def _has_score(condition: Condition, state: State) -> bool:
    known = state.ability(condition["ability"], condition.get("instance") or "")
    return known is not None and known.score >= condition["score"]


def _has_one_of_category(condition: Condition, state: State) -> bool:
    wanted = condition["ability_category"]
    return any(known.entry.category == wanted and known.score >= condition["score"] for known in state.abilities)


def _has_art(condition: Condition, state: State) -> bool:
    wanted = condition["art"]
    return any(studied.score >= condition["score"] for art, studied in state.arts.items() if wanted in ("*", art))


def _has_virtue_of_category(condition: Condition, state: State) -> bool:
    return any(
        entry.is_virtue
        and entry.category == condition["virtue_category"]
        and (row.size or entry.size) == condition.get("size", row.size or entry.size)
        for row, entry in state.powers.held
    )


Test = Callable[[Condition, State, Sequence[Any]], bool]
Words = Callable[[Condition, State, Sequence[Any]], str]

_TESTS: dict[str, Test] = {
    "all": lambda condition, *rest: all(holds(part, *rest) for part in condition["all"]),
    "any": lambda condition, *rest: any(holds(part, *rest) for part in condition["any"]),
    "virtue": lambda condition, state, __: condition["virtue"] in state.powers.ids,
    "flaw": lambda condition, state, __: condition["flaw"] in state.powers.ids,
    "house": lambda condition, state, __: state.character.house == condition["house"],
    "gift": lambda condition, state, __: state.gifted == condition["gift"],
    "character_type": lambda condition, state, __: state.character.type == condition["character_type"],
    "ability": lambda condition, state, __: _has_score(condition, state),
    "characteristic": _in_range,
    "min_age": lambda condition, state, __: state.character.age >= _age(condition, state),
    "ability_access": lambda condition, state, __: state.opens(condition["ability_access"]),
    "ability_category": lambda condition, state, __: _has_one_of_category(condition, state),
    "art": lambda condition, state, __: _has_art(condition, state),
    "virtue_category": lambda condition, state, __: _has_virtue_of_category(condition, state),
}


def _all(condition: Condition, state: State, parameters: Sequence[Any]) -> str:
    parts = [describe(part, state, parameters) for part in condition["all"]]
    return reduce(lambda one, other: _("{one} and {other}", one=one, other=other), parts)


def _any(condition: Condition, state: State, parameters: Sequence[Any]) -> str:
    parts = [describe(part, state, parameters) for part in condition["any"]]
    return reduce(lambda one, other: _("{one} or {other}", one=one, other=other), parts)


def _ability_words(condition: Condition, state: State) -> str:
    instance = condition.get("instance") or ""
    name = state.catalogue.ability_name(condition["ability"], "" if instance == "*" else instance)
    return _("{name} {score}", name=name, score=condition["score"])


def _characteristic_words(condition: Condition, parameters: Sequence[Any]) -> str:
    name = CHARACTERISTICS.get(_characteristic(condition, parameters), _("a Characteristic"))
    bound = (
        _("at least {least:+}", least=condition["min"])
        if "min" in condition
        else _("at most {most:+}", most=condition["max"])
    )
    if condition.get("of") == "bought":
        return _("{characteristic} of {bound} as bought", characteristic=name, bound=bound)
    return _("{characteristic} of {bound}", characteristic=name, bound=bound)


def _virtue_words(condition: Condition) -> str:
    size, category = SIZES.get(condition.get("size", ""), ""), condition["virtue_category"]
    return _("a {size} {category} Virtue", size=size, category=category)


_WORDS: dict[str, Words] = {
    "all": _all,
    "any": _any,
    "virtue": lambda condition, state, __: _(
        "the Virtue {virtue}", virtue=state.catalogue.virtue_name(condition["virtue"])
    ),
    "flaw": lambda condition, state, __: _("the Flaw {flaw}", flaw=state.catalogue.virtue_name(condition["flaw"])),
    "house": lambda condition, state, __: _("House {house}", house=state.catalogue.house_name(condition["house"])),
    "gift": lambda condition, *__: _("The Gift") if condition["gift"] else _("no Gift"),
    "character_type": lambda condition, *__: _("being a {who}", who=TYPES[condition["character_type"]]),
    "ability": lambda condition, state, __: _ability_words(condition, state),
    "characteristic": lambda condition, __, parameters: _characteristic_words(condition, parameters),
    "min_age": lambda condition, state, __: _("an age of {age}", age=_age(condition, state)),
    "ability_access": lambda condition, *__: _("access to {category} Abilities", category=condition["ability_access"]),
    "ability_category": lambda condition, *__: _(
        "a score in one of the {category} Abilities", category=condition["ability_category"]
    ),
    "art": lambda condition, *__: _("a score in an Art"),
    "virtue_category": lambda condition, *__: _virtue_words(condition),
}
