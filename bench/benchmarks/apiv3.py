"""API v3: placing Native orders and querying them, beside one core's signing and a route that only signs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from urllib.parse import urlsplit

from bench.bare_servers import ROUTE
from bench.cpu import Signer
from bench.merchant import Merchant, order_numbers
from bench.metrics import Metric, Pair, paired
from bench.plan import Bench
from bench.servers import Server, bare, simulator
from bench.traffic import burst, request

TITLE = "simulator, API v3: create and query"

PER_CPU_S = "1/CPU s"
SIGNING = "RSA-2048 signatures of one core"
BARE_ROUTE = "a bare route that only signs"


def measure(bench: Bench) -> Sequence[Metric]:
    """Requests per CPU second of the server, each repetition next to its baselines."""
    with simulator(bench.scratch) as server, bare("signing-route", bench.scratch) as route:
        return list(_compare(bench, server, route))


def _compare(bench: Bench, server: Server, route: Server) -> Iterator[Metric]:
    _sign_only(route, bench.plan.warm_up)
    creates: list[Pair] = []
    queries: list[Pair] = []
    over_route: list[Pair] = []
    for created, queried in repetitions(bench, server):
        creates.append(created)
        queries.append(queried)
        over_route.append(Pair(created.value, _sign_only(route, bench.plan.requests)))
    yield paired("create-apiv3", PER_CPU_S, creates, compared_with=SIGNING)
    yield paired("create-apiv3-over-bare-route", PER_CPU_S, over_route, compared_with=BARE_ROUTE)
    yield paired("query-apiv3", PER_CPU_S, queries, compared_with=SIGNING)


def repetitions(bench: Bench, server: Server) -> Iterator[tuple[Pair, Pair]]:
    """Orders, and queries of them, each next to the signing rate around it; once for each repetition."""
    plan, signer, merchant, numbers = bench.plan, Signer(), Merchant(server), order_numbers()
    create(server, merchant, list(islice(numbers, plan.warm_up)))
    for repetition in range(plan.repetitions):
        placed = list(islice(numbers, plan.requests))
        before = signer.rate()
        created = create(server, merchant, placed)
        between = signer.rate()
        queried = _query(server, merchant, placed)
        after = signer.rate()
        bench.say(f"{repetition + 1}/{plan.repetitions}: create {created:,.0f}, query {queried:,.0f} a CPU s")
        yield Pair(created, (before + between) / 2), Pair(queried, (between + after) / 2)


def create(server: Server, merchant: Merchant, numbers: Sequence[str]) -> float:
    """Place them, and tell how many that were for one CPU second of the server."""
    requests = [merchant.create(number) for number in numbers]
    return burst(server, requests, says=b'"code_url"').per_cpu_second


def _query(server: Server, merchant: Merchant, numbers: Sequence[str]) -> float:
    requests = [merchant.query(number) for number in numbers]
    return burst(server, requests, says=b'"trade_state":"NOTPAY"').per_cpu_second


def _sign_only(route: Server, requests: int) -> float:
    body = b'{"amount":{"total":1}}'
    headers = {"host": urlsplit(route.base_url).netloc, "content-type": "application/json"}
    return burst(route, [request("POST", ROUTE, headers, body)] * requests, says=b'"code_url"').per_cpu_second
