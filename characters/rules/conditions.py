"""Prerequisites: the condition trees of the catalogue.

    {"all": [{"house": "house.bjornaer"}, {"any": [{"virtue": "virtue.redcap"}, {"min_age": 20}]}]}

A reminder (`{"reminder": "needs stigmata"}`) is shown and never enforced: it always holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from characters.rules import characteristics
from characters.rules.effects import parameter
from characters.rules.state import State

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
    return "something else"


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
    "virtue": lambda condition, state, _: condition["virtue"] in state.powers.ids,
    "flaw": lambda condition, state, _: condition["flaw"] in state.powers.ids,
    "house": lambda condition, state, _: state.character.house == condition["house"],
    "gift": lambda condition, state, _: state.gifted == condition["gift"],
    "character_type": lambda condition, state, _: state.character.type == condition["character_type"],
    "ability": lambda condition, state, _: _has_score(condition, state),
    "characteristic": _in_range,
    "min_age": lambda condition, state, _: state.character.age >= _age(condition, state),
    "ability_access": lambda condition, state, _: state.opens(condition["ability_access"]),
    "ability_category": lambda condition, state, _: _has_one_of_category(condition, state),
    "art": lambda condition, state, _: _has_art(condition, state),
    "virtue_category": lambda condition, state, _: _has_virtue_of_category(condition, state),
}


def _listed(condition: Condition, kind: str, link: str, state: State, parameters: Sequence[Any]) -> str:
    return link.join(describe(part, state, parameters) for part in condition[kind])


def _ability_words(condition: Condition, state: State) -> str:
    instance = condition.get("instance") or ""
    name = state.catalogue.ability_name(condition["ability"], "" if instance == "*" else instance)
    return f"{name} {condition['score']}"


def _characteristic_words(condition: Condition, parameters: Sequence[Any]) -> str:
    name = _characteristic(condition, parameters).capitalize() or "a Characteristic"
    bound = f"at least {condition['min']:+}" if "min" in condition else f"at most {condition['max']:+}"
    return f"{name} of {bound}{' as bought' if condition.get('of') == 'bought' else ''}"


_WORDS: dict[str, Words] = {
    "all": lambda condition, *rest: _listed(condition, "all", " and ", *rest),
    "any": lambda condition, *rest: _listed(condition, "any", " or ", *rest),
    "virtue": lambda condition, state, _: f"the Virtue {state.catalogue.virtue_name(condition['virtue'])}",
    "flaw": lambda condition, state, _: f"the Flaw {state.catalogue.virtue_name(condition['flaw'])}",
    "house": lambda condition, state, _: f"House {state.catalogue.house_name(condition['house'])}",
    "gift": lambda condition, *_: "The Gift" if condition["gift"] else "no Gift",
    "character_type": lambda condition, *_: f"being a {condition['character_type'].replace('_', ' ')}",
    "ability": lambda condition, state, _: _ability_words(condition, state),
    "characteristic": lambda condition, _, parameters: _characteristic_words(condition, parameters),
    "min_age": lambda condition, state, _: f"an age of {_age(condition, state)}",
    "ability_access": lambda condition, *_: f"access to {condition['ability_access']} Abilities",
    "ability_category": lambda condition, *_: f"a score in one of the {condition['ability_category']} Abilities",
    "art": lambda condition, *_: "a score in an Art",
    "virtue_category": lambda condition, *_: f"a {condition.get('size', '')} {condition['virtue_category']} Virtue",
}
