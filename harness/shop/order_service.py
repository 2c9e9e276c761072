"""Taking an order: one number for it, the same one however often the shopper tries (facts 3.3, 6.5)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from harness.core.clock import BusinessClock
from harness.core.control import Text
from harness.core.errors import (
    EnvironmentUnreachable,
    GoLiveError,
    HarnessError,
    PlatformRefusal,
    SignatureInvalid,
    TargetFailure,
    UnknownOutcome,
)
from harness.core.money import Fen
from harness.core.payment import Order, Prepared, Product, Provider
from harness.gateways.protocol import PaymentGateway
from harness.settings.model import AlipaySettings, WeChatSettings
from harness.shop.active_query import ActiveQuery
from harness.shop.logs import Log
from harness.shop.order_book import OrderBook
from harness.shop.order_numbers import new_number
from harness.shop.order_record import OPEN, OrderRecord, OrderStatus
from harness.shop.payment_choices import PaymentType
from harness.shop.practices import Practices, expire_at
from harness.shop.refusal import Refusal, refusal

NAMES = {
    Provider.WECHAT: Text(zh="微信支付", en="WeChat Pay"),
    Provider.ALIPAY: Text(zh="支付宝", en="Alipay"),
}
"""What a shopper calls them."""
H5_SCENE = "Wap"
"""What kind of page asks for H5 (facts 3.2)."""

_LOCKS = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase:
    """What a shopper asks for, already priced."""

    account: str
    order_id: str
    goods: str
    description: str
    amount: Fen
    kind: PaymentType
    provider: Provider = Provider.WECHAT
    openid: str = ""
    """Of the payer, where the bridge pays."""
    client_ip: str = ""
    """The payer's address, where H5 pays."""
    out_trade_no: str = ""
    """Of a shop that lets others number its orders, as no correct one does."""
    return_url: str = ""
    """Of one that lets others say where Alipay's payers come back to."""


