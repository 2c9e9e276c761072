"""Builds the envelope dialect's callback: all in the body, its signature too (envelope facts 3).

    callback = build(issuer, resource)

It carries the same payment as the classic callback, so it is made from the same plaintext resource; but
nothing is encrypted, and what lies inside `extraData` is not signed.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any

from harness.callbacks.callback import CLIENT_HEADERS, STRANGER, Callback, Issuer, compact
from harness.signing.envelope import SIGNATURE
from harness.signing.envelope import signed as with_signature


def now_ms() -> int:
    """Milliseconds since the epoch, wire time."""
    return int(time.time() * 1000)


def notice(resource: Mapping[str, Any]) -> dict[str, object]:
    """The members of a payment notification, less `timestamp` and `signature`.

    Args:
        resource: the plaintext of the classic callback of a paid order (facts 5.3).
    """
    extra: dict[str, object] = {"openid": resource.get("payer", {}).get("openid")}
    if "attach" in resource:
        extra["attach"] = resource["attach"]
    return {
        "notifyType": "payment",
        "outTradeNo": resource["out_trade_no"],
        "paymentId": resource["transaction_id"],
        "transactionId": resource["transaction_id"],
        "status": resource["trade_state"],
        "totalAmount": resource["amount"]["total"],
        "paidTime": resource["success_time"],
        "extraData": extra,
    }


def refund_notice(resource: Mapping[str, Any]) -> dict[str, object]:
    """The members of a refund's notification, less `timestamp` and `signature`.

    Args:
        resource: the plaintext of the classic callback of a refund (facts 5.4).
    """
    told: dict[str, object] = {
        "notifyType": "refund",
        "outTradeNo": resource["out_trade_no"],
        "paymentId": resource["transaction_id"],
        "transactionId": resource["transaction_id"],
        "outRefundNo": resource["out_refund_no"],
        "refundId": resource["refund_id"],
        "status": resource["refund_status"],
        "totalAmount": resource["amount"]["total"],
        "refundAmount": resource["amount"]["refund"],
    }
    if "success_time" in resource:
        told["refundTime"] = resource["success_time"]
    return told


def compose(issuer: Issuer, resource: Mapping[str, object], *, event_type: str = "") -> bytes:
    """What every delivery of a notification has in common: of a payment, or of how a refund ended."""
    del issuer
    refund = event_type.startswith("REFUND.")
    told = refund_notice(resource) if refund else notice(resource)
    return compact(told | {name: resource[name] for name in (STRANGER,) if name in resource})


def signed(issuer: Issuer, body: bytes, *, timestamp: int | None = None) -> Callback:
    """One delivery of a composed body: moment (milliseconds; None: now) and signature are fresh each time."""
    stamped = {**json.loads(body), "timestamp": now_ms() if timestamp is None else timestamp}
    return letter(with_signature(issuer.mcp_private_key, stamped))


def signed_before(issuer: Issuer, body: bytes, seconds: int) -> Callback:
    """A body as it was delivered so many seconds ago."""
    return signed(issuer, body, timestamp=now_ms() - seconds * 1000)


def build(issuer: Issuer, resource: Mapping[str, object], *, timestamp: int | None = None) -> Callback:
    """A genuine notification of a payment, signed now unless a timestamp (milliseconds) is given."""
    return signed(issuer, compose(issuer, resource), timestamp=timestamp)


def letter(members: Mapping[str, object]) -> Callback:
    """These members as they are, on their way."""
    return Callback(headers=CLIENT_HEADERS, body=compact(members))


def unsigned(callback: Callback) -> Callback:
    """The same without a signature: what the dialect's own client believes (E§5)."""
    members = json.loads(callback.body)
    return letter({name: value for name, value in members.items() if name != SIGNATURE})
