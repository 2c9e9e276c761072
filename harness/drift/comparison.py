"""Compares two answers to one operation. Pure functions.

Compared are status, headers (that they are there, their letters, the values of a few), which members a body
has and of which JSON type, and the values of members that decide or explain: codes, messages, states.
Handles, signatures, numbers and times are somebody's own: of those only the type.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from harness.drift.answer import Answer
from harness.drift.finding import Kind
from harness.drift.strict_json import DEEPEST, loads

LONGEST = 300
"""Characters of a value that a finding tells."""
DECIDE = frozenset({"code", "sub_code", "isError"})
"""Members that say how an operation ended; where they differ, the rest of the body differs for that."""
TOLD = DECIDE | frozenset(
    {
        *("message", "msg", "sub_msg", "issue", "field", "location", "value"),
        *("trade_state", "trade_state_desc", "trade_type", "trade_status", "tradeState", "tradeType"),
        *("status", "closed", "currency", "feeType", "total", "totalFee", "echo_message", "hash_type"),
    }
)
"""Members whose values are compared."""
_VALUED = frozenset({"content-type", "content-language", "cache-control", "wechatpay-signature-type"})
"""Headers whose values are compared."""
_OF_THE_WAY = frozenset(
    {
        *("age", "alt-svc", "connection", "content-encoding", "content-length", "date", "expires"),
        *("keep-alive", "server", "set-cookie", "strict-transport-security", "transfer-encoding"),
        *("vary", "via", "x-cache", "x-served-by"),
    }
)
"""Headers that servers and proxies on the way add, whoever answers."""
_TYPES = {
    bool: "boolean",
    int: "integer",
    float: "number",
    str: "string",
    list: "array",
    dict: "object",
}
_OWN = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?|\d{10,}")
"""Moments and long numbers within a text."""


class Difference(NamedTuple):
    """What differs, where."""

    kind: Kind
    place: str
    recorded: str
    simulated: str


def differences(recorded: Answer, simulated: Answer) -> list[Difference]:
    """Everything in which the simulator's answer differs; both are comparable."""
    found: list[Difference] = []
    if recorded.status != simulated.status:
        found.append(Difference(Kind.STATUS, "", _status(recorded), _status(simulated)))
    elif recorded.headers is not None:
        found += _headers(recorded.headers, simulated.headers or {}, partial=recorded.partial)
        if recorded.verified is not simulated.verified:
            holds = {True: "it holds", False: "it does not hold", None: "nothing is signed"}
            found.append(Difference(Kind.SIGNATURE, "", holds[recorded.verified], holds[simulated.verified]))
    if recorded.partial and recorded.form == "empty":
        return found
    if recorded.form != simulated.form:
        found.append(Difference(Kind.FORM, "", recorded.form, simulated.form))
    elif recorded.form == "json":
        ended_otherwise = bool(found) and recorded.status != simulated.status
        if ended_otherwise or decided(recorded) != decided(simulated):
            found += _values_alone(recorded, simulated)
        else:
            found += _members(recorded.body, simulated.body, "", partial=recorded.partial)
    return found


def decided(answer: Answer) -> Mapping[str, object]:
    """By what it says how the operation ended."""
    return {place: value for place, name, value in told(answer.body) if name in DECIDE}


def words(answer: Answer) -> tuple[object, ...]:
    """All that it says of what was wrong, to be compared with an answer to another request."""
    return (answer.status, tuple((place, _plain(value)) for place, _, value in told(answer.body)))


def told(body: Any, place: str = "", name: str = "", depth: int = 0) -> Iterator[tuple[str, str, Any]]:
    """Pointer, name and value of everything that is compared by its value."""
    inner = _looked_into(body)
    if depth > DEEPEST:
        return
    if isinstance(inner, dict):
        for each, value in inner.items():
            yield from told(value, f"{place}/{_pointed(each)}", each, depth + 1)
    elif isinstance(inner, list):
        for number, value in enumerate(inner):
            yield from told(value, f"{place}/{number}", name, depth + 1)
    elif name in TOLD:
        yield place, name, inner


