"""From a thousand orders to a hundred thousand: whether one more costs more, and what all of them weigh."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from bench.benchmarks.apiv3 import create
from bench.cpu import Signer
from bench.merchant import Merchant, order_numbers
from bench.metrics import Metric, Pair, once, paired
from bench.plan import Bench
from bench.servers import Server, simulator

TITLE = "simulator, from 1,000 orders to 100,000"

MIB = 1024 * 1024
AT_ONCE = 1000
MOST_MIB = 400.0
"""What all of them may weigh."""


def measure(bench: Bench) -> Sequence[Metric]:
    """Creates in units of the signing rate, late ones beside early ones; the resident set at the end."""
    with simulator(bench.scratch) as server:
        merchant, numbers, signer = Merchant(server), order_numbers(), Signer()

        def batch() -> float:
            before = signer.rate()
            created = create(server, merchant, list(islice(numbers, AT_ONCE)))
            return created / ((before + signer.rate()) / 2)

        def place(orders: int) -> None:
            for _ in range(orders // AT_ONCE):
                create(server, merchant, list(islice(numbers, AT_ONCE)))

        place(AT_ONCE)
        early = [batch() for _ in range(bench.plan.repetitions)]
        place(bench.plan.many - (2 * len(early) + 1) * AT_ONCE)
        late = [batch() for _ in range(len(early))]
        bench.say(f"{bench.plan.many:,} orders: {_mib(server):.0f} MiB")
        return [
            paired(
                "create-at-100k-orders", "of signing",
                [Pair(*each) for each in zip(late, early, strict=True)],
                compared_with="itself at 1,000 orders",
            ),
            once(
                "memory-at-100k-orders", "MiB", _mib(server),
                baseline=MOST_MIB, compared_with="what a hundred thousand may weigh",
            ),
        ]  # fmt: skip


def _mib(server: Server) -> float:
    return server.resident_bytes() / MIB
