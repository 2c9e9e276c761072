"""The gateway and the simulated platform, which share nothing but how to sign, understand each other."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta

import pytest

from harness.core.clock import wire_now
from harness.core.errors import PlatformRefusal, SignatureInvalid, UnknownOutcome
from harness.core.exchange import Exchange
from harness.core.money import Fen
from harness.core.payment import Order, Product, RefundOrder, RefundStatus, TradeState
from harness.gateways.apiv3.gateway import ApiV3Gateway
from harness.levers.client import LeversClient
from harness.levers.models import Fault
from harness.settings.env_file import EnvFile
from harness.settings.model import Settings
from harness.simulator.embedded import RunningSimulator

NOTIFY_URL = "http://127.0.0.1:3000/api/payment/notify/wechat"


@pytest.fixture
def client(simulator: RunningSimulator, exchanges: list[Exchange]) -> Iterator[ApiV3Gateway]:
    settings = Settings.load(EnvFile.of(simulator.environment(notify_url=NOTIFY_URL)))
    gateway = ApiV3Gateway(settings.wechat, listeners=(exchanges.append,))
    yield gateway
    gateway.close_connections()


@pytest.fixture
def order() -> Order:
    return Order(
        out_trade_no=f"GL{os.urandom(12).hex()}",
        product=Product.NATIVE,
        amount=Fen(1990),
        description="景区日票",
        notify_url=NOTIFY_URL,
        time_expire=(wire_now() + timedelta(hours=2)).replace(microsecond=0),
    )


def test_an_order_lives_from_creation_to_payment(
    client: ApiV3Gateway, levers: LeversClient, order: Order, exchanges: list[Exchange]
) -> None:
    prepared = client.create(order)
    assert client.query(order.out_trade_no).state is TradeState.NOTPAY
    payment = levers.pay(code_url=prepared.code_url)
    found = client.query(order.out_trade_no)
    assert (found.state, found.total, found.transaction_id) == (
        TradeState.SUCCESS,
        Fen(1990),
        payment.transaction_id,
    )
    assert client.query_by_transaction_id(str(payment.transaction_id)) == found
    assert [exchange.verified for exchange in exchanges] == [True] * 4


def test_the_same_order_again_yields_a_fresh_code(client: ApiV3Gateway, order: Order) -> None:
    assert client.create(order).code_url != client.create(order).code_url


def test_a_close_is_final_and_may_be_repeated(client: ApiV3Gateway, order: Order) -> None:
    client.create(order)
    client.close(order.out_trade_no)
    client.close(order.out_trade_no)
    assert client.query(order.out_trade_no).state is TradeState.CLOSED


def test_a_foreign_order_is_refused_in_the_platforms_words(client: ApiV3Gateway) -> None:
    with pytest.raises(PlatformRefusal) as caught:
        client.query("GL20260101000000NONE")
    assert (caught.value.status, caught.value.code) == (404, "ORDER_NOT_EXIST")


def test_a_lost_answer_is_an_unknown_outcome_that_a_query_settles(
    client: ApiV3Gateway, levers: LeversClient, order: Order
) -> None:
    levers.add_fault(Fault(operation="create", action="drop_after_acceptance"))
    with pytest.raises(UnknownOutcome):
        client.create(order)
    assert client.query(order.out_trade_no).state is TradeState.NOTPAY


@pytest.mark.parametrize("action", ["probe_signature", "wrong_signature"])
def test_an_answer_with_a_wrong_signature_is_not_believed(
    client: ApiV3Gateway, levers: LeversClient, order: Order, action: str
) -> None:
    client.create(order)
    levers.add_fault(Fault.model_validate({"operation": "query", "action": action}))
    with pytest.raises(SignatureInvalid):
        client.query(order.out_trade_no)
    assert client.query(order.out_trade_no).state is TradeState.NOTPAY


def test_a_probe_finds_it_in_step(client: ApiV3Gateway) -> None:
    status = client.probe()
    assert (status.reachable, status.trusted) == (True, True)
    assert abs(status.clock_skew_s) < 2


def test_certificates_come_opened(client: ApiV3Gateway, levers: LeversClient) -> None:
    (found,) = client.certificates()
    assert found.serial_no == levers.keys().serial
    assert found.pem.startswith("-----BEGIN CERTIFICATE-----")


@pytest.fixture
def part(client: ApiV3Gateway, levers: LeversClient, order: Order) -> RefundOrder:
    """¥10.00 of a paid order, ¥5.00 of which a coupon paid."""
    client.create(order)
    levers.pay(out_trade_no=order.out_trade_no, coupon=Fen(500))
    return RefundOrder(
        out_refund_no=f"{order.out_trade_no}-1",
        out_trade_no=order.out_trade_no,
        refund=Fen(1000),
        total=order.amount,
        notify_url=NOTIFY_URL,
        reason="尺码不合",
    )


def test_a_refund_lives_from_acceptance_to_its_end(
    client: ApiV3Gateway, levers: LeversClient, part: RefundOrder, exchanges: list[Exchange]
) -> None:
    accepted = client.refund(part)
    assert (accepted.state, accepted.refund, accepted.payer_refund) == (
        RefundStatus.PROCESSING,
        Fen(1000),
        Fen(749),
    )
    assert client.refund(part) == client.query_refund(part.out_refund_no) == accepted
    levers.end_refund(part.out_refund_no, "SUCCESS")
    done = client.query_refund(part.out_refund_no)
    assert (done.state, done.refund_id) == (RefundStatus.SUCCESS, accepted.refund_id)
    assert done.success_time is not None
    assert client.query(part.out_trade_no).state is TradeState.REFUND
    told = [each for each in exchanges if each.operation.startswith("refund")]
    assert [each.verified for each in told] == [True] * 4


def test_a_refund_that_was_denied_is_found_and_one_that_never_was_is_not(
    client: ApiV3Gateway, levers: LeversClient, part: RefundOrder
) -> None:
    with pytest.raises(PlatformRefusal) as refused:
        client.query_refund(part.out_refund_no)
    assert (refused.value.status, refused.value.code) == (404, "RESOURCE_NOT_EXISTS")
    levers.add_fault(Fault(operation="refund", action="status_after_acceptance", value=429))
    with pytest.raises(PlatformRefusal) as refused:
        client.refund(part)
    assert (refused.value.status, refused.value.code) == (429, "FREQUENCY_LIMITED")
    assert client.query_refund(part.out_refund_no).state is RefundStatus.PROCESSING


def test_a_refund_whose_answer_is_lost_or_forged_is_not_believed(
    client: ApiV3Gateway, levers: LeversClient, part: RefundOrder
) -> None:
    levers.add_fault(Fault(operation="refund", action="drop_after_acceptance"))
    with pytest.raises(UnknownOutcome):
        client.refund(part)
    levers.add_fault(Fault(operation="refund-query", action="wrong_signature"))
    with pytest.raises(SignatureInvalid):
        client.query_refund(part.out_refund_no)
    assert client.query_refund(part.out_refund_no).refund == Fen(1000)