@dataclass(slots=True, kw_only=True, eq=False, repr=False)
class OrderService:
    """The order service."""

    gateway: PaymentGateway
    book: OrderBook
    queries: ActiveQuery
    clock: BusinessClock
    practices: Practices
    log: Log
    wechat: Callable[[], WeChatSettings]
    """The merchant account, with the key of today."""
    alipay: AlipaySettings | None = None
    """None: this shop takes no Alipay."""
    _stripes: tuple[threading.Lock, ...] = field(
        init=False, default_factory=lambda: tuple(threading.Lock() for _ in range(_LOCKS))
    )
    """A stripe an order: two clicks on one order wait for each other, two orders hardly ever do."""

    def take(self, wanted: Purchase) -> OrderRecord:
        """Place the order, or place it again under its number for a fresh code.

        Raises:
            Refusal: it was paid, differs from what this page asked before, or the platform would not have
                it; what the platform cannot know of is forgotten, what it may know of is kept and watched.
        """
        record = self.practices.finds_or_makes(
            self.book,
            wanted.account,
            wanted.order_id,
            reusable=self._reusable,
            make=lambda generation: self._made(wanted, generation),
        )
        self._same_or_refuse(record, wanted)
        with self._stripes[hash(record.out_trade_no) % _LOCKS]:
            current = self.book.get(record.out_trade_no)
            if current is None:
                raise refusal(503, "下单未成功，请重试。", "The order was not placed: try again.")
            if current.status not in OPEN:
                raise _settled(current)
            if current.placements > record.placements:
                # An identical click was answered while this one waited; a further code would kill its code.
                return current
            if current.placements and not self.practices.renews_codes:
                return current
            return self._placed(current)

    def _reusable(self, record: OrderRecord) -> bool:
        """A closed number can never be used again (facts 3.3); every other one must be."""
        return self.practices.reuses_number and record.status is not OrderStatus.CANCELLED

    def _made(self, wanted: Purchase, generation: int) -> OrderRecord:
        now = self.clock.now()
        return OrderRecord(
            out_trade_no=wanted.out_trade_no or new_number(now),
            account=wanted.account,
            order_id=wanted.order_id,
            generation=generation,
            goods=wanted.goods,
            description=wanted.description,
            amount=wanted.amount,
            kind=wanted.kind,
            provider=wanted.provider,
            openid=wanted.openid,
            client_ip=wanted.client_ip,
            return_url=wanted.return_url,
            time_expire=expire_at(now),
            created=now,
        )

    @staticmethod
    def _same_or_refuse(record: OrderRecord, wanted: Purchase) -> None:
        before = (record.goods, record.description, record.amount, record.kind, record.openid)
        now = (wanted.goods, wanted.description, wanted.amount, wanted.kind, wanted.openid)
        if before != now or record.provider is not wanted.provider:
            raise refusal(
                409,
                "该订单号已用于另一笔订单，请重新下单。",
                "This orderId already stands for another order: begin a new one.",
            )
        if record.client_ip != wanted.client_ip:
            # The address is part of the order, and the H5 cashier compares it (facts 3.3, 7.5).
            raise refusal(
                409,
                "网络环境已变化，请重新下单。",
                "The network has changed since this order was placed: begin a new one.",
            )

    def _placed(self, record: OrderRecord) -> OrderRecord:
        try:
            prepared = self._place(record)
            bridge = None
            if record.kind.sold_over(record.provider) is Product.JSAPI:
                bridge = self.practices.bridge_parameters(self.wechat(), prepared)
        except GoLiveError as error:
            self.log.warning("order-not-placed", out_trade_no=record.out_trade_no, error=str(error))
            if isinstance(error, TargetFailure) and not isinstance(error, PlatformRefusal):
                # It answered, but nothing that can be used: the order may be there all the same.
                self.book.mark_maybe_sent(record.out_trade_no)
            self.book.forget_unless_sent(record.out_trade_no)
            if self.book.get(record.out_trade_no) is not None:
                self.queries.schedule(record)
            if not self.practices.explains_failures:
                raise
            raise self._explained(error, record.provider) from error
        self.book.placed(record.out_trade_no, prepared, bridge)
        placed = self._kept(prepared.out_trade_no)
        self.queries.schedule(placed)
        self.log.event(
            "order-placed",
            out_trade_no=placed.out_trade_no,
            dialect=placed.dialect,
            request_id=placed.request_id,
            fen=placed.amount,
        )
        return placed

    def _kept(self, out_trade_no: str) -> OrderRecord:
        """The record of an order that was kept a moment ago."""
        record = self.book.get(out_trade_no)
        if record is None:
            raise HarnessError(f"the order {out_trade_no} was placed and is not in the books")
        return record

    def _place(self, record: OrderRecord) -> Prepared:
        """Send the order; where that ends unclear, find out and send the same again, once."""
        order = self._order(record)
        try:
            return self.gateway.create(order)
        except UnknownOutcome:
            self.book.mark_maybe_sent(record.out_trade_no)
            self._find_out(record)
        except SignatureInvalid:
            # The platform's own probes look like this: discard, and ask again (facts 2.7).
            self.book.mark_maybe_sent(record.out_trade_no)
        except PlatformRefusal as error:
            if error.status < 500:
                raise
            self.book.mark_maybe_sent(record.out_trade_no)
        return self.gateway.create(order)

    def _find_out(self, record: OrderRecord) -> None:
        """Query before creating again (law 5); raises when the order turns out to be settled."""
        try:
            self.queries.look(record.out_trade_no)
        except PlatformRefusal as error:
            if error.status != 404:
                raise
            return
        found = self.book.get(record.out_trade_no)
        if found is not None and found.status not in OPEN:
            raise _settled(found)

    def _order(self, record: OrderRecord) -> Order:
        return Order(
            out_trade_no=record.out_trade_no,
            product=record.kind.sold_over(record.provider),
            amount=record.amount,
            description=record.description,
            notify_url=self._notify_url(record.provider),
            time_expire=self.practices.time_expire(record, self.clock.now()),
            openid=record.openid or None,
            payer_client_ip=record.client_ip or None,
            h5_type=H5_SCENE if record.kind is PaymentType.H5 else None,
            return_url=record.return_url or None,
        )

    def _notify_url(self, provider: Provider) -> str:
        if provider is Provider.ALIPAY and self.alipay is not None:
            return self.alipay.notify_url
        return self.wechat().notify_url

    def _explained(self, error: GoLiveError, provider: Provider) -> Refusal:
        """The same for a shopper: no inner detail, and what to do."""
        name = NAMES[provider]
        if isinstance(error, PlatformRefusal) and error.status < 500:
            code = error.code or str(error.status)
            if error.code.replace("_", "") == "ORDERPAID":
                return refusal(409, "该订单已支付，请勿重复支付。", "This order is paid: do not pay again.")
            if code.replace("_", "") == "RULELIMIT" and self.practices.minds_limit:
                return refusal(
                    400,
                    "超出限额（单笔或当日累计），未产生扣款。",
                    "Over the limit of a single payment or of the day. Nothing was charged.",
                )
            return refusal(502, f"{name.zh}未受理：{code}。", f"{name.en} did not accept the order: {code}.")
        if isinstance(error, EnvironmentUnreachable):
            return refusal(
                503,
                f"暂时无法连接{name.zh}，未产生扣款，请稍后重试。",
                f"{name.en} cannot be reached. Nothing was charged: try again later.",
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
