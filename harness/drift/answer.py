"""An answer as a capture keeps it: redacted by typed field, and with names where it named anybody."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, JsonValue

from harness.core.control import Model
from harness.core.event_stream import answer_in, is_event_stream
from harness.core.exchange import Exchange
from harness.core.plain_text import PlainText, json_text
from harness.drift.names import Names
from harness.drift.strict_json import DEEPEST, depth, loads
from harness.evidence.redaction import Redactor

LONGEST_TEXT = 2000
"""Characters that are kept of a body that is no JSON."""
_AROUND = 3
"""Levels of a line around a body."""
BUSY = 429
FAILING = 500


class Answer(Model):
    """What came, or why nothing did."""

    status: int | None = Field(default=None, ge=100, le=599)
    """HTTP status; None: no whole answer came."""
    headers: dict[PlainText, PlainText] | None = None
    """As received, names in their letters; None: nobody knows, as of an answer out of a document."""
    form: Literal["json", "text", "empty"] = "empty"
    body: JsonValue = None
    """JSON as it is; of anything else its beginning."""
    verified: bool | None = None
    """Whether the platform's signature held; None where it signs nothing, or nobody knows."""
    error: PlainText = ""
    """Why there is no answer, or none that is believed."""
    partial: bool = False
    """Whether only a part of the body is known, so that what is not in it says nothing."""

    @property
    def why_incomparable(self) -> str:
        """Why it says nothing of how an endpoint answers; empty: it does."""
        if self.status is None:
            return self.error or "no answer came"
        if self.status == BUSY or self.status >= FAILING:
            return f"HTTP {self.status}: it was busy or failing"
        return ""


def kept(exchange: Exchange, *, redactor: Redactor, names: Names) -> Answer:
    """An exchange's answer as a capture keeps it."""
    if exchange.status is None:
        return Answer(error=names.hidden(redactor.text(exchange.error or "")))
    headers = redactor.headers(exchange.response_headers)
    form, body = _read(exchange, redactor)
    return Answer(
        status=exchange.status,
        headers={name: names.hidden(value) for name, value in headers.items()},
        form=form,
        body=names.hidden(body),
        verified=exchange.verified,
        error=names.hidden(redactor.text(exchange.error or "")),
    )


def _read(exchange: Exchange, redactor: Redactor) -> tuple[Literal["json", "text", "empty"], Any]:
    lower = {name.lower(): value for name, value in exchange.response_headers.items()}
    body = exchange.response_body
    if not body:
        return "empty", None
    if is_event_stream(lower):
        message = answer_in(body, ended=True)
        text = "" if message is None else json_text(redactor.members(message))
    else:
        text = redactor.body(body, lower.get("content-type", ""))
    try:
        value = loads(text)
    except ValueError:
        return "text", text[:LONGEST_TEXT]
    return ("json", value) if depth(value) <= DEEPEST - _AROUND else ("text", text[:LONGEST_TEXT])
