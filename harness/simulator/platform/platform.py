"""The platform behind every wire: orders, their handles, payments, and the book. Knows no wire format.

Every call is O(1) in the number of orders, synchronous, and safe from any thread. It is one class because all
of it happens under one lock; what concerns a single order alone is the order's own business, in `orders`.
"""

from __future__ import annotations

import threading
from datetime import datetime

from harness.core.clock import BusinessClock
from harness.core.money import Fen
from harness.core.payment import Product, TradeState
from harness.levers.models import Delivery, Ledger, OrderAudit, Payment
from harness.simulator.platform import identifiers
from harness.simulator.platform.experience import EDITION, LIFETIME, PAYEE, DayTotal
from harness.simulator.platform.ledger import Book
from harness.simulator.platform.lifetimes import payable_until
from harness.simulator.platform.orders import Handle, OrderRequest, PlatformOrder, Reason, Refused
from harness.simulator.practices import Practices

__all__ = ["LIVE_H5", "NO_COUPON", "Platform"]

NO_COUPON = Fen(0)
RIGHT = Practices()
LIVE_H5 = "https://wx.tenpay.com"
"""Where h5_urls lead until this platform knows where it is reached itself."""


class Platform:
    """One merchant account's view of the platform.

    Args:
        appid: the only appid bound to the merchant account.
        mchid: the merchant account.
        clock: business time; lifetimes run on it.
        test_payer: openid of whoever pays when nobody is named.
        experience: whether it is the experience edition, or the formal one without limits.
        practices: how it goes about its business; others than the right ones are deliberate defects.
    """

    def __init__(
        self,
        *,
        appid: str,
        mchid: str,
        clock: BusinessClock,
        test_payer: str,
        experience: bool = False,
        practices: Practices = RIGHT,
    ) -> None:
        self.appid = appid
        self.mchid = mchid
        self.test_payer = test_payer
        self.experience = experience
        self.h5_base = LIVE_H5
        """Where the H5 middle page is found; whoever serves this platform puts its own address here."""
        self._day_total = DayTotal(practices) if experience else None
        self._practices = practices
        self._clock = clock
        self._book = Book(loses=practices.settlement_loses)
        self._lock = threading.RLock()
        self._orders: dict[str, PlatformOrder] = {}
        self._by_code: dict[str, PlatformOrder] = {}
        self._by_prepay: dict[str, tuple[PlatformOrder, datetime]] = {}
        self._by_transaction: dict[str, PlatformOrder] = {}
        self._running = identifiers.transaction_ids()

    @property
    def payee(self) -> str:
        """Whom a payer pays, as the cashier names it."""
        return PAYEE if self._names_edition else f"模拟商户 {self.mchid}"

    @property
    def edition(self) -> str:
        """What the cashier calls this edition, e.g. 体验版; empty in the formal edition."""
        return EDITION if self._names_edition else ""

    @property
    def _names_edition(self) -> bool:
        return self.experience and self._practices.pays_test_account

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
                return before
            if reason := order.why_not_again(request):
                order.trail.note("refused", reason=reason.value)
                raise Refused(reason)
            order.request = request
            order.handle = self._issue(request.product, now, order.handle.expire_time)
            order.answers[once] = order.handle
            self._index(order)
            order.trail.note("reordered", prepay_id=order.handle.prepay_id, **self._mark(request))
            return order.handle

    def query(self, out_trade_no: str) -> PlatformOrder:
        """The order as it stands, asked for by the merchant.

        Raises:
            Refused: UNKNOWN.
        """
        with self._lock:
            order = self.find(out_trade_no)
            order.trail.note("queried", trade_state=order.state.value)
            return order

    def query_transaction(self, transaction_id: str) -> PlatformOrder:
        """The same by the platform's own number, which only paid orders have.

        Raises:
            Refused: UNKNOWN.
        """
        order = self._by_transaction.get(transaction_id)
        if order is None:
            raise Refused(Reason.UNKNOWN)
        return self.query(order.out_trade_no)

    def close(self, out_trade_no: str) -> None:
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
                if self._day_total is not None:
                    self._day_total.released(out_trade_no)
                order.trail.note("closed")

    def find(self, out_trade_no: str) -> PlatformOrder:
        """The order, without a trace of having looked.

        Raises:
            Refused: UNKNOWN.
        """
        order = self._orders.get(out_trade_no)
        if order is None:
            raise Refused(Reason.UNKNOWN)
        order.settle(self._clock.now())
        return order

    def find_by_code_url(self, code_url: str) -> PlatformOrder | Reason:
        """What a scanned code leads to: a payable order, or UNKNOWN, REPLACED, PAID, CLOSED or EXPIRED."""
        order = self._by_code.get(code_url)
        if order is None:
            return Reason.UNKNOWN
        with self._lock:
            reason = self.why_not_payable(order)
            if reason in (Reason.PAID, Reason.CLOSED):
                return reason
            if order.handle.code_url != code_url:
                return Reason.REPLACED
            return reason or order

    def find_by_prepay_id(self, prepay_id: str) -> PlatformOrder | Reason:
        """What a prepay_id starts; one that a re-order replaced keeps working for its two hours."""
        found = self._by_prepay.get(prepay_id)
        if found is None:
            return Reason.UNKNOWN
        order, issued = found
        with self._lock:
            return self.why_not_payable(order, issued) or order

    def why_not_payable(self, order: PlatformOrder, issued: datetime | None = None) -> Reason | None:
        """PAID, CLOSED or EXPIRED; None when a payer may pay now.

        Args:
            issued: when the handle that the payer holds was handed out; default: the order's newest.
        """
        return order.why_not_payable(self._clock.now(), issued)

    def open(self, order: PlatformOrder, openid: str | None = None) -> str:
        """Let a payer at the order and return who it is; the first one in keeps others out (facts 3.3).

        Args:
            openid: who comes; default: whoever the order belongs to already, else the test payer.

        Raises:
            Refused: PAID, CLOSED, EXPIRED or FOREIGN_PAYER.
        """
        with self._lock:
            if reason := self.why_not_payable(order):
                raise Refused(reason)
            payer = openid or order.payer or self.test_payer
            if order.payer is not None and payer != order.payer:
                raise Refused(Reason.FOREIGN_PAYER)
            order.payer = payer
            return payer

    def pay(self, order: PlatformOrder, openid: str | None = None, coupon: Fen = NO_COUPON) -> Payment:
        """Take the money: purse and coupon into clearing, the whole onto the merchant account.

        Raises:
            Refused: PAID, CLOSED, EXPIRED, FOREIGN_PAYER, or INVALID for a coupon beyond the amount.
        """
        with self._lock:
            if not 0 <= coupon <= order.total:
                raise Refused(Reason.INVALID)
            payer = self.open(order, openid)
            now = self._clock.now()
            order.state = TradeState.SUCCESS
            order.payer, order.coupon, order.success_time = payer, int(coupon), now
            order.transaction_id = identifiers.transaction_id(now, next(self._running))
            self._by_transaction[order.transaction_id] = order
            if self._day_total is not None:
                self._day_total.paid(order.out_trade_no)
            self._book.payment(
                at=now,
                out_trade_no=order.out_trade_no,
                mchid=self.mchid,
                total=int(order.total),
                coupon=int(coupon),
            )
            order.trail.note("paid", transaction_id=order.transaction_id, openid=payer)
            return order.payment()

    def cancel(self, order: PlatformOrder, openid: str | None = None) -> Payment:
        """The payer looks and walks away: the order stays NOTPAY, no callback.

        Raises:
            Refused: as `pay`.
        """
        return self._not_paid(order, openid, "pay-cancelled")

    def fail(self, order: PlatformOrder, openid: str | None = None) -> Payment:
        """The attempt fails (balance, password, risk control): the order stays NOTPAY, no callback.

        Raises:
            Refused: as `pay`.
        """
        return self._not_paid(order, openid, "pay-failed")

    def paid(self, out_trade_no: str) -> PlatformOrder:
        """A paid order, which there is a callback of.

        Raises:
            Refused: UNKNOWN or NOT_PAID.
        """
        order = self.find(out_trade_no)
        if not order.money_taken:
            raise Refused(Reason.NOT_PAID)
        return order

    def delivered(self, out_trade_no: str, delivery: Delivery) -> None:
        """A callback attempt ended; attempts about no order of ours (the self-test) leave no trail."""
        order = self._orders.get(out_trade_no)
        if order is not None:
            order.trail.delivered(delivery)

    def audit(self, out_trade_no: str) -> OrderAudit:
        """Everything known of one order.

        Raises:
            Refused: UNKNOWN.
        """
        return self.find(out_trade_no).audit(marked=self._practices.notes_dialect)

    def orders(self) -> list[str]:
        """All order numbers, oldest first."""
        return list(self._orders)

    def ledger(self, *, entries: bool = True) -> Ledger:
        """The book as a record, with its entries or without."""
        with self._lock:
            return self._book.snapshot(entries=entries)

    def serial_of(self, out_trade_no: str) -> str | None:
        """The credential that signs what this order sends out; None for no order of ours."""
        order = self._orders.get(out_trade_no)
        return None if order is None else order.request.serial

    def number_of_transaction(self, transaction_id: str) -> str | None:
        """Which order the platform's own number belongs to."""
        order = self._by_transaction.get(transaction_id)
        return None if order is None else order.out_trade_no

    def number_of_payment(self, name: str) -> str | None:
        """Which order a prepay_id or the platform's own number belongs to."""
        prepaid = self._by_prepay.get(name)
        order = prepaid[0] if prepaid else self._by_transaction.get(name)
        return None if order is None else order.out_trade_no

    def _first(self, request: OrderRequest, now: datetime, once: str) -> Handle:
        ends = payable_until(now, request.time_expire)
        told = None if request.time_expire is None else ends
        if self._day_total is not None:
            self._day_total.check(request.total, now)
            ends = min(ends, now + LIFETIME)
            lie = self._practices.told_lifetime
            told = ends if lie is None else now + lie
            self._day_total.placed(request.out_trade_no, request.total, ends)
        handle = self._issue(request.product, now, told)
        order = PlatformOrder(
            request=request,
            created=now,
            payable_until=ends,
            handle=handle,
            payer=request.openid,
            answers={once: handle},
        )
        self._orders[request.out_trade_no] = order
        self._index(order)
        order.trail.note("created", prepay_id=handle.prepay_id, **self._mark(request))
        return handle

    def _mark(self, request: OrderRequest) -> dict[str, str]:
        if not self._practices.notes_dialect:
            return {}
        return {"dialect": request.dialect, "request_id": request.request_id}

    def _index(self, order: PlatformOrder) -> None:
        self._by_prepay[order.handle.prepay_id] = order, order.handle.issued
        if order.handle.code_url is not None:
            self._by_code[order.handle.code_url] = order

    def _issue(self, product: Product, now: datetime, expire_time: datetime | None) -> Handle:
        prepay = identifiers.prepay_id(now)
        return Handle(
            now,
            prepay,
            code_url=identifiers.code_url() if product is Product.NATIVE else None,
            h5_url=identifiers.h5_url(self.h5_base, prepay) if product is Product.H5 else None,
            expire_time=expire_time,
        )

    def _not_paid(self, order: PlatformOrder, openid: str | None, kind: str) -> Payment:
        with self._lock:
            payer = self.open(order, openid)
            order.trail.note(kind, openid=payer)
            return order.payment()
