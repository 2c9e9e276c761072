"""WeChat's kind of merchant account: what its owner may ask of its orders. Knows no wire format."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from harness.core.payment import TradeState
from harness.simulator.platform.experience import EDITION, LIFETIME, PAYEE, DayTotal
from harness.simulator.platform.merchant_account import MerchantAccount, signed
from harness.simulator.platform.orders import Handle, Intent, OrderRequest, PlatformOrder, Reason, Refused
from harness.simulator.platform.refunds import Refunds


@dataclass(slots=True, eq=False)
class Account(MerchantAccount):
    """One merchant account of WeChat's platform."""

    experience: bool = field(default=False, kw_only=True)
    """Whether it is of the experience edition with its limits, or of the formal one."""
    day_total: DayTotal | None = field(init=False)

    def _begin(self) -> None:
        self.day_total = DayTotal(self._practices) if self.experience else None

    def _open_refunds(self) -> Refunds:
        return Refunds(
            self._clock,
            self._lock,
            self._handles,
            self._practices,
            self._book,
            find_order=self.find,
            number_of_transaction=self.number_of_transaction,
        )

    @property
    def payee(self) -> str:
        """Whom a payer pays, as the cashier names it; in the experience edition a test account."""
        return PAYEE if self._names_edition else f"模拟商户 {self.mchid}"

    @property
    def edition(self) -> str:
        """What the cashier calls this edition, e.g. 体验版; empty in the formal edition."""
        return EDITION if self._names_edition else ""

    @property
    def _names_edition(self) -> bool:
        return self.experience and self._practices.pays_test_account

    def why_not_payable(self, order: PlatformOrder, handle: Handle | None = None) -> Reason | None:
        """PAID, CLOSED or EXPIRED; None when a payer may pay now."""
        return order.why_not_payable(self._clock.now(), handle)

    def let_in(self, order: PlatformOrder, payer: str | None = None) -> str:
        """Let a payer at the order and return who it is; the first one in keeps others out (facts 3.3).

        Raises:
            Refused: PAID, CLOSED, EXPIRED or FOREIGN_PAYER.
        """
        with self._lock:
            if reason := self.why_not_payable(order):
                raise Refused(reason)
            return order.let_in(payer or order.payer or self.test_payer)

    def number_for(self, order: PlatformOrder, now: datetime) -> str:
        """A fresh one: before its payment an order has none."""
        return self._handles.numbered(order, now)

    def was_paid(self, order: PlatformOrder, at: datetime) -> None:
        """It counts for the day it was placed on, and comes back where its edition gives back."""
        if self.day_total is not None:
            self.day_total.paid(order.out_trade_no)
        if self.experience:
            self.refunds.paid(order, at)

    def found_again(self, order: PlatformOrder, intents: Collection[Intent]) -> None:
        """As everywhere, and it counts in the edition's day, and comes back if that was promised."""
        MerchantAccount.found_again(self, order, intents)
        self._handles.found_again(order, [*order.answers.values(), order.handle])
        if self.day_total is not None:
            self.day_total.found_again(order, self._clock.now())
        if order.comes_back is not None and not order.refunds:
            self.refunds.edition.promise(order.comes_back, order)

    def create(self, request: OrderRequest, *, once: str) -> Handle:
        """Take an order, or hand out a fresh handle for the same one (facts 3.3).

        Args:
            once: what names this single request (a signature's nonce, a request id): the same request
                replayed is answered as before and changes nothing.

        Raises:
            Refused: PAID, CLOSED, NUMBER_USED when product, amount or any parameter differs; OVER_LIMIT or
                OVER_DAY_LIMIT for a new order that the experience edition does not take.
        """
        with self._lock:
            now = self._clock.now()
            order = self._orders.get(request.out_trade_no)
            if order is None:
                return self._first(request, now, once)
            order.settle(now)
            if (before := order.answers.get(once)) and order.is_the_same(request):
                order.trail.note("repeated", **self._mark(request))
                return before
            if reason := order.why_not_again(request):
                order.trail.note("refused", reason=reason.value)
                raise Refused(reason)
            order.request = request
            order.handle = self._handles.issue(request.product, now, order.handle.expire_time)
            order.answers[once] = order.handle
            self._handles.handed_out(order)
            order.trail.note("reordered", prepay_id=order.handle.prepay_id, **self._mark(request))
            return order.handle

    def query(self, out_trade_no: str, *, signed_by: str = "") -> PlatformOrder:
        """The order as it stands, asked for by the merchant.

        Args:
            signed_by: the serial of the merchant certificate that signed the request, where it has one.

        Raises:
            Refused: UNKNOWN.
        """
        with self._lock:
            order = self.find(out_trade_no)
            order.trail.note("queried", trade_state=order.state.value, **signed(signed_by))
            return order

    def query_transaction(self, transaction_id: str, *, signed_by: str = "") -> PlatformOrder:
        """The same by the platform's own number, which only paid orders have.

        Raises:
            Refused: UNKNOWN.
        """
        return self.query(self.number_of_transaction(transaction_id) or "", signed_by=signed_by)

    def close(self, out_trade_no: str, *, signed_by: str = "") -> None:
        """Close an unpaid order; closing twice is fine (facts 3.5).

        Raises:
            Refused: UNKNOWN or PAID.
        """
        with self._lock:
            order = self.find(out_trade_no)
            if order.money_taken:
                order.trail.note("refused", reason=Reason.PAID.value)
                raise Refused(Reason.PAID)
            if order.state is TradeState.NOTPAY:
                order.state = TradeState.CLOSED
                if self.day_total is not None:
                    self.day_total.released(out_trade_no)
                order.trail.note("closed", **signed(signed_by))

    def _first(self, request: OrderRequest, now: datetime, once: str) -> Handle:
        rules = self._handles.rules
        ends = rules.payable_until(now, request.time_expire)
        told = None if request.time_expire is None else ends
        if self.day_total is not None:
            self.day_total.check(request.total, now)
            ends = min(ends, now + LIFETIME)
            lie = self._practices.told_lifetime
            told = ends if lie is None else now + lie
            self.day_total.placed(request.out_trade_no, request.total, ends)
        handle = self._handles.issue(request.product, now, told)
        order = PlatformOrder(
            request=request,
            created=now,
            closes_at=rules.closes_at(now, ends),
            payable_until=ends,
            handle=handle,
            payer=request.openid,
            answers={once: handle},
        )
        self.take(order)
        self._handles.handed_out(order)
        order.trail.note("created", prepay_id=handle.prepay_id, **self._mark(request))
        return handle
