"""API v3 with `--db`: every answer leaves after its transaction is committed to a file."""

from __future__ import annotations

from collections.abc import Sequence

from bench.benchmarks.apiv3 import PER_CPU_S, SIGNING, repetitions
from bench.metrics import Metric, paired
from bench.plan import Bench
from bench.servers import simulator

TITLE = "simulator with --db, API v3: create and query"


def measure(bench: Bench) -> Sequence[Metric]:
    """Requests per CPU second of the server, each repetition next to its baseline."""
    with simulator(bench.scratch, f"--db={bench.scratch / 'golive.db'}") as server:
        creates, queries = zip(*repetitions(bench, server), strict=True)
    return [
        paired("create-apiv3-kept", PER_CPU_S, creates, compared_with=SIGNING),
        paired("query-apiv3-kept", PER_CPU_S, queries, compared_with=SIGNING),
    ]
