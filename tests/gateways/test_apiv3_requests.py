"""What the gateway sends is signed over exactly the bytes on the wire."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from hypothesis import HealthCheck, given
from hypothesis import settings as sampling
from hypothesis import strategies as st

from harness.core.errors import UsageError
from harness.core.exchange import Exchange
from harness.core.money import Fen
from harness.core.payment import Order, Product
from harness.gateways.apiv3.gateway import ApiV3Gateway
from harness.settings.model import WeChatSettings
from harness.signing.wechat_v3 import parse_authorization, request_message, verifies

if TYPE_CHECKING:
    from tests.gateways.conftest import FakePlatform, Received

ORDER = Order(
    out_trade_no="GL20260101000000AAAA",
    product=Product.NATIVE,
    amount=Fen(1990),
    description="景区日票",
    notify_url="https://shop.example.com/notify",
    time_expire=datetime(2026, 1, 1, 4, 0, tzinfo=UTC),
)
HANDLES: dict[str, object] = {
    "code_url": "weixin://wxpay/bizpayurl?pr=a",
    "prepay_id": "wx1",
    "h5_url": "https://a",
}


def signature_holds(received: Received, merchant_key: RSAPrivateKey) -> bool:
    """Verified from the wire alone: the raw target, the raw body, the header's own members."""
    sent = parse_authorization(received.header("authorization"))
    message = request_message(received.method, received.target, sent.timestamp, sent.nonce_str, received.body)
    return verifies(merchant_key.public_key(), message, sent.signature)


def test_an_order_is_signed_over_the_bytes_sent(
    gateway: ApiV3Gateway, platform: FakePlatform, merchant_key: RSAPrivateKey
) -> None:
    platform.answers(HANDLES)
    prepared = gateway.create(ORDER)

    (received,) = platform.received
    assert signature_holds(received, merchant_key)
    assert (received.method, received.target) == ("POST", "/v3/pay/transactions/native")
    assert "景区日票".encode() in received.body
    assert prepared.code_url == "weixin://wxpay/bizpayurl?pr=a"
    assert prepared.prepay_id is None


def test_an_order_says_what_the_platform_wants_and_nothing_blank(
    gateway: ApiV3Gateway, platform: FakePlatform, settings: WeChatSettings
) -> None:
    platform.answers(HANDLES)
    gateway.create(ORDER)
    assert json.loads(platform.received[0].body) == {
        "appid": settings.appid,
        "mchid": settings.mchid,
        "description": "景区日票",
        "out_trade_no": ORDER.out_trade_no,
        "notify_url": ORDER.notify_url,
        "amount": {"total": 1990, "currency": "CNY"},
        "time_expire": "2026-01-01T12:00:00+08:00",
    }


def test_the_same_order_again_is_the_same_bytes(gateway: ApiV3Gateway, platform: FakePlatform) -> None:
    platform.answers(HANDLES)
    gateway.create(ORDER)
    gateway.create(ORDER)
    first, second = platform.received
    assert first.body == second.body
    assert first.header("authorization") != second.header("authorization")


@pytest.mark.parametrize("number", ["GL|1*2-3_4", "GL 1/2?3#4", "订单１２３４５６"])
def test_an_odd_number_is_signed_as_it_is_encoded(
    gateway: ApiV3Gateway, platform: FakePlatform, merchant_key: RSAPrivateKey, number: str
) -> None:
    platform.answers({"out_trade_no": number, "trade_state": "NOTPAY"})
    gateway.query(number)
    (received,) = platform.received
    assert signature_holds(received, merchant_key)
    assert received.target.endswith("?mchid=1900007291")
    assert received.target.count("/") == 5


@given(number=st.text(min_size=1, max_size=32).filter(lambda text: text.isprintable()))
@sampling(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_number_is_signed_as_it_is_encoded(
    gateway: ApiV3Gateway, platform: FakePlatform, merchant_key: RSAPrivateKey, number: str
) -> None:
    platform.answers({"out_trade_no": number, "trade_state": "NOTPAY"})
    assert gateway.query(number).out_trade_no == number
    assert signature_holds(platform.received[-1], merchant_key)


def test_every_request_names_key_agent_and_what_it_accepts(
    gateway: ApiV3Gateway, platform: FakePlatform, settings: WeChatSettings
) -> None:
    platform.answers(HANDLES | {"out_trade_no": "GL123456", "trade_state": "NOTPAY"})
    gateway.create(ORDER)
    gateway.query("GL123456")
    gateway.close("GL123456")
    for received in platform.received:
        assert received.header("wechatpay-serial") == settings.platform_key_id
        assert received.header("accept") == "application/json"
        assert received.header("user-agent").startswith("GoLive/")
        assert parse_authorization(received.header("authorization")).serial_no == settings.certificate_serial
    assert [received.header("content-type") for received in platform.received if received.body] == [
        "application/json",
        "application/json",
    ]


def test_a_close_sends_the_merchant_account_alone(
    gateway: ApiV3Gateway, platform: FakePlatform, merchant_key: RSAPrivateKey
) -> None:
    platform.answers(status=204, body=b"")
    gateway.close("GL123456")
    (received,) = platform.received
    assert json.loads(received.body) == {"mchid": "1900007291"}
    assert received.target == "/v3/pay/transactions/out-trade-no/GL123456/close"
    assert signature_holds(received, merchant_key)


def test_each_product_goes_to_its_own_path_with_its_own_members(
    gateway: ApiV3Gateway, platform: FakePlatform
) -> None:
    platform.answers(HANDLES)
    jsapi = gateway.create(replace(ORDER, product=Product.JSAPI, openid="oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"))
    h5 = gateway.create(replace(ORDER, product=Product.H5, payer_client_ip="203.0.113.7", h5_type="Wap"))
    app = gateway.create(replace(ORDER, product=Product.APP))
    bodies = [json.loads(received.body) for received in platform.received]
    assert [received.target.rpartition("/")[2] for received in platform.received] == ["jsapi", "h5", "app"]
    assert bodies[0]["payer"] == {"openid": "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"}
    assert bodies[1]["scene_info"] == {"payer_client_ip": "203.0.113.7", "h5_info": {"type": "Wap"}}
    assert "payer" not in bodies[2]
    assert "scene_info" not in bodies[2]
    assert (jsapi.prepay_id, h5.h5_url, app.prepay_id) == ("wx1", "https://a", "wx1")


@pytest.mark.parametrize("product", [Product.JSAPI, Product.H5])
def test_an_order_without_what_its_product_needs_is_not_sent(
    gateway: ApiV3Gateway, platform: FakePlatform, product: Product
) -> None:
    with pytest.raises(UsageError):
        gateway.create(replace(ORDER, product=product))
    assert platform.received == []


def test_an_exchange_holds_the_bytes_of_both_directions(
    gateway: ApiV3Gateway, platform: FakePlatform, exchanges: list[Exchange]
) -> None:
    platform.answers(HANDLES)
    gateway.create(ORDER)
    (exchange,) = exchanges
    assert exchange.request_body == platform.received[0].body
    assert json.loads(exchange.response_body) == HANDLES
    assert (exchange.operation, exchange.status, exchange.verified) == ("create", 200, True)
    assert exchange.out_trade_no == ORDER.out_trade_no
    assert exchange.request_headers["authorization"] == platform.received[0].header("authorization")
