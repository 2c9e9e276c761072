"""Attacks with the sealed payment of one order under the number of another (CBK-15).

The number that counts is inside of the seal; these write the other one beside it, where some merchants look.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

from harness.callbacks.apiv3.genuine import build, signed
from harness.callbacks.attack import Change, Original
from harness.callbacks.callback import Callback, compact
from harness.signing.wechat_v3 import new_nonce

TRULY_SIGNED = "replay-under-another-number"


def _earlier(original: Original) -> Mapping[str, object]:
    return original.earlier or {**original.resource, "out_trade_no": new_nonce()}


def _renamed(original: Original) -> tuple[Callback, bytes]:
    """The callback of an earlier order, and its body with this order's number in the clear."""
    genuine = build(original.issuer, _earlier(original))
    notice = json.loads(genuine.body)
    number = {"out_trade_no": original.resource["out_trade_no"]}
    return genuine, compact({**notice, **number, "resource": {**notice["resource"], **number}})


def _signature_kept(original: Original) -> Callback:
    genuine, body = _renamed(original)
    return replace(genuine, body=body)


CHANGES: dict[str, Change] = {
    TRULY_SIGNED: lambda original: signed(original.issuer, _renamed(original)[1]),
    "replay-renamed-after-signing": _signature_kept,
}
