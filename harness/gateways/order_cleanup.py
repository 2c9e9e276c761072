"""Closes the orders that a run left open at a real endpoint, where they could still be paid."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple, Protocol

from harness.core.control import Language
from harness.core.errors import GoLiveError, PlatformRefusal
from harness.core.exchange import Listener
from harness.core.findings import told_in
from harness.core.money import Fen
from harness.core.payment import Provider, TradeState, Transaction
from harness.gateways.alipay.gateway import AlipayGateway
from harness.gateways.apiv3.gateway import ApiV3Gateway
from harness.gateways.guard import Guard
from harness.settings.model import AlipaySettings, WeChatSettings

ASKED, CLOSED, NEVER_MADE = "asked for", "closed", "refused, never made"
REFUNDED, KEPT = "paid, and given back", "PAID: refund it by hand"
NOT_OPENED = "OPEN until its time is over: no payer has opened it so far"
"""Of Alipay's orders, which cannot be closed before that, and which a number never used looks like."""
_NO_SUCH_ORDER = frozenset({"ORDER_NOT_EXIST", "RESOURCE_NOT_EXISTS"})
_LEGAL = re.compile(r"[0-9A-Za-z_\-|*]{6,32}")
"""An `out_trade_no` that the platform may have an order under (facts 3.2)."""


def may_come_back_by_itself(state: str) -> bool:
    """Whether the money of an order in this state may be the platform's to give back: somebody may have paid
    it, and nobody asked for a refund, which would look like the platform's own later."""
    return state not in (CLOSED, NEVER_MADE, REFUNDED) and not state.startswith(f"{KEPT}; refund ")


class OrderGateway(Protocol):
    """What closing an order takes."""

    def close(self, out_trade_no: str) -> None: ...

    def query(self, out_trade_no: str) -> Transaction: ...

    def close_connections(self) -> None: ...


class RequestedOrder(NamedTuple):
    """One order that was asked for."""

    out_trade_no: str
    amount: Fen
    state: str
    """`asked for` until it was looked after; `closed`, `refused, never made`, or why it may still be open."""


@dataclass(slots=True)
class OrderCleanup:
    """Knows from the guard what was ordered, and closes it over its provider's own API, which knows it."""

    guard: Guard
    gateway: OrderGateway
    """Of WeChat's orders."""
    alipay: OrderGateway | None = None
    """Of Alipay's; None: nobody is configured to make any."""
    _states: dict[str, str] = field(default_factory=dict)
    _settled: set[str] = field(default_factory=set)

    @classmethod
    def of(
        cls,
        guard: Guard,
        account: WeChatSettings,
        listeners: Sequence[Listener],
        *,
        alipay: AlipaySettings | None = None,
    ) -> OrderCleanup:
        """One with gateways of its own."""
        return cls(
            guard,
            ApiV3Gateway(account, guard=guard, listeners=listeners),
            AlipayGateway(alipay, guard=guard, listeners=listeners) if alipay is not None else None,
        )

    def close_open(self) -> None:
        """Close what may be open. Never raises: what could not be closed is told by `requested`."""
        for number in self.guard.asked:
            if number not in self._settled and self._states.get(number) not in (CLOSED, NEVER_MADE):
                self._states[number] = self._closed(number)

    def settle(self, out_trade_no: str, state: str) -> None:
        """Note what became of an order and its money that somebody looked after: it is left alone now."""
        self._states[out_trade_no] = state
        self._settled.add(out_trade_no)

    def requested(self) -> list[RequestedOrder]:
        """Every order that was asked for, and what became of it."""
        return [
            RequestedOrder(number, amount, self._states.get(number, "not closed"))
            for number, amount in self.guard.asked.items()
        ]

    def close_connections(self) -> None:
        """Close the connections."""
        self.gateway.close_connections()
        if self.alipay is not None:
            self.alipay.close_connections()

    def _closed(self, number: str) -> str:
        gateway = self._of(number)
        try:
            gateway.close(number)
        except PlatformRefusal as error:
            if error.code in _NO_SUCH_ORDER and gateway is self.gateway:
                return NEVER_MADE
            return self._looked_up(number, error)
        except GoLiveError as error:
            return self._looked_up(number, error)
        return CLOSED

    def _of(self, number: str) -> OrderGateway:
        alipays = self.alipay is not None and self.guard.provider_of(number) is Provider.ALIPAY
        return self.alipay if alipays and self.alipay is not None else self.gateway

    def _looked_up(self, number: str, why: GoLiveError) -> str:
        """After an ending that settles nothing the order is queried, never guessed at."""
        try:
            found = self._of(number).query(number)
        except PlatformRefusal as error:
            if error.code in _NO_SUCH_ORDER or not _LEGAL.fullmatch(number):
                return NEVER_MADE
        except GoLiveError:
            pass
        else:
            if found.money_taken:
                return KEPT
            if found.state in (TradeState.CLOSED, TradeState.REVOKED):
                return CLOSED
            if self._of(number) is self.alipay and not found.transaction_id:
                return NOT_OPENED
        return f"OPEN, close it by hand: {why.what}"


def summary(orders: Sequence[RequestedOrder], budget: Fen, language: Language = "en") -> list[str]:
    """What a terminal says of them. What was paid is not open, and is told apart: its money may be meant to
    stay."""
    say = partial(told_in, language=language)
    if not orders:
        return [say(f"no order was made; budget {budget} fen")]
    paid = [order for order in orders if order.state.startswith(KEPT)]
    still = [order for order in orders if order.state not in (CLOSED, NEVER_MADE, REFUNDED)]
    ends = [f"{len(still) - len(paid)} MAY STILL BE OPEN"] if len(still) > len(paid) else []
    ends += [f"{len(paid)} PAID AND NOT GIVEN BACK"] if paid else []
    worth = sum(order.amount for order in orders)
    said = [
        f"{len(orders)} orders asked for, {worth} fen in all, budget {budget} fen",
        *(ends or ["none is open"]),
    ]
    seam, end, fen = ("；", "：", "分") if language == "zh" else ("; ", ":", "fen")
    lines = [f"  {order.out_trade_no}  {order.amount} {fen}  {say(order.state)}" for order in orders]
    return [seam.join(map(say, said)) + end, *lines]
