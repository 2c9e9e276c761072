"""What every merchant account has, whosever platform it is on: orders, a trail, money. Knows no wire.

Numbers are the account's own: two accounts may use the same one without meeting. Every call is O(1) in the
number of orders, synchronous, and safe from any thread; all accounts of a platform share its lock.
"""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Collection
from dataclasses import KW_ONLY, dataclass, field, replace
from datetime import datetime
from functools import partial

from harness.core.clock import BusinessClock
from harness.core.payment import TradeState
from harness.levers.models import Creation, Delivery, OrderAudit
from harness.simulator.platform.altered_days import BillDesk
from harness.simulator.platform.bills import Bills
from harness.simulator.platform.changes import Changes
from harness.simulator.platform.days import Days
from harness.simulator.platform.handles import Handles
from harness.simulator.platform.ledger import Book
from harness.simulator.platform.orders import Handle, Intent, OrderRequest, PlatformOrder, Reason, Refused
from harness.simulator.platform.refunds import Refunds
from harness.simulator.practices import Practices


@dataclass(slots=True, eq=False)
class MerchantAccount(ABC):
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
    """What the platform calls it: `mchid` on WeChat's, `seller_id` on Alipay's."""
    appids: tuple[str, ...]
    """Those bound to it; the first is the one it is known by."""
    test_payer: str
    """Who pays when nobody is named: an openid, or Alipay's buyer_id."""
    refunds: Refunds = field(init=False)
    days: Days = field(init=False)
    bill_desk: BillDesk = field(init=False, default_factory=BillDesk)
    """How tests alter its trade bills, and who asked for them."""
    changes: Changes | None = field(init=False, default=None)
    """Who keeps what changes here; None: nobody."""
    _orders: dict[str, PlatformOrder] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._begin()
        self.refunds = self._open_refunds()
        self.days = Days(
            self._clock,
            self._lock,
            self._book,
            mchid=self.mchid,
            orders=self._orders,
            settle=self.refunds.settle,
            find_refund=self.refunds.find,
        )

    @abstractmethod
    def _begin(self) -> None:
        """What a kind of account needs beside this."""

    @abstractmethod
    def _open_refunds(self) -> Refunds:
        """Its refunds, of which there are none yet."""

    @abstractmethod
    def why_not_payable(self, order: PlatformOrder, handle: Handle | None = None) -> Reason | None:
        """Why nobody may pay it now; None: a payer may.

        Args:
            handle: what the payer holds; default: the order's newest.
        """

    @abstractmethod
    def let_in(self, order: PlatformOrder, payer: str | None = None) -> str:
        """Let a payer at one of its orders and return who it is; the first one in keeps others out.

        Args:
            payer: who comes; default: whoever the order belongs to already, else the test payer.

        Raises:
            Refused: why not.
        """

    @abstractmethod
    def number_for(self, order: PlatformOrder, now: datetime) -> str:
        """The platform's own number of a payment that is made now."""

    @abstractmethod
    def was_paid(self, order: PlatformOrder, at: datetime) -> None:
        """What else happens where one of its orders is paid."""

    @property
    def appid(self) -> str:
        """The one it is known by."""
        return self.appids[0]

    @property
    def platform_url(self) -> str:
        """Where its platform is reached."""
        return self._handles.base_url

    @property
    def payee(self) -> str:
        """Whom a payer pays, as the cashier names it."""
        return f"模拟商户 {self.mchid}"

    @property
    def edition(self) -> str:
        """What the cashier calls this edition, e.g. 体验版; empty in the formal edition."""
        return ""

    def take(self, order: PlatformOrder) -> None:
        """It is one of this account's from now on, and its changes are kept where anybody keeps them."""
        self._orders[order.out_trade_no] = order
        if self.changes is not None:
            order.trail.changed = partial(self.changes.order, order)

    def found_again(self, order: PlatformOrder, intents: Collection[Intent]) -> None:
        """An order from before a restart, with its refunds.

        Args:
            intents: what Alipay was asked for under its number, oldest first.
        """
        self.take(order)
        for refund in order.refunds:
            self.refunds.found_again(refund)

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

    def has(self, out_trade_no: str) -> bool:
        """Whether an order of that number was ever placed here."""
        return out_trade_no in self._orders

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
            payer = order.payer or self.test_payer
            return replace(
                order,
                state=TradeState.SUCCESS,
                payer=payer,
                transaction_id=order.transaction_id or self._handles.supposed(order, payer),
                success_time=now,
            )

    def delivered(self, out_trade_no: str, out_refund_no: str, delivery: Delivery) -> None:
        """A callback attempt ended; attempts about no order of ours (the self-test) leave no trail.

        Args:
            out_refund_no: empty where it told of the payment.
        """
        if out_refund_no:
            self.refunds.delivered(out_refund_no, delivery, of=out_trade_no)
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

    def _mark(self, request: OrderRequest) -> dict[str, str]:
        if not self._practices.notes_dialect:
            return {}
        return {
            "dialect": request.dialect,
            "request_id": request.request_id,
            **signed(request.signed_by),
        }


def signed(serial: str) -> dict[str, str]:
    """What a note in the trail says of who signed; nothing where nobody is named."""
    return {"signed_by": serial} if serial else {}
