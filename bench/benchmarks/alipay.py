"""Alipay's gateway: ordering by code and querying, beside one core's signing: each answer is signed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from urllib.parse import urlencode, urlsplit

from bench.cpu import Signer
from bench.merchant import order_numbers
from bench.metrics import Metric, Pair, paired
from bench.plan import Bench
from bench.servers import Server, simulator
from bench.traffic import burst, request
from harness.signing.alipay import sign_request
from harness.signing.keys import load_private_key

TITLE = "simulator, Alipay's gateway: create and query"

PER_CPU_S = "1/CPU s"
SIGNING = "RSA-2048 signatures of one core"


def measure(bench: Bench) -> Sequence[Metric]:
    """Requests per CPU second of the server, each repetition next to the signing rate."""
    with simulator(bench.scratch) as server:
        return list(_compare(bench, server))


def _compare(bench: Bench, server: Server) -> Iterator[Metric]:
    plan, signer, numbers = bench.plan, Signer(), (each.replace("-", "_") for each in order_numbers())
    merchant = _Merchant(server)
    _create(server, merchant, list(islice(numbers, plan.warm_up)))
    create: list[Pair] = []
    query: list[Pair] = []
    for repetition in range(plan.repetitions):
        placed = list(islice(numbers, plan.requests))
        before = signer.rate()
        created = _create(server, merchant, placed)
        between = signer.rate()
        queried = _query(server, merchant, placed)
        after = signer.rate()
        create.append(Pair(created, (before + between) / 2))
        query.append(Pair(queried, (between + after) / 2))
        bench.say(f"{repetition + 1}/{plan.repetitions}: create {created:,.0f}, query {queried:,.0f} a CPU s")
    yield paired("create-alipay", PER_CPU_S, create, compared_with=SIGNING)
    yield paired("query-alipay", PER_CPU_S, query, compared_with=SIGNING)


class _Merchant:
    """An application of the simulator's, whose requests are signed before anything is measured."""

    def __init__(self, server: Server) -> None:
        values = server.environment
        place = urlsplit(values["ALIPAY_GATEWAY"])
        self._host, self._path = place.netloc, place.path
        self._common = {
            "app_id": values["ALIPAY_APP_ID"],
            "charset": "utf-8",
            "format": "JSON",
            "sign_type": "RSA2",
            "timestamp": "2026-11-29 14:03:07",
            "version": "1.0",
        }
        self._notify_url = values["ALIPAY_NOTIFY_URL"]
        self._key = load_private_key(values["ALIPAY_PRIVATE_KEY"])

    def create(self, number: str) -> bytes:
        """An order by code."""
        biz = {"out_trade_no": number, "total_amount": "0.01", "subject": "龙井 250 克"}
        return self._signed("alipay.trade.precreate", biz, notify_url=self._notify_url)

    def query(self, number: str) -> bytes:
        """A query by the merchant's number."""
        return self._signed("alipay.trade.query", {"out_trade_no": number})

    def _signed(self, method: str, biz: Mapping[str, str], **more: str) -> bytes:
        """The common parameters in the URL, the rest in the body, as the official SDKs do."""
        content = json.dumps(biz, ensure_ascii=False)
        given = {**self._common, "method": method, **more, "biz_content": content}
        given["sign"] = sign_request(self._key, given)
        body = urlencode({"biz_content": given.pop("biz_content")}).encode()
        headers = {
            "host": self._host,
            "content-type": "application/x-www-form-urlencoded;charset=utf-8",
            "user-agent": "golive-bench",
        }
        return request("POST", f"{self._path}?{urlencode(given)}", headers, body)


def _create(server: Server, merchant: _Merchant, numbers: Sequence[str]) -> float:
    requests = [merchant.create(number) for number in numbers]
    return burst(server, requests, says=b'"qr_code"').per_cpu_second


def _query(server: Server, merchant: _Merchant, numbers: Sequence[str]) -> float:
    """Nobody has opened these orders, so there is no trade yet: the answer says so, signed."""
    requests = [merchant.query(number) for number in numbers]
    return burst(server, requests, says=b"ACQ.TRADE_NOT_EXIST").per_cpu_second
