"""One order on the platform's side: what was asked for, what was handed out, what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from harness.core.money import Fen
from harness.core.payment import Product, TradeState
from harness.levers.models import OrderAudit, Payment
from harness.simulator.platform.audit import Trail
from harness.simulator.platform.refund import PlatformRefund
from harness.simulator.platform.terms import Terms


class Reason(StrEnum):
    """Why the platform will not do what was asked of an order; every wire says it in its own words."""

    UNKNOWN = "unknown"
    EXPIRED = "expired"
    REPLACED = "replaced"
    CLOSED = "closed"
    PAID = "paid"
    NOT_PAID = "not-paid"
    NUMBER_USED = "number-used"
    FOREIGN_PAYER = "foreign-payer"
    INVALID = "invalid"
    OVER_LIMIT = "over-limit"
    OVER_DAY_LIMIT = "over-day-limit"
    NOTHING_TO_REFUND = "nothing-to-refund"
    """No such order is paid: what a refund of it is told, whichever of the two it is."""
    REFUND_UNKNOWN = "refund-unknown"
    REFUND_OF_ANOTHER_ORDER = "refund-of-another-order"
    REFUND_OF_ANOTHER_AMOUNT = "refund-of-another-amount"
    NOT_THE_ORDERS_AMOUNT = "not-the-orders-amount"
    ALL_REFUNDED = "all-refunded"
    OVER_THE_REST = "over-the-rest"
    TOO_MANY_PARTS = "too-many-parts"
    TOO_SOON = "too-soon"
    OVERDUE = "overdue"
    BALANCE_SHORT = "balance-short"
    NOT_ABNORMAL = "not-abnormal"
    OVER_AGENT_LIMIT = "over-agent-limit"
    BILL_DAY = "bill-day"
    BILL_CREATING = "bill-creating"
    NO_BILL = "no-bill"
    BILL_LINK_DEAD = "bill-link-dead"
    BILL_OF_ANOTHER = "bill-of-another"


class Refused(Exception):
    """The platform's business rules say no. Caught by each wire and turned into its error."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(slots=True, kw_only=True)  # made with every request, and a frozen one takes four times as long
class OrderRequest:
    """An order as a wire understood it. Nobody changes one.

    `parameters` comes from `parameters`: two requests for one number are the same order when product, total
    and parameters are equal (facts 3.3), whichever dialect brought them. `total` is in fen.
    `request_id` is what the answer calls this request.
    """

    mchid: str
    """Whose order it is."""
    appid: str
    product: Product
    out_trade_no: str
    total: int
    notify_url: str
    parameters: Mapping[str, object]
    dialect: str = ""
    request_id: str = ""
    signed_by: str = ""
    """The serial of the merchant certificate that signed it; empty: its wire knows none."""
    openid: str | None = None
    time_expire: datetime | None = None
    attach: str | None = None
    description: str = ""
    device_id: str | None = None


@dataclass(slots=True)  # as an `OrderRequest`
class Handle:
    """What an order call hands out to start a payment with; nobody changes it. Moments are business time.

    `expire_time` is when the order ends, where the platform says so: in the experience edition, and for an
    order that named a moment itself.
    """

    dies: datetime
    """It starts no payment from then on."""
    prepay_id: str
    code_url: str | None = None
    h5_url: str | None = None
    expire_time: datetime | None = None


