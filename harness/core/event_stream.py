"""An answer that comes as server-sent events: what matters is the one with the result or the error.

The stream may go on after it, and before it there may be any number of heartbeats, notices, requests of the
server's own and empty events that only carry an id.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

EVENT_STREAM = "text/event-stream"
_LINE_END = re.compile(r"\r\n|\r|\n")


def is_event_stream(headers: Mapping[str, str]) -> bool:
    """Whether an answer comes as events; a media type ignores case, and may have parameters."""
    media, _, _ = headers.get("content-type", "").partition(";")
    return media.strip().lower() == EVENT_STREAM


def answer_in(body: bytes, asked: object = None, *, ended: bool = False) -> dict[str, Any] | None:
    """The message that answers; None: not yet.

    Args:
        body: what came of the stream so far.
        asked: id of the request; None: whichever is answered first.
        ended: nothing more will come, so that a last event needs no blank line behind it.
    """
    return next((each for each in messages_in(body, ended=ended) if answers(each, asked)), None)


def messages_in(body: bytes, *, ended: bool = False) -> Iterator[dict[str, Any]]:
    """Every message that came of a stream so far; what is no object is left out.

    Args:
        body: what came of it.
        ended: nothing more will come, so that a last event needs no blank line behind it.
    """
    for data in _events(body, ended=ended):
        try:
            message = json.loads(data)
        except (ValueError, RecursionError):
            continue
        if isinstance(message, dict):
            yield message


def answers(message: Mapping[str, Any], asked: object) -> bool:
    """Whether a message answers a request; a refusal need not know which one it refused."""
    if not message.keys() & {"result", "error"}:
        return False
    told = message.get("id")
    return asked is None or told == asked or (told is None and "error" in message)


def is_answered(headers: Mapping[str, str], body: bytes, asked: object = None) -> bool:
    """Whether an answer that may be a stream has told what it has to tell."""
    return is_event_stream(headers) and answer_in(body, asked) is not None


def _events(body: bytes, *, ended: bool) -> Iterator[str]:
    """The data of each complete event."""
    text = body.decode("utf-8-sig", "replace")
    lines: list[str] = []
    for line in [*_LINE_END.split(text)[:-1], *([_LINE_END.split(text)[-1], ""] if ended else [])]:
        if line:
            lines.append(line)
            continue
        parted = (each.partition(":") for each in lines)
        data = [value.removeprefix(" ") for name, _, value in parted if name == "data"]
        lines = []
        if data:
            yield "\n".join(data)
