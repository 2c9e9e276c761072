"""Waits for a real payer: asks the platform and looks at the merchant, politely, until all is decided."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from harness.core.errors import GoLiveError, PlatformRefusal
from harness.core.money import Fen
from harness.core.payment import TradeState, Transaction
from harness.gateways.protocol import PaymentGateway
from harness.merchant.gap import ProfileGap
from harness.merchant.merchant_order import MerchantOrder
from harness.plugin.attended.desk import Desk
from harness.plugin.attended.ordering import Ordered

HURRIED_S = 60.0
"""For so long the platform is asked every second turn of the pace, and afterwards every fifth."""
CALLBACK_S = 60.0
"""How long after a payment the merchant may take to know of it: the platform calls again twice by then."""
TELLS_EVERY_S = 15.0
UNOPENED = "unopened"
"""What stands for an order of Alipay's that no payer has opened."""
_ENDED = frozenset({TradeState.CLOSED, TradeState.REVOKED, TradeState.PAYERROR})
Note = Callable[[str, dict[str, object]], None]


@dataclass(slots=True)
class Watched:
    """What was seen of one order while it was waited for. Moments are seconds from the order on."""

    waited_s: float = 0.0
    state: str = ""
    """The platform's last word of it."""
    transaction: Transaction | None = None
    """Once money was taken."""
    paid_s: float | None = None
    """When the platform first said so."""
    merchant_s: float | None = None
    """When the merchant's books first had the payment."""
    merchant: MerchantOrder | None = None
    """As its books had it last."""
    unseen: str = ""
    """Why the merchant's books tell nothing."""
    given_up: bool = False
    queries: int = 0
    troubles: list[str] = field(default_factory=list)

    @property
    def paid(self) -> bool:
        """Whether the platform says that money was taken."""
        return self.transaction is not None


@dataclass(slots=True)
class Watch:
    """One order being waited for. Tests replace the clock.

    Args:
        pause_s: between two requests to whomever, by the pace of the run.
        look: what the merchant's books say of an order; None: nobody can look.
    """

    ordered: Ordered
    gateway: PaymentGateway
    look: Callable[[str], MerchantOrder | None]
    desk: Desk
    wait_s: float
    pause_s: float
    note: Note
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    seen: Watched = field(default_factory=Watched)
    _begun: float = 0.0
    _told_s: float = -TELLS_EVERY_S
    _told: tuple[str, str] = ("", "")

    def until_decided(self) -> Watched:
        """Return when it is paid and the merchant knows it, when it cannot be paid any more, when the time is
        over, or when the person gives up.

        Raises:
            EnvironmentUnreachable: the platform does not answer any more.
        """
        self._begun = self.clock()
        while True:
            self._ask_platform()
            self._look_at_merchant()
            self.seen.waited_s = self._gone
            self._tell()
            if self._decided():
                return self.seen
            self.sleep(self.pause_s * (2 if self._gone < HURRIED_S else 5))

    @property
    def _gone(self) -> float:
        return self.clock() - self._begun

    def _decided(self) -> bool:
        seen = self.seen
        if seen.paid and seen.paid_s is not None:
            knows = seen.merchant_s is not None or bool(seen.unseen) or not self.ordered.by_merchant
            return knows or self._gone >= seen.paid_s + min(CALLBACK_S, self.wait_s)
        if TradeState.known(seen.state) in _ENDED or self._gone >= self.wait_s:
            return True
        seen.given_up = self.desk.gives_up()
        return seen.given_up

    def _ask_platform(self) -> None:
        if self.seen.paid:
            return
        self.seen.queries += 1
        try:
            found = self.gateway.query(self.ordered.number)
        except PlatformRefusal as refusal:
            self._take_state(UNOPENED if refusal.code == "ORDER_NOT_EXIST" else refusal.code)
        except GoLiveError as error:
            if error.exit_code == 3 and len(self.seen.troubles) >= 2:
                raise
            self.seen.troubles.append(error.what)
            self.note("trouble", {"what": error.what})
        else:
            self._take_state(found.trade_state)
            if found.money_taken:
                self.seen.transaction, self.seen.paid_s = found, self._gone
                self.note("paid", paid_members(found, self._gone))

    def _take_state(self, state: str) -> None:
        if state != self.seen.state:
            self.seen.state = state
            self.note("state", {"platform": state, "after_s": round(self._gone, 3)})

    def _look_at_merchant(self) -> None:
        seen = self.seen
        if not self.ordered.by_merchant or seen.merchant_s is not None or seen.unseen:
            return
        self.sleep(self.pause_s)
        try:
            order = self.look(self.ordered.number)
            seen.merchant = order
            if order is None or not order.tells_payment:
                seen.unseen = "the merchant profile tells nothing by which a payment would show"
            elif order.settled:
                seen.merchant_s = self._gone
                self.note("merchant", {"books": order.summary, "after_s": round(self._gone, 3)})
        except ProfileGap as gap:
            seen.unseen = str(gap)
        except GoLiveError as error:  # the app may be down for a moment; the payment goes on
            self.note("trouble", {"what": error.what})

    def _tell(self) -> None:
        merchant = self.seen.merchant.summary if self.seen.merchant is not None else ""
        now = (self.seen.state, merchant)
        if now == self._told and not self.desk.types and self._gone - self._told_s < TELLS_EVERY_S:
            return
        self._told, self._told_s = now, self._gone
        self.desk.progress(
            "progress",
            gone=f"{self._gone:.0f}",
            seconds=f"{self.wait_s:.0f}",
            platform=self.seen.state or "…",
            merchant=merchant or "-",
        )


def paid_members(found: Transaction, after_s: float) -> dict[str, object]:
    """What is written down of a payment."""
    return {
        "transaction_id": found.transaction_id,
        "total_fen": None if found.total is None else int(found.total),
        "payer_total_fen": None if found.payer_total is None else int(found.payer_total),
        "trade_type": found.trade_type,
        "success_time": None if found.success_time is None else found.success_time.isoformat(),
        "after_s": round(after_s, 3),
    }


def differs(found: Transaction, amount: Fen) -> bool:
    """Whether another amount was taken than was asked for; what is not told does not differ."""
    return found.total is not None and found.total != amount