@dataclass(slots=True, kw_only=True)
class PlatformOrder:
    """The state of one order and the rules that need nothing else. Changed only under the platform's lock."""

    request: OrderRequest
    created: datetime
    closes_at: datetime | None
    """When it closes by itself, unpaid; None: it does not, as what Alipay was only asked for."""
    payable_until: datetime
    handle: Handle
    state: TradeState = TradeState.NOTPAY
    payer: str | None = None
    """Who may pay: the openid of JSAPI, else the first account that opened the order."""
    transaction_id: str | None = None
    """The platform's own number: WeChat gives it to a payment, Alipay to a trade that nobody has paid yet."""
    newest_intent: Intent | None = None
    """What Alipay was asked for last under this number; WeChat knows no such thing."""
    opened: Intent | None = None
    """The one that a payer made a trade of."""
    born: datetime | None = None
    """When that was."""
    closed: datetime | None = None
    """When it was closed unpaid, or by a refund of everything."""
    success_time: datetime | None = None
    coupon: int = 0
    comes_back: datetime | None = None
    """When the experience edition gives the payment back by itself; None: it does not."""
    trail: Trail = field(default_factory=Trail)
    answers: dict[str, Handle] = field(default_factory=dict)
    """What each single request was answered, so that a replayed one changes nothing."""
    refunds: list[PlatformRefund] = field(default_factory=list)
    """In the order in which they were accepted."""

    @property
    def out_trade_no(self) -> str:
        """The merchant's number."""
        return self.request.out_trade_no

    @property
    def total(self) -> Fen:
        """The order's amount."""
        return Fen(self.request.total)

    @property
    def money_taken(self) -> bool:
        """Whether the order was paid; a refund does not undo that."""
        return self.state in (TradeState.SUCCESS, TradeState.REFUND)

    def as_it_was_paid(self) -> PlatformOrder:
        """As its payment left it, which is what the notice of it tells: what was given back since is told of
        by notices of its own."""
        if not self.money_taken:
            return self
        return replace(self, state=TradeState.SUCCESS, closed=None, refunds=[])

    def settle(self, now: datetime) -> None:
        """Close it if its time has passed since anybody last looked."""
        if self.state is TradeState.NOTPAY and self.closes_at is not None and now >= self.closes_at:
            self.state, self.closed = TradeState.CLOSED, self.closes_at
            self.trail.note("expired")

    def let_in(self, payer: str) -> str:
        """The first payer in keeps others out.

        Raises:
            Refused: FOREIGN_PAYER.
        """
        if self.payer not in (None, payer):
            raise Refused(Reason.FOREIGN_PAYER)
        if self.payer is None:
            self.payer = payer
            self.trail.touch()
        return payer

    def is_the_same(self, request: OrderRequest) -> bool:
        """Whether that request asks for this very order (facts 3.3)."""
        before = self.request
        same = (before.product, before.total) == (request.product, request.total)
        return same and before.parameters == request.parameters

    def why_not_again(self, request: OrderRequest) -> Reason | None:
        """PAID, CLOSED or NUMBER_USED; None when that request gets a fresh handle."""
        if reason := self.ended:
            return reason
        return None if self.is_the_same(request) else Reason.NUMBER_USED

    def why_not_payable(self, now: datetime, handle: Handle | None = None) -> Reason | None:
        """PAID, CLOSED or EXPIRED; None when a payer may pay now.

        Args:
            handle: what the payer holds; default: the newest.
        """
        self.settle(now)
        if reason := self.ended:
            return reason
        dies = (handle or self.handle).dies
        return Reason.EXPIRED if now >= min(self.payable_until, dies) else None

    @property
    def ended(self) -> Reason | None:
        """PAID or CLOSED; None while it may still be paid."""
        if self.money_taken:
            return Reason.PAID
        return None if self.state is TradeState.NOTPAY else Reason.CLOSED

    def payment(self) -> Payment:
        """What a payer's visit came to."""
        return Payment(
            out_trade_no=self.out_trade_no,
            transaction_id=self.transaction_id if self.money_taken else None,
            trade_state=self.state.value,
            total=self.total,
            payer_total=self.total - self.coupon if self.money_taken else Fen(0),
            success_time=self.success_time,
        )

    def audit(self, *, marked: bool) -> OrderAudit:
        """Everything known of it; `marked`: also which wire brought it."""
        return OrderAudit(
            out_trade_no=self.out_trade_no,
            product=self.request.product.value,
            trade_state=self.state.value,
            total=self.total,
            openid=self.request.openid or "",
            code_url=self.handle.code_url,
            prepay_id=self.handle.prepay_id,
            h5_url=self.handle.h5_url,
            notify_url=self.request.notify_url,
            dialect=self.request.dialect if marked else "",
            time_expire=self.request.time_expire,
            events=self.trail.events,
            deliveries=self.trail.deliveries,
            refunds=tuple(refund.audit() for refund in self.refunds),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """One order call of Alipay's that was accepted: it makes no trade, a payer who opens it does.

    Several may name one number, with other data even; the first that a payer opens decides what the trade is
    (facts alipay 2.13). One can be opened until it dies; what a merchant closes before is no trade, and the
    code stays payable (facts alipay 2.6).
    """

    request: OrderRequest
    terms: Terms
    asked: datetime
    handle: Handle
    """`prepay_id` is the token that names this intent at the cashier, and cannot be guessed; `code_url` is
    what precreate hands out; `dies` is when nobody can open it any more."""
    order: PlatformOrder

    @property
    def token(self) -> str:
        """Names it at the cashier."""
        return self.handle.prepay_id

    def asks_for_the_same(self, other: OrderRequest) -> bool:
        """Whether its amount and its subject are that one's: the data that a number stands for."""
        mine = self.request
        return (mine.total, mine.description) == (other.total, other.description)
