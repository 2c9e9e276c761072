"""API v3: refunding paid orders, beside one core's signing."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from bench.cpu import Signer
from bench.merchant import Merchant, order_numbers
from bench.metrics import Metric, Pair, paired
from bench.plan import Bench
from bench.servers import simulator
from bench.traffic import Burst, burst
from harness.levers.client import LeversClient

TITLE = "simulator, API v3: refund"

SIGNING = "RSA-2048 signatures of one core"
SHARE = 5
"""One in so many of a repetition's requests: each wants an order that is paid first, unmeasured."""


def measure(bench: Bench) -> Sequence[Metric]:
    """Refunds per CPU second of the server, each repetition next to its baseline."""
    plan, signer, numbers = bench.plan, Signer(), order_numbers()
    pairs: list[Pair] = []
    with simulator(bench.scratch) as server:
        merchant, values = Merchant(server), server.environment
        with LeversClient(values["GOLIVE_LEVERS_URL"], values["GOLIVE_LEVERS_TOKEN"]) as levers:

            def refunds(count: int) -> Burst:
                placed = list(islice(numbers, count))
                burst(server, [merchant.create(each) for each in placed], says=b'"code_url"')
                for each in placed:
                    levers.pay(out_trade_no=each)
                asked = [merchant.refund(each) for each in placed]
                return burst(server, asked, says=b'"status":"PROCESSING"')

            refunds(plan.warm_up // SHARE)
            for repetition in range(plan.repetitions):
                before = signer.rate()
                rate = refunds(plan.requests // SHARE).per_cpu_second
                pairs.append(Pair(rate, (before + signer.rate()) / 2))
                bench.say(f"{repetition + 1}/{plan.repetitions}: refund {rate:,.0f} a CPU s")
    return [paired("refund-apiv3", "1/CPU s", pairs, compared_with=SIGNING)]
