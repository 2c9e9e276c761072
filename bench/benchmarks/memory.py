"""Memory: the simulator when it has seen nothing, and what each order adds."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from bench.merchant import Merchant, order_numbers
from bench.metrics import Metric, once
from bench.plan import Bench
from bench.servers import bare, simulator
from bench.traffic import burst

TITLE = "simulator, memory: idle, and per order"

MIB = 1024 * 1024
AT_ONCE = 1000


def measure(bench: Bench) -> Sequence[Metric]:
    """Resident set sizes; an order's share is taken after a warm-up, when caches have their size."""
    with bare("mcp-tool", bench.scratch) as trivial:
        beside = trivial.resident_bytes()
    with simulator(bench.scratch) as server:
        idle = server.resident_bytes()
        merchant, numbers = Merchant(server), order_numbers()

        def place(orders: int) -> int:
            for start in range(0, orders, AT_ONCE):
                batch = [merchant.create(each) for each in islice(numbers, min(AT_ONCE, orders - start))]
                burst(server, batch, says=b'"code_url"')
            return server.resident_bytes()

        warm = place(bench.plan.warm_up)
        full = place(bench.plan.orders)
        bench.say(f"{bench.plan.orders:,} orders: {idle / MIB:.0f} → {full / MIB:.0f} MiB")
    return [
        once(
            "simulator-idle-memory", "MiB", idle / MIB,
            baseline=beside / MIB, compared_with="the official SDK with one tool",
        ),
        once("simulator-full-memory", "MiB", full / MIB),
        once("order-memory", "B", (full - warm) / bench.plan.orders),
    ]  # fmt: skip
