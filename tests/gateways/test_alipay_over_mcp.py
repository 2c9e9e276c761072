"""Alipay's orders over its MCP endpoint, in either dialect, and over its own API when that fails."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest

from harness.core.errors import PlatformRefusal, UsageError
from harness.core.exchange import Exchange
from harness.core.money import Fen
from harness.core.payment import Order, Product, Provider, TradeState
from harness.gateways.choose import build_gateway, open_endpoint, open_gateway
from harness.gateways.fallback import FallbackGateway
from harness.gateways.protocol import PaymentGateway
from harness.gateways.refusals import NotSold
from harness.levers.client import LeversClient
from harness.levers.models import Fault
from harness.settings.env_file import EnvFile
from harness.settings.model import Settings
from harness.simulator.embedded import RunningSimulator, running_simulator

NOTIFY_URL = "http://127.0.0.1:9/notify"
WIRES = {"alipay-mcp": Product.PAGE, "alipay-envelope": Product.NATIVE}
"""Each with a product that the other does not sell."""


@pytest.fixture(scope="module")
def platform() -> Iterator[RunningSimulator]:
    with running_simulator() as simulator:
        yield simulator


@pytest.fixture
def payer(platform: RunningSimulator) -> Iterator[LeversClient]:
    with LeversClient(platform.levers_url, platform.levers_token) as levers:
        yield levers
        levers.clear_faults()


@pytest.fixture
def settings(platform: RunningSimulator) -> Settings:
    return Settings.load(EnvFile.of(platform.environment(notify_url=NOTIFY_URL)))


@pytest.fixture(params=WIRES)
def wire(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def gateway(settings: Settings, wire: str, exchanges: list[Exchange]) -> Iterator[PaymentGateway]:
    made = open_gateway(wire, settings, listeners=(exchanges.append,))
    yield made
    made.close_connections()


@pytest.fixture
def both(settings: Settings, wire: str) -> Iterator[PaymentGateway]:
    """The MCP endpoint in this dialect, and Alipay's own API behind it."""
    assert settings.alipay_mcp is not None
    mcp = replace(settings.alipay_mcp, dialect=wire, timeout_ms=2000, retry_count=1)
    made = build_gateway(replace(settings, alipay_mcp=mcp), provider=Provider.ALIPAY)
    yield made
    made.close_connections()


_numbers = iter(range(1, 1000))


def order(product: Product, amount: int = 1990) -> Order:
    return Order(
        out_trade_no=f"GLM{next(_numbers):06d}",
        amount=Fen(amount),
        description="茶/杯=1&2",
        product=product,
        notify_url=NOTIFY_URL,
        attach="a b",
    )


@pytest.mark.parametrize("product", [Product.H5, None], ids=["h5", "its own"])
def test_an_order_is_placed_paid_and_looked_up(
    gateway: PaymentGateway, payer: LeversClient, wire: str, product: Product | None
) -> None:
    wanted = order(product or WIRES[wire])
    prepared = gateway.create(wanted)
    assert prepared.dialect == wire
    assert [prepared.code_url, prepared.h5_url, prepared.page_url].count(None) == 2
    assert gateway.query(wanted.out_trade_no).state is TradeState.NOTPAY
    payer.pay(out_trade_no=wanted.out_trade_no)
    found = gateway.query(wanted.out_trade_no)
    assert (found.state, found.total, found.payer_total) == (TradeState.SUCCESS, 1990, 1990)
    assert found.transaction_id
    audit = payer.audit(wanted.out_trade_no)
    assert (audit.dialect, audit.product) == (wire, wanted.product)


def test_what_alipay_refuses_has_the_word_that_every_dialect_shares(
    gateway: PaymentGateway, payer: LeversClient, wire: str
) -> None:
    product = Product.H5 if wire == "alipay-mcp" else Product.NATIVE
    wanted = order(product)
    gateway.create(wanted)
    payer.pay(out_trade_no=wanted.out_trade_no)
    if product is Product.NATIVE:  # on the web the payer is told, not the merchant
        with pytest.raises(PlatformRefusal) as refused:
            gateway.create(wanted)
        assert refused.value.code == "ORDERPAID"
    with pytest.raises(PlatformRefusal) as refused:
        gateway.create(replace(wanted, out_trade_no="a-b-c-d"))
    assert refused.value.status == 400


