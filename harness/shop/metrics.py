"""What the shop counts, in Prometheus' text format, in a registry of its own."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from harness.core.exchange import Exchange
from harness.core.money import Fen
from harness.shop.counting import COUNTING, Counting

_BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 5.0, 8.0)


class Metrics:
    """One shop's figures; two shops in a process do not share them.

    Args:
        counting: what is counted, and how.
    """

    def __init__(self, counting: Counting = COUNTING) -> None:
        self.registry = CollectorRegistry()
        self._counting = counting
        self._payments = Counter(
            "golive_shop_payments", "Payments by what became of them.", ["result"], registry=self.registry
        )
        self._counted = {"made": 0, "failed": 0}
        self._counting_one = Lock()
        for each in self._counted:
            self._payments.labels(each)
        self._ratio = Gauge(
            "golive_shop_payment_success_ratio",
            "Share of the payments since the start that were made, from 0 to 1.",
            registry=self.registry,
        )
        self._order_seconds = Histogram(
            "golive_shop_order_seconds",
            "How long a shopper's order took, in seconds.",
            buckets=_BUCKETS_S,
            registry=self.registry,
        )
        self._orders = Counter(
            "golive_shop_orders", "Orders by what came of the request.", ["result"], registry=self.registry
        )
        self._paid = Counter(
            "golive_shop_orders_paid", "Orders credited, by what told us.", ["source"], registry=self.registry
        )
        self._paid_fen = Counter("golive_shop_paid_fen", "Money credited, in fen.", registry=self.registry)
        self._callbacks = Counter(
            "golive_shop_callbacks", "Callbacks by result.", ["result"], registry=self.registry
        )
        self._queries = Histogram(
            "golive_shop_query_seconds",
            "How long a shopper's status query took, in seconds.",
            buckets=_BUCKETS_S,
            registry=self.registry,
        )
        self._endpoint = Histogram(
            "golive_shop_endpoint_seconds",
            "How long the payment endpoint took, in seconds, by operation and result.",
            ["operation", "result"],
            buckets=_BUCKETS_S,
            registry=self.registry,
        )
        for result in ("created", "reordered", "refused", "error"):
            self._orders.labels(result)
        for result in ("credited", "unverified"):
            self._callbacks.labels(result)
        for source in ("callback", "query"):
            self._paid.labels(source)

    def order(self, result: str) -> None:
        """An order request ended: `created`, `reordered`, `refused` or `error`."""
        self._orders.labels(result).inc()
        if result == "error":
            self._payment("failed")

    @contextmanager
    def timing_order(self) -> Iterator[None]:
        """An order request is being answered, however that ends."""
        begun = time.monotonic()
        try:
            yield
        finally:
            self._order_seconds.observe(self._counting.taken(time.monotonic() - begun))

    def paid(self, amount: Fen, source: str) -> None:
        """An order was credited."""
        self._paid.labels(source).inc()
        self._paid_fen.inc(self._counting.money(amount))
        self._payment("made")

    def callback(self, result: str) -> None:
        """A callback was answered."""
        if self._counting.counts_callback(result):
            self._callbacks.labels(result).inc()

    def query(self, seconds: float) -> None:
        """A shopper's status query was answered."""
        self._queries.observe(seconds)

    def exchange(self, exchange: Exchange) -> None:
        """A gateway's Listener: how the payment endpoint does."""
        result = "none" if exchange.status is None else f"{exchange.status // 100}xx"
        if exchange.verified is False:
            result = "untrusted"
        self._endpoint.labels(exchange.operation, result).observe(exchange.duration_s)

    def _payment(self, result: str) -> None:
        self._payments.labels(result).inc()
        with self._counting_one:
            self._counted[result] += 1
            self._ratio.set(self._counting.ratio(self._counted["made"], self._counted["failed"]))

    def text(self) -> bytes:
        """Everything, as Prometheus reads it."""
        return generate_latest(self.registry)
