"""JSON as its standard has it: no NaN, no number beyond every number, and nothing that nests without end."""

from __future__ import annotations

import json
from math import isfinite
from typing import Any, NoReturn

DEEPEST = 64
"""How far values may nest."""


def loads(text: str | bytes) -> Any:
    """What a text holds.

    Raises:
        ValueError: it holds no JSON, or nests so deep that nobody can read it.
    """
    try:
        return json.loads(text, parse_constant=_none, parse_float=_finite)
    except RecursionError:
        raise ValueError from None


def depth(value: Any) -> int:
    """How deep it nests, counted no further than one beyond `DEEPEST`; level by level, since what is hostile
    would end a recursion."""
    found, level = 0, [value]
    while level and found <= DEEPEST:
        found += 1
        inner = (each.values() if isinstance(each, dict) else each for each in level if _nests(each))
        level = [part for parts in inner for part in parts]
    return found


def _nests(value: Any) -> bool:
    return isinstance(value, dict | list)


def _none(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def _finite(digits: str) -> float:
    number = float(digits)
    return number if isfinite(number) else _none(digits)
