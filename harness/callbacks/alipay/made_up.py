"""Payments that nobody made, as Alipay tells of them (facts alipay 3.2)."""

from __future__ import annotations

from datetime import datetime, timedelta
from json import dumps

from harness.callbacks.alipay.genuine import beijing, payment_members, refund_members
from harness.callbacks.made_up import GivenBack, Payment, Resource
from harness.core.clock import BEIJING
from harness.core.money import Fen

APP = "ALIPAY_APP_ID"
ACCOUNT = "ALIPAY_SELLER_ID"
PAYER = "2088102177884217"
NOTIFY_URL = "ALIPAY_NOTIFY_URL"
KEYS = ()
TELLS_COUPONS = True
BOOKED_BY = (
    *("app_id", "seller_id", "out_trade_no", "trade_status", "total_amount"),
    *("refund_fee", "out_biz_no"),
)
UNKNOWN_MEMBER = "alipay-more-members"
_OF_A_PAYMENT = (
    "buyer_pay_amount",
    "fund_bill_list",
    "gmt_payment",
    "invoice_amount",
    "point_amount",
    "receipt_amount",
    "trade_status",
)
"""What a notify of a refund says otherwise, or not at all."""


def payment(paid: Payment) -> Resource:
    """The members of its notify."""
    return payment_members(
        app_id=paid.appid,
        seller_id=paid.account,
        out_trade_no=paid.out_trade_no,
        trade_no=paid.transaction_id,
        total=paid.total,
        buyer_id=paid.payer,
        subject=paid.subject,
        created=paid.paid - timedelta(minutes=1),
        paid=paid.paid,
    )


def total(resource: Resource) -> Fen:
    """What the order costs."""
    return Fen.from_yuan(str(resource["total_amount"]))


def refund(resource: Resource, given: GivenBack) -> Resource:
    """The members of the notify that something went back."""
    trade = {name: value for name, value in resource.items() if name not in _OF_A_PAYMENT}
    return refund_members(
        trade,
        total=total(resource),
        until_then=given.amount,
        out_biz_no=given.out_refund_no,
        at=given.at,
        paid=_moment(resource["gmt_payment"]) if "gmt_payment" in resource else None,
    )


def coupon(resource: Resource, given: Fen) -> Resource:
    """The same, and the buyer gave less."""
    own = Fen(total(resource) - given).yuan
    funds = [
        {"amount": own, "fundChannel": "ALIPAYACCOUNT"},
        {"amount": given.yuan, "fundChannel": "COUPON"},
    ]
    bill = dumps(funds, separators=(",", ":"))
    return {**resource, "buyer_pay_amount": own, "invoice_amount": own, "fund_bill_list": bill}


def earlier(resource: Resource, seconds: int) -> Resource:
    """The same, created and paid before."""
    moved = {
        name: beijing(_moment(resource[name]) - timedelta(seconds=seconds))
        for name in ("gmt_create", "gmt_payment")
        if name in resource
    }
    return {**resource, **moved}


def _moment(text: object) -> datetime:
    return datetime.fromisoformat(str(text)).replace(tzinfo=BEIJING)
