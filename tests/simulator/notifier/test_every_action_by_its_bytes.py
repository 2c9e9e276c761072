"""Every action on every callback: it counts as met where the merchant's bytes show it, and only there."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from harness.callbacks.callback import STRANGER
from harness.core.dialects import dialect as row_of
from harness.levers.actions import ACTIONS, CALLBACKS
from harness.levers.client import LeversClient
from harness.levers.models import Fault, OrderAudit, RefundAudit
from harness.processes.serving import listen, serving
from harness.signing.alipay import SIGN, SIGN_TYPE, verify_request
from harness.signing.envelope import SIGNATURE, verify_rsa2
from harness.signing.wechat_v3 import decrypt_resource
from harness.simulator.account.identity import Identity
from harness.simulator.embedded import running_simulator
from tests.simulator.merchant_side import MerchantSide
from tests.simulator.raw_wires import RawWire, Wires, numbered

IDS = ("apiv3", "alipay", "envelope", "alipay-envelope", "mcp", "alipay-mcp")
LATE_S = 3600
ENDED_S = 5 * 60 + 5
"""By then a refund of WeChat's has ended, and no second attempt to tell of it is due."""
VALUES: Mapping[str, object] = {"delay": LATE_S, "wrong_amount": 7, "duplicate": 3, "reorder": LATE_S}
NOTHING_COMES = ("refuse", "reset", "lost")
NOT_BELIEVED = ("unsigned", "wrong_signature", "probe_signature")


@dataclass
class Shop:
    """Takes callbacks, and keeps them as they came."""

    received: list[tuple[list[tuple[str, str]], bytes]] = field(default_factory=list)

    @property
    def app(self) -> Starlette:
        """What takes them."""
        return Starlette(routes=[Route("/callbacks", self._take, methods=["POST"])])

    async def _take(self, request: Request) -> Response:
        self.received.append((request.headers.items(), await request.body()))
        return Response(b"success")


@dataclass(frozen=True)
class Letter:
    """A callback as a careful merchant reads it."""

    told: Mapping[str, Any]
    """Its business, decrypted."""
    holds: bool
    serial: str
    stamp_s: float


@dataclass
class Bench:
    """A merchant with orders on each wire."""

    shop: Shop
    wires: dict[str, RawWire]
    levers: LeversClient
    side: MerchantSide

    def tell(self, wire: RawWire, operation: str) -> str:
        """Let a callback fall due; returns the number of what it tells of."""
        number = numbered()
        wire.asks["create"](number)
        self.levers.pay(out_trade_no=number)
        if operation == "notify":
            return number
        self.levers.advance(60)
        self.shop.received.clear()
        wire.asks["refund"](number)
        self.levers.advance(ENDED_S if row_of(wire.dialect).provider == "wechat" else 1)
        return number

    def read(self, wire: RawWire) -> list[Letter]:
        return [_letter(self.side.identity, self.side, *each) for each in self.shop.received]


def _letter(identity: Identity, side: MerchantSide, headers: list[tuple[str, str]], body: bytes) -> Letter:
    named = dict(headers)
    if body.startswith(b"<xml"):
        return Letter({"xml": body}, holds=False, serial="", stamp_s=time.time())
    if "form" in named.get("content-type", ""):
        members = dict(parse_qsl(body.decode(), keep_blank_values=True))
        key = identity.alipay.platform_key.public_key()
        signed = {name: value for name, value in members.items() if name != SIGN_TYPE}
        holds = SIGN in members and verify_request(key, signed)
        stamp = time.mktime(time.strptime(members["notify_time"], "%Y-%m-%d %H:%M:%S"))
        return Letter(members, holds, "", stamp - 8 * 3600 - time.timezone)
    told = json.loads(body)
    if "resource" in told:
        try:
            side.verifier.verify(headers, body)
            holds = True
        except Exception:  # noqa: BLE001 - whatever is wrong, it does not hold
            holds = False
        stamp = float(named.get("wechatpay-timestamp", time.time()))
        content = json.loads(decrypt_resource(identity.apiv3_key, told["resource"]))
        return Letter(content, holds, named.get("wechatpay-serial", ""), stamp)
    keys = (identity.mcp.platform_key, identity.alipay.platform_key)
    holds = any(verify_rsa2(key.public_key(), told, told.get(SIGNATURE)) for key in keys)
    return Letter(told, holds, "", told["timestamp"] / 1000)


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    shop = Shop()
    with (
        serving(shop.app, listen()) as base,
        running_simulator(experience=False, alipay_certified=True) as running,
        LeversClient(running.levers_url, running.levers_token) as levers,
    ):
        wires = Wires(running, f"{base}/callbacks")
        with wires.side.runner:
            yield Bench(shop, {each.id: each for each in wires.all()}, levers, wires.side)


