"""What came back, and what no request may bring about, whatever it says."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from harness.core.money import Fen
from harness.levers.models import Ledger

PATIENCE_S = 10.0
"""Within which every request is answered."""
OURS = (b'"code":-32603', b"SYSTEM_ERROR", b"Traceback (most recent call last)")
"""How it is said that the platform failed where that has no status of its own: in JSON-RPC and by Alipay."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int | None
    """None: the connection ended without an answer."""
    kind: str = ""
    """The content type."""
    location: str = ""
    """Where it sends a browser; empty: nowhere."""
    body: bytes = b""


def why_bad(answer: Answer) -> str | None:
    """What is wrong with an answer, where nobody asked for a fault; None: nothing."""
    if answer.status is None:
        return "no answer"
    said = ascii(answer.body[:300].decode("utf-8", "replace"))
    if answer.status >= 500:
        return f"HTTP {answer.status}: {said}"
    if any(each in answer.body for each in OURS):
        return f"the platform blames itself: {said}"
    if answer.kind.startswith("application/json") and answer.body:
        try:
            json.loads(answer.body, parse_constant=_no_constant)
        except ValueError as error:
            return f"no JSON ({error}): {said}"
    return None


def unbalanced(ledger: Ledger) -> Iterator[str]:
    """What of a ledger does not come out, by its own entries."""
    if total := sum(ledger.balances.values()):
        yield f"all balances together are {total} fen, not 0"
    booked: Counter[str] = Counter()
    for entry in ledger.entries:
        booked[entry.debit] -= entry.amount
        booked[entry.credit] += entry.amount
    for name in {*booked, *ledger.balances}:
        if booked[name] != (told := ledger.balances.get(name, 0)):
            yield f"{name}: {booked[name]} fen were booked, and {told} are told"
    for number, back in ledger.refunded.items():
        if back > (paid := ledger.paid.get(number, Fen(0))):
            yield f"{number}: {back} fen went back of {paid}"


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is no JSON")
