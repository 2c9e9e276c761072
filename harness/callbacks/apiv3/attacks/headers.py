"""Attacks on the four required headers: each missing, empty or given twice (CBK-06, facts 2.2).

HTTP itself strips blanks around a header's value, so a value of blanks only is the empty one on the wire.
A header given twice with the same value forges nothing: to take it is unwise, and no more (harmless).
Names in other letters' case, and a missing `Wechatpay-Signature-Type`, are no attacks.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from pathlib import Path

from harness.callbacks.apiv3.genuine import build
from harness.callbacks.apiv3.header_lines import (
    NONCE,
    REQUIRED,
    SERIAL,
    SIGNATURE,
    TIMESTAMP,
    header,
    with_header,
    without_header,
)
from harness.callbacks.attack import RSA_BYTES, Attack, Change, Original, b64
from harness.callbacks.callback import Callback
from harness.core.control import Text
from harness.core.texts import read_texts
from harness.signing.wechat_v3 import new_nonce

CONTROL = "CBK-06"

_OTHER: dict[str, Callable[[], str]] = {
    TIMESTAMP: lambda: str(int(time.time()) - 60),
    NONCE: new_nonce,
    SIGNATURE: lambda: b64(secrets.token_bytes(RSA_BYTES)),
    SERIAL: lambda: secrets.token_hex(20).upper(),
}
"""A second value of the right form for each header; the timestamp's is still inside the window."""

_TEXTS = read_texts(Path(__file__).with_name("headers.yaml"))["headers"]


def _attack(id_: str, text: Text, change: Change, *, harmless: bool = False) -> Attack:
    return Attack(id_, CONTROL, text, change, build, harmless)


def _lines(name: str, values: Callable[[str], tuple[str, ...]]) -> Change:
    """The genuine callback with other lines for one header, made from its genuine value."""

    return lambda original: with_header(original.callback, name, *values(header(original.callback, name)))


def _attacks_on(name: str) -> tuple[Attack, ...]:
    other = _OTHER[name]
    changes = {
        "missing": _lines(name, lambda own: ()),
        "empty": _lines(name, lambda own: ("",)),
        "twice": _lines(name, lambda own: (own, own)),
        "twice-real-first": _lines(name, lambda own: (own, other())),
        "twice-real-last": _lines(name, lambda own: (other(), own)),
    }
    word = name.removeprefix("Wechatpay-").lower()
    return tuple(
        _attack(f"{word}-{done}", _TEXTS[done].filled(name=name), change, harmless=done == "twice")
        for done, change in changes.items()
    )


def _all_missing(original: Original) -> Callback:
    callback = original.callback
    for name in REQUIRED:
        callback = without_header(callback, name)
    return callback


ATTACKS: tuple[Attack, ...] = (
    *(each for name in REQUIRED for each in _attacks_on(name)),
    _attack("all-signature-headers-missing", _TEXTS["all-missing"], _all_missing),
)
