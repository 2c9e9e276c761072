"""A trade as Alipay tells it: what answers and notifies share (facts alipay 2.5, 2.12)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from harness.core.clock import BEIJING
from harness.core.money import Fen
from harness.core.payment import TradeState
from harness.simulator.account.alipay_identity import AlipayIdentity
from harness.simulator.platform.orders import PlatformOrder

NOTHING = "0.00"
_WORDS = {
    "NOTPAY": "WAIT_BUYER_PAY",
    "USERPAYING": "WAIT_BUYER_PAY",
    "CLOSED": "TRADE_CLOSED",
    "SUCCESS": "TRADE_SUCCESS",
}
"""How Alipay calls the states that both platforms have."""
UNPAID = {
    "buyer_pay_amount": NOTHING,
    "invoice_amount": NOTHING,
    "point_amount": NOTHING,
    "receipt_amount": NOTHING,
}
"""What stands in answers about a trade without payment, and about none at all."""


def trade_status(order: PlatformOrder, *, finished: bool = False) -> str:
    """Its state in Alipay's words.

    Args:
        finished: whether nothing of it can be given back any more.
    """
    if order.state is TradeState.NOTPAY:
        return "WAIT_BUYER_PAY"
    if order.state is TradeState.CLOSED or order.closed is not None:
        return "TRADE_CLOSED"
    return "TRADE_FINISHED" if finished else "TRADE_SUCCESS"


def buyer(
    order: PlatformOrder, identity: AlipayIdentity, *, id_name: str = "buyer_user_id"
) -> dict[str, str]:
    """Who pays, as this application sees it.

    Args:
        id_name: how the member is called where it sees the user number.
    """
    payer = order.payer or identity.buyer_id
    if identity.tells_open_id:
        return {"buyer_open_id": identity.open_id_of(payer)}
    return {id_name: payer}


def paid_amounts(order: PlatformOrder) -> dict[str, str]:
    """What the payer gave and what the merchant gets, in yuan."""
    own = (order.total - order.coupon).yuan
    return {
        "buyer_pay_amount": own,
        "invoice_amount": own,
        "point_amount": NOTHING,
        "receipt_amount": order.total.yuan,
    }


def funds(order: PlatformOrder, *, channel: str = "fund_channel") -> list[dict[str, str]]:
    """Where the money came from; notifies name the channel otherwise than answers do."""
    found = [
        {"amount": (order.total - order.coupon).yuan, channel: "ALIPAYACCOUNT"},
        {"amount": Fen(order.coupon).yuan, channel: "COUPON"},
    ]
    return [each for each in found if each["amount"] != NOTHING]


def told_trade(order: PlatformOrder, identity: AlipayIdentity, *, finished: bool) -> dict[str, object]:
    """What a query answers."""
    told: dict[str, object] = {
        "trade_no": order.transaction_id or "",
        "out_trade_no": order.out_trade_no,
        "buyer_logon_id": identity.logon_id_of(order.payer or identity.buyer_id),
        "trade_status": trade_status(order, finished=finished),
        "total_amount": order.total.yuan,
        **buyer(order, identity),
    }
    if order.success_time is None:
        return told | UNPAID
    return told | {
        **paid_amounts(order),
        "buyer_user_type": "PRIVATE",
        "fund_bill_list": funds(order),
        "send_pay_date": beijing(order.success_time),
    }


def told_as(state: str, order: PlatformOrder, identity: AlipayIdentity) -> dict[str, object]:
    """What a query answers of a trade that is said to be in another state; a word that nobody knows stays.

    Args:
        state: in Alipay's words, or in those that faults on every wire have.
    """
    word = _WORDS.get(state, state)
    paid = word in ("TRADE_SUCCESS", "TRADE_FINISHED")
    supposed = order if paid else replace(order, success_time=None)
    return told_trade(supposed, identity, finished=False) | {"trade_status": word}


def beijing(moment: datetime) -> str:
    """`yyyy-MM-dd HH:mm:ss`."""
    return f"{moment.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}"
