"""A day's trades as a test wants its bill to tell them: a row left out, one made up, an amount changed."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from harness.core.money import Fen
from harness.levers.models import BillChange, BillRequest
from harness.simulator.platform.days import Trade
from harness.simulator.platform.orders import Reason, Refused

_REMEMBERED = 1000
"""Of the requests for bills."""


@dataclass(slots=True, eq=False)
class BillDesk:
    """How one account's trade bills are altered, and who asked for them. Not locked: members are replaced."""

    change: BillChange = field(default_factory=BillChange)
    _requests: deque[BillRequest] = field(default_factory=lambda: deque(maxlen=_REMEMBERED))

    def alter(self, change: BillChange) -> None:
        """From now on; files that were handed out stay as they are."""
        self.change = change

    def asked(self, at: datetime, day: date, refused: Reason | None = None) -> None:
        """Note an application."""
        self._requests.append(BillRequest(at=at, day=day, refused="" if refused is None else refused.value))

    def requests(self) -> list[BillRequest]:
        """Every application, oldest first."""
        return list(self._requests)

    def check(self) -> None:
        """Whether the bill is there, as far as tests will have it.

        Raises:
            Refused: BILL_CREATING.
        """
        if self.change.creating:
            raise Refused(Reason.BILL_CREATING)


def altered(trades: Sequence[Trade], change: BillChange) -> list[Trade]:
    """What the bill tells in place of `trades`, one of which there is at least."""
    told = [_told(each, change) for each in trades if _number(each) not in change.lacks]
    model = trades[0].order
    for number, amount in change.adds.items():
        request = replace(model.request, out_trade_no=number, total=int(amount))
        made_up = replace(
            model, request=request, transaction_id=f"42{number[-26:]:0>26}", coupon=0, refunds=[]
        )
        told.append(Trade(trades[-1].at, made_up))
    return told


def _number(trade: Trade) -> str:
    return trade.order.out_trade_no if trade.refund is None else trade.refund.request.out_refund_no


def _told(trade: Trade, change: BillChange) -> Trade:
    amount: Fen | None = change.amounts.get(_number(trade))
    if amount is None:
        return trade
    if trade.refund is None:
        order = replace(trade.order, request=replace(trade.order.request, total=int(amount)))
        return replace(trade, order=order)
    refund = trade.refund
    return replace(trade, refund=replace(refund, request=replace(refund.request, refund=int(amount))))
