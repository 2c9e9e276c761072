"""The handles that payments start with, and by which orders are found again."""

from __future__ import annotations

import itertools
import zlib
from collections.abc import Iterable
from datetime import datetime

from harness.core.payment import Product
from harness.simulator.platform import identifiers
from harness.simulator.platform.orders import Handle, Intent, PlatformOrder
from harness.simulator.platform.rules import Rules

RUNNING = 10
"""Digits of a number of the platform's own that run on; they are its last."""


class Handles:
    """Those of every account of one provider. Not locked by itself: the platform's lock covers it."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.base_url = rules.live
        """Where this platform's own pages are found; the live one's until it knows where it is reached."""
        self.by_code: dict[str, PlatformOrder] = {}
        self.by_prepay: dict[str, tuple[PlatformOrder, Handle]] = {}
        self.by_transaction: dict[str, PlatformOrder] = {}
        self.intents: dict[str, Intent] = {}
        """By token, and by code."""
        self._running = identifiers.transaction_ids()
        self._highest = -1
        """Of the running numbers given before a restart."""

    def found_again(self, order: PlatformOrder, handles: Iterable[Handle]) -> None:
        """An order from before a restart, by everything that it was handed out and called."""
        for handle in handles:
            self.by_prepay[handle.prepay_id] = order, handle
            if handle.code_url is not None:
                self.by_code[handle.code_url] = order
        if order.transaction_id is not None:
            self.by_transaction[order.transaction_id] = order
        for number in (order.transaction_id, *(each.refund_id for each in order.refunds)):
            self._highest = max(self._highest, int(number[-RUNNING:]) if number else -1)
        self._running = itertools.count(self._highest + 1)

    def issue(self, product: Product, now: datetime, expire_time: datetime | None) -> Handle:
        """A fresh handle."""
        return self.rules.issue(product, now, expire_time, self.base_url)

    def handed_out(self, order: PlatformOrder) -> None:
        """The order's newest handle finds it from now on; those before it still do."""
        self.by_prepay[order.handle.prepay_id] = order, order.handle
        if order.handle.code_url is not None:
            self.by_code[order.handle.code_url] = order

    def intended(self, intent: Intent) -> None:
        """Its token and its code find it from now on; those of earlier intents still do."""
        self.intents[intent.token] = intent
        if intent.handle.code_url is not None:
            self.intents[intent.handle.code_url] = intent

    def numbered(self, order: PlatformOrder, now: datetime) -> str:
        """A number of the platform's own, which finds the order from now on."""
        number = self.unused(now, order.payer or "")
        self.by_transaction[number] = order
        return number

    def unused(self, now: datetime, payer: str) -> str:
        """A number of the platform's own that is no order's."""
        return self.rules.transaction_id(now, next(self._running), payer)

    def supposed(self, order: PlatformOrder, payer: str) -> str:
        """The number that a payment of the order could have had: no order's, for theirs run on from less.

        It is the same each time: a merchant that has booked one payment may refuse another one.
        """
        own = zlib.crc32(f"{order.out_trade_no} {order.created.isoformat()}".encode())
        return self.rules.transaction_id(order.created, 5 * 10 ** (RUNNING - 1) + own, payer)

    def refund_id(self, now: datetime) -> str:
        """A number of the platform's own for a refund."""
        return self.rules.refund_id(now, next(self._running))
