"""Builds the callback the platform sends when an order changes: encrypted and signed (facts 5.2).

resource = payment_resource(mchid=…, appid=…, out_trade_no=…, transaction_id=…, total=Fen(1990), …)
callback = build(issuer, resource)
httpx.post(notify_url, headers=list(callback.headers), content=callback.body)
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime

from harness.callbacks.apiv3.old_form import in_old_form
from harness.callbacks.callback import CLIENT_HEADERS, Callback, Issuer, OldForm, compact
from harness.core.clock import rfc3339, wire_now
from harness.core.money import Fen
from harness.core.payment import TRADE_STATE_DESC
from harness.core.redelivery import WECHAT_OLD
from harness.signing.wechat_v3 import encrypt_resource, signature_headers

SUMMARIES = {
    "TRANSACTION.SUCCESS": "支付成功",
    "REFUND.SUCCESS": "退款成功",
    "REFUND.ABNORMAL": "退款异常",
    "REFUND.CLOSED": "退款关闭",
    "SECURITY_ECHO.SUCCESS": "回调通知成功",
}
"""The `summary` of each event type (facts 5.2, 2.8)."""
OLD_FORM = OldForm(in_old_form, WECHAT_OLD)
"""How refunds were told before."""


def payment_resource(
    *,
    mchid: str,
    appid: str,
    out_trade_no: str,
    transaction_id: str,
    total: Fen,
    payer_total: Fen | None = None,
    openid: str,
    success_time: datetime,
    trade_type: str = "NATIVE",
    trade_state: str = "SUCCESS",
    attach: str | None = None,
) -> dict[str, object]:
    """The plaintext of a payment callback, members in the platform's order (facts 5.3).

    `payer_total` below `total` means that a coupon gave the rest, and adds `promotion_detail` (facts 3.4).
    """
    paid = total if payer_total is None else payer_total
    resource: dict[str, object] = {
        "mchid": mchid,
        "appid": appid,
        "out_trade_no": out_trade_no,
        "transaction_id": transaction_id,
        "trade_type": trade_type,
        "trade_state": trade_state,
        "trade_state_desc": TRADE_STATE_DESC.get(trade_state, trade_state),
        "bank_type": "OTHERS",
        "success_time": rfc3339(success_time),
        "payer": {"openid": openid},
        "amount": {
            "total": int(total),
            "payer_total": int(paid),
            "currency": "CNY",
            "payer_currency": "CNY",
        },
    }
    if attach is not None:
        resource["attach"] = attach
    if paid < total:
        resource["promotion_detail"] = [promotion(Fen(total - paid))]
    return resource


def refund_resource(
    *,
    mchid: str,
    transaction_id: str,
    out_trade_no: str,
    refund_id: str,
    out_refund_no: str,
    status: str,
    success_time: datetime | None,
    received_by: str,
    total: Fen,
    refund: Fen,
    payer_total: Fen,
    payer_refund: Fen,
) -> dict[str, object]:
    """The plaintext of a refund's callback, members in the order of the published sample (facts 5.4)."""
    resource: dict[str, object] = {
        "mchid": mchid,
        "transaction_id": transaction_id,
        "out_trade_no": out_trade_no,
        "refund_id": refund_id,
        "out_refund_no": out_refund_no,
        "refund_status": status,
    }
    if success_time is not None:
        resource["success_time"] = rfc3339(success_time)
    return resource | {
        "user_received_account": received_by,
        "amount": {
            "total": int(total),
            "refund": int(refund),
            "payer_total": int(payer_total),
            "payer_refund": int(payer_refund),
        },
    }


def compose(
    issuer: Issuer,
    resource: Mapping[str, object],
    *,
    event_type: str = "TRANSACTION.SUCCESS",
    notification_id: str | None = None,
) -> bytes:
    """The body of a notification: the resource encrypted inside compact JSON. Re-sends keep it unchanged."""
    original_type = event_type.partition(".")[0].lower().removesuffix("_echo")
    encrypted = encrypt_resource(issuer.apiv3_key, compact(resource), associated_data=original_type)
    return compact(
        {
            "id": notification_id or str(uuid.uuid4()),
            "create_time": rfc3339(wire_now()),
            "resource_type": "encrypt-resource",
            "event_type": event_type,
            "summary": SUMMARIES.get(event_type, event_type),
            "resource": {
                "original_type": original_type,
                "algorithm": encrypted["algorithm"],
                "ciphertext": encrypted["ciphertext"],
                "associated_data": encrypted["associated_data"],
                "nonce": encrypted["nonce"],
            },
        }
    )


def signed(
    issuer: Issuer, body: bytes, *, timestamp: int | None = None, nonce: str | None = None
) -> Callback:
    """A body with the headers of one delivery; timestamp, nonce and signature are fresh each time."""
    signature = signature_headers(issuer.private_key, issuer.serial, body, timestamp=timestamp, nonce=nonce)
    return Callback(headers=(*CLIENT_HEADERS, *signature.items()), body=body)


def signed_before(issuer: Issuer, body: bytes, seconds: int) -> Callback:
    """A body as it was delivered so many seconds ago."""
    return signed(issuer, body, timestamp=int(wire_now().timestamp()) - seconds)


def build(
    issuer: Issuer,
    resource: Mapping[str, object],
    *,
    event_type: str = "TRANSACTION.SUCCESS",
    notification_id: str | None = None,
    timestamp: int | None = None,
    nonce: str | None = None,
) -> Callback:
    """A genuine callback that carries `resource`, signed now unless a timestamp (Unix seconds) is given."""
    body = compose(issuer, resource, event_type=event_type, notification_id=notification_id)
    return signed(issuer, body, timestamp=timestamp, nonce=nonce)


def promotion(amount: Fen) -> dict[str, object]:
    """A coupon that gave so much, prepaid by the platform (facts 3.4)."""
    return {
        "coupon_id": "109519",
        "name": "满减券",
        "scope": "GLOBAL",
        "type": "CASH",
        "amount": int(amount),
        "stock_id": "931386",
        "wechatpay_contribute": int(amount),
        "merchant_contribute": 0,
        "other_contribute": 0,
        "currency": "CNY",
    }
