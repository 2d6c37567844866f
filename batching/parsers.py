"""JSON from strangers: read it once, and refuse what Python or the database would stumble over."""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import chain, compress
from typing import IO, Any, NoReturn

from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from batching.conf import conf

CONTAINERS = frozenset({dict, list})


def parse_json(body: bytes) -> Any:
    """Decode a JSON text. Raises ParseError (400) and says what is wrong.

    Refused beyond plain syntax errors: text that is not UTF-8, NaN and infinities, repeated names in an object,
    unpaired surrogates (no database and no UTF-8 answer could carry them), and nesting beyond `MAX_DEPTH`.
    """
    try:
        text = body.decode()
        value = json.loads(
            text, parse_constant=_refuse_constant, parse_float=_finite, object_pairs_hook=_unique_members
        )
    except UnicodeDecodeError as error:
        raise ParseError(f"The body is not UTF-8 (byte {error.start}).") from None
    except RecursionError:
        raise ParseError(f"The body is nested deeper than {conf().MAX_DEPTH} levels.") from None
    except ValueError as error:
        raise ParseError(f"The body is not valid JSON: {error}") from None
    if "\\u" in text:
        _refuse_surrogates(value)
    if _deeper_than(value, conf().MAX_DEPTH):
        raise ParseError(f"The body is nested deeper than {conf().MAX_DEPTH} levels.")
    return value


class StrictJSONParser(BaseParser):
    """`parse_json` as a parser for any Django REST framework view."""

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        return parse_json(stream.read())


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _finite(digits: str) -> float:
    value = float(digits)
    if value in (float("inf"), float("-inf")):
        raise ValueError(f"{digits[:40]} is too large for a number")
    return value


def _unique_members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"{twice!a} occurs twice in one object")
    return members


def _refuse_surrogates(value: Any) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise ParseError("The body holds an unpaired surrogate, which is not text.") from None


def _deeper_than(value: Any, limit: int) -> bool:
    """Whether containers nest deeper than `limit`; without recursion, level by level."""
    level = _containers([value])
    while level:
        if limit < 0:
            return True
        limit -= 1
        lists = [container for container in level if type(container) is list]
        objects = [container.values() for container in level if type(container) is dict]
        level = _containers([*chain.from_iterable(lists), *chain.from_iterable(objects)])
    return False


def _containers(values: list[Any]) -> list[Any]:
    return list(compress(values, map(CONTAINERS.__contains__, map(type, values))))
