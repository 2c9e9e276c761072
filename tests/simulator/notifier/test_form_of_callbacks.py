"""Whoever ordered over the envelope last is told in its form; everybody else in the classic one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from harness.levers.client import LeversClient
from harness.levers.models import Fault
from harness.processes.serving import listen, serving
from harness.signing import keys
from harness.signing.envelope import SIGNATURE, verify_rsa2
from harness.signing.wechat_v3 import PROBE_PREFIX
from harness.simulator.embedded import RunningSimulator, running_simulator
from tests.simulator.envelope_side import CREATE, EnvelopeSide
from tests.simulator.merchant_side import TRANSACTIONS, MerchantSide

FIRST_RUNG_S = 15.0


@dataclass
class Shop:
    """A merchant's callback address and what arrived there."""

    url: str = ""
    status: int = 204
    received: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    async def take(self, request: Request) -> Response:
        self.received.append((dict(request.headers), await request.body()))
        return Response(status_code=self.status)

    @property
    def enveloped(self) -> list[dict[str, Any]]:
        """What came in the envelope's form."""
        return [json.loads(body) for headers, body in self.received if "wechatpay-signature" not in headers]


@dataclass
class Trade:
    """A platform, a merchant on both wires, and the levers."""

    running: RunningSimulator
    levers: LeversClient
    shop: Shop
    side: EnvelopeSide

    def order(self, number: str, **changes: object) -> None:
        members = {"outTradeNo": number, "notifyUrl": self.shop.url, **changes}
        body = self.side.signed(**self.side.order("qr", **members))
        self._post(CREATE, body)

    def order_classically(self, number: str) -> None:
        merchant, target = self.side.side, f"{TRANSACTIONS}/native"
        body = json.dumps(merchant.order(out_trade_no=number, notify_url=self.shop.url)).encode()
        self._send(target, body, merchant.headers("POST", target, body))

    def genuine(self, told: dict[str, Any]) -> bool:
        key = keys.load_private_key(self.levers.keys().mcp_platform_private_key_pem).public_key()
        return verify_rsa2(key, told, told[SIGNATURE])

    def _post(self, target: str, body: dict[str, Any]) -> None:
        raw = json.dumps(body).encode()
        self._send(target, raw, self.side.headers(raw))

    def _send(self, target: str, body: bytes, headers: list[tuple[bytes, bytes]]) -> None:
        url = f"{self.running.base_url}{target}"
        answer = httpx.post(url, content=body, headers=headers, trust_env=False, timeout=5)
        assert answer.status_code == 200, answer.text


@pytest.fixture(scope="module")
def running() -> Iterator[RunningSimulator]:
    with running_simulator() as simulator:
        yield simulator


@pytest.fixture
def trade(running: RunningSimulator) -> Iterator[Trade]:
    shop = Shop()
    side = EnvelopeSide(MerchantSide(running.simulator))
    app = Starlette(routes=[Route("/notify", shop.take, methods=["POST"])])
    with (
        serving(app, listen()) as base,
        side.side.runner,
        LeversClient(running.levers_url, running.levers_token) as levers,
    ):
        shop.url = f"{base}/notify"
        yield Trade(running, levers, shop, side)
        levers.clear_faults()


def test_an_order_that_names_no_address_is_paid_and_told_to_nobody(trade: Trade) -> None:
    trade.order("told-to-nobody", notifyUrl=None)
    trade.levers.pay(out_trade_no="told-to-nobody")
    audit = trade.levers.audit("told-to-nobody")
    assert audit.trade_state == "SUCCESS"
    assert [each.error for each in audit.deliveries] == ["not sent: the order names no notify_url"]
    trade.levers.advance(3600)
    assert len(trade.levers.audit("told-to-nobody").deliveries) == 1
    assert trade.shop.received == []


def test_an_envelope_order_is_told_of_in_an_envelope(trade: Trade) -> None:
    trade.order("told-envelope")
    payment = trade.levers.pay(out_trade_no="told-envelope")
    (told,) = trade.shop.enveloped
    assert trade.genuine(told)
    assert (told["outTradeNo"], told["totalAmount"]) == ("told-envelope", 1990)
    assert told["transactionId"] == payment.transaction_id
    (delivery,) = trade.levers.audit("told-envelope").deliveries
    assert (delivery.accepted, delivery.signature_kind) == (True, "genuine")


@pytest.mark.parametrize("last", ["envelope", "apiv3"])
def test_the_wire_that_placed_the_order_last_decides(trade: Trade, last: str) -> None:
    number = f"told-last-{last}"
    ways = {"envelope": trade.order, "apiv3": trade.order_classically}
    for way in sorted(ways, key=lambda way: way == last):
        ways[way](number)
    trade.levers.pay(out_trade_no=number)
    assert trade.levers.audit(number).dialect == last
    assert len(trade.shop.received) == 1
    assert bool(trade.shop.enveloped) is (last == "envelope")


def test_a_refused_notification_climbs_the_ladder_and_is_stamped_anew(trade: Trade) -> None:
    trade.shop.status = 500
    trade.order("told-again")
    trade.levers.pay(out_trade_no="told-again")
    trade.shop.status = 204
    trade.levers.advance(FIRST_RUNG_S)
    first, second = trade.shop.enveloped
    assert second["timestamp"] > first["timestamp"]
    assert trade.genuine(second)
    unstamped = [
        {name: value for name, value in told.items() if name not in ("timestamp", SIGNATURE)}
        for told in (first, second)
    ]
    assert unstamped[0] == unstamped[1]
    assert trade.levers.redeliver("told-again").accepted
    assert trade.genuine(trade.shop.enveloped[-1])


def test_spoilt_notifications_are_spoilt(trade: Trade) -> None:
    trade.shop.status = 500
    trade.levers.add_fault(Fault(operation="notify", action="wrong_signature", dialect="envelope"))
    trade.levers.add_fault(Fault(operation="notify", action="probe_signature", nth=2))
    trade.order("told-spoilt")
    trade.levers.pay(out_trade_no="told-spoilt")
    trade.levers.advance(FIRST_RUNG_S)
    wrong, probe = trade.shop.enveloped
    assert not trade.genuine(wrong)
    assert probe[SIGNATURE].startswith(PROBE_PREFIX)
    kinds = [delivery.signature_kind for delivery in trade.levers.audit("told-spoilt").deliveries]
    assert kinds == ["wrong", "probe"]


@pytest.mark.parametrize("action", ["lost", "refuse", "reset"])
def test_a_notification_that_is_cut_off_never_arrives(trade: Trade, action: str) -> None:
    number = f"told-{action}"
    trade.levers.add_fault(Fault.model_validate({"operation": "notify", "action": action}))
    trade.order(number)
    trade.levers.pay(out_trade_no=number)
    assert trade.shop.received == []
    assert [delivery.accepted for delivery in trade.levers.audit(number).deliveries] == [False]


def test_a_fault_of_another_dialects_callbacks_leaves_this_one_alone(trade: Trade) -> None:
    trade.levers.add_fault(Fault(operation="notify", action="lost", dialect="mcp"))
    trade.order("told-anyway")
    trade.levers.pay(out_trade_no="told-anyway")
    assert len(trade.shop.enveloped) == 1
