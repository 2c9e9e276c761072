"""Client and server of Alipay's gateway were written apart, and agree on every byte and every state."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import count

import httpx
import pytest

from harness.core.clock import wire_now
from harness.core.errors import PlatformRefusal, SignatureInvalid
from harness.core.exchange import Exchange
from harness.core.money import Fen
from harness.core.payment import Order, Product, RefundOrder, RefundStatus, TradeState
from harness.gateways.alipay.gateway import AlipayGateway, open_gateway
from harness.gateways.refusals import ChannelRefusal
from harness.levers.client import LeversClient
from harness.settings.env_file import EnvFile
from harness.settings.model import Settings
from harness.signing.keys import generate
from harness.simulator.embedded import RunningSimulator

NUMBERS = count(1)


@pytest.fixture(scope="module")
def configured(simulator: RunningSimulator) -> Settings:
    return Settings.load(EnvFile.of(simulator.environment(notify_url="http://127.0.0.1:9/notify/wechat")))


@pytest.fixture
def client(configured: Settings, exchanges: list[Exchange]) -> Iterator[AlipayGateway]:
    made = open_gateway(configured, listeners=(exchanges.append,))
    yield made
    made.close_connections()


def an_order(product: Product = Product.NATIVE, **changes: object) -> Order:
    order = Order(
        out_trade_no=f"GLS{wire_now():%Y%m%d%H%M%S}{next(NUMBERS):04d}",
        product=product,
        amount=Fen(1990),
        description="海岛一日游 A/B & C=D + %",
        notify_url="http://127.0.0.1:9/notify/alipay",
    )
    return replace(order, **changes)  # type: ignore[arg-type]


def a_refund(order: Order, number: str, fen: int) -> RefundOrder:
    return RefundOrder(
        out_refund_no=number,
        out_trade_no=order.out_trade_no,
        refund=Fen(fen),
        total=order.amount,
        notify_url="",
        reason="坏了",
    )


def test_a_code_is_paid_and_given_back_in_parts(
    client: AlipayGateway, levers: LeversClient, exchanges: list[Exchange]
) -> None:
    order = an_order()
    assert (client.create(order).code_url or "").startswith("https://qr.alipay.com/bax")
    assert client.query(order.out_trade_no).state is TradeState.NOTPAY
    levers.pay(out_trade_no=order.out_trade_no)
    paid = client.query(order.out_trade_no)
    assert (paid.state, paid.total) == (TradeState.SUCCESS, Fen(1990))
    assert abs((paid.success_time or wire_now()) - wire_now()).total_seconds() < 30
    assert client.query_by_transaction_id(paid.transaction_id or "") == paid
    first, second = a_refund(order, "R-1", 500), a_refund(order, "R-2", 1490)
    assert client.refund(first).state is RefundStatus.SUCCESS
    assert client.refund(first).state is RefundStatus.PROCESSING  # no money moved this time
    assert client.query_refund("R-1", order.out_trade_no).refund == Fen(500)
    assert client.query(order.out_trade_no).state is TradeState.SUCCESS
    assert client.refund(second).state is RefundStatus.SUCCESS
    assert client.query(order.out_trade_no).state is TradeState.REFUND
    assert {each.verified for each in exchanges} == {True}


def test_refunds_are_refused_in_shared_words(client: AlipayGateway, levers: LeversClient) -> None:
    order = an_order()
    client.create(order)
    levers.pay(out_trade_no=order.out_trade_no)
    client.refund(a_refund(order, "R-1", 500))
    for refund, code in (
        (a_refund(order, "R-1", 501), "PARAM_ERROR"),
        (a_refund(order, "R-9", 1491), "PARAM_ERROR"),
    ):
        with pytest.raises(PlatformRefusal) as refused:
            client.refund(refund)
        assert refused.value.code == code
    with pytest.raises(PlatformRefusal) as unknown:
        client.query_refund("R-9", order.out_trade_no)
    assert unknown.value.status == 404


@pytest.mark.parametrize("product", [Product.H5, Product.PAGE])
def test_a_link_is_believed_when_a_browser_opens_it(
    client: AlipayGateway, levers: LeversClient, product: Product
) -> None:
    order = an_order(product)
    prepared = client.create(order)
    opened = httpx.get(prepared.h5_url or prepared.page_url or "")
    assert (opened.status_code, opened.headers.get("location") is not None) == (302, True)
    levers.pay(out_trade_no=order.out_trade_no)
    assert client.query(order.out_trade_no).money_taken


def test_a_link_with_another_amount_is_not_believed(client: AlipayGateway) -> None:
    link = client.create(an_order(Product.H5)).h5_url or ""
    assert "19.90" in link
    opened = httpx.get(link.replace("19.90", "0.01"))
    assert opened.headers.get("location") is None
    assert "invalid-signature" in opened.content.decode("gbk", errors="replace")


def test_what_nobody_opened_cannot_be_closed_and_what_somebody_opened_can(
    client: AlipayGateway, levers: LeversClient
) -> None:
    order = an_order()
    client.create(order)
    with pytest.raises(PlatformRefusal) as refused:
        client.close(order.out_trade_no)
    assert (refused.value.status, refused.value.code) == (404, "ORDER_NOT_EXIST")
    trade = an_order(Product.JSAPI, openid=_payer(client, levers))
    assert client.create(trade).trade_no
    client.close(trade.out_trade_no)
    client.close(trade.out_trade_no)
    assert client.query(trade.out_trade_no).state is TradeState.CLOSED


def _payer(client: AlipayGateway, levers: LeversClient) -> str:
    """A buyer's number of this platform: that of who paid an order."""
    order = an_order()
    client.create(order)
    levers.pay(out_trade_no=order.out_trade_no)
    return client.query(order.out_trade_no).openid or ""


def test_a_paid_order_is_not_closed_and_its_number_is_spent(
    client: AlipayGateway, levers: LeversClient
) -> None:
    order = an_order()
    client.create(order)
    levers.pay(out_trade_no=order.out_trade_no)
    for attempt in (lambda: client.close(order.out_trade_no), lambda: client.create(order)):
        with pytest.raises(PlatformRefusal) as refused:
            attempt()
        assert refused.value.code == "ORDERPAID"


def test_a_stranger_is_told_so_and_a_foreign_key_is_not_believed(configured: Settings) -> None:
    assert configured.alipay is not None
    stranger = AlipayGateway(replace(configured.alipay, app_id="9021000000000099"))
    forger = AlipayGateway(replace(configured.alipay, private_key=generate()))
    for each, code in ((stranger, "isv.invalid-app-id"), (forger, "SIGN_ERROR")):
        assert not each.probe().trusted
        with pytest.raises(ChannelRefusal) as refused:
            each.query("GL20261105000001")
        assert refused.value.code == code
        each.close_connections()
    deceived = AlipayGateway(replace(configured.alipay, public_key=generate().public_key()))
    with pytest.raises(SignatureInvalid):
        deceived.create(an_order())
    deceived.close_connections()
