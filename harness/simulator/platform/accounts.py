"""A merchant account: what its owner may ask of its orders. Knows no wire format.

Numbers are the account's own: two accounts may use the same one without meeting. Every call is O(1) in the
number of orders, synchronous, and safe from any thread; all accounts of a platform share its lock.
"""

from __future__ import annotations

import threading
from dataclasses import KW_ONLY, dataclass, field, replace
from datetime import datetime

from harness.core.clock import BusinessClock
from harness.core.payment import TradeState
from harness.levers.models import Creation, Delivery, OrderAudit
from harness.simulator.platform.altered_days import BillDesk
from harness.simulator.platform.bills import Bills
from harness.simulator.platform.days import Days
from harness.simulator.platform.experience import EDITION, LIFETIME, PAYEE, DayTotal
from harness.simulator.platform.handles import Handles
from harness.simulator.platform.ledger import Book
from harness.simulator.platform.orders import Handle, OrderRequest, PlatformOrder, Reason, Refused
from harness.simulator.platform.refunds import Refunds
from harness.simulator.practices import Practices


@dataclass(slots=True, eq=False)
class Account:
    """One merchant account; opened by its platform, which lends it the first six members."""

    _clock: BusinessClock
    _lock: threading.RLock
    _handles: Handles
    _practices: Practices
    _book: Book
    bills: Bills
    """Of every account, whose links tell them apart."""
    _: KW_ONLY
    mchid: str
    appids: tuple[str, ...]
    """Those bound to it; the first is the one it is known by."""
    test_payer: str
    """The openid of whoever pays when nobody is named."""
    experience: bool = False
    """Whether it is of the experience edition with its limits, or of the formal one."""
    day_total: DayTotal | None = field(init=False)
    refunds: Refunds = field(init=False)
    days: Days = field(init=False)
    bill_desk: BillDesk = field(init=False, default_factory=BillDesk)
    """How tests alter its trade bills, and who asked for them."""
    _orders: dict[str, PlatformOrder] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.day_total = DayTotal(self._practices) if self.experience else None
        self.refunds = Refunds(
            self._clock,
            self._lock,
            self._handles,
            self._practices,
            self._book,
            find_order=self.find,
            number_of_transaction=self.number_of_transaction,
        )
        self.days = Days(
            self._clock,
            self._lock,
            self._book,
            mchid=self.mchid,
            orders=self._orders,
            settle=self.refunds.settle,
            find_refund=self.refunds.find,
        )

    @property
    def appid(self) -> str:
        """The one it is known by."""
        return self.appids[0]

    @property
    def platform_url(self) -> str:
        """Where its platform is reached."""
        return self._handles.h5_base

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
            order.trail.note("queried", trade_state=order.state.value, **_signed(signed_by))
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
                order.trail.note("closed", **_signed(signed_by))

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

    def paid(self, out_trade_no: str) -> PlatformOrder:
        """A paid order, which there is a callback of.

        Raises:
            Refused: UNKNOWN or NOT_PAID.
        """
        order = self.find(out_trade_no)
        if not order.money_taken:
            raise Refused(Reason.NOT_PAID)
        return order

    def as_if_paid(self, out_trade_no: str) -> PlatformOrder:
        """The order as it would be, had its payer just paid it; nothing is noted, and no money moves.

        Raises:
            Refused: UNKNOWN.
        """
        with self._lock:
            order = self.find(out_trade_no)
            if order.money_taken:
                return order
            now = self._clock.now()
            return replace(
                order,
                state=TradeState.SUCCESS,
                payer=order.payer or self.test_payer,
                transaction_id=self._handles.unused(now),
                success_time=now,
            )

    def delivered(self, out_trade_no: str, out_refund_no: str, delivery: Delivery) -> None:
        """A callback attempt ended; attempts about no order of ours (the self-test) leave no trail.

        Args:
            out_refund_no: empty where it told of the payment.
        """
        if out_refund_no:
            self.refunds.delivered(out_refund_no, delivery)
            return
        order = self._orders.get(out_trade_no)
        if order is not None:
            order.trail.delivered(delivery)

    def withdraw(self, amount: int) -> int:
        """Take fen to the merchant's bank, or bring some back where it is negative; returns what is left.

        Raises:
            Refused: BALANCE_SHORT.
        """
        with self._lock:
            if amount > self._book.balance(self.mchid):
                raise Refused(Reason.BALANCE_SHORT)
            self._book.withdrawn(at=self._clock.now(), mchid=self.mchid, amount=amount)
            return self._book.balance(self.mchid)

    def audit(self, out_trade_no: str) -> OrderAudit:
        """Everything known of one order.

        Raises:
            Refused: UNKNOWN.
        """
        order = self.find(out_trade_no)
        self.refunds.settle(self._clock.now())
        return order.audit(marked=self._practices.notes_dialect)

    def orders(self) -> list[str]:
        """All order numbers, oldest first."""
        return list(self._orders)

    def creations(self, since: datetime) -> list[Creation]:
        """Every order that was placed, or placed again, since a moment of wire time; oldest first."""
        with self._lock:
            orders = list(self._orders.values())
        came = [
            Creation(
                at=event.at,
                out_trade_no=order.out_trade_no,
                product=order.request.product.value,
                notify_url=order.request.notify_url,
                signed_by=event.detail.get("signed_by", ""),
            )
            for order in orders
            for event in order.trail.since(since, "created", "reordered")
        ]
        return sorted(came, key=lambda each: each.at)

    def number_of_transaction(self, transaction_id: str) -> str | None:
        """Which order the platform's own number belongs to."""
        return self._own(self._handles.by_transaction.get(transaction_id))

    def number_of_payment(self, name: str) -> str | None:
        """Which order a prepay_id or the platform's own number belongs to."""
        prepaid = self._handles.by_prepay.get(name)
        return self._own(prepaid[0]) if prepaid else self.number_of_transaction(name)

    def _own(self, order: PlatformOrder | None) -> str | None:
        """The number of an order, unless it is another account's."""
        return order.out_trade_no if order is not None and order.request.mchid == self.mchid else None

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
            closes_at=rules.closes_at(now),
            payable_until=ends,
            handle=handle,
            payer=request.openid,
            answers={once: handle},
        )
        self._orders[request.out_trade_no] = order
        self._handles.handed_out(order)
        order.trail.note("created", prepay_id=handle.prepay_id, **self._mark(request))
        return handle

    def _mark(self, request: OrderRequest) -> dict[str, str]:
        if not self._practices.notes_dialect:
            return {}
        return {
            "dialect": request.dialect,
            "request_id": request.request_id,
            **_signed(request.signed_by),
        }


def _signed(serial: str) -> dict[str, str]:
    return {"signed_by": serial} if serial else {}
