"""One order is the same order on every wire: a fallback meets its own order again, not a stranger's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import httpx
import pytest

from harness.core.clock import rfc3339
from harness.core.payment import Product
from harness.simulator.embedded import RunningSimulator, running_simulator
from harness.simulator.platform.parameters import order_parameters
from tests.simulator.envelope_side import CREATE, EnvelopeSide
from tests.simulator.mcp_side import CAPABILITIES_KEY, STATELESS, VERSION_KEY
from tests.simulator.merchant_side import NOTIFY_URL, SHOPPER, TRANSACTIONS, MerchantSide

WIRES = ("mcp", "envelope", "apiv3")
KINDS = {Product.NATIVE: "qr", Product.H5: "h5", Product.JSAPI: "jsapi"}
ADDRESS = "203.0.113.7"


class EveryWire:
    """A merchant that can place one and the same order over any wire."""

    def __init__(self, running: RunningSimulator, http: httpx.Client, end: datetime | None) -> None:
        self.running = running
        self.http = http
        self.side = MerchantSide(running.simulator)
        self.end = None if end is None else rfc3339(end)
        self.attach = None if end is None else "桌号 7"

    def place(self, wire: str, product: Product, number: str, total: int = 1990) -> httpx.Response:
        return {"mcp": self._mcp, "envelope": self._envelope, "apiv3": self._apiv3}[wire](
            product, number, total
        )

    def _apiv3(self, product: Product, number: str, total: int) -> httpx.Response:
        order = self.side.order(
            product, out_trade_no=number, amount={"total": total}, time_expire=self.end, attach=self.attach
        )
        body, target = json.dumps(order).encode(), f"{TRANSACTIONS}/{product.value}"
        headers = [pair for pair in self.side.headers("POST", target, body) if pair[0] != b"content-length"]
        return self.http.post(target, content=body, headers=headers)

    def _envelope(self, product: Product, number: str, total: int) -> httpx.Response:
        side = EnvelopeSide(self.side)
        extra = {"attach": self.attach, "time_expire": self.end} if self.end else None
        order = side.order(KINDS[product], outTradeNo=number, totalAmount=total, extraParams=extra)
        body = json.dumps(side.signed(**order)).encode()
        headers = [pair for pair in side.headers(body) if pair[0] != b"content-length"]
        return self.http.post(CREATE, content=body, headers=headers)

    def _mcp(self, product: Product, number: str, total: int) -> httpx.Response:
        arguments: dict[str, Any] = {
            "out_trade_no": number,
            "amount": total,
            "description": "龙井 250 克",
            "notify_url": NOTIFY_URL,
        }
        if self.end:
            arguments |= {"time_expire": self.end, "attach": self.attach}
        arguments |= {"payer_client_ip": ADDRESS} if product is Product.H5 else {}
        arguments |= {"openid": SHOPPER} if product is Product.JSAPI else {}
        name = f"create-{product.value}-payment"
        params = {
            "name": name,
            "arguments": arguments,
            "_meta": {VERSION_KEY: STATELESS, CAPABILITIES_KEY: {}},
        }
        return self.http.post(
            "/mcp/v1",
            json={"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params},
            headers={
                "authorization": f"Bearer {self.running.simulator.identity.mcp_api_key}",
                "accept": "application/json, text/event-stream",
                "mcp-protocol-version": STATELESS,
                "mcp-method": "tools/call",
                "mcp-name": name,
            },
        )


@pytest.fixture(scope="module")
def running() -> Iterator[RunningSimulator]:
    with running_simulator(experience=False) as simulator:
        yield simulator


@pytest.fixture(params=["bare", "with an end and a note"])
def every(running: RunningSimulator, request: pytest.FixtureRequest) -> Iterator[EveryWire]:
    end = None if request.param == "bare" else datetime.now(UTC).replace(microsecond=0) + timedelta(hours=2)
    with httpx.Client(base_url=running.base_url, trust_env=False, timeout=5.0) as http:
        yield EveryWire(running, http, end)


@pytest.mark.parametrize("product", list(KINDS), ids=str)
@pytest.mark.parametrize("wires", list(permutations(WIRES)), ids=" then ".join)
def test_whoever_comes_next_is_handed_out_a_start_for_the_same_order(
    every: EveryWire, product: Product, wires: tuple[str, ...]
) -> None:
    number = f"order-{every.end is None:d}-{product.value}-{wires[0]}-{wires[1]}"
    parameters = []
    for wire in wires:
        answer = every.place(wire, product, number)
        assert answer.status_code == 200, (wire, answer.text)
        assert not answer.json().get("result", {}).get("isError"), (wire, answer.text)
        parameters.append(every.running.simulator.account.find(number).request.parameters)
    assert parameters[0] == parameters[1] == parameters[2]
    audit = every.running.simulator.account.audit(number)
    assert [event.kind for event in audit.events] == ["created", "reordered", "reordered"]
    assert [event.detail["dialect"] for event in audit.events] == list(wires)
    assert all(event.detail["request_id"] for event in audit.events)
    assert audit.dialect == wires[-1]


@pytest.mark.parametrize("wire", WIRES)
def test_another_amount_is_another_order_on_every_wire(every: EveryWire, wire: str) -> None:
    number = f"order-{every.end is None:d}-amount-{wire}"
    for first in WIRES:
        every.place(first, Product.NATIVE, number)
    assert "OUT_TRADE_NO_USED" in every.place(wire, Product.NATIVE, number, total=1991).text


def test_absent_and_blank_are_one_and_a_moment_is_the_same_in_any_zone() -> None:
    end = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    base = order_parameters(description="a", notify_url="b", time_expire=end)
    assert base == order_parameters(
        description="a",
        notify_url="b",
        time_expire=end.astimezone(datetime.fromisoformat("2026-01-01T00:00:00+08:00").tzinfo),
        attach="",
        openid=None,
        extra={},
    )
    assert base != order_parameters(description="a", notify_url="b", time_expire=end, extra={"x": 1})