@pytest.mark.parametrize("operation", CALLBACKS)
@pytest.mark.parametrize("id_", IDS)
def test_an_action_counts_as_met_where_its_callback_shows_it_and_only_there(
    bench: Bench, id_: str, operation: str
) -> None:
    wire, wrong = bench.wires[id_], []
    bench.levers.clear_faults()
    bench.shop.received.clear()
    bench.tell(wire, operation)
    genuine = bench.read(wire)
    if not genuine:
        pytest.fail(f"{id_} tells nobody of a {operation}")
    assert genuine[0].holds
    for name, action in ACTIONS.items():
        if action.paying or (action.only and operation not in action.only):
            continue
        rule = {"operation": operation, "action": name, "value": VALUES.get(name)}
        bench.shop.received.clear()
        bench.levers.add_fault(Fault.model_validate(rule))
        number = bench.tell(wire, operation)
        met = [each.out_trade_no for each in bench.levers.faults_met()]
        came = bench.read(wire)
        shown = _shown(bench, wire, rule, number, genuine[0], came)
        if met != ([number] if shown else []):
            wrong.append((rule, met, came))
        bench.levers.clear_faults()
        bench.levers.advance(2 * LATE_S)
    assert wrong == []


def _shown(
    bench: Bench, wire: RawWire, rule: Mapping[str, Any], number: str, genuine: Letter, came: list[Letter]
) -> bool:
    action = str(rule["action"])
    if action in NOTHING_COMES:
        return came == []
    if action in ("delay", "reorder"):
        late = came == []
        bench.levers.clear_faults()
        bench.levers.advance(LATE_S)
        return late and len(bench.read(wire)) == 1
    if action == "duplicate":
        return len(came) == 3 and all(each.holds for each in came)
    letter = came[0]  # of a refund re-sends may follow, which are as they should be
    if action == "drop_after_acceptance":
        return not _books(bench, str(rule["operation"]), number).deliveries[0].accepted
    assert letter.holds or action not in TRULY_SIGNED, f"{action} is truly signed"
    return SHOWS[action](letter, genuine)


def _books(bench: Bench, operation: str, number: str) -> OrderAudit | RefundAudit:
    return bench.levers.audit(number) if operation == "notify" else bench.levers.refund(f"R{number}")


def _another(letter: Letter, genuine: Letter) -> bool:
    """Whether another merchant is named than the genuine one."""
    named = [name for name in ("mchid", "seller_id", "merchantId") if name in genuine.told]
    return any(letter.told[name] != genuine.told[name] for name in named)


TRULY_SIGNED = ("wrong_amount", "foreign_mchid", "unknown_members")
SHOWS: Mapping[str, Callable[[Letter, Letter], bool]] = {
    **dict.fromkeys(NOT_BELIEVED, lambda letter, genuine: not letter.holds),
    "old_form": lambda letter, genuine: "xml" in letter.told,
    "unknown_serial": lambda letter, genuine: letter.serial != genuine.serial,
    "stale_signature": lambda letter, genuine: time.time() - letter.stamp_s > 3000,
    "unknown_members": lambda letter, genuine: STRANGER in json.dumps(letter.told),
    "foreign_mchid": _another,
    "wrong_amount": lambda letter, genuine: _amounts(letter.told) != _amounts(genuine.told),
}
"""By action, of the callback that came and a genuine one."""


def _amounts(told: Mapping[str, Any]) -> str:
    words = ("amount", "fee", "total")
    named = {name: value for name, value in told.items() if any(each in name.lower() for each in words)}
    return json.dumps(named, sort_keys=True)
