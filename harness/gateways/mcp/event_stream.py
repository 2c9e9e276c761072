"""An answer that comes as server-sent events: what matters is the first event with a result or an error.

The stream may go on after it, and before it there may be any number of heartbeats and notices.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

EVENT_STREAM = "text/event-stream"


def answer_in(body: bytes) -> dict[str, Any] | None:
    """The message of the first complete event that is an answer; None: not yet."""
    text = body.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
    *events, _ = text.split("\n\n")
    for event in events:
        lines = (line for line in event.split("\n") if line.startswith("data:"))
        try:
            message = json.loads("\n".join(line.removeprefix("data:") for line in lines))
        except (ValueError, RecursionError):
            continue
        if isinstance(message, dict) and message.keys() & {"result", "error"}:
            return message
    return None


def is_answered(headers: Mapping[str, str], body: bytes) -> bool:
    """Whether an answer that may be a stream has told what it has to tell."""
    return headers.get("content-type", "").startswith(EVENT_STREAM) and answer_in(body) is not None