def _headers(
    recorded: Mapping[str, str], simulated: Mapping[str, str], *, partial: bool
) -> Iterator[Difference]:
    theirs, ours = ({name.lower(): name for name in each} for each in (recorded, simulated))
    for low in sorted(theirs.keys() | ours.keys()):
        name, own = theirs.get(low), ours.get(low)
        if low in _OF_THE_WAY:
            continue
        if own is None and name is not None:
            yield Difference(Kind.HEADER_MISSING, name, _short(recorded[name]), "")
        elif name is None and own is not None:
            if partial:
                continue
            yield Difference(Kind.HEADER_EXTRA, own, "", _short(simulated[own]))
        elif name is not None and own is not None:
            if name != own:
                yield Difference(Kind.HEADER_LETTERS, name, name, own)
            said, says = recorded[name], simulated[own]
            if low in _VALUED and _header_value(said) != _header_value(says):
                yield Difference(Kind.HEADER_VALUE, name, _short(said), _short(says))


def _header_value(value: str) -> str:
    return re.sub(r"\s*([;,=])\s*", r"\1", value.strip().lower())


def _values_alone(recorded: Answer, simulated: Answer) -> Iterator[Difference]:
    """Where an operation ended otherwise: in what both sides say of it, how that differs."""
    said, says = ({place: value for place, _, value in told(each.body)} for each in (recorded, simulated))
    found = [
        Difference(Kind.VALUE, place, _shown(said[place]), _shown(says[place]))
        for place in said
        if place in says and _plain(said[place]) != _plain(says[place])
    ]
    if not found and recorded.status == simulated.status:  # they share no member that tells of it
        found = [Difference(Kind.VALUE, "", _status(recorded), _status(simulated))]
    yield from found


def _members(
    recorded: Any, simulated: Any, place: str, *, partial: bool, name: str = "", depth: int = 0
) -> Iterator[Difference]:
    said, says = _looked_into(recorded), _looked_into(simulated)
    if depth > DEEPEST:
        return
    if _type(said) != _type(says):
        yield Difference(Kind.TYPE, place, _typed(said), _typed(says))
    elif isinstance(said, dict):
        for each in said if partial else {**said, **says}:
            here = f"{place}/{_pointed(each)}"
            if each not in says:
                yield Difference(Kind.MEMBER_MISSING, here, _shown(said[each]), "")
            elif each not in said:
                yield Difference(Kind.MEMBER_EXTRA, here, "", _shown(says[each]))
            else:
                yield from _members(said[each], says[each], here, partial=partial, name=each, depth=depth + 1)
    elif isinstance(said, list):
        if bool(said) != bool(says) or (name in TOLD and len(said) != len(says)):
            yield Difference(Kind.VALUE, place, _shown(said), _shown(says))
        for number, (one, other) in enumerate(zip(said, says, strict=False)):
            yield from _members(one, other, f"{place}/{number}", partial=partial, name=name, depth=depth + 1)
    elif name in TOLD and _plain(said) != _plain(says):
        yield Difference(Kind.VALUE, place, _shown(said), _shown(says))


def _looked_into(value: Any) -> Any:
    """A text that holds JSON, as tools answer with, is what it holds."""
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            return loads(value)
        except ValueError:
            return value
    return value


def _plain(value: Any) -> Any:
    """A value less what is this moment's own."""
    return _OWN.sub("…", value) if isinstance(value, str) else (_type(value), value)


def _type(value: Any) -> str:
    return "null" if value is None else _TYPES[type(value)]


def _typed(value: Any) -> str:
    return f"{_type(value)} {_shown(value)}"


def _shown(value: Any) -> str:
    return _short(json.dumps(value, ensure_ascii=False))


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _status(answer: Answer) -> str:
    """With what is told of it, which says more than a number."""
    codes = " ".join(str(each) for each in decided(answer).values() if not isinstance(each, bool))
    return f"HTTP {answer.status} {codes}".rstrip()


def _pointed(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
