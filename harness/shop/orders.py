"""Taking an order: one number for it, the same one however often the shopper tries (facts 3.3, 6.5)."""

from __future__ import annotations

import secrets
import string
import threading
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from harness.clock import BEIJING, BusinessClock
from harness.errors import (
    EnvironmentUnreachable,
    GoLiveError,
    PlatformRefusal,
    SignatureInvalid,
    UnknownOutcome,
)
from harness.gateways.protocol import PaymentGateway
from harness.money import Fen
from harness.payment import Order, Prepared, Product
from harness.shop.active_query import ActiveQuery
from harness.shop.logs import Log
from harness.shop.order_book import OrderBook
from harness.shop.practices import Practices
from harness.shop.records import OPEN, OrderRecord, OrderStatus
from harness.shop.refusal import Refusal, refusal

LIFETIME = timedelta(hours=12)
"""How long an order may be paid: longer than a code's two hours, so that a fresh code can be had."""

_LETTERS = string.ascii_uppercase + string.digits
_LOCKS = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a shopper asks for, already priced."""

    account: str
    order_id: str
    goods: str
    description: str
    amount: Fen
    product: Product


def new_number(moment: datetime) -> str:
    """A number the platform accepts (6 to 32 characters) and nobody guesses: time, and 12 random ones."""
    tail = "".join(secrets.choice(_LETTERS) for _ in range(12))
    return f"GL{moment.astimezone(BEIJING):%Y%m%d%H%M%S}{tail}"


class Orders:
    """The order service."""

    def __init__(
        self,
        *,
        gateway: PaymentGateway,
        book: OrderBook,
        queries: ActiveQuery,
        clock: BusinessClock,
        practices: Practices,
        log: Log,
        notify_url: str,
    ) -> None:
        self._gateway = gateway
        self._book = book
        self._queries = queries
        self._clock = clock
        self._practices = practices
        self._log = log
        self._notify_url = notify_url
        # A stripe an order: two clicks on one order wait for each other, two orders hardly ever do.
        self._stripes = tuple(threading.Lock() for _ in range(_LOCKS))

    def take(self, wanted: Wanted) -> OrderRecord:
        """Place the order, or place it again under its number for a fresh code.

        Raises:
            Refusal: it was paid, differs from what this page asked before, or the platform would not have
                it; what the platform cannot know of is forgotten, what it may know of is kept and watched.
        """
        record = self._book.latest_or_new(
            wanted.account,
            wanted.order_id,
            reusable=self._reusable,
            make=lambda generation: self._made(wanted, generation),
        )
        self._same_or_refuse(record, wanted)
        with self._stripes[hash(record.out_trade_no) % _LOCKS]:
            current = self._book.get(record.out_trade_no)
            if current is None:
                raise refusal(503, "下单未成功，请重试。", "The order was not placed: try again.")
            if current.status not in OPEN:
                raise _settled(current)
            if current.placements > record.placements:
                # An identical click was answered while this one waited; a further code would kill its code.
                return current
            return self._placed(current)

    def _reusable(self, record: OrderRecord) -> bool:
        """A closed number can never be used again (facts 3.3); every other one must be."""
        return self._practices.reuses_number and record.status is not OrderStatus.CANCELLED

    def _made(self, wanted: Wanted, generation: int) -> OrderRecord:
        now = self._clock.now()
        return OrderRecord(
            out_trade_no=new_number(now),
            account=wanted.account,
            order_id=wanted.order_id,
            generation=generation,
            goods=wanted.goods,
            description=wanted.description,
            amount=wanted.amount,
            product=wanted.product,
            time_expire=(now + LIFETIME).replace(microsecond=0),
            created=now,
        )

    @staticmethod
    def _same_or_refuse(record: OrderRecord, wanted: Wanted) -> None:
        before = (record.goods, record.description, record.amount, record.product)
        if before != (wanted.goods, wanted.description, wanted.amount, wanted.product):
            raise refusal(
                409,
                "该订单号已用于另一笔订单，请重新下单。",
                "This orderId already stands for another order: begin a new one.",
            )

    def _placed(self, record: OrderRecord) -> OrderRecord:
        try:
            prepared = self._place(record)
        except GoLiveError as error:
            self._log.warning("order-not-placed", out_trade_no=record.out_trade_no, error=str(error))
            self._book.forget_unless_sent(record.out_trade_no)
            if self._book.get(record.out_trade_no) is not None:
                self._queries.schedule(record)
            raise self._explained(error) from error
        self._book.placed(prepared)
        self._queries.schedule(record)
        self._log.event(
            "order-placed",
            out_trade_no=record.out_trade_no,
            request_id=prepared.request_id,
            fen=record.amount,
        )
        return replace(
            record,
            code_url=prepared.code_url or "",
            request_id=prepared.request_id,
            placements=record.placements + 1,
        )

    def _place(self, record: OrderRecord) -> Prepared:
        """Send the order; where that ends unclear, find out and send the same again, once."""
        order = self._order(record)
        try:
            return self._gateway.create(order)
        except UnknownOutcome:
            self._book.mark_maybe_sent(record.out_trade_no)
            self._find_out(record)
        except SignatureInvalid:
            # The platform's own probes look like this: discard, and ask again (facts 2.7).
            self._book.mark_maybe_sent(record.out_trade_no)
        except PlatformRefusal as error:
            if error.status < 500:
                raise
            self._book.mark_maybe_sent(record.out_trade_no)
        return self._gateway.create(order)

    def _find_out(self, record: OrderRecord) -> None:
        """Query before creating again (law 5); raises when the order turns out to be settled."""
        try:
            self._queries.look(record.out_trade_no)
        except PlatformRefusal as error:
            if error.status != 404:
                raise
            return
        found = self._book.get(record.out_trade_no)
        if found is not None and found.status not in OPEN:
            raise _settled(found)

    def _order(self, record: OrderRecord) -> Order:
        expire = record.time_expire
        if not self._practices.keeps_time_expire:
            expire = self._clock.now() + LIFETIME
        return Order(
            out_trade_no=record.out_trade_no,
            product=record.product,
            amount=record.amount,
            description=record.description,
            notify_url=self._notify_url,
            time_expire=expire,
        )

    def _explained(self, error: GoLiveError) -> Refusal:
        """The same for a shopper: no inner detail, and what to do."""
        if isinstance(error, PlatformRefusal) and error.status < 500:
            code = error.code or str(error.status)
            if error.code.replace("_", "") == "ORDERPAID":
                return refusal(409, "该订单已支付，请勿重复支付。", "This order is paid: do not pay again.")
            return refusal(502, f"微信支付未受理：{code}。", f"WeChat Pay did not accept the order: {code}.")
        if isinstance(error, EnvironmentUnreachable):
            return refusal(
                503,
                "暂时无法连接微信支付，未产生扣款，请稍后重试。",
                "WeChat Pay cannot be reached. Nothing was charged: try again later.",
            )
        return refusal(
            503,
            "下单结果确认中，请稍后重试，请勿重复支付。",
            "Whether the order was placed is being found out: try again shortly, and do not pay twice.",
        )


def _settled(record: OrderRecord) -> Refusal:
    if record.status is OrderStatus.PAID:
        return refusal(409, "该订单已支付，请勿重复支付。", "This order is paid: do not pay again.")
    return refusal(409, "该订单已结束，请重新下单。", f"This order is {record.status}: begin a new one.")
