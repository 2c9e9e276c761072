"""The platform behind every wire: merchant accounts, payers who pay, and the book. Knows no wire format.

Every call is O(1) in the number of orders, synchronous, and safe from any thread, since all of it happens
under one lock. What a merchant may ask is its account's business, in `accounts`; what concerns a single order
alone is the order's own, in `orders`.
"""

from __future__ import annotations

import threading

from harness.core.clock import BusinessClock
from harness.core.errors import UsageError
from harness.core.money import Fen
from harness.core.payment import TradeState
from harness.levers.models import Ledger, Payment
from harness.simulator.platform.accounts import Account
from harness.simulator.platform.bills import Bills
from harness.simulator.platform.handles import Handles
from harness.simulator.platform.ledger import Book
from harness.simulator.platform.orders import Handle, PlatformOrder, Reason, Refused
from harness.simulator.platform.rules import Rules
from harness.simulator.platform.wechat_rules import WeChatRules
from harness.simulator.practices import Practices

NO_COUPON = Fen(0)


class Platform:
    """Accounts, and the money that payers bring them.

    Args:
        clock: business time; lifetimes run on it.
        practices: how it goes about its business; others than the right ones are deliberate defects.
        rules: what this provider decides otherwise than others.
    """

    def __init__(
        self, *, clock: BusinessClock, practices: Practices | None = None, rules: Rules | None = None
    ) -> None:
        self.accounts: dict[str, Account] = {}
        """By mchid."""
        self._clock = clock
        self._practices = practices or Practices()
        self._book = Book(loses=self._practices.settlement_loses)
        self._lock = threading.RLock()
        self._handles = Handles(rules or WeChatRules())
        self._bills = Bills(clock)

    def open_account(
        self, *, mchid: str, appids: tuple[str, ...], test_payer: str, experience: bool = False
    ) -> Account:
        """A new merchant account, without orders.

        Raises:
            UsageError: there is one of that mchid.
        """
        account = Account(
            self._clock,
            self._lock,
            self._handles,
            self._practices,
            self._book,
            self._bills,
            mchid=mchid,
            appids=appids,
            test_payer=test_payer,
            experience=experience,
        )
        if self.accounts.setdefault(mchid, account) is not account:
            raise UsageError(f"there is an account {mchid}", where="mchid", remedy="choose another number")
        return account

    def account_of(self, order: PlatformOrder) -> Account:
        """Whose order it is."""
        return self.accounts[order.request.mchid]

    def is_reached_at(self, base_url: str) -> None:
        """Where the H5 middle page is found from now on; until then it is the live one's address."""
        self._handles.h5_base = base_url

    def find_by_code_url(self, code_url: str) -> PlatformOrder | Reason:
        """What a scanned code leads to: a payable order, or UNKNOWN, REPLACED, PAID, CLOSED or EXPIRED."""
        order = self._handles.by_code.get(code_url)
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
        found = self._handles.by_prepay.get(prepay_id)
        if found is None:
            return Reason.UNKNOWN
        order, handle = found
        with self._lock:
            return self.why_not_payable(order, handle) or order

    def why_not_payable(self, order: PlatformOrder, handle: Handle | None = None) -> Reason | None:
        """PAID, CLOSED or EXPIRED; None when a payer may pay now.

        Args:
            handle: what the payer holds; default: the order's newest.
        """
        return order.why_not_payable(self._clock.now(), handle)

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
            payer = openid or order.payer or self.account_of(order).test_payer
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
            order.transaction_id = self._handles.paid(order, now)
            if (day_total := self.account_of(order).day_total) is not None:
                day_total.paid(order.out_trade_no)
            self._book.payment(
                at=now,
                out_trade_no=order.out_trade_no,
                mchid=order.request.mchid,
                total=int(order.total),
                coupon=int(coupon),
            )
            order.trail.note("paid", transaction_id=order.transaction_id, openid=payer)
            if self.account_of(order).experience:
                self.account_of(order).refunds.paid(order, now)
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

    def ledger(self, mchid: str, *, entries: bool = True) -> Ledger:
        """The book as a record, with its entries or without; `paid` is what that account was paid."""
        with self._lock:
            return self._book.snapshot(mchid, entries=entries)

    def _not_paid(self, order: PlatformOrder, openid: str | None, kind: str) -> Payment:
        with self._lock:
            payer = self.open(order, openid)
            order.trail.note(kind, openid=payer)
            return order.payment()
