"""The gateway to Model Context Protocol: what it asks in both eras, and how little it believes."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from mcp_types import CallToolResult, TextContent

from harness.core.clock import rfc3339
from harness.core.errors import (
    PlatformRefusal,
    TargetFailure,
    UsageError,
)
from harness.core.exchange import Exchange
from harness.core.payment import Product, TradeState
from harness.gateways.mcp.gateway import Era, McpGateway
from harness.gateways.mcp.mapping import WeChatTools
from harness.gateways.refusals import ChannelRefusal
from tests.gateways.mcp_settings import mcp_settings, new_order
from tests.gateways.payment_service import (
    APPID,
    BRIDGE,
    Disturbance,
    Service,
    payment_service,
    refused,
)


@pytest.mark.parametrize("era", ["auto", "legacy", "2026-07-28"])
@pytest.mark.parametrize("stateless", [True, False], ids=["stateless", "sessions"])
def test_an_order_lives_in_either_era(
    era: Era,
    stateless: bool,
    merchant_key: RSAPrivateKey,
    platform_key: RSAPrivateKey,
    exchanges: list[Exchange],
) -> None:
    service, order = Service(), new_order()
    with payment_service(service, stateless=stateless) as base_url:
        settings = mcp_settings(base_url, merchant_key, platform_key)
        gateway = McpGateway(settings, tools=WeChatTools(APPID), listeners=(exchanges.append,), era=era)
        prepared = gateway.create(order)
        assert prepared.code_url is not None
        assert (prepared.dialect, prepared.out_trade_no) == ("mcp", order.out_trade_no)
        assert prepared.request_id
        assert gateway.query(order.out_trade_no).state is TradeState.NOTPAY
        gateway.close(order.out_trade_no)
        gateway.close(order.out_trade_no)
        assert gateway.query(order.out_trade_no).state is TradeState.CLOSED
        expected = "2025-11-25" if era == "legacy" else "2026-07-28"
        assert gateway.handshake() == expected
        gateway.close_connections()
    heard = [exchange for exchange in exchanges if exchange.operation != "handshake"]
    assert [exchange.operation for exchange in heard] == ["create", "query", "close", "close", "query"]
    assert {exchange.status for exchange in heard} == {200}
    assert {exchange.verified for exchange in heard} == {None}
    assert json.loads(heard[0].request_body)["params"]["arguments"]["out_trade_no"] == order.out_trade_no


@pytest.mark.parametrize("product", [Product.NATIVE, Product.H5, Product.JSAPI])
def test_the_order_arrives_with_every_parameter(
    gateway: McpGateway, service: Service, product: Product
) -> None:
    order = new_order(product)
    prepared = gateway.create(order)
    (arrived,) = service.creates
    assert order.time_expire is not None
    expected = {
        "out_trade_no": order.out_trade_no,
        "amount": 1990,
        "description": order.description,
        "notify_url": order.notify_url,
        "time_expire": rfc3339(order.time_expire),
        "attach": order.attach,
    }
    if product is Product.JSAPI:
        expected["openid"] = order.openid
        assert prepared.jsapi is not None
        assert prepared.jsapi.pay_sign == BRIDGE["paySign"]
        assert prepared.prepay_id == BRIDGE["prepay_id"]
    if product is Product.H5:
        expected |= {"payer_client_ip": order.payer_client_ip, "h5_type": order.h5_type}
        assert prepared.h5_url == "https://wx.tenpay.com/x"
        assert prepared.expire_time is not None
    assert arrived == expected


def test_what_an_order_lacks_is_not_sent(gateway: McpGateway, service: Service) -> None:
    gateway.create(replace(new_order(), attach="", time_expire=None))
    assert not {"attach", "time_expire"} & service.creates[0].keys()


def test_a_jsapi_order_without_openid_is_stopped_here(gateway: McpGateway, line: Disturbance) -> None:
    with pytest.raises(UsageError):
        gateway.create(replace(new_order(Product.JSAPI), openid=None))
    assert not line.seen


def test_the_key_is_shown(gateway: McpGateway, line: Disturbance) -> None:
    gateway.create(new_order())
    assert {request.headers["authorization"] for request in line.seen} == {"Bearer an-api-key"}


@pytest.mark.parametrize(
    ("code", "status"),
    [("ORDER_NOT_EXIST", 404), ("OUT_TRADE_NO_USED", 403), ("RULE_LIMIT", 403), ("ORDERPAID", 400)],
)
def test_the_platform_refuses_in_its_own_words(
    gateway: McpGateway, service: Service, code: str, status: int
) -> None:
    service.answers["query"] = lambda: refused(code, "说明")
    with pytest.raises(PlatformRefusal) as caught:
        gateway.query("GL123456")
    assert (caught.value.status, caught.value.code, caught.value.message) == (status, code, "说明")
    assert not isinstance(caught.value, ChannelRefusal)


@pytest.mark.parametrize("code", ["SIGN_ERROR", "FREQUENCY_LIMITED"])
def test_a_key_or_a_limit_is_the_channels_refusal(gateway: McpGateway, service: Service, code: str) -> None:
    service.answers["create"] = lambda: refused(code)
    with pytest.raises(ChannelRefusal):
        gateway.create(new_order())


def test_bad_arguments_by_the_librarys_own_check_never_reached_the_platform(
    gateway: McpGateway, service: Service
) -> None:
    order = replace(new_order(), description=None)  # type: ignore[arg-type]
    with pytest.raises(ChannelRefusal):
        gateway.create(order)
    assert not service.orders


def test_a_product_without_a_tool_is_the_channels_refusal(gateway: McpGateway, service: Service) -> None:
    with pytest.raises(ChannelRefusal, match="create-app-payment"):
        gateway.create(new_order(Product.APP))
    assert not service.creates


@pytest.mark.parametrize(
    "members",
    [
        {"code_url": "weixin://x"},
        {"out_trade_no": "GLanother", "code_url": "weixin://x"},
        {"code_url": ""},
        {"code_url": 7},
        {"code_url": "weixin://x", "expire_time": "tomorrow"},
    ],
)
def test_an_answer_that_is_not_what_it_must_be_is_a_failure_of_the_target(
    gateway: McpGateway, service: Service, members: dict[str, Any]
) -> None:
    order = new_order()
    told = (
        members
        if len(members) == 1 and "code_url" in members and members["code_url"] == "weixin://x"
        else ({"out_trade_no": order.out_trade_no} | members)
    )
    service.answers["create"] = lambda: CallToolResult(content=[], structured_content=told)
    with pytest.raises(TargetFailure) as caught:
        gateway.create(order)
    assert not isinstance(caught.value, PlatformRefusal)


@pytest.mark.parametrize(
    "wrong",
    [
        {"appId": "wx0"},
        {"package": "wx2014"},
        {"package": "prepay_id="},
        {"signType": "MD5"},
        {"paySign": ""},
    ],
)
def test_parameters_for_another_app_or_of_another_form_are_refused(
    gateway: McpGateway, service: Service, wrong: dict[str, str]
) -> None:
    order = new_order(Product.JSAPI)
    told = {"out_trade_no": order.out_trade_no, **BRIDGE, **wrong}
    service.answers["create"] = lambda: CallToolResult(content=[], structured_content=told)
    with pytest.raises(TargetFailure):
        gateway.create(order)


def test_an_answer_in_prose_alone_is_no_answer(gateway: McpGateway, service: Service) -> None:
    service.answers["query"] = lambda: CallToolResult(content=[TextContent(type="text", text="paid!")])
    with pytest.raises(TargetFailure):
        gateway.query("GL123456")


def test_an_unknown_state_is_kept_as_text(gateway: McpGateway, service: Service) -> None:
    order = new_order()
    gateway.create(order)
    service.states[order.out_trade_no] = "FROZEN"
    found = gateway.query(order.out_trade_no)
    assert (found.trade_state, found.state, found.money_taken) == ("FROZEN", None, False)


def test_a_close_that_does_not_say_so_is_not_believed(gateway: McpGateway, service: Service) -> None:
    service.answers["close"] = lambda: CallToolResult(content=[], structured_content={"closed": False})
    with pytest.raises(TargetFailure):
        gateway.close("GL123456")


def test_the_service_tells_its_state(gateway: McpGateway) -> None:
    told = gateway.status()
    assert (told.enabled, told.wechat, told.alipay) == (True, True, False)
    probed = gateway.probe()
    assert (probed.reachable, probed.trusted) == (True, True)
    assert abs(probed.clock_skew_s) < 2
