"""Answers: the rules that every dialect has for them, and the few words that say what is wrong with one."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

_CODE = re.compile(r"[A-Z][A-Z0-9_]{1,39}")


class Wrong(Exception):
    """An answer that is not what it must be; its text is a few stable words, the reason of a failure."""


class Answer(NamedTuple):
    """What came back, byte for byte; header names may repeat."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


def read_object(body: bytes) -> dict[str, Any]:
    """The JSON object of an answer.

    Raises:
        Wrong: it is none.
    """
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        raise Wrong("no JSON") from None
    if not isinstance(value, dict):
        raise Wrong("no JSON object")
    return value


def refused(answer: Answer) -> Wrong:
    """What a non-2xx answer is called: its status, and the platform's code when it has one."""
    try:
        code = json.loads(answer.body).get("code")
    except (ValueError, RecursionError, AttributeError):
        code = None
    known = isinstance(code, str) and _CODE.fullmatch(code)
    return Wrong(f"HTTP {answer.status} {code}" if known else f"HTTP {answer.status}")


def same(members: Mapping[str, Any], name: str, out_trade_no: str) -> Mapping[str, Any]:
    """The members, if they are about this order.

    Raises:
        Wrong: it is about another one, or does not say.
    """
    if members.get(name) != out_trade_no:
        raise Wrong("answer about another order")
    return members


def judged_handle(members: Mapping[str, Any], *names: str) -> Mapping[str, Any]:
    """The members, if one of the names is a text that is not empty.

    Raises:
        Wrong: none is.
    """
    if any(isinstance(members.get(name), str) and members[name] for name in names):
        return members
    raise Wrong(f"no {names[0]}")


def judged_state(members: Mapping[str, Any], states: frozenset[str], *names: str) -> Mapping[str, Any]:
    """The members, if the first of the names that is among them holds one of the states.

    Raises:
        Wrong: it holds another one, or none is there.
    """
    stated = next((members[name] for name in names if name in members), None)
    if isinstance(stated, str) and stated in states:
        return members
    raise Wrong("another trade_state")
