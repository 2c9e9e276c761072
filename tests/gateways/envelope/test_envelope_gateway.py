"""The gateway to the envelope: what it sends, reads and refuses."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from harness.core.clock import rfc3339
from harness.core.errors import (
    EnvironmentUnreachable,
    PlatformRefusal,
    TargetFailure,
    UnknownOutcome,
    UnsafeRequest,
    UsageError,
)
from harness.core.exchange import Exchange
from harness.core.money import Fen
from harness.core.payment import Product, TradeState
from harness.gateways.envelope.gateway import EnvelopeGateway
from harness.gateways.envelope.mapping import WeChatOperations
from harness.gateways.refusals import ChannelRefusal
from harness.settings.model import WeChatSettings
from harness.signing.envelope import verify_rsa2
from tests.gateways.envelope.conftest import NUMBER, PAID, Endpoint, Message
from tests.gateways.mcp_settings import mcp_settings, new_order
from tests.gateways.payment_service import (
    APPID,
    BRIDGE,
    Disturbance,
    LineFault,
    drop,
    drop_after,
    hang,
    refused_address,
    reset,
    says,
    trickle,
)


@pytest.mark.parametrize(
    ("product", "kind", "data"),
    [
        (Product.NATIVE, "qr", {"qrCode": "weixin://x"}),
        (Product.NATIVE, "qr", {"codeUrl": "weixin://x"}),
        (Product.H5, "h5", {"mwebUrl": "https://wx.tenpay.com/x"}),
        (Product.JSAPI, "jsapi", dict(BRIDGE)),
        (Product.APP, "app", {"prepayId": "wx2014"}),
    ],
)
def test_an_order_of_each_product_arrives_whole_and_signed(
    gateway: EnvelopeGateway,
    endpoint: Endpoint,
    merchant_key: RSAPrivateKey,
    product: Product,
    kind: str,
    data: Message,
) -> None:
    order = new_order(product)
    endpoint.data = {"outTradeNo": order.out_trade_no, "expireTime": "2026-01-02T00:00:00.000Z", **data}
    prepared = gateway.create(order)
    ((path, headers, asked),) = endpoint.received
    assert path == "/mcp/v1/wechat/payment/create"
    assert (headers["x-mcp-version"], headers["x-merchant-id"]) == ("1.0", asked["merchantId"])
    assert headers["authorization"] == "Bearer an-api-key"
    assert verify_rsa2(merchant_key.public_key(), asked, asked["signature"])
    assert (asked["outTradeNo"], asked["totalAmount"], asked["subject"]) == (
        order.out_trade_no,
        1990,
        order.description,
    )
    assert (asked["paymentType"], asked["notifyUrl"]) == (kind, order.notify_url)
    assert order.time_expire is not None
    extra = {"attach": order.attach, "time_expire": rfc3339(order.time_expire)}
    if product is Product.H5:
        extra["h5_type"] = "Wap"
        assert asked["sceneInfo"] == {"payer_client_ip": order.payer_client_ip}
    assert asked["extraParams"] == extra
    assert asked.get("openid") == order.openid
    assert prepared.dialect == "envelope"
    assert prepared.request_id == asked["requestId"]
    assert prepared.expire_time == datetime(2026, 1, 2, tzinfo=UTC)
    assert prepared.code_url or prepared.h5_url or prepared.prepay_id
    assert (prepared.jsapi is not None) == (product is Product.JSAPI)


def test_a_paid_order_is_read_whole(
    gateway: EnvelopeGateway, endpoint: Endpoint, exchanges: list[Exchange]
) -> None:
    endpoint.data = PAID
    found = gateway.query(NUMBER)
    assert found.money_taken
    assert (found.total, found.payer_total, found.currency) == (Fen(1990), Fen(990), "CNY")
    assert found.success_time == datetime(2026, 1, 1, 4, tzinfo=UTC)
    assert (found.appid, found.openid) == (APPID, "oUpF8uMuAJO")
    assert (exchanges[0].operation, exchanges[0].verified) == ("query", True)


def test_an_unknown_state_is_surfaced_and_never_pending(gateway: EnvelopeGateway, endpoint: Endpoint) -> None:
    endpoint.data = {"outTradeNo": NUMBER, "tradeState": "FROZEN"}
    found = gateway.query(NUMBER)
    assert (found.trade_state, found.state) == ("FROZEN", None)


@pytest.mark.parametrize(
    "wrong",
    [
        {"outTradeNo": "GLanother"},
        {"tradeState": None},
        {"totalFee": "1990"},
        {"totalFee": 19.9},
        {"totalFee": None},
        {"cashFee": True},
        {"timeEnd": "20261301120000"},
        {"timeEnd": "2026-01-01T12:00:00"},
        {"transactionId": None},
        {"buyerInfo": "x"},
    ],
)
def test_an_answer_with_a_member_of_the_wrong_kind_is_a_failure_of_the_target(
    gateway: EnvelopeGateway, endpoint: Endpoint, wrong: Message
) -> None:
    endpoint.data = PAID | wrong
    with pytest.raises(TargetFailure):
        gateway.query(NUMBER)


@pytest.mark.parametrize("data", [{}, {"mwebUrl": "javascript:alert(1)"}, {"mwebUrl": 7}])
def test_an_address_that_is_none_is_refused(
    gateway: EnvelopeGateway, endpoint: Endpoint, data: Message
) -> None:
    order = new_order(Product.H5)
    endpoint.data = {"outTradeNo": order.out_trade_no, **data}
    with pytest.raises(TargetFailure):
        gateway.create(order)


@pytest.mark.parametrize(
    ("status", "code", "kind", "read"),
    [
        (200, "ORDER_NOT_EXIST", PlatformRefusal, 404),
        (404, "ORDER_NOT_EXIST", PlatformRefusal, 404),
        (403, "OUT_TRADE_NO_USED", PlatformRefusal, 403),
        (400, "INVALID_REQUEST", PlatformRefusal, 400),
        (404, "INVALID_REQUEST", ChannelRefusal, 404),
        (200, "AUTHENTICATION_FAILED", ChannelRefusal, 401),
        (401, "AUTHENTICATION_FAILED", ChannelRefusal, 401),
        (429, "FREQUENCY_LIMITED", ChannelRefusal, 429),
        (200, "UNKNOWN_ERROR", PlatformRefusal, 500),
        (503, "SERVICE_UNAVAILABLE", PlatformRefusal, 503),
    ],
)
def test_refusals_keep_their_words_and_are_told_apart(
    gateway: EnvelopeGateway, endpoint: Endpoint, status: int, code: str, kind: type, read: int
) -> None:
    endpoint.status, endpoint.code = status, code
    with pytest.raises(PlatformRefusal) as caught:
        gateway.query(NUMBER)
    assert type(caught.value) is kind
    assert (caught.value.status, caught.value.code) == (read, code)


@pytest.mark.parametrize("status", [404, 502])
def test_a_refusal_without_words_is_still_a_refusal(
    gateway: EnvelopeGateway, line: Disturbance, status: int
) -> None:
    line.plan = [says(status, b"<html>")]
    with pytest.raises(PlatformRefusal) as caught:
        gateway.query(NUMBER)
    assert (caught.value.status, isinstance(caught.value, ChannelRefusal)) == (status, status < 500)


@pytest.mark.parametrize(
    "fault",
    [drop, reset, hang, trickle, drop_after, says(307, b"", Location="/x")],
    ids=["drop", "reset", "hang", "trickle", "drop after", "redirect"],
)
def test_after_an_unclear_ending_the_outcome_is_unknown_and_nothing_is_sent_twice(
    line: Disturbance,
    settings: WeChatSettings,
    merchant_key: RSAPrivateKey,
    platform_key: RSAPrivateKey,
    fault: LineFault,
) -> None:
    mcp = mcp_settings(line.base_url, merchant_key, platform_key, timeout_ms=1000, retry_count=3)
    gateway = EnvelopeGateway(mcp, WeChatOperations(settings))
    line.plan = [fault]
    begun = time.monotonic()
    with pytest.raises(UnknownOutcome):
        gateway.create(new_order())
    assert time.monotonic() - begun < 3
    gateway.close_connections()
    assert len(line.seen) == 1


def test_nothing_listening_means_nothing_was_sent_and_the_same_request_is_tried_again(
    settings: WeChatSettings,
    merchant_key: RSAPrivateKey,
    platform_key: RSAPrivateKey,
    exchanges: list[Exchange],
) -> None:
    mcp = mcp_settings(refused_address(), merchant_key, platform_key, retry_count=3)
    gateway = EnvelopeGateway(mcp, WeChatOperations(settings), listeners=(exchanges.append,))
    with pytest.raises(EnvironmentUnreachable):
        gateway.create(new_order())
    assert len({json.loads(exchange.request_body)["requestId"] for exchange in exchanges}) == 1
    assert len(exchanges) == 3
    assert not gateway.probe().reachable
    assert not gateway.status().wechat
    gateway.close_connections()


def test_it_cannot_close_and_sends_nothing(gateway: EnvelopeGateway, line: Disturbance) -> None:
    assert not gateway.can_close
    with pytest.raises(UsageError):
        gateway.close(NUMBER)
    assert not line.seen


def test_a_probe_finds_it_healthy_and_in_step(gateway: EnvelopeGateway) -> None:
    probed = gateway.probe()
    assert (probed.reachable, probed.trusted, probed.clock_skew_s) == (True, True, 0.0)
    assert gateway.status().wechat


def test_an_unsafe_endpoint_is_refused_before_anything_is_sent(
    settings: WeChatSettings, merchant_key: RSAPrivateKey, platform_key: RSAPrivateKey
) -> None:
    mcp = replace(mcp_settings("x", merchant_key, platform_key), endpoint="http://mcp.example.com")
    with pytest.raises(UnsafeRequest):
        EnvelopeGateway(mcp, WeChatOperations(settings))


def test_a_state_is_told_under_either_name(gateway: EnvelopeGateway, endpoint: Endpoint) -> None:
    endpoint.data = {"outTradeNo": NUMBER, "status": "NOTPAY", "totalAmount": 1990}
    found = gateway.query(NUMBER)
    assert (found.state, found.total) == (TradeState.NOTPAY, Fen(1990))
