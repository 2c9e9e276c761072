"""What no request may bring about, whatever it says."""

from __future__ import annotations

import json
from dataclasses import dataclass

PATIENCE_S = 10.0
"""Within which every request is answered."""
OURS = (b'"code":-32603', b'"code":"20000"', b"ACQ.SYSTEM_ERROR", b"SYSTEM_ERROR", b"Traceback (most recent")
"""How the wires whose errors have status 200 say that it was the platform's own fault."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int | None
    """None: the connection ended without an answer."""
    kind: bytes
    """The content type."""
    body: bytes


def why_bad(answer: Answer) -> str | None:
    """What is wrong with an answer that nobody asked for; None: nothing."""
    if answer.status is None:
        return "no answer"
    if answer.status >= 500:
        return f"HTTP {answer.status}: {answer.body[:300]!r}"
    if (found := next((each for each in OURS if each in answer.body), None)) is not None:
        return f"the platform blames itself: {found.decode()} in {answer.body[:300]!r}"
    if answer.kind.startswith(b"application/json") and answer.body:
        try:
            json.loads(answer.body, parse_constant=_no_constant)
        except ValueError as error:
            return f"no JSON: {error} in {answer.body[:300]!r}"
    return None


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is no JSON")
