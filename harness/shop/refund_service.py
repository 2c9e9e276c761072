"""Asking for a refund, and finding out what became of it: one number all the way (facts 3.7, 6.5)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from harness.core.clock import BusinessClock
from harness.core.control import Text
from harness.core.errors import (
    EnvironmentUnreachable,
    GoLiveError,
    PlatformRefusal,
    SignatureInvalid,
    UnknownOutcome,
)
from harness.core.money import Fen
from harness.core.payment import PayersCard, Provider, Refund, RefundOrder, RefundStatus
from harness.gateways.protocol import RedirectingGateway
from harness.settings.model import Settings
from harness.shop.logs import Log
from harness.shop.order_book import OrderBook
from harness.shop.order_numbers import new_number
from harness.shop.order_record import OrderRecord
from harness.shop.practices import Practices
from harness.shop.refunds.book import RefundBook
from harness.shop.refunds.record import RefundRecord, RefundState
from harness.shop.refusal import refusal, sentence
from harness.shop.settlement import Effect, Settled

SCHEDULE_S = (60, 120, 180, 240, 300, 600, 1200, 2400, 4200)
"""Seconds of business time after a refund was asked for; from then on every half hour (facts 3.7)."""
EVERY_S = 1800
WITHIN = timedelta(days=8)
"""Unasked no longer than this: one without money is closed after seven days."""

_STATE = {
    RefundStatus.PROCESSING: RefundState.PROCESSING,
    RefundStatus.SUCCESS: RefundState.SUCCESS,
    RefundStatus.CLOSED: RefundState.CLOSED,
    RefundStatus.ABNORMAL: RefundState.ABNORMAL,
}
_BY_PLATFORM = Text(
    zh="平台已自动退回该笔付款，请核对是否仍需履约。",
    en="The platform gave this payment back by itself: see whether the order is still to be fulfilled.",
)
_ATTENTION = {
    RefundState.CLOSED: Text(
        zh="退款已关闭，款项未退，如仍需退款请重新发起。",
        en="The refund was closed and nothing went back: begin a new one if it is still wanted.",
    ),
    RefundState.ABNORMAL: Text(
        zh="退款异常，请改退其他账户或人工处理。",
        en="The refund found no way to the payer: send it another way, or see to it by hand.",
    ),
}


@dataclass(slots=True, kw_only=True, eq=False, repr=False)
class RefundService:
    """The refund service; thread-safe."""

    open_gateway: Callable[[Settings], RedirectingGateway]
    settings: Callable[[], Settings]
    """Those of now: the key that requests are signed by may be another tomorrow."""
    book: RefundBook
    orders: OrderBook
    clock: BusinessClock
    practices: Practices
    notify_url: str
    log: Log
    look_at_order: Callable[[str], Settled]
    """Asks the platform how an order stands, and applies the answer."""
    _opened: list[tuple[Settings, RedirectingGateway]] = field(init=False, default_factory=list)
    _turn: threading.Lock = field(init=False, default_factory=threading.Lock)

    def take(self, order: OrderRecord, key: str, refund: Fen, reason: str) -> RefundRecord:
        """Write the refund down, then ask for it; the same again is asked for under the same number.

        Raises:
            Refusal: it is not within the rules, or another amount was asked for under that name.
        """
        record = self.book.found_or_kept(
            order,
            key,
            refund,
            reason,
            now=self.clock.now(),
            new_number=lambda: new_number(self.clock.now()),
            judge=self.practices.refund_rules,
        )
        if record.refund != refund:
            raise refusal(
                409,
                "该退款编号已用于另一笔退款，请重新发起。",
                "This refundId already stands for another refund: begin a new one.",
            )
        with self._turn:
            record = self._kept(record)
            if record.state is RefundState.ASKED:
                self._look_at(order)
                self._ask_quietly(order, record)
        return self._kept(record)

    def send_to_card(self, record: RefundRecord, card: PayersCard) -> RefundRecord:
        """Send a refund that found no way to its payer to a card instead; the card is kept nowhere.

        Raises:
            Refusal: it is not abnormal, or the platform would not have it.
        """
        if record.state is not RefundState.ABNORMAL or not record.refund_id:
            raise refusal(409, "该退款无需改退银行卡。", "This refund needs no other way.")
        with self._turn:
            try:
                told = self._open().redirect_refund(record.refund_id, record.out_refund_no, card)
            except GoLiveError as error:
                self.log.warning("refund-to-card", out_refund_no=record.out_refund_no, error=error.what)
                raise refusal(
                    502, "改退未成功，请核对后重试。", "It could not be sent there: try again."
                ) from None
            self.apply(self.practices.refund_accepted(told), "answer")
            if self.practices.queries_refunds:
                due = self.clock.now() + timedelta(seconds=SCHEDULE_S[0])
                self.book.ask_at(record.out_refund_no, step=0, due=due)
        return self._kept(record)

    def apply(self, told: Refund, source: str) -> Settled:
        """Compare with our own record first, then note how it stands."""
        record = self.book.get(told.out_refund_no)
        if record is None and self.practices.books_unasked_refunds:
            record = self._made_by_platform(told)
        if record is None:
            return Settled(Effect.NOT_OURS, "no refund of ours has this number")
        if told.out_trade_no != record.out_trade_no or told.refund not in (None, record.refund):
            return Settled(Effect.MISMATCH, "the refund differs from ours in its order or its amount")
        if told.state is None:
            self.log.warning("refund", out_refund_no=told.out_refund_no, status=told.status[:32])
            return Settled(Effect.NOTED, "a status that nobody knows")
        state = _STATE[told.state]
        attention = _ATTENTION.get(state)
        self.book.apply(told, state, sentence(attention) if attention else "")
        self.log.event("refund", out_refund_no=told.out_refund_no, status=told.status, source=source)
        return Settled(Effect.NOTED)

    def look(self, out_refund_no: str) -> Settled:
        """Ask the platform now and apply the answer; asked again once where that ended unclear.

        Raises:
            GoLiveError: the platform refused, could not be reached, or twice gave no trustworthy answer.
        """
        record = self.book.get(out_refund_no)
        number = "" if record is None else record.out_trade_no
        try:
            told = self._open().query_refund(out_refund_no, number)
        except (SignatureInvalid, UnknownOutcome):
            told = self._open().query_refund(out_refund_no, number)
        return self.apply(told, "query")

    def next_due(self) -> datetime | None:
        """When the platform is to be asked about a refund next."""
        found = self.book.next_to_ask()
        return None if found is None else datetime.fromtimestamp(found[2], self.clock.now().tzinfo)

    def run_next(self) -> None:
        """Ask about the refund whose turn it is, having set its next turn first."""
        found = self.book.next_to_ask()
        record = None if found is None else self.book.get(found[0])
        if found is None or record is None:
            return
        step = found[1] + 1
        after = (
            SCHEDULE_S[step]
            if step < len(SCHEDULE_S)
            else SCHEDULE_S[-1] + EVERY_S * (step - len(SCHEDULE_S) + 1)
        )
        due = record.created + timedelta(seconds=after)
        self.book.ask_at(record.out_refund_no, step=step, due=due if after < WITHIN.total_seconds() else None)
        try:
            self.look(record.out_refund_no)
        except PlatformRefusal as error:
            order = self.orders.get(record.out_trade_no)
            if error.status == 404 and order is not None and self._may_ask_again(order, record):
                self._ask_quietly(order, record)  # it never arrived: the same number again
        except GoLiveError as error:
            self.log.warning("refund-query", out_refund_no=record.out_refund_no, error=error.what)

    def ask_no_more(self) -> None:
        """Take every refund for told. No correct shop does."""
        self.book.ask_no_more()

    def close_connections(self) -> None:
        """Give back the sockets."""
        for _, gateway in self._opened:
            gateway.close_connections()

    def _made_by_platform(self, told: Refund) -> RefundRecord | None:
        """A refund of ours that nobody here asked for, once the platform itself says that there is one."""
        order = self.orders.get(told.out_trade_no)
        if order is None or order.paid_amount <= 0:
            return None
        try:
            found = self._open().query_refund(told.out_refund_no)
        except GoLiveError as error:
            self.log.warning("refund-unknown", out_refund_no=told.out_refund_no, error=error.what)
            return None
        if found.out_trade_no != order.out_trade_no or found.refund is None:
            return None
        note = sentence(_BY_PLATFORM)
        return self.book.kept_unasked(order, found, found.refund, note, now=found.created or self.clock.now())

    def _look_at(self, order: OrderRecord) -> None:
        """Ask how the order stands before any of it goes back (facts 3.7); a failure holds up no refund."""
        try:
            self.look_at_order(order.out_trade_no)
        except GoLiveError as error:
            self.log.warning("refund-order", out_trade_no=order.out_trade_no, error=error.what)

    def _ask_quietly(self, order: OrderRecord, record: RefundRecord) -> None:
        if self.practices.queries_refunds:
            due = self.clock.now() + timedelta(seconds=SCHEDULE_S[0])
            self.book.ask_at(record.out_refund_no, step=0, due=due)
        try:
            told = self._asked(order, record)
        except PlatformRefusal as error:
            self.log.warning("refund-refused", out_refund_no=record.out_refund_no, code=error.code)
            # With a short balance the same number is asked for again later (facts 3.7).
            if error.status < 429 and error.code.replace("_", "") != "NOTENOUGH":
                self.book.refuse(record.out_refund_no)
        except GoLiveError as error:
            self.log.warning("refund-unclear", out_refund_no=record.out_refund_no, error=error.what)
        else:
            self.apply(self._answered(order, told), "answer")

    def _answered(self, order: OrderRecord, told: Refund) -> Refund:
        if order.provider is Provider.ALIPAY:
            return self.practices.alipay_refund_answered(told)
        return self.practices.refund_accepted(told)

    @staticmethod
    def _may_ask_again(order: OrderRecord, record: RefundRecord) -> bool:
        """Alipay knows nothing of a refund that failed, too, so that it has to be asked for again."""
        again = record.state is RefundState.PROCESSING and order.provider is Provider.ALIPAY
        return record.state is RefundState.ASKED or again

    def _asked(self, order: OrderRecord, record: RefundRecord) -> Refund:
        """Ask; where that ends unclear, find out first, and send the same again once."""
        try:
            return self._send(order, record)
        except EnvironmentUnreachable:
            raise
        except PlatformRefusal as error:
            if error.status < 429:
                raise
        except (UnknownOutcome, SignatureInvalid) as error:
            self.log.warning("refund-unclear", out_refund_no=record.out_refund_no, error=error.what)
        try:
            return self._open().query_refund(record.out_refund_no, record.out_trade_no)
        except PlatformRefusal as error:
            if error.status != 404:
                raise
        return self._send(order, record)

    def _send(self, order: OrderRecord, record: RefundRecord) -> Refund:
        wanted = RefundOrder(
            out_refund_no=self.practices.refund_number(record),
            out_trade_no=order.out_trade_no,
            refund=record.refund,
            total=order.amount,
            notify_url=self.notify_url,
            reason=record.reason,
        )
        return self._open().refund(wanted)

    def _kept(self, record: RefundRecord) -> RefundRecord:
        return self.book.get(record.out_refund_no) or record

    def _open(self) -> RedirectingGateway:
        settings = self.settings()
        if not self._opened or self._opened[-1][0] is not settings:
            self._opened.append((settings, self.open_gateway(settings)))
        return self._opened[-1][1]
