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
from harness.simulator.platform.alipay_account import AlipayAccount
from harness.simulator.platform.alipay_rules import BILL_LINK, AlipayRules
from harness.simulator.platform.bills import Bills
from harness.simulator.platform.handles import Handles
from harness.simulator.platform.ledger import Book
from harness.simulator.platform.merchant_account import MerchantAccount
from harness.simulator.platform.orders import Handle, Intent, PlatformOrder, Reason, Refused
from harness.simulator.platform.rules import Rules
from harness.simulator.platform.wechat_rules import WeChatRules
from harness.simulator.practices import Practices

NO_COUPON = Fen(0)


class Platform:
    """Accounts of every provider, one book, and the money that payers bring.

    Args:
        clock: business time; lifetimes run on it.
        practices: how it goes about its business; others than the right ones are deliberate defects.
        rules: what WeChat decides otherwise than others.
        alipay_rules: what Alipay does.
    """

    def __init__(
        self,
        *,
        clock: BusinessClock,
        practices: Practices | None = None,
        rules: Rules | None = None,
        alipay_rules: Rules | None = None,
    ) -> None:
        self.accounts: dict[str, Account] = {}
        """WeChat's, by mchid."""
        self.alipay_accounts: dict[str, AlipayAccount] = {}
        """Alipay's, by seller_id."""
        self._clock = clock
        self._practices = practices or Practices()
        self._book = Book(loses=self._practices.settlement_loses)
        self._lock = threading.RLock()
        self._handles = Handles(rules or WeChatRules(self._practices.longest_expiry))
        self._alipay_handles = Handles(alipay_rules or AlipayRules())
        self._bills = Bills(clock)
        self._alipay_bills = Bills(clock, BILL_LINK)

    def open_account(
        self, *, mchid: str, appids: tuple[str, ...], test_payer: str, experience: bool = False
    ) -> Account:
        """A new merchant account of WeChat's, without orders.

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

    def open_alipay_account(self, *, seller_id: str, app_id: str, test_payer: str) -> AlipayAccount:
        """A new merchant account of Alipay's, without trades.

        Raises:
            UsageError: there is one of that seller_id.
        """
        account = AlipayAccount(
            self._clock,
            self._lock,
            self._alipay_handles,
            self._practices,
            self._book,
            self._alipay_bills,
            mchid=seller_id,
            appids=(app_id,),
            test_payer=test_payer,
        )
        if self.alipay_accounts.setdefault(seller_id, account) is not account:
            raise UsageError(
                f"there is an account {seller_id}", where="seller_id", remedy="choose another number"
            )
        return account

    @property
    def lock(self) -> threading.RLock:
        """Whoever holds it sees no change."""
        return self._lock

    @property
    def book(self) -> Book:
        """Of every account; whoever reads more than one figure of it holds the lock."""
        return self._book

    def account_of(self, order: PlatformOrder) -> MerchantAccount:
        """Whose order it is."""
        return self.account_named(order.request.mchid)

    def account_named(self, number: str) -> MerchantAccount:
        """The account of that mchid or seller_id, which there must be."""
        return self.accounts.get(number) or self.alipay_accounts[number]

    def every_account(self) -> list[MerchantAccount]:
        """Those of every provider."""
        return [*self.accounts.values(), *self.alipay_accounts.values()]

    def is_reached_at(self, base_url: str) -> None:
        """Where a payer's own pages are found from now on; until then it is the live ones' address."""
        self._handles.base_url = self._alipay_handles.base_url = base_url

    def find_by_code_url(self, code_url: str) -> PlatformOrder | Reason:
        """What a scanned code leads to: a payable order, or UNKNOWN, REPLACED, PAID, CLOSED or EXPIRED.

        A code of Alipay's leads to an order whose trade is made when a payer is let in.
        """
        if (intent := self._alipay_handles.intents.get(code_url)) is not None:
            account = self.alipay_accounts[intent.request.mchid]
            return account.held(intent) or intent.order
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

    def intent(self, name: str) -> Intent | None:
        """What Alipay was asked for, by its cashier token or its code; None: nothing of that name."""
        return self._alipay_handles.intents.get(name)

    def open_intent(self, intent: Intent, payer: str | None = None) -> PlatformOrder:
        """Let a payer at it; the first makes the trade, which `pay`, `cancel` and `fail` then take.

        Args:
            payer: a buyer_id; default: whoever the trade belongs to already, else the account's test payer.

        Raises:
            Refused: EXPIRED, PAID, CLOSED, NUMBER_USED (another amount or subject than the trade's),
                FOREIGN_PAYER.
        """
        return self.alipay_accounts[intent.request.mchid].open(intent, payer)

    def why_not_payable(self, order: PlatformOrder, handle: Handle | None = None) -> Reason | None:
        """PAID, CLOSED or EXPIRED; None when a payer may pay now.

        Args:
            handle: what the payer holds; default: the order's newest.
        """
        return self.account_of(order).why_not_payable(order, handle)

    def open(self, order: PlatformOrder, openid: str | None = None) -> str:
        """Let a payer at the order and return who it is; the first one in keeps others out (facts 3.3).

        Args:
            openid: who comes, on Alipay a buyer_id; default: whoever the order belongs to already, else the
                test payer.

        Raises:
            Refused: PAID, CLOSED, EXPIRED or FOREIGN_PAYER; on Alipay also NUMBER_USED.
        """
        return self.account_of(order).let_in(order, openid)

    def pay(self, order: PlatformOrder, openid: str | None = None, coupon: Fen = NO_COUPON) -> Payment:
        """Take the money: purse and coupon into clearing, the whole onto the merchant account.

        Raises:
            Refused: as `open`, or INVALID for a coupon beyond the amount.
        """
        with self._lock:
            if not 0 <= coupon <= order.total:
                raise Refused(Reason.INVALID)
            payer = self.open(order, openid)
            now = self._clock.now()
            account = self.account_of(order)
            order.state = TradeState.SUCCESS
            order.payer, order.coupon, order.success_time = payer, int(coupon), now
            order.transaction_id = account.number_for(order, now)
            self._book.payment(
                at=now,
                out_trade_no=order.out_trade_no,
                mchid=order.request.mchid,
                total=int(order.total),
                coupon=int(coupon),
            )
            order.trail.note("paid", transaction_id=order.transaction_id, openid=payer)
            account.was_paid(order, now)
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

    def ledger(self, *mchids: str, entries: bool = True) -> Ledger:
        """The book as a record, with its entries or without; `paid` is what those accounts were paid."""
        with self._lock:
            return self._book.snapshot(*mchids, entries=entries)

    def _not_paid(self, order: PlatformOrder, openid: str | None, kind: str) -> Payment:
        with self._lock:
            payer = self.open(order, openid)
            order.trail.note(kind, openid=payer)
            return order.payment()