def test_what_is_not_sold_is_not_sent(gateway: PaymentGateway, exchanges: list[Exchange]) -> None:
    with pytest.raises(NotSold):
        gateway.create(order(Product.APP))
    with pytest.raises(UsageError):
        gateway.close("GLM1")
    assert not exchanges


def test_probe_and_status_tell_of_alipay(gateway: PaymentGateway) -> None:
    probed, status = gateway.probe(), gateway.status()
    assert (probed.reachable, probed.trusted) == (True, True)
    assert (status.enabled, status.wechat, status.alipay) == (True, False, True)


def test_without_a_dialect_the_endpoint_is_asked(settings: Settings, payer: LeversClient) -> None:
    probing = open_endpoint(settings, provider=Provider.ALIPAY)
    wanted = order(Product.H5)
    assert probing.create(wanted).dialect == "alipay-mcp"
    probing.close_connections()
    payer.add_fault(Fault(operation="any", action="status", value=404, dialect="alipay-mcp", times=1000))
    probing = open_endpoint(settings, provider=Provider.ALIPAY)
    assert probing.create(wanted).dialect == "alipay-envelope"
    probing.close_connections()


@pytest.mark.parametrize(
    "fault", [{"action": "refuse"}, {"action": "reset"}, {"action": "status", "value": 503}], ids=str
)
def test_the_same_order_goes_over_alipays_own_api_when_mcp_fails(
    both: PaymentGateway, payer: LeversClient, wire: str, fault: dict[str, object]
) -> None:
    payer.add_fault(Fault.model_validate({"operation": "any", "dialect": wire, "times": 1000, **fault}))
    wanted = order(Product.H5)
    prepared = both.create(wanted)
    assert prepared.dialect == "alipay"
    assert prepared.h5_url is not None
    httpx.get(prepared.h5_url, trust_env=False)  # its own API's order reaches it with the payer's browser
    payer.pay(out_trade_no=wanted.out_trade_no)
    assert payer.audit(wanted.out_trade_no).dialect == "alipay"


def test_a_lost_answer_is_asked_about_before_the_order_goes_another_way(
    both: PaymentGateway, payer: LeversClient, wire: str
) -> None:
    payer.add_fault(Fault(operation="create", action="drop_after_acceptance", dialect=wire))
    before = set(payer.orders())
    wanted = order(Product.NATIVE if wire == "alipay-envelope" else Product.H5)
    assert both.create(wanted).dialect == "alipay"
    assert set(payer.orders()) - before == {wanted.out_trade_no}
    payer.pay(out_trade_no=wanted.out_trade_no)
    assert both.query(wanted.out_trade_no).state is TradeState.SUCCESS


def test_what_mcp_does_not_sell_goes_the_other_way_and_mcp_stays_first(
    both: PaymentGateway, wire: str
) -> None:
    assert isinstance(both, FallbackGateway)
    assert both.create(order(Product.APP)).dialect == "alipay"
    assert both.create(order(Product.H5)).dialect == wire


def test_a_closed_order_is_closed_over_alipays_own_api(both: PaymentGateway, payer: LeversClient) -> None:
    wanted = order(Product.H5)
    both.create(wanted)
    with pytest.raises(PlatformRefusal) as refused:
        both.close(wanted.out_trade_no)
    assert refused.value.code == "ORDER_NOT_EXIST"


def test_a_file_without_the_endpoint_pays_over_alipays_own_api_alone(settings: Settings) -> None:
    made = build_gateway(replace(settings, alipay_mcp=None), provider=Provider.ALIPAY)
    assert made.dialect == "alipay"
    made.close_connections()
