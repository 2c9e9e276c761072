"""Text of others without the characters that a terminal, a page or a parser would obey.

What an endpoint or a merchant said goes to terminals, pages, XML and JSON. There an escape sequence forges a
verdict, a bidi mark turns a line round, and half an emoji or a NUL makes a file unreadable. Each of them is
shown as its escape instead, so that a reader sees what was sent.
"""

from __future__ import annotations

import json
import re
from typing import Annotated, Any

from pydantic import BeforeValidator

_OBEYED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 but tab and line feed, DEL, C1
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f"  # bidi marks, embeddings, isolates
    "\u2028\u2029\ufff9-\ufffb\ufffe\uffff"  # line separators, annotations, what no XML may hold
    "\ud800-\udfff\U000e0000-\U000e007f]"  # halves of a character, invisible tags
)
_SURROGATE = re.compile("[\ud800-\udfff]")


def plain(text: str) -> str:
    r"""The text with everything that would be obeyed shown as its escape; lines and tabs stay.

    >>> plain("\x1b[2Kpaid\r")
    '\\x1b[2Kpaid\\r'
    """
    return _OBEYED.sub(_shown, text)


def one_line(text: str) -> str:
    r"""The plain text on one line, for where a line of its own says something.

    >>> one_line("no order\nREHEARSAL GO")
    'no order\\nREHEARSAL GO'
    """
    return plain(text).replace("\n", "\\n").replace("\t", "\\t")


def json_text(value: Any, *, indent: int | None = None, sort_keys: bool = False) -> str:
    """JSON that every reader takes and every terminal bears; it reads back as the same value.

    Only half a character has no place in JSON and is shown as its escape.
    """
    separators = (",", ":") if indent is None else None
    text = json.dumps(value, ensure_ascii=False, indent=indent, sort_keys=sort_keys, separators=separators)
    text = _SURROGATE.sub(lambda half: "\\" + _shown(half), text)
    return _OBEYED.sub(_json_escape, text)


def _shown(obeyed: re.Match[str]) -> str:
    return ascii(obeyed[0])[1:-1]


def _json_escape(obeyed: re.Match[str]) -> str:
    return json.dumps(obeyed[0])[1:-1]


def _plain_if_text(value: Any) -> Any:
    return plain(value) if isinstance(value, str) else value


PlainText = Annotated[str, BeforeValidator(_plain_if_text)]
"""A text of a model that others may have written: plain from the moment it is kept or read."""
