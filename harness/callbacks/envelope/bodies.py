"""Bodies of which nothing can be verified, or whose byte was changed after signing (CBK-07, CBK-14)."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

from harness.callbacks.attack import Change
from harness.callbacks.callback import CLIENT_HEADERS, Callback, compact
from harness.callbacks.nonsense import NONSENSE


def _nonsense(body: Callable[[], bytes]) -> Change:
    return lambda original: Callback(headers=CLIENT_HEADERS, body=body())


def _body(change: Callable[[bytes], bytes]) -> Change:
    return lambda original: replace(original.callback, body=change(original.callback.body))


def _one_more(name: str) -> Change:
    """One character more in a signed member."""

    def change(body: bytes) -> bytes:
        members = json.loads(body)
        return compact({**members, name: f"{members[name]}0"})

    return _body(change)


CHANGES: dict[str, Change] = {
    "envelope-byte-in-the-number": _one_more("outTradeNo"),
    "envelope-byte-in-the-transaction": _one_more("transactionId"),
    "envelope-byte-in-the-moment": _one_more("paidTime"),
    **{f"envelope-body-{name}": _nonsense(body) for name, body in NONSENSE.items()},
    "envelope-body-cut": _body(lambda body: body[:-40]),
}
