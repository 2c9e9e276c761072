"""Breaks good requests, by Hypothesis: what is inside before they are signed, or what is around it after."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

from hypothesis import strategies as st

from tests.simulator.badinput import junk
from tests.simulator.badinput.customer import Customer, as_json
from tests.simulator.badinput.known import Known
from tests.simulator.badinput.message import Message
from tests.simulator.badinput.routes import NUMBERS, Good

MOST = 12
"""Requests of one example: what one leaves behind another may meet."""
_WAYS = ("good", "good", "member", "member", "member", "bytes", "cut", "around", "around", "unsigned", "path")
_PLACE = re.compile(r"\{(\w+)\}")

_texts = st.text(max_size=6)
_values: st.SearchStrategy[object] = st.sampled_from(junk.MEMBERS) | st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | _texts,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(_texts, inner, max_size=2),
    max_leaves=3,
)
_of_latin = st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f")
_latin = st.text(_of_latin, max_size=9).map(lambda text: text.strip().encode("latin-1"))


@st.composite
def some(draw: st.DrawFn, goods: Sequence[Good], customer: Customer, known: Known) -> list[Message]:
    """A few requests about one order, each good or broken in one way, in the order in which they are sent."""
    one = st.tuples(st.sampled_from(goods), st.sampled_from(_WAYS))
    pick = draw(st.integers(0, len(NUMBERS) - 1))
    drawn = draw(st.lists(one, min_size=1, max_size=MOST))
    return [_made(draw, good, way, customer, known, pick) for good, way in drawn]


def as_it_is(good: Good, customer: Customer, known: Known) -> Message:
    """A good request, whole."""

    def nothing(strategy: object) -> Any:
        raise AssertionError(f"nothing is drawn for what is good: {strategy}")

    return _made(nothing, good, "good", customer, known, 0)


def _made(draw: Any, good: Good, way: str, customer: Customer, known: Known, pick: int) -> Message:
    members: Any = None if good.members is None else _about(good.members, known, pick)
    query: Mapping[str, Any] = _about(good.query, known, pick)
    if way == "member" and members and (not query or draw(st.booleans())):
        members = _changed(draw, members)
    elif way == "member" and query:
        query = _changed(draw, query)
    elif way == "bytes":
        members = draw(st.sampled_from(junk.BODIES) | st.binary(max_size=40))
    elif way == "cut":
        text = as_json(members)
        members = text[: draw(st.integers(0, len(text)))] + draw(st.binary(max_size=3))
    path = good.path
    for name in _PLACE.findall(path):
        right = _one(known.get(name, NUMBERS), pick)
        place = draw(st.sampled_from(junk.PLACES)) if way in ("member", "path") else right
        path = path.replace(f"{{{name}}}", quote(place, safe="", errors="replace"))
    if way == "path":
        path += draw(st.sampled_from(junk.ENDS))
    asked = urlencode({_text(name): _text(value) for name, value in query.items()}, errors="replace")
    target = f"{path}?{asked}" if asked else path
    message = good.seal(customer, good.route, good.method, target, members)
    if way == "around":
        value = draw(st.none() | st.sampled_from(junk.VALUES) | _latin)
        return message.with_header(draw(st.sampled_from(junk.HEADERS)), value)
    if way == "unsigned":
        kept = tuple(each for each in message.headers if each[0] in (b"host", b"content-type"))
        return Message(good.route, draw(st.sampled_from(junk.METHODS)), message.target, kept, message.body)
    return message


def _changed(draw: st.DrawFn, members: Mapping[str, Any]) -> dict[str, Any]:
    """The same, with one member gone, spoilt or too many; or with one of a member's own."""
    name = draw(st.sampled_from(sorted(members)))
    inner = members[name]
    if isinstance(inner, dict) and inner and draw(st.booleans()):
        return {**members, name: _changed(draw, inner)}
    if isinstance(inner, list) and inner and isinstance(inner[0], dict) and draw(st.booleans()):
        return {**members, name: [_changed(draw, inner[0]), *inner[1:]]}
    do = draw(st.sampled_from(("spoil", "spoil", "spoil", "drop", "add")))
    if do == "drop":
        return {each: value for each, value in members.items() if each != name}
    return {**members, (draw(_texts) if do == "add" else name): draw(_values)}


def _about(members: Any, known: Known, pick: int) -> Any:
    """The same about another order, with what was handed out for it."""
    if isinstance(members, Mapping):
        return {
            name: _one(known[name], pick) if name in known else _about(value, known, pick)
            for name, value in members.items()
        }
    return NUMBERS[pick] if members in NUMBERS else members


def _one(values: Sequence[str], pick: int) -> str:
    return values[pick % len(values)]


def _text(value: object) -> str:
    return value if isinstance(value, str) else as_json(value).decode("utf-8", "replace")
