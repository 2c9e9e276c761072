"""Attacks on the four required headers: each missing, empty or given twice (CBK-06, facts 2.2).

HTTP itself strips blanks around a header's value, so a value of blanks only is the empty one on the wire.
A header given twice with the same value forges nothing: to take it is unwise, and no more (harmless).
Names in other letters' case, and a missing `Wechatpay-Signature-Type`, are no attacks.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable

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
from harness.signing.wechat_v3 import new_nonce

CONTROL = "CBK-06"

_OTHER: dict[str, Callable[[], str]] = {
    TIMESTAMP: lambda: str(int(time.time()) - 60),
    NONCE: new_nonce,
    SIGNATURE: lambda: b64(secrets.token_bytes(RSA_BYTES)),
    SERIAL: lambda: secrets.token_hex(20).upper(),
}
"""A second value of the right form for each header; the timestamp's is still inside the window."""

_ZH = {TIMESTAMP: "时间戳", NONCE: "随机串", SIGNATURE: "签名", SERIAL: "序列号"}


def _attack(id_: str, zh: str, en: str, change: Change, *, harmless: bool = False) -> Attack:
    return Attack(id_, CONTROL, Text(zh=zh, en=en), change, build, harmless)


def _lines(name: str, values: Callable[[str], tuple[str, ...]]) -> Change:
    """The genuine callback with other lines for one header, made from its genuine value."""

    return lambda original: with_header(original.callback, name, *values(header(original.callback, name)))


def _attacks_on(name: str) -> tuple[Attack, ...]:
    word, zh = name.removeprefix("Wechatpay-").lower(), f"{_ZH[name]}头 {name}"
    other = _OTHER[name]
    return (
        _attack(f"{word}-missing", f"缺少{zh}", f"{name} is missing", _lines(name, lambda own: ())),
        _attack(f"{word}-empty", f"{zh} 为空", f"{name} is empty", _lines(name, lambda own: ("",))),
        _attack(
            f"{word}-twice",
            f"{zh} 出现两次，值相同",
            f"{name} is given twice with the same value",
            _lines(name, lambda own: (own, own)),
            harmless=True,
        ),
        _attack(
            f"{word}-twice-real-first",
            f"{zh} 出现两次，前真后假",
            f"{name} is given twice, the genuine value first",
            _lines(name, lambda own: (own, other())),
        ),
        _attack(
            f"{word}-twice-real-last",
            f"{zh} 出现两次，前假后真",
            f"{name} is given twice, the genuine value last",
            _lines(name, lambda own: (other(), own)),
        ),
    )


def _all_missing(original: Original) -> Callback:
    callback = original.callback
    for name in REQUIRED:
        callback = without_header(callback, name)
    return callback


ATTACKS: tuple[Attack, ...] = (
    *(each for name in REQUIRED for each in _attacks_on(name)),
    _attack(
        "all-signature-headers-missing",
        "四个签名头全部缺失",
        "all four signature headers are missing",
        _all_missing,
    ),
)
