"""A trade as Alipay tells it: what answers and notifies share (facts alipay 2.5, 2.12)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Annotated, Literal, NotRequired, TypedDict

from harness.core.clock import BEIJING
from harness.core.money import Fen
from harness.core.payment import TradeState
from harness.simulator.account.alipay_identity import AlipayIdentity
from harness.simulator.platform.orders import PlatformOrder

NOTHING = "0.00"
Yuan = Annotated[str, {"pattern": r"^[0-9]+\.[0-9]{2}$"}]
Beijing = Annotated[str, {"pattern": r"^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$"}]
"""A moment."""
TradeStatus = Annotated[str, {"enum": ["WAIT_BUYER_PAY", "TRADE_CLOSED", "TRADE_SUCCESS", "TRADE_FINISHED"]}]
_WORDS = {
    "NOTPAY": "WAIT_BUYER_PAY",
    "USERPAYING": "WAIT_BUYER_PAY",
    "CLOSED": "TRADE_CLOSED",
    "SUCCESS": "TRADE_SUCCESS",
}
"""How Alipay calls the states that both platforms have."""


class Amounts(TypedDict):
    """What the payer gave and what the merchant gets."""

    buyer_pay_amount: Yuan
    invoice_amount: Yuan
    point_amount: Yuan
    receipt_amount: Yuan


class AlipayFund(TypedDict):
    """Where some of the money came from."""

    amount: Yuan
    fund_channel: Literal["ALIPAYACCOUNT", "COUPON"]


class AlipayTrade(Amounts):
    """A trade, and one name of its buyer; the last three are there once it was paid."""

    trade_no: str
    out_trade_no: str
    buyer_logon_id: str
    trade_status: TradeStatus
    total_amount: Yuan
    buyer_user_id: NotRequired[str]
    buyer_open_id: NotRequired[str]
    buyer_user_type: NotRequired[Literal["PRIVATE", "CORPORATE"]]
    fund_bill_list: NotRequired[list[AlipayFund]]
    send_pay_date: NotRequired[Beijing]


UNPAID: Amounts = {
    "buyer_pay_amount": NOTHING,
    "invoice_amount": NOTHING,
    "point_amount": NOTHING,
    "receipt_amount": NOTHING,
}
"""What stands in answers about a trade without payment."""


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
    order: PlatformOrder, identity: AlipayIdentity
) -> tuple[Literal["buyer_open_id", "buyer_user_id"], str]:
    """Who pays: by which member this application sees it, and its value."""
    payer = order.payer or identity.buyer_id
    if identity.tells_open_id:
        return "buyer_open_id", identity.open_id_of(payer)
    return "buyer_user_id", payer


def paid_amounts(order: PlatformOrder) -> Amounts:
    """What the payer gave and what the merchant gets, in yuan."""
    own = (order.total - order.coupon).yuan
    return {
        "buyer_pay_amount": own,
        "invoice_amount": own,
        "point_amount": NOTHING,
        "receipt_amount": order.total.yuan,
    }


def funds(order: PlatformOrder) -> list[AlipayFund]:
    """Where the money came from."""
    found: list[AlipayFund] = [
        {"amount": (order.total - order.coupon).yuan, "fund_channel": "ALIPAYACCOUNT"},
        {"amount": Fen(order.coupon).yuan, "fund_channel": "COUPON"},
    ]
    return [each for each in found if each["amount"] != NOTHING]


def told_trade(order: PlatformOrder, identity: AlipayIdentity, *, finished: bool) -> AlipayTrade:
    """What a query answers."""
    amounts = UNPAID if order.success_time is None else paid_amounts(order)
    told: AlipayTrade = {
        "trade_no": order.transaction_id or "",
        "out_trade_no": order.out_trade_no,
        "buyer_logon_id": identity.logon_id_of(order.payer or identity.buyer_id),
        "trade_status": trade_status(order, finished=finished),
        "total_amount": order.total.yuan,
        "buyer_pay_amount": amounts["buyer_pay_amount"],
        "invoice_amount": amounts["invoice_amount"],
        "point_amount": amounts["point_amount"],
        "receipt_amount": amounts["receipt_amount"],
    }
    name, who = buyer(order, identity)
    told[name] = who
    if order.success_time is not None:
        told["buyer_user_type"] = "PRIVATE"
        told["fund_bill_list"] = funds(order)
        told["send_pay_date"] = beijing(order.success_time)
    return told


def told_as(state: str, order: PlatformOrder, identity: AlipayIdentity) -> AlipayTrade:
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
