"""Rows of Alipay's bills, from what an account knows of a Beijing day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from harness.core.clock import BEIJING
from harness.levers.models import BillChange
from harness.simulator.account.alipay_identity import AlipayIdentity
from harness.simulator.platform.alipay_account import AlipayAccount
from harness.simulator.platform.altered_days import altered
from harness.simulator.platform.days import Movement, Trade
from harness.simulator.platform.orders import PlatformOrder
from harness.simulator.wire.alipay.bill_funds import Flow
from harness.simulator.wire.alipay.bill_trade import Deal

KINDS: Mapping[str, str] = {
    "settlement": "在线支付",
    "refund-accepted": "退款（交易退款）",
    "refund-closed": "退款（交易退款）",
    "withdrawal": "提现",
    "top-up": "转账",
}
"""By why the book moved money."""
OTHER = "其它"


def deals_of(account: AlipayAccount, day: date) -> list[Deal]:
    """What was paid and given back, oldest first.

    Raises:
        Refused: NO_BILL, nothing was.
    """
    trades, change = account.days.trades(day), account.bill_desk.change
    return [_deal(each) for each in (altered(trades, change) if change != BillChange() else trades)]


def flows_of(account: AlipayAccount, day: date) -> list[Flow]:
    """What changed the balance, oldest first.

    Raises:
        Refused: NO_BILL, nothing did.
    """
    return [_flow(account.mchid, each) for each in account.days.movements(day)]


def _deal(trade: Trade) -> Deal:
    order, refund = trade.order, trade.refund
    return Deal(
        trade_no=order.transaction_id or "",
        out_trade_no=order.out_trade_no,
        subject=order.request.description,
        created=order.born or order.created,
        finished=trade.at,
        buyer=_buyer(order),
        amount=int(order.total) if refund is None else int(refund.refund),
        out_request_no=None if refund is None else refund.request.out_refund_no,
    )


def _flow(seller_id: str, movement: Movement) -> Flow:
    entry, order = movement.entry, movement.order
    amount = int(entry.amount)
    return Flow(
        number=f"{seller_id}{entry.at.astimezone(BEIJING):%Y%m%d}{movement.number:010d}",
        trade_no=(order.transaction_id or "") if order is not None else "",
        out_trade_no=order.out_trade_no if order is not None else "",
        subject=order.request.description if order is not None else "",
        at=entry.at,
        buyer=_buyer(order) if order is not None else "",
        amount=amount if movement.income else -amount,
        balance=movement.balance,
        kind=KINDS.get(entry.reason, OTHER),
    )


def _buyer(order: PlatformOrder) -> str:
    """A payer as bills show one: a name and an account, both masked."""
    return f"*买家({AlipayIdentity.logon_id_of(order.payer)})" if order.payer else ""
