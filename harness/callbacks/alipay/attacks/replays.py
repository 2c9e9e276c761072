"""Notifies with the payment of one order under the number of another (CBK-15)."""

from __future__ import annotations

from harness.callbacks.alipay.attacks.editing import Members, unsigned
from harness.callbacks.alipay.form_body import letter, members_of
from harness.callbacks.alipay.genuine import told
from harness.callbacks.attack import Change, Original
from harness.callbacks.callback import Callback
from harness.signing.wechat_v3 import new_nonce

TRULY_SIGNED = "alipay-replay-under-another-number"


def _earlier(original: Original) -> Members:
    """What the genuine notify of the order before this one said."""
    event = unsigned(original)
    carried = original.earlier or {"out_trade_no": new_nonce()}
    return {**event, **{name: str(value) for name, value in carried.items()}}


def _number_beside(original: Original) -> Callback:
    """The number is where merchants put numbers of their own, and is signed there."""
    number = str(original.resource["out_trade_no"])
    return told(original.issuer, {**_earlier(original), "passback_params": number, "body": number})


def _renamed(original: Original) -> Callback:
    members = members_of(told(original.issuer, _earlier(original)).body)
    return letter({**members, "out_trade_no": str(original.resource["out_trade_no"])})


CHANGES: dict[str, Change] = {
    TRULY_SIGNED: _number_beside,
    "alipay-replay-renamed-after-signing": _renamed,
}
