"""Gives an attended payment back, and follows it until the platform says that it is done."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import NamedTuple

from harness.core.errors import GoLiveError
from harness.core.money import Fen
from harness.core.payment import Refund, RefundOrder, RefundStatus
from harness.gateways.protocol import RefundGateway
from harness.plugin.attended.desk import Desk
from harness.plugin.attended.watching import Note

PATIENT = 5
"""Turns of the pace between two questions about a refund."""


class Refunding(NamedTuple):
    """How a refund stood when it was followed no more."""

    number: str
    """Its `out_refund_no`."""
    state: str
    """The platform's last word, or why there is none."""
    after_s: float

    @property
    def done(self) -> bool:
        """Whether the money is back."""
        return self.state == RefundStatus.SUCCESS


def own_refund_no(out_trade_no: str) -> str:
    """The `out_refund_no` under which an order's payment is given back."""
    return f"{out_trade_no}R"


def give_back(
    out_trade_no: str,
    amount: Fen,
    gateway: RefundGateway,
    *,
    notify_url: str,
    desk: Desk,
    wait_s: float,
    pause_s: float,
    note: Note,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Refunding:
    """Ask for the whole amount back, and look after it. Never raises for a platform's answer.

    An unclear answer is followed by the same query: the same number again would be the same refund.
    """
    number = own_refund_no(out_trade_no)
    desk.say("refunding", yuan=amount.yuan, number=number)
    begun = clock()
    order = RefundOrder(
        out_refund_no=number, out_trade_no=out_trade_no, refund=amount, total=amount, notify_url=notify_url
    )
    state = _told(lambda: gateway.refund(order))
    note("refund", {"out_refund_no": number, "refund_fen": int(amount), "state": state})
    while not _final(state) and clock() - begun < wait_s:
        sleep(pause_s * PATIENT)
        asked = _told(lambda: gateway.query_refund(number, out_trade_no))
        if asked != state:
            note("refund", {"out_refund_no": number, "state": asked})
        state = asked
    ended = Refunding(number, state, clock() - begun)
    if ended.done:
        desk.say("refunded", yuan=amount.yuan, gone=f"{ended.after_s:.0f}")
    else:
        desk.say("refund_open", state=state, number=number)
    return ended


def _told(ask: Callable[[], Refund]) -> str:
    try:
        return ask().status
    except GoLiveError as error:
        return error.what


def _final(state: str) -> bool:
    known = RefundStatus.known(state)
    return known is not None and (known.final or known is RefundStatus.ABNORMAL)
