"""Applies what the platform says of an order, whether it came by callback or by query."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from harness.core.clock import rfc3339
from harness.core.control import Text
from harness.core.payment import Provider, TradeState, Transaction
from harness.settings.model import AlipaySettings, WeChatSettings
from harness.shop.confirmations import Confirmations
from harness.shop.crediting import Payment, book_without_fulfilling
from harness.shop.metrics import Metrics
from harness.shop.order_book import OrderBook
from harness.shop.order_record import OPEN, OrderRecord, OrderStatus
from harness.shop.practices import Practices
from harness.shop.refunds.book import RefundBook
from harness.shop.refusal import sentence
from harness.shop.store import Store


class Effect(StrEnum):
    """What came of it."""

    CREDITED = "credited"
    ALREADY = "already"
    """The order was settled before; nothing changed."""
    NOTED = "noted"
    """Money was not taken; the status was noted."""
    LATE = "late"
    """Money came for an order that was closed, failed or already refunded: booked, not fulfilled."""
    MISMATCH = "mismatch"
    """It does not agree with our own record; nothing was credited."""
    NOT_OURS = "not-ours"
    """We know no such order."""


@dataclass(frozen=True, slots=True)
class Settled:
    """The effect, and the reason where there is something to explain."""

    effect: Effect
    reason: str = ""


_LATE = Text(
    zh="订单已关闭后收到款项，请人工退款。", en="Money came after the order was closed: refund it by hand."
)
_REFUNDED = Text(
    zh="平台显示该单已转入退款，请人工核对。", en="The platform reports a refund: check it by hand."
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Settlement:
    """Applies transactions to orders."""

    store: Store
    book: OrderBook
    refunds: RefundBook
    settings: WeChatSettings
    practices: Practices
    metrics: Metrics
    confirmations: Confirmations
    alipay: AlipaySettings | None = None
    """What an order of Alipay's is compared with; None: this shop has none of them."""

    def apply(self, transaction: Transaction, source: str) -> Settled:
        """Compare with our own record first, then change it at most once."""
        record = self.book.get(transaction.out_trade_no)
        if record is None:
            return Settled(Effect.NOT_OURS, "no order of ours has this number")
        if transaction.state is TradeState.SUCCESS:
            return self._success(record, transaction, source)
        if transaction.state is TradeState.REFUND:
            return self._refunded(record, transaction, source)
        return self._note(record, transaction)

    def believe_shopper(self, record: OrderRecord) -> None:
        """Credit on the shopper's word alone. No correct shop comes here (facts 8.3, C30)."""
        payment = Payment(
            out_trade_no=record.out_trade_no,
            amount=record.amount,
            transaction_id="",
            paid_at="",
            source="front-end",
        )
        self._credit(payment)

    def _success(self, record: OrderRecord, transaction: Transaction, source: str) -> Settled:
        difference = self._difference(record, transaction)
        if difference is not None:
            self.book.warn(record.out_trade_no, sentence(difference))
            if source == "query":
                self.book.note(record.out_trade_no, OrderStatus.UNKNOWN, sentence(difference))
            return Settled(Effect.MISMATCH, difference.en)
        payment = self._payment(record, transaction, source)
        if self._credit(payment):
            return Settled(Effect.CREDITED)
        late = (
            record.status in (OrderStatus.CANCELLED, OrderStatus.FAILED) and self.practices.books_late_money
        )
        if late and book_without_fulfilling(self.store, payment, record.status, sentence(_LATE)):
            return Settled(Effect.LATE, _LATE.en)
        return Settled(Effect.ALREADY)

    def _refunded(self, record: OrderRecord, transaction: Transaction, source: str) -> Settled:
        """REFUND means that money was taken, and that some or all of it went back (facts 4.1)."""
        if record.paid_amount == 0 and self._difference(record, transaction) is None:
            payment = self._payment(record, transaction, source)
            book_without_fulfilling(self.store, payment, OrderStatus.REFUNDED, sentence(_REFUNDED))
            return Settled(Effect.LATE, _REFUNDED.en)
        if self.practices.refund_state_is_whole:
            self.book.given_back(record.out_trade_no)
        if self.refunds.of_order(record.out_trade_no):
            return Settled(Effect.NOTED)  # our own, which say themselves how they stand
        if record.status in OPEN:
            self.book.note(record.out_trade_no, OrderStatus.REFUNDED, sentence(_REFUNDED))
        else:
            self.book.warn(record.out_trade_no, sentence(_REFUNDED))
        return Settled(Effect.NOTED)

    def _note(self, record: OrderRecord, transaction: Transaction) -> Settled:
        status = self.practices.status_of(transaction)
        attention = ""
        if status is OrderStatus.UNKNOWN:
            state = transaction.trade_state[:32]
            attention = sentence(
                Text(
                    zh=f"平台返回未知交易状态 {state}，请人工核对。",
                    en=f"The platform reports the unknown trade state {state}: check it by hand.",
                )
            )
        self.book.note(record.out_trade_no, status, attention)
        if not self.practices.keeps_what_is_paid:
            self.book.take_back(record.out_trade_no, status)
        return Settled(Effect.NOTED, transaction.trade_state)

    def _credit(self, payment: Payment) -> bool:
        done = self.practices.credit(self.store, payment)
        if done:
            self.metrics.paid(payment.amount, payment.source)
            if self.practices.slow_work_first and payment.source == "callback":
                self.confirmations.now_and_slowly(payment.out_trade_no)
            else:
                self.confirmations.later(payment.out_trade_no)
        return done

    def _payment(self, record: OrderRecord, transaction: Transaction, source: str) -> Payment:
        moment = transaction.success_time
        return Payment(
            out_trade_no=record.out_trade_no,
            amount=self.practices.book(record.amount),
            transaction_id=transaction.transaction_id or "",
            paid_at=rfc3339(moment) if moment else "",
            source=source,
        )

    def _difference(self, record: OrderRecord, transaction: Transaction) -> Text | None:
        if record.provider is Provider.ALIPAY:
            if self.alipay is None:
                return Text(zh="本店未开通支付宝，未入账。", en="This shop takes no Alipay: not credited.")
            return self.practices.alipay_difference(self.alipay, record, transaction)
        return self.practices.difference(self.settings, record, transaction)
