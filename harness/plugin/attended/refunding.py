"""Gives an attended payment back, and follows it until the platform says that it is done."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from harness.core.errors import GoLiveError, PlatformRefusal
from harness.core.money import Fen
from harness.core.payment import Refund, RefundOrder, RefundStatus
from harness.gateways.protocol import RefundGateway
from harness.plugin.attended.desk import Desk
from harness.plugin.attended.watching import Note

PATIENT = 5
"""Turns of the pace between two questions about a refund."""
_BUSY = frozenset({408, 429})
"""Refusals (HTTP) that say nothing of what was asked for."""


def own_refund_no(out_trade_no: str) -> str:
    """The `out_refund_no` under which an order's payment is given back."""
    return f"{out_trade_no}R"


@dataclass(slots=True, kw_only=True)
class Refunding:
    """The whole amount of one payment on its way back. It never raises for a platform's answer.

    An unclear answer is followed by the same query: the same number again would be the same refund. What was
    refused, and what the platform then says it does not know, is waited for no longer.

    Args:
        pause_s: between two requests, by the pace of the run.
    """

    out_trade_no: str
    amount: Fen
    gateway: RefundGateway
    notify_url: str
    desk: Desk
    pause_s: float
    note: Note
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    state: str = field(default="not asked for", init=False)
    """The platform's last word, or why there is none."""
    _begun: float = field(default=0.0, init=False)
    _refused: list[bool] = field(default_factory=list, init=False)
    """Of each answer, whether it was a clear no."""

    @property
    def number(self) -> str:
        """Its `out_refund_no`."""
        return own_refund_no(self.out_trade_no)

    @property
    def done(self) -> bool:
        """Whether the money is back."""
        return self.state == RefundStatus.SUCCESS

    def ask(self) -> None:
        """Ask for the whole amount back."""
        self.desk.say("refunding", yuan=self.amount.yuan, number=self.number)
        self._begun, self.state = self.clock(), "asked for, not answered"
        order = RefundOrder(
            out_refund_no=self.number,
            out_trade_no=self.out_trade_no,
            refund=self.amount,
            total=self.amount,
            notify_url=self.notify_url,
        )
        self._take(lambda: self.gateway.refund(order), refund_fen=int(self.amount))

    def follow(self, *, wait_s: float) -> None:
        """Look after it until it is done, cannot be any more, or the time is over."""
        while not self._over and self.clock() - self._begun < wait_s:
            self.sleep(self.pause_s * PATIENT)
            self._take(lambda: self.gateway.query_refund(self.number, self.out_trade_no))
        if self.done:
            gone = f"{self.clock() - self._begun:.0f}"
            self.desk.say("refunded", yuan=self.amount.yuan, gone=gone)
        else:
            self.desk.say("refund_open", state=self.state, number=self.number)

    @property
    def _over(self) -> bool:
        known = RefundStatus.known(self.state)
        if known is not None and (known.final or known is RefundStatus.ABNORMAL):
            return True
        return len(self._refused) > 1 and self._refused[0] and self._refused[-1]

    def _take(self, ask: Callable[[], Refund], **members: object) -> None:
        before, no = self.state, False
        try:
            self.state = ask().status
        except GoLiveError as error:
            no = (
                isinstance(error, PlatformRefusal) and 400 <= error.status < 500 and error.status not in _BUSY
            )
            if not (
                no and self._refused[:1] == [True]
            ):  # why it was refused says more than that it is not there
                self.state = error.what
        self._refused.append(no)
        if self.state != before:
            self.note("refund", {"out_refund_no": self.number, **members, "state": self.state})
