"""Attacks on the four required headers: each missing, empty or given twice (CBK-06, facts 2.2).

HTTP itself strips blanks around a header's value, so a value of blanks only is the empty one on the wire.
Names in other letters' case, and a missing `Wechatpay-Signature-Type`, are no attacks.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping

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
from harness.callbacks.attack import RSA_BYTES, Attack, Forge, attack, b64
from harness.callbacks.callback import Callback, Issuer
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


def _lines(name: str, values: Callable[[str], tuple[str, ...]]) -> Forge:
    """The genuine callback with other lines for one header, made from its genuine value."""

    def forge(issuer: Issuer, resource: Mapping[str, object]) -> Callback:
        callback = build(issuer, resource)
        return with_header(callback, name, *values(header(callback, name)))

    return forge


def _attacks_on(name: str) -> tuple[Attack, ...]:
    word, zh = name.removeprefix("Wechatpay-").lower(), f"{_ZH[name]}头 {name}"
    other = _OTHER[name]
    return (
        attack(f"{word}-missing", CONTROL, f"缺少{zh}", f"{name} is missing", _lines(name, lambda own: ())),
        attack(f"{word}-empty", CONTROL, f"{zh} 为空", f"{name} is empty", _lines(name, lambda own: ("",))),
        attack(
            f"{word}-twice",
            CONTROL,
            f"{zh} 出现两次，值相同",
            f"{name} is given twice with the same value",
            _lines(name, lambda own: (own, own)),
        ),
        attack(
            f"{word}-twice-real-first",
            CONTROL,
            f"{zh} 出现两次，前真后假",
            f"{name} is given twice, the genuine value first",
            _lines(name, lambda own: (own, other())),
        ),
        attack(
            f"{word}-twice-real-last",
            CONTROL,
            f"{zh} 出现两次，前假后真",
            f"{name} is given twice, the genuine value last",
            _lines(name, lambda own: (other(), own)),
        ),
    )


def _all_missing(issuer: Issuer, resource: Mapping[str, object]) -> Callback:
    callback = build(issuer, resource)
    for name in REQUIRED:
        callback = without_header(callback, name)
    return callback


ATTACKS: tuple[Attack, ...] = (
    *(each for name in REQUIRED for each in _attacks_on(name)),
    attack(
        "all-signature-headers-missing",
        CONTROL,
        "四个签名头全部缺失",
        "all four signature headers are missing",
        _all_missing,
    ),
)
