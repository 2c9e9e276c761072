"""Payments that nobody made, as WeChat tells of them (facts 5.3, 5.4)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from harness.callbacks.apiv3.genuine import payment_resource, promotion, refund_resource
from harness.callbacks.made_up import GivenBack, Payment, Resource
from harness.core.clock import rfc3339
from harness.core.money import Fen

APP = "WECHAT_PAY_APP_ID"
ACCOUNT = "WECHAT_PAY_MCH_ID"
PAYER = "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"
NOTIFY_URL = "WECHAT_PAY_NOTIFY_URL"
KEYS = ("WECHAT_PAY_APIV3_KEY", "WECHAT_PAY_PUBLIC_KEY_ID")
TELLS_COUPONS = True
BOOKED_BY = ("appid", "mchid", "out_trade_no", "trade_state", "amount")
UNKNOWN_MEMBER = "more-members-inside"
_TO = "招商银行信用卡0403"
"""Where a refund went, in the words of the published sample."""


def payment(paid: Payment) -> Resource:
    """The plaintext of its callback."""
    return payment_resource(
        mchid=paid.account,
        appid=paid.appid,
        out_trade_no=paid.out_trade_no,
        transaction_id=paid.transaction_id,
        total=paid.total,
        openid=paid.payer,
        success_time=paid.paid,
    )


def total(resource: Resource) -> Fen:
    """What the order costs."""
    return Fen(int(_amount(resource)["total"]))


def refund(resource: Resource, given: GivenBack) -> Resource:
    """The plaintext of its callback; a coupon gets its share back."""
    amount = _amount(resource)
    whole = Fen(int(amount["total"]))
    payers = Fen(int(amount.get("payer_total", whole)))
    return refund_resource(
        mchid=str(resource["mchid"]),
        transaction_id=str(resource["transaction_id"]),
        out_trade_no=str(resource["out_trade_no"]),
        refund_id=f"5{resource['transaction_id']}"[:28],
        out_refund_no=given.out_refund_no,
        status="SUCCESS",
        success_time=given.at,
        received_by=_TO,
        total=whole,
        refund=given.amount,
        payer_total=payers,
        payer_refund=Fen(payers * given.amount // whole),
    )


def coupon(resource: Resource, given: Fen) -> Resource:
    """The same with `promotion_detail`, and less out of the payer's own purse."""
    amount = _amount(resource)
    less = {**amount, "payer_total": int(amount["total"]) - given}
    return {**resource, "amount": less, "promotion_detail": [promotion(given)]}


def earlier(resource: Resource, seconds: int) -> Resource:
    """The same with another `success_time`."""
    before = datetime.fromisoformat(str(resource["success_time"])) - timedelta(seconds=seconds)
    return {**resource, "success_time": rfc3339(before)}


def _amount(resource: Resource) -> Mapping[str, Any]:
    amount = resource["amount"]
    return amount if isinstance(amount, Mapping) else {}
