"""Alipay's kind of merchant account: intents, and the trades that payers make of them. No wire."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from harness.core.payment import TradeState
from harness.simulator.platform.alipay_refunds import AlipayRefunds
from harness.simulator.platform.alipay_rules import (
    CANCEL_WITHIN,
    CODE,
    REFUNDED_WITHIN,
    TOLD_WHEN_CLOSED,
    trade_closes_at,
)
from harness.simulator.platform.merchant_account import MerchantAccount
from harness.simulator.platform.orders import Handle, Intent, OrderRequest, PlatformOrder, Reason, Refused
from harness.simulator.platform.refund import RefundRequest
from harness.simulator.platform.terms import Terms
from harness.simulator.platform.trade_ends import TradeEnds


@dataclass(slots=True, eq=False)
class AlipayAccount(MerchantAccount):
    """One merchant account of Alipay's platform; its `mchid` is the seller_id."""

    refunds: AlipayRefunds = field(init=False)
    ends: TradeEnds = field(init=False, default_factory=TradeEnds)

    def _begin(self) -> None:
        """Nothing more."""

    def was_paid(self, order: PlatformOrder, at: datetime) -> None:
        """It will be finished one day, which some merchants are told."""
        if order.success_time is not None and order.request.product in TOLD_WHEN_CLOSED:
            self.ends.expect(order, order.success_time + REFUNDED_WITHIN)

    def take_over(self) -> list[tuple[PlatformOrder, datetime]]:
        """Trades that are over since this was last asked, closed unpaid or finished, and when: each once."""
        with self._lock:
            found = self.ends.take(self._clock.now())
            for order, at in found:
                order.settle(at)
            return [(order, at) for order, at in found if _is_over(order, at)]

    def next_over(self) -> datetime | None:
        """When the next trade may be over; None when none will."""
        with self._lock:
            return self.ends.next()

    def _open_refunds(self) -> AlipayRefunds:
        return AlipayRefunds(
            self._clock,
            self._lock,
            self._handles,
            self._practices,
            self._book,
            find_order=self.find,
            number_of_transaction=self.number_of_transaction,
        )

    def found_again(self, order: PlatformOrder, intents: Collection[Intent]) -> None:
        """As everywhere; its codes lead to it, and its end is told when it comes."""
        MerchantAccount.found_again(self, order, intents)
        self._handles.found_again(order, ())
        for intent in intents:
            self._handles.intended(intent)
        if order.request.product not in TOLD_WHEN_CLOSED or order.born is None:
            return
        paid = order.success_time
        if paid is not None and paid + REFUNDED_WITHIN > self._clock.now():
            self.ends.expect(order, paid + REFUNDED_WITHIN)
        elif order.closes_at is not None and order.state is TradeState.NOTPAY:
            self.ends.expect(order, order.closes_at)

    def intend(self, request: OrderRequest, terms: Terms, *, judged: bool) -> Intent:
        """Take an order call. There is no trade before a payer opens it.

        Args:
            judged: whether what speaks against the number is said at once, as precreate does; on the web
                and in apps the payer is told (facts alipay 2.13).

        Raises:
            Refused: EXPIRED where the moment that the order names is past; if judged, PAID, CLOSED, or
                NUMBER_USED where a trade of that number is for something else.
        """
        with self._lock:
            now = self._clock.now()
            if request.time_expire is not None and request.time_expire <= now:
                raise Refused(Reason.EXPIRED)
            order = self._orders.get(request.out_trade_no)
            if order is not None and judged:
                self._judge(order, request, now)
            handle = self._handles.issue(request.product, now, request.time_expire)
            handle = replace(handle, dies=_dies(handle, terms, now))
            first = order is None
            if order is None:
                order = PlatformOrder(
                    request=request,
                    created=now,
                    closes_at=None,
                    payable_until=self._handles.rules.payable_until(now, request.time_expire),
                    handle=handle,
                )
                self.take(order)
            intent = Intent(request=request, terms=terms, asked=now, handle=handle, order=order)
            self._handles.intended(intent)
            order.newest_intent = intent
            if self.changes is not None:
                self.changes.intent(intent)
            if order.born is None:
                order.request, order.handle = request, handle
            order.trail.note("created" if first else "reordered", **self._mark(request))
            return intent

    def make(self, request: OrderRequest, terms: Terms, *, payer: str) -> PlatformOrder:
        """Take an order call that makes a trade at once, for a payer it names.

        Raises:
            Refused: as `intend`, judged; FOREIGN_PAYER.
        """
        with self._lock:
            return self.open(self.intend(request, terms, judged=True), payer)

    def open(self, intent: Intent, payer: str | None = None) -> PlatformOrder:
        """Let a payer at what an intent asks for: the first makes the trade, whose data are that intent's.

        Args:
            payer: a buyer_id; default: whoever the trade belongs to already, else the test payer.

        Raises:
            Refused: EXPIRED, PAID, CLOSED, NUMBER_USED, FOREIGN_PAYER.
        """
        with self._lock:
            now = self._clock.now()
            order = intent.order
            payer = payer or order.payer or self.test_payer
            if order.born is not None:
                self._judge(order, intent.request, now)
            if now >= intent.handle.dies and (order.born is None or order.opened is not intent):
                raise Refused(Reason.EXPIRED)
            if order.born is None:
                closes_at = trade_closes_at(
                    intent.request.product,
                    asked=intent.asked,
                    opened=now,
                    timeout=intent.terms.timeout,
                    expires=intent.request.time_expire,
                )
                if now >= closes_at:
                    raise Refused(Reason.EXPIRED)
                self._make_trade(order, intent, payer, now, closes_at)
            order.let_in(payer)
            return order

    def held(self, intent: Intent) -> Reason | None:
        """A payer has this code in hand, and will open it and no newer one; or why that leads nowhere.

        PAID, CLOSED, EXPIRED, or NUMBER_USED where the trade is for something else.
        """
        with self._lock:
            order = intent.order
            reason = self.why_not_payable(order, intent.handle)
            if reason is None and order.opened and not order.opened.asks_for_the_same(intent.request):
                reason = Reason.NUMBER_USED
            if reason is None:
                order.newest_intent = intent
                order.trail.touch()
            return reason

    def query(self, name: str, *, by_transaction: bool = False, unopened: bool = False) -> PlatformOrder:
        """The trade as it stands, asked for by the merchant.

        Args:
            name: its out_trade_no, or its trade_no.
            unopened: whether an order will do that nobody has opened yet.

        Raises:
            Refused: UNKNOWN, also where nobody has opened the order yet.
        """
        with self._lock:
            order = self.find((self.number_of_transaction(name) or "") if by_transaction else name)
            order.trail.note("queried", trade_state=order.state.value)
            if order.born is None and not unopened:
                raise Refused(Reason.UNKNOWN)
            return order

    def trade(self, name: str, *, by_transaction: bool = False) -> PlatformOrder:
        """The trade, without a trace of having looked.

        Raises:
            Refused: as `query`.
        """
        order = self.find((self.number_of_transaction(name) or "") if by_transaction else name)
        if order.born is None:
            raise Refused(Reason.UNKNOWN)
        return order

    def close(self, name: str, *, by_transaction: bool = False) -> PlatformOrder:
        """Close a trade that nobody has paid (facts alipay 2.6).

        Raises:
            Refused: UNKNOWN, also of what is no trade yet; PAID; CLOSED.
        """
        with self._lock:
            order = self.trade(name, by_transaction=by_transaction)
            if reason := order.ended:
                order.trail.note("refused", reason=reason.value)
                raise Refused(reason)
            self._close(order)
            return order

    def cancel(
        self, name: str, *, by_transaction: bool = False
    ) -> tuple[PlatformOrder | None, Literal["close", "refund", ""]]:
        """Undo a trade whatever became of it: unpaid it is closed, paid it is given back (facts alipay 2.7).

        Returns:
            The trade, None where there is none, and what was done to it now.

        Raises:
            Refused: OVERDUE a day after it was paid, BALANCE_SHORT.
        """
        with self._lock:
            try:
                order = self.trade(name, by_transaction=by_transaction)
            except Refused:
                return None, ""
            if order.state is TradeState.NOTPAY:
                self._close(order)
                return order, "close"
            rest = self.refunds.rest(order) if order.success_time is not None else 0
            if not rest or order.success_time is None:
                return order, ""
            if self._clock.now() > order.success_time + CANCEL_WITHIN:
                raise Refused(Reason.OVERDUE)
            number = f"cancel-{order.out_trade_no}"
            self.refunds.give_back(
                RefundRequest(
                    mchid=self.mchid,
                    out_refund_no=number,
                    refund=rest,
                    total=None,
                    out_trade_no=order.out_trade_no,
                    dialect=order.request.dialect,
                )
            )
            return order, "refund"

    @property
    def now(self) -> datetime:
        """Business time."""
        return self._clock.now()

    def is_finished(self, order: PlatformOrder) -> bool:
        """Whether it was paid so long ago that nothing of it can be given back any more."""
        paid = order.success_time
        return paid is not None and self._clock.now() >= paid + REFUNDED_WITHIN

    def why_not_payable(self, order: PlatformOrder, handle: Handle | None = None) -> Reason | None:
        """PAID, CLOSED or EXPIRED; None when a payer may pay now."""
        now = self._clock.now()
        order.settle(now)
        if order.ended:
            return order.ended
        dies = (handle or order.handle).dies
        return Reason.EXPIRED if order.born is None and now >= dies else None

    def let_in(self, order: PlatformOrder, payer: str | None = None) -> str:
        """Let a payer in, who opens the newest intent where there is no trade yet.

        Raises:
            Refused: as `open`.
        """
        intent = order.opened or order.newest_intent
        if intent is None:
            raise Refused(Reason.UNKNOWN)
        return self.open(intent, payer).payer or self.test_payer

    def number_of_payment(self, name: str) -> str | None:
        """Which order a cashier token or Alipay's own number belongs to."""
        intent = self._handles.intents.get(name)
        return self._own(intent.order) if intent else self.number_of_transaction(name)

    def number_for(self, order: PlatformOrder, now: datetime) -> str:
        """The trade's, which it has had since a payer opened it."""
        return order.transaction_id or self._handles.numbered(order, now)

    def _judge(self, order: PlatformOrder, request: OrderRequest, now: datetime) -> None:
        """Whether that request may go on with the trade there is."""
        order.settle(now)
        reason = order.ended
        if reason is Reason.PAID and order.closed is not None:
            reason = Reason.CLOSED  # a refund of everything closes a trade, too
        if reason is None and order.opened is not None and not order.opened.asks_for_the_same(request):
            reason = Reason.NUMBER_USED
        if reason is not None:
            order.trail.note("refused", reason=reason.value)
            raise Refused(reason)

    def _make_trade(
        self, order: PlatformOrder, intent: Intent, payer: str, now: datetime, closes_at: datetime
    ) -> None:
        order.request, order.handle, order.opened = intent.request, intent.handle, intent
        order.payer, order.born = payer, now
        order.closes_at = order.payable_until = closes_at
        order.transaction_id = self._handles.numbered(order, now)
        if order.request.product in TOLD_WHEN_CLOSED:
            self.ends.expect(order, closes_at)
        order.trail.note("opened", transaction_id=order.transaction_id, openid=payer)

    def _close(self, order: PlatformOrder) -> None:
        order.state, order.closed = TradeState.CLOSED, self._clock.now()
        order.trail.note("closed")


def _is_over(order: PlatformOrder, at: datetime) -> bool:
    """Whether it came to that end then: closed since nobody paid, or paid long ago and not given back."""
    if order.success_time is None:
        return order.closed == at
    return order.closed is None and at == order.success_time + REFUNDED_WITHIN


def _dies(handle: Handle, terms: Terms, now: datetime) -> datetime:
    """When it cannot be opened any more: a code ends with the order's time, or with its own."""
    if handle.code_url is None:
        return handle.dies
    lives = [each for each in (terms.code_timeout, terms.timeout, CODE) if each is not None]
    return min(handle.dies, now + min(lives))
