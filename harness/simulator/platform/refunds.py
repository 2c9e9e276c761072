"""The refunds of one merchant account: which are accepted, and how each ends (facts 3.6, 3.7, 4.2).

An accepted refund leaves the merchant account at once and arrives later; until then it can still end
otherwise. Every call costs at most the fifty refunds that one order can have, and the logarithm of those
that are under way.
"""

from __future__ import annotations

import heapq
import itertools
import threading
from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass, field, replace
from datetime import date, datetime, timedelta

from harness.core.clock import BEIJING, BusinessClock
from harness.core.payment import RefundStatus, TradeState
from harness.levers.models import Delivery
from harness.simulator.platform.edition_refunds import EditionRefunds, request_of
from harness.simulator.platform.handles import Handles
from harness.simulator.platform.ledger import Book
from harness.simulator.platform.orders import PlatformOrder, Reason, Refused
from harness.simulator.platform.refund import CARD, MERCHANT_BANK, PlatformRefund, RefundRequest
from harness.simulator.platform.refund_parts import cash_part
from harness.simulator.practices import Practices

MOST_PARTS = 50
APART = timedelta(minutes=1)
"""Between two refunds of one order."""
WITHIN = timedelta(days=365)
"""After the payment."""


@dataclass(slots=True, eq=False)
class Refunds:
    """Those of one account, which lends it all its members."""

    _clock: BusinessClock
    _lock: threading.RLock
    _handles: Handles
    _practices: Practices
    _book: Book
    _: KW_ONLY
    find_order: Callable[[str], PlatformOrder]
    number_of_transaction: Callable[[str], str | None]
    changed: Callable[[], None] = field(default=lambda: None)
    """Called when the end of a refund may have come nearer."""
    edition: EditionRefunds = field(init=False, default_factory=EditionRefunds)
    """What the platform gives back by itself."""
    _refunds: dict[str, PlatformRefund] = field(init=False, default_factory=dict)
    _by_id: dict[str, PlatformRefund] = field(init=False, default_factory=dict)
    _coming: list[tuple[datetime, int, PlatformRefund]] = field(init=False, default_factory=list)
    _order_of_coming: itertools.count[int] = field(init=False, default_factory=itertools.count)
    _agent_day: date | None = field(init=False, default=None)
    _agent_total: int = field(init=False, default=0)
    _untold: list[tuple[PlatformRefund, datetime]] = field(init=False, default_factory=list)

    def create(self, request: RefundRequest) -> PlatformRefund:
        """Accept a refund, or find the one of that number again: the same parameters never give back twice.

        Raises:
            Refused: NOTHING_TO_REFUND, REFUND_OF_ANOTHER_ORDER, REFUND_OF_ANOTHER_AMOUNT,
                NOT_THE_ORDERS_AMOUNT, OVERDUE, ALL_REFUNDED, OVER_THE_REST, OVER_AGENT_LIMIT, TOO_MANY_PARTS,
                TOO_SOON or BALANCE_SHORT; nothing has changed.
        """
        with self._lock:
            now = self._clock.now()
            self.settle(now)
            order = self._order(request)
            request = replace(
                request,
                total=int(order.total) if request.total is None else request.total,
                notify_url=order.request.notify_url if request.notify_url is None else request.notify_url,
            )
            before = self._refunds.get(request.out_refund_no)
            reason = (
                self._why_not(order, request, now)
                if before is None
                else _why_not_again(before, order, request)
            )
            if reason is not None:
                order.trail.note("refund-refused", out_refund_no=request.out_refund_no, reason=reason.value)
                raise Refused(reason)
            return self._accept(order, request, now) if before is None else self._again(before, order)

    def query(self, out_refund_no: str) -> PlatformRefund:
        """The refund as it stands, asked for by the merchant.

        Raises:
            Refused: REFUND_UNKNOWN.
        """
        with self._lock:
            refund = self.find(out_refund_no)
            trail = self.find_order(refund.out_trade_no).trail
            trail.note("refund-queried", out_refund_no=out_refund_no, status=refund.status.value)
            return refund

    def redirect(self, refund_id: str, out_refund_no: str, *, to_merchant: bool) -> PlatformRefund:
        """Send an abnormal refund another way: to a card of the payer's, or to the merchant's own bank.

        Raises:
            Refused: REFUND_UNKNOWN; REFUND_OF_ANOTHER_ORDER when the two numbers are not one refund's;
                NOT_ABNORMAL.
        """
        with self._lock:
            now = self._clock.now()
            self.settle(now)
            refund = self._by_id.get(refund_id)
            if refund is None:
                raise Refused(Reason.REFUND_UNKNOWN)
            if refund.request.out_refund_no != out_refund_no:
                raise Refused(Reason.REFUND_OF_ANOTHER_ORDER)
            if refund.status is not RefundStatus.ABNORMAL:
                raise Refused(Reason.NOT_ABNORMAL)
            refund.status, refund.redirected, refund.ends = (
                RefundStatus.PROCESSING,
                True,
                RefundStatus.SUCCESS,
            )
            refund.received_by = MERCHANT_BANK if to_merchant else CARD
            self._goes_on(refund, now)
            trail = self.find_order(refund.out_trade_no).trail
            trail.note("refund-redirected", out_refund_no=out_refund_no, to=refund.received_by)
            return refund

    def card_told(self, refund_id: str, card: str) -> None:
        """Note in what state a payer's card came with a refund: `sealed`, `plain`, `unopened`, `unnamed`."""
        if (refund := self._by_id.get(refund_id)) is not None:
            trail = self.find_order(refund.out_trade_no).trail
            trail.note("refund-card", out_refund_no=refund.request.out_refund_no, card=card)

    def find(self, out_refund_no: str, *, of: str = "") -> PlatformRefund:
        """The refund, without a trace of having looked.

        Args:
            of: the order's number, where only that makes a refund's number unique.

        Raises:
            Refused: REFUND_UNKNOWN.
        """
        self.settle(self._clock.now())
        refund = self._refunds.get(out_refund_no)
        if refund is None:
            raise Refused(Reason.REFUND_UNKNOWN)
        return refund

    def order_of_number(self, out_refund_no: str) -> str | None:
        """Which order a refund of that number gives back; of several the newest one's."""
        try:
            return self.find(out_refund_no).out_trade_no
        except Refused:
            return None

    def order_of(self, refund_id: str) -> str | None:
        """Which order the platform's own number of a refund belongs to."""
        refund = self._by_id.get(refund_id)
        return None if refund is None else refund.out_trade_no

    def end(self, out_refund_no: str, status: RefundStatus, *, of: str = "") -> PlatformRefund:
        """Let a refund end so now; an abnormal one may still succeed, as a person at the platform does it.

        Args:
            of: as in `find`.

        Raises:
            Refused: REFUND_UNKNOWN, or INVALID for one that has ended, and for PROCESSING, which is no end.
        """
        with self._lock:
            refund = self.find(out_refund_no, of=of)
            stuck = refund.status is RefundStatus.ABNORMAL and status is RefundStatus.SUCCESS
            going = refund.status is RefundStatus.PROCESSING and status is not RefundStatus.PROCESSING
            if not stuck and not going:
                raise Refused(Reason.INVALID)
            self._end(refund, status, self._clock.now())
            return refund

    def settle(self, now: datetime) -> None:
        """Begin what the platform gives back, and end what is to end, since anybody last looked."""
        with self._lock:
            for due, order in self.edition.take_due(now):
                self._give_back(order, due)
            while self._coming and self._coming[0][0] <= now:
                due, _, refund = heapq.heappop(self._coming)
                if refund.due == due:
                    self._end(refund, refund.ends, due)

    def next_due(self) -> datetime | None:
        """When the next one may end by itself; None when none will."""
        with self._lock:
            coming = self._coming[0][0] if self._coming else None
            dues = [each for each in (coming, self.edition.next_due()) if each is not None]
            return min(dues, default=None)

    def paid(self, order: PlatformOrder, at: datetime) -> None:
        """An order of this account was paid; it comes back by itself where that is switched on."""
        with self._lock:
            if self._practices.edition_gives_back and self.edition.paid(order, at):
                self.changed()

    def take_untold(self) -> list[tuple[PlatformRefund, datetime]]:
        """What has ended since this was last asked, as it was then, and when: each end is told once."""
        with self._lock:
            self.settle(self._clock.now())
            untold, self._untold = self._untold, []
            for refund, _ in untold:
                self.find_order(refund.out_trade_no).trail.touch()
            return untold

    def is_untold(self, refund: PlatformRefund) -> bool:
        """Whether its end is still to be told."""
        return any(each.refund_id == refund.refund_id for each, _ in self._untold)

    def to_tell(self, refund: PlatformRefund) -> None:
        """Its end was not told before a restart."""
        self._untold.append((replace(refund), refund.success_time or self._clock.now()))

    def found_again(self, refund: PlatformRefund) -> None:
        """A refund from before a restart: it goes on where it was."""
        self._by_id[refund.refund_id] = refund
        self._keep(refund)
        if refund.due is not None:
            heapq.heappush(self._coming, (refund.due, next(self._order_of_coming), refund))
        today = self._clock.now().astimezone(BEIJING).date()
        if refund.request.by_agent and refund.created.astimezone(BEIJING).date() == today:
            self._agent_day = today
            self._agent_total += refund.refund

    def delivered(self, out_refund_no: str, delivery: Delivery, *, of: str = "") -> None:
        """A callback attempt about this refund, of that order, ended."""
        refund = self.find(out_refund_no, of=of)
        refund.deliveries.append(delivery)
        self.find_order(refund.out_trade_no).trail.note(
            "refund-notify-attempt",
            out_refund_no=out_refund_no,
            attempt=str(delivery.attempt),
            status=str(delivery.status) if delivery.status is not None else "",
            accepted=str(delivery.accepted).lower(),
        )

    def _order(self, request: RefundRequest) -> PlatformOrder:
        """The paid order that it is about."""
        number = request.out_trade_no or self.number_of_transaction(request.transaction_id or "") or ""
        try:
            order = self.find_order(number)
        except Refused:
            raise Refused(Reason.NOTHING_TO_REFUND) from None
        if not order.money_taken:
            order.trail.note(
                "refund-refused",
                out_refund_no=request.out_refund_no,
                reason=Reason.NOTHING_TO_REFUND.value,
            )
            raise Refused(Reason.NOTHING_TO_REFUND)
        return order

    def _again(self, refund: PlatformRefund, order: PlatformOrder) -> PlatformRefund:
        refund.times_asked += 1
        order.trail.note(
            "refund-again", out_refund_no=refund.request.out_refund_no, status=refund.status.value
        )
        return refund

    def _why_not(self, order: PlatformOrder, request: RefundRequest, now: datetime) -> Reason | None:
        """What speaks against another refund of a paid order."""
        rest = int(order.total) - sum(each.refund for each in order.refunds if each.counts)
        reasons = (
            (Reason.NOT_THE_ORDERS_AMOUNT, request.total != order.total or request.refund > order.total),
            (Reason.OVERDUE, order.success_time is not None and now > order.success_time + WITHIN),
            (Reason.ALL_REFUNDED, rest == 0),
            (Reason.OVER_THE_REST, request.refund > rest),
            (Reason.OVER_AGENT_LIMIT, request.by_agent and self._over_ceiling(request.refund, now)),
            (Reason.TOO_MANY_PARTS, len(order.refunds) >= MOST_PARTS),
            (Reason.TOO_SOON, bool(order.refunds) and now < order.refunds[-1].created + APART),
            (Reason.BALANCE_SHORT, self._book.balance(request.mchid) < request.refund),
        )
        return next((reason for reason, holds in reasons if holds), None)

    def _over_ceiling(self, refund: int, now: datetime) -> bool:
        """Whether a refund is more than agents may ask for, at once or within this day."""
        today = now.astimezone(BEIJING).date()
        if today != self._agent_day:
            self._agent_day, self._agent_total = today, 0
        practices = self._practices
        return (
            refund > practices.agent_refund_limit
            or self._agent_total + refund > practices.agent_refund_day_limit
        )

    def _accept(self, order: PlatformOrder, request: RefundRequest, now: datetime) -> PlatformRefund:
        refund = PlatformRefund(
            request=request,
            refund_id=self._handles.refund_id(now),
            out_trade_no=order.out_trade_no,
            transaction_id=order.transaction_id or "",
            created=now,
            ends=request.ends,
            payer_total=int(order.total) - order.coupon,
            coupon_total=order.coupon,
            payer_refund=cash_part(
                request.refund,
                total=int(order.total),
                payer_total=int(order.total) - order.coupon,
                before=[(each.refund, each.payer_refund) for each in order.refunds if each.counts],
            ),
        )
        self._by_id[refund.refund_id] = refund
        self._keep(refund)
        order.refunds.append(refund)
        self._agent_total += request.refund if request.by_agent else 0
        self._book.refund_accepted(
            at=now,
            out_trade_no=order.out_trade_no,
            mchid=request.mchid,
            refund=request.refund,
            out_refund_no=request.out_refund_no,
        )
        if not self._practices.refund_order_state_older:
            order.state = TradeState.REFUND
        order.trail.note(
            "refund-accepted",
            out_refund_no=request.out_refund_no,
            refund_id=refund.refund_id,
            refund=str(request.refund),
        )
        self._goes_on(refund, now)
        return refund

    def _keep(self, refund: PlatformRefund) -> None:
        """It is found by its number from now on."""
        self._refunds[refund.request.out_refund_no] = refund

    def _give_back(self, order: PlatformOrder, at: datetime) -> None:
        rest = int(order.total) - sum(each.refund for each in order.refunds if each.counts)
        if 0 < rest <= self._book.balance(order.request.mchid):
            self._accept(order, request_of(order, rest), at)

    def _goes_on(self, refund: PlatformRefund, now: datetime) -> None:
        """It is on its way from now on, and ends by itself unless it shall not."""
        if refund.ends is not RefundStatus.PROCESSING:
            refund.due = self._handles.rules.refunded_by(now)
            heapq.heappush(self._coming, (refund.due, next(self._order_of_coming), refund))
        self.changed()

    def _end(self, refund: PlatformRefund, status: RefundStatus, at: datetime) -> None:
        order = self.find_order(refund.out_trade_no)
        refund.status, refund.due = status, None
        if status is RefundStatus.SUCCESS:
            refund.success_time = at
            to_merchant = refund.redirected and refund.received_by == MERCHANT_BANK
            refund.channel = "OTHER_BANKCARD" if refund.redirected and not to_merchant else refund.channel
            self._book.refunded(
                at=at,
                out_trade_no=refund.out_trade_no,
                mchid=refund.request.mchid,
                cash=refund.payer_refund,
                coupon=refund.discount_refund,
                to_merchant=to_merchant,
            )
            order.state = TradeState.REFUND
        elif status is RefundStatus.CLOSED:
            self._book.refund_closed(
                at=at,
                out_trade_no=refund.out_trade_no,
                mchid=refund.request.mchid,
                refund=refund.refund,
                out_refund_no=refund.request.out_refund_no,
            )
        order.trail.note("refund-ended", out_refund_no=refund.request.out_refund_no, status=status.value)
        self._untold.append((replace(refund), at))
        self.changed()


def _why_not_again(refund: PlatformRefund, order: PlatformOrder, request: RefundRequest) -> Reason | None:
    """What speaks against its being the refund of that number that there is."""
    if refund.out_trade_no != order.out_trade_no:
        return Reason.REFUND_OF_ANOTHER_ORDER
    if (refund.refund, refund.request.total) != (request.refund, request.total):
        return Reason.REFUND_OF_ANOTHER_AMOUNT
    return None
