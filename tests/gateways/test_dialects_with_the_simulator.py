"""Every dialect with the simulated platform: one order, whichever wire brings it or fails to."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from harness.core.dialects import dialects
from harness.core.errors import EnvironmentUnreachable, PlatformRefusal, UnknownOutcome
from harness.core.exchange import Exchange
from harness.core.money import Fen
from harness.core.payment import Order, Product, Provider, TradeState
from harness.gateways.apiv3.gateway import ApiV3Gateway
from harness.gateways.choose import ProbingGateway, build_gateway
from harness.gateways.envelope.gateway import EnvelopeGateway
from harness.gateways.envelope.mapping import WeChatOperations
from harness.gateways.fallback import FallbackGateway
from harness.gateways.mcp.gateway import McpGateway
from harness.gateways.mcp.mapping import WeChatTools
from harness.gateways.protocol import PaymentGateway
from harness.gateways.refusals import ChannelRefusal
from harness.levers.client import LeversClient
from harness.levers.models import Fault
from harness.settings.env_file import EnvFile
from harness.settings.model import Settings
from harness.simulator.embedded import RunningSimulator
from tests.gateways.mcp_settings import new_order
from tests.gateways.payment_service import Disturbance, disturbed, hang, says

NOTIFY_URL = "http://127.0.0.1:3000/api/payment/notify/wechat"
Build = Callable[[Settings], PaymentGateway]


@pytest.fixture(scope="module")
def line(simulator: RunningSimulator) -> Iterator[Disturbance]:
    """A line to the MCP endpoint alone: the classic API is reached without it."""
    with disturbed(simulator.base_url) as disturbance:
        yield disturbance


@pytest.fixture
def account(simulator: RunningSimulator, line: Disturbance) -> Settings:
    line.plan, line.always, line.applies = [], None, lambda request: True
    line.seen.clear()
    settings = Settings.load(EnvFile.of(simulator.environment(notify_url=NOTIFY_URL)))
    mcp = replace(settings.mcp, enabled=True, endpoint=f"{line.base_url}/mcp/v1", timeout_ms=5000)
    return replace(settings, mcp=mcp)


@pytest.fixture
def build(exchanges: list[Exchange]) -> Iterator[Build]:
    made: list[PaymentGateway] = []

    def new(settings: Settings) -> PaymentGateway:
        made.append(build_gateway(settings, listeners=(exchanges.append,)))
        return made[-1]

    yield new
    for gateway in made:
        gateway.close_connections()


@pytest.fixture
def wires(account: Settings, build: Build) -> Iterator[dict[str, PaymentGateway]]:
    """One gateway a dialect."""
    made: dict[str, PaymentGateway] = {
        "mcp": McpGateway(account.mcp, tools=WeChatTools(account.wechat.appid)),
        "envelope": EnvelopeGateway(account.mcp, WeChatOperations(account.wechat)),
        "apiv3": ApiV3Gateway(account.wechat),
    }
    yield made
    for gateway in made.values():
        gateway.close_connections()


def with_dialect(account: Settings, wire: str | None) -> Settings:
    return replace(account, mcp=replace(account.mcp, dialect=wire))


def an_order(account: Settings, product: Product = Product.NATIVE) -> Order:
    openid = account.test_openid if product is Product.JSAPI else None
    return replace(new_order(product), notify_url=NOTIFY_URL, openid=openid, amount=Fen(100))


@pytest.mark.parametrize("product", [Product.NATIVE, Product.H5, Product.JSAPI])
@pytest.mark.parametrize("order_of_wires", ["mcp envelope apiv3", "apiv3 mcp envelope", "envelope apiv3 mcp"])
def test_one_order_is_the_same_order_on_every_wire(
    wires: dict[str, PaymentGateway], account: Settings, product: Product, order_of_wires: str
) -> None:
    order = an_order(account, product)
    for name in order_of_wires.split():
        prepared = wires[name].create(order)
        assert prepared.dialect == name
        assert prepared.code_url or prepared.h5_url or prepared.prepay_id
    for gateway in wires.values():
        assert gateway.query(order.out_trade_no).state is TradeState.NOTPAY
    with pytest.raises(PlatformRefusal) as caught:
        wires["mcp"].create(replace(order, amount=Fen(101)))
    assert caught.value.code == "OUT_TRADE_NO_USED"
    wires["mcp"].close(order.out_trade_no)
    assert wires["envelope"].query(order.out_trade_no).state is TradeState.CLOSED


@pytest.mark.parametrize("wire", ["mcp", "envelope"])
def test_a_paid_order_reads_alike_on_every_wire(
    wires: dict[str, PaymentGateway], levers: LeversClient, account: Settings, wire: str
) -> None:
    order = an_order(account)
    prepared = wires[wire].create(order)
    levers.pay(code_url=prepared.code_url)
    reference = wires["apiv3"].query(order.out_trade_no)
    found = wires[wire].query(order.out_trade_no)
    assert found.money_taken
    assert (found.total, found.payer_total, found.transaction_id, found.success_time, found.openid) == (
        reference.total,
        reference.payer_total,
        reference.transaction_id,
        reference.success_time,
        reference.openid,
    )


@pytest.mark.parametrize("wire", ["mcp", "envelope"])
def test_the_request_id_of_the_answer_is_the_one_the_platform_keeps(
    wires: dict[str, PaymentGateway], levers: LeversClient, account: Settings, wire: str
) -> None:
    order = an_order(account)
    prepared = wires[wire].create(order)
    told = json.dumps([event.detail for event in levers.audit(order.out_trade_no).events])
    assert prepared.request_id
    assert prepared.request_id in told


@pytest.mark.parametrize("wire", dialects(provider=Provider.WECHAT))
def test_an_order_nobody_placed_is_not_found_on_any_wire(wires: dict[str, PaymentGateway], wire: str) -> None:
    with pytest.raises(PlatformRefusal) as caught:
        wires[wire].query("GL20260101000000NONE")
    assert (caught.value.status, caught.value.code) == (404, "ORDER_NOT_EXIST")
    assert not isinstance(caught.value, ChannelRefusal)


@pytest.mark.parametrize("wire", dialects(provider=Provider.WECHAT))
def test_every_wire_is_found_healthy(wires: dict[str, PaymentGateway], wire: str) -> None:
    probed = wires[wire].probe()
    assert (probed.reachable, probed.trusted) == (True, True), probed.detail
    assert abs(probed.clock_skew_s) < 2


@pytest.mark.parametrize("wire", ["mcp", "envelope"])
def test_over_the_limit_is_the_platforms_word_and_no_reason_to_change_wires(
    account: Settings, build: Build, wire: str, exchanges: list[Exchange]
) -> None:
    gateway = build(with_dialect(account, wire))
    with pytest.raises(PlatformRefusal) as caught:
        gateway.create(replace(an_order(account), amount=Fen(10_001)))
    assert caught.value.code == "RULE_LIMIT"
    assert {exchange.dialect for exchange in exchanges} == {wire}


@pytest.mark.parametrize("wire", ["mcp", "envelope"])
def test_a_lost_answer_ends_as_one_order_over_the_classic_api(
    account: Settings, build: Build, levers: LeversClient, wire: str, exchanges: list[Exchange]
) -> None:
    gateway, order = build(with_dialect(account, wire)), an_order(account)
    levers.add_fault(Fault(operation="create", action="drop_after_acceptance"))
    prepared = gateway.create(order)
    assert prepared.dialect == "apiv3"
    steps = [
        (exchange.dialect, exchange.operation) for exchange in exchanges if exchange.operation != "handshake"
    ]
    assert steps == [(wire, "create"), ("apiv3", "query"), ("apiv3", "create")]
    kinds = [event.kind for event in levers.audit(order.out_trade_no).events]
    assert kinds.count("created") == 1
    levers.pay(code_url=prepared.code_url)
    assert gateway.query(order.out_trade_no).money_taken


@pytest.mark.parametrize("action", ["refuse", "reset"])
@pytest.mark.parametrize("wire", ["mcp", "envelope"])
def test_a_wire_that_hangs_up_is_replaced(
    account: Settings, build: Build, levers: LeversClient, wire: str, action: str
) -> None:
    fault = {"operation": "create", "action": action, "dialect": str(wire)}
    levers.add_fault(Fault.model_validate(fault))
    order = an_order(account)
    assert build(with_dialect(account, wire)).create(order).dialect == "apiv3"
    assert [event.kind for event in levers.audit(order.out_trade_no).events].count("created") == 1


@pytest.mark.parametrize("wire", ["mcp", "envelope"])
def test_a_wrong_key_is_replaced_by_the_classic_api(account: Settings, build: Build, wire: str) -> None:
    wrong = replace(account.mcp, api_key="wrong", private_key=account.wechat.private_key)
    gateway = build(with_dialect(replace(account, mcp=wrong), wire))
    assert gateway.create(an_order(account)).dialect == "apiv3"
    assert not gateway.status().wechat


def test_switched_off_means_the_classic_api_alone(account: Settings, build: Build) -> None:
    gateway = build(replace(account, mcp=replace(account.mcp, enabled=False)))
    assert isinstance(gateway, ApiV3Gateway)
    assert gateway.create(an_order(account)).dialect == "apiv3"
    assert not gateway.status().enabled


def test_the_dialect_is_found_out_where_it_is_not_set(
    account: Settings, build: Build, line: Disturbance
) -> None:
    assert build(with_dialect(account, None)).create(an_order(account)).dialect == "mcp"
    line.applies, line.always = lambda request: request.path == "/mcp/v1", says(404)
    order = an_order(account)
    gateway = build(with_dialect(account, None))
    assert gateway.create(order).dialect == "envelope"
    assert gateway.dialect == "envelope"
    gateway.close(order.out_trade_no)
    assert gateway.query(order.out_trade_no).state is TradeState.CLOSED


def test_a_first_close_over_the_envelope_goes_to_the_classic_api(
    account: Settings, build: Build, line: Disturbance
) -> None:
    line.applies, line.always = lambda request: request.path == "/mcp/v1", says(404)
    order = an_order(account)
    gateway = build(with_dialect(account, None))
    direct = ApiV3Gateway(account.wechat)
    direct.create(order)
    gateway.close(order.out_trade_no)
    assert direct.query(order.out_trade_no).state is TradeState.CLOSED
    direct.close_connections()


def test_an_endpoint_that_speaks_neither_is_replaced(
    account: Settings, build: Build, line: Disturbance
) -> None:
    line.always = says(404)
    gateway = build(with_dialect(account, None))
    assert gateway.create(an_order(account)).dialect == "apiv3"
    assert "neither" in gateway.status().detail


def test_building_asks_nobody_anything(account: Settings, build: Build, line: Disturbance) -> None:
    build(with_dialect(account, None))
    assert not line.seen


def test_a_mute_endpoint_holds_nobody_for_longer_than_one_wait(account: Settings, line: Disturbance) -> None:
    line.always = hang
    settings = replace(account.mcp, timeout_ms=800, retry_count=1)
    probing = ProbingGateway(
        [
            McpGateway(settings, tools=WeChatTools(account.wechat.appid)),
            EnvelopeGateway(settings, WeChatOperations(account.wechat)),
        ]
    )
    with pytest.raises(EnvironmentUnreachable):
        probing.query("GL123456")
    assert not probing.probe().reachable
    probing.close_connections()


def test_the_first_wire_is_used_again_once_it_recovered(account: Settings, line: Disturbance) -> None:
    now = 0.0
    gateway = FallbackGateway(
        McpGateway(account.mcp, tools=WeChatTools(account.wechat.appid)),
        ApiV3Gateway(account.wechat),
        now=lambda: now,
    )
    line.always = says(503)
    assert gateway.create(an_order(account)).dialect == "apiv3"
    line.always = None
    assert gateway.create(an_order(account)).dialect == "apiv3"
    now = 31.0
    assert gateway.create(an_order(account)).dialect == "mcp"
    gateway.close_connections()


def test_a_paid_order_whose_answer_was_lost_is_not_placed_again(
    account: Settings, build: Build, levers: LeversClient
) -> None:
    gateway, order = build(with_dialect(account, "mcp")), an_order(account)
    levers.pay(code_url=gateway.create(order).code_url)
    levers.add_fault(Fault(operation="create", action="refuse", dialect="mcp"))
    with pytest.raises(UnknownOutcome, match="SUCCESS"):
        gateway.create(order)
    assert gateway.query(order.out_trade_no).money_taken
