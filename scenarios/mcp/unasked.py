"""What an endpoint tells an agent unasked, and whether it speaks to the agent's obedience.

A client hands such texts to a language model, or shows them to a person, as if its own operator had written
them (`told.py` says which). So they are judged as text: what no honest description holds fails, what an
honest one might say is left to a person. Patterns find the crude attempts; that nothing is found proves no
good will.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from scenarios.mcp.orders import NEVER, PERHAPS, SENTENCE, Kind
from scenarios.mcp.readings import HIDDEN as UNSEEN
from scenarios.mcp.readings import LONGEST, decoded, disguised, mixed, readings

HIDDEN = "hidden characters"
MIXED = "letters of two scripts in a word"
ENCODED = "prose in base64"
UNREAD = "more than was read"
SHOWN = 60
_ICON = re.compile(r"(^|\.)icons\[\d+\]\.src$")
AROUND = 200
"""Characters to each side in which a sentence is looked for."""


@dataclass(frozen=True, slots=True)
class Sign:
    """What was found in one of the texts.

    Args:
        place: where it stands, e.g. `refund-order, inputSchema.properties.reason.description`.
        kind: one of the signs above.
        certain: whether no honest text holds it.
        shown: the passage, with nothing in it that a terminal or a page would obey.
    """

    place: str
    kind: str
    certain: bool
    shown: str


def texts(told: Mapping[str, object]) -> dict[str, str]:
    """Every text in what an agent is told, by its place; names of members are texts as well.

    Args:
        told: any JSON, by what it was told in.
    """
    return {
        f"{where}, {place}" if place else where: text
        for where, what in told.items()
        for place, text in _strings(what)
    }


def signs(told: Mapping[str, str]) -> list[Sign]:
    """What in these texts is meant for the agent's obedience, the certain first."""
    found = [sign for place, text in told.items() for sign in _signs_in(place, text)]
    return sorted(found, key=lambda sign: not sign.certain)


def _signs_in(place: str, text: str) -> Iterator[Sign]:
    place = repr(place)[1:-1]  # it may be of names that the endpoint chose
    if hidden := UNSEEN.search(text):
        yield Sign(place, HIDDEN, certain=True, shown=ascii(_from(text, hidden.start()))[1:-1])
    if len(text) > LONGEST:
        yield Sign(place, UNREAD, certain=False, shown=str(len(text)))
    for word in mixed(text):
        yield Sign(place, MIXED, certain=False, shown=ascii(word)[1:-1])
        break
    read = readings(text)
    for prose in decoded(read[0]):
        yield Sign(place, ENCODED, certain=False, shown=repr(prose[:SHOWN]))
        break
    for kinds, certain, ways in ((NEVER, True, [*read, *disguised(text)]), (PERHAPS, False, read)):
        for name, kind in kinds.items():
            shown = next((shown for each in ways if (shown := _said(kind, each))), None)
            if shown is not None:
                yield Sign(place, name, certain=certain, shown=shown)


def _said(kind: Kind, text: str) -> str | None:
    """The passage in which it is said, and not in an honest sentence."""
    for found in kind.says.finditer(text):
        if kind.unless is None or not kind.unless.search(_sentence(text, found.start(), found.end())):
            return repr(_from(text, found.start()))
    return None


def _sentence(text: str, start: int, end: int) -> str:
    """What stands around a passage, up to where a sentence ends."""
    before, after = text[max(start - AROUND, 0) : start], text[end : end + AROUND]
    ends = [found.end() for found in SENTENCE.finditer(before)]
    return before[max(ends, default=0) :] + text[start:end] + after[: _end(after)]


def _end(text: str) -> int:
    found = SENTENCE.search(text)
    return len(text) if found is None else found.start()


def _from(text: str, start: int) -> str:
    return text[max(start - SHOWN // 4, 0) :][:SHOWN]


def _strings(told: object) -> Iterator[tuple[str, str]]:
    """Every text in it, by its place; however deep it is nested."""
    left: list[tuple[str, object]] = [("", told)]
    while left:
        place, node = left.pop()
        match node:
            case str():
                yield place, node
            case dict():
                for name, value in node.items():
                    below = f"{place}.{name}" if place else str(name)
                    yield f"{below}[name]", str(name)
                    if not _is_picture(below, value):
                        left.append((below, value))
            case list():
                left += [(f"{place}[{number}]", value) for number, value in enumerate(node)]


def _is_picture(place: str, value: object) -> bool:
    """Whether it is an icon that comes in its own address: it is drawn, and nobody reads it."""
    return bool(_ICON.search(place)) and isinstance(value, str) and value[:11].lower() == "data:image/"
