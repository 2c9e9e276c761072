"""Refunds as Alipay makes them: at once, numbered within their trade (facts alipay 2.8, 2.9)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from harness.core.payment import RefundStatus, TradeState
from harness.simulator.platform.alipay_rules import REFUNDED_WITHIN, TOLD_WHEN_CLOSED
from harness.simulator.platform.orders import PlatformOrder, Reason, Refused
from harness.simulator.platform.refund import PlatformRefund, RefundRequest
from harness.simulator.platform.refunds import Refunds

MOST_PARTS = 99
"""An old text's figure (facts alipay 2.8)."""


@dataclass(slots=True, eq=False)
class AlipayRefunds(Refunds):
    """Those of one account. A number belongs to its trade: two trades may use the same."""

    def give_back(self, request: RefundRequest) -> tuple[PlatformRefund, bool]:
        """Give back now, or find what that number gave back before.

        Returns:
            The refund, and whether this call moved money.

        Raises:
            Refused: UNKNOWN, NOT_PAID, ALL_REFUNDED, CLOSED, OVERDUE, REFUND_OF_ANOTHER_AMOUNT,
                NOT_THE_ORDERS_AMOUNT where a part has no number of its own, OVER_THE_REST, OVER_AGENT_LIMIT,
                TOO_MANY_PARTS, BALANCE_SHORT; nothing has changed.
        """
        with self._lock:
            now = self._clock.now()
            self.settle(now)
            order = self._trade(request)
            number = request.out_refund_no or order.out_trade_no
            before = self._refunds.get(_name(order.out_trade_no, number))
            reason = (
                self._why_nothing(order, request, now)
                if before is None
                else Reason.REFUND_OF_ANOTHER_AMOUNT
                if before.refund != request.refund
                else None
            )
            if reason is not None:
                order.trail.note("refund-refused", out_refund_no=number, reason=reason.value)
                raise Refused(reason)
            if before is not None:
                return self._again(before, order), False
            whole = request.refund == self.rest(order)
            told = not whole or order.request.product in TOLD_WHEN_CLOSED
            request = replace(
                request,
                out_refund_no=number,
                total=int(order.total),
                notify_url=order.request.notify_url if told else "",
            )
            refund = self._accept(order, request, now)
            self.settle(now)
            return refund, refund.status is RefundStatus.SUCCESS

    def rest(self, order: PlatformOrder) -> int:
        """Fen of a paid order that have not been given back."""
        return int(order.total) - sum(each.refund for each in order.refunds if each.counts)

    def given_back(self, order: PlatformOrder) -> int:
        """Fen of it that have been given back."""
        done = (each.refund for each in order.refunds if each.status is RefundStatus.SUCCESS)
        return sum(done)

    def find(self, out_refund_no: str, *, of: str = "") -> PlatformRefund:
        """The refund; of several trades' the newest, where none is named."""
        self.settle(self._clock.now())
        if of:
            found = self._refunds.get(_name(of, out_refund_no))
        else:
            numbered = (
                each for each in self._refunds.values() if each.request.out_refund_no == out_refund_no
            )
            found = max(numbered, key=lambda each: each.created, default=None)
        if found is None:
            raise Refused(Reason.REFUND_UNKNOWN)
        return found

    def take_untold(self) -> list[tuple[PlatformRefund, datetime]]:
        """As everywhere, but of what did not succeed nobody is told."""
        told = Refunds.take_untold(self)
        return [each for each in told if each[0].status is RefundStatus.SUCCESS]

    def _trade(self, request: RefundRequest) -> PlatformOrder:
        number = self.number_of_transaction(request.transaction_id) if request.transaction_id else None
        order = self.find_order(number or ("" if request.transaction_id else request.out_trade_no or ""))
        if order.born is None:
            raise Refused(Reason.UNKNOWN)
        return order

    def _why_nothing(self, order: PlatformOrder, request: RefundRequest, now: datetime) -> Reason | None:
        paid = order.success_time
        if paid is None:
            return Reason.CLOSED if order.state is TradeState.CLOSED else Reason.NOT_PAID
        rest = self.rest(order)
        whole = request.refund == order.total
        reasons = (
            (Reason.ALL_REFUNDED, rest == 0),
            (Reason.OVERDUE, now >= paid + REFUNDED_WITHIN),
            (Reason.NOT_THE_ORDERS_AMOUNT, not request.out_refund_no and not whole),
            (Reason.OVER_THE_REST, request.refund > rest),
            (Reason.OVER_AGENT_LIMIT, request.by_agent and self._over_ceiling(request.refund, now)),
            (Reason.TOO_MANY_PARTS, len(order.refunds) >= MOST_PARTS),
            (Reason.BALANCE_SHORT, self._book.balance(request.mchid) < request.refund),
        )
        return next((reason for reason, holds in reasons if holds), None)

    def _keep(self, refund: PlatformRefund) -> None:
        self._refunds[_name(refund.out_trade_no, refund.request.out_refund_no)] = refund

    def _end(self, refund: PlatformRefund, status: RefundStatus, at: datetime) -> None:
        Refunds._end(self, refund, status, at)
        order = self.find_order(refund.out_trade_no)
        if status is RefundStatus.SUCCESS and self.given_back(order) == order.total:
            order.closed = at


def _name(out_trade_no: str, out_refund_no: str) -> str:
    return f"{out_trade_no}\n{out_refund_no}"
