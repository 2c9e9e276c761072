"""The gateway to Model Context Protocol: both eras, and every way in which an endpoint can let one down."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from mcp_types import CallToolResult, TextContent

from harness.clock import rfc3339
from harness.errors import (
    EnvironmentUnreachable,
    PlatformRefusal,
    TargetFailure,
    UnknownOutcome,
    UnsafeRequest,
    UsageError,
)
from harness.exchange import Exchange
from harness.gateways.mcp import Era, McpGateway
from harness.gateways.refusals import ChannelRefusal
from harness.payment import Dialect, Product, TradeState
from tests.gateways.mcp_settings import mcp_settings, new_order
from tests.gateways.payment_service import (
    APPID,
    BRIDGE,
    Disturbance,
    Mishap,
    Service,
    disturbed,
    drop,
    drop_after,
    hang,
    payment_service,
    refused,
    refused_address,
    reset,
    says,
    trickle,
)

Build = Callable[..., McpGateway]


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def line(service: Service) -> Iterator[Disturbance]:
    with payment_service(service) as base_url, disturbed(base_url) as disturbance:
        yield disturbance


@pytest.fixture
def build(
    line: Disturbance, merchant_key: RSAPrivateKey, platform_key: RSAPrivateKey, exchanges: list[Exchange]
) -> Iterator[Build]:
    """Builds gateways to the service, and closes them."""
    made: list[McpGateway] = []

    def new(*, era: Era = "auto", base_url: str = line.base_url, **members: Any) -> McpGateway:
        settings = mcp_settings(base_url, merchant_key, platform_key, **members)
        made.append(McpGateway(settings, appid=APPID, listeners=(exchanges.append,), era=era))
        return made[-1]

    yield new
    for gateway in made:
        gateway.close_connections()


@pytest.fixture
def gateway(build: Build) -> McpGateway:
    return build()


def only_calls(line: Disturbance) -> None:
    """Let the handshake by."""
    line.applies = lambda request: request.called == "tools/call"


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
        gateway = McpGateway(settings, appid=APPID, listeners=(exchanges.append,), era=era)
        prepared = gateway.create(order)
        assert prepared.code_url is not None
        assert (prepared.dialect, prepared.out_trade_no) == (Dialect.MCP, order.out_trade_no)
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


@pytest.mark.parametrize("mishap", [drop, reset, hang, trickle, drop_after])
def test_after_an_unclear_ending_the_outcome_is_unknown_and_nothing_is_sent_twice(
    build: Build, line: Disturbance, mishap: Mishap, exchanges: list[Exchange]
) -> None:
    only_calls(line)
    gateway = build(timeout_ms=1500, retry_count=3)
    gateway.handshake()
    line.plan = [mishap]
    begun = time.monotonic()
    with pytest.raises(UnknownOutcome) as caught:
        gateway.create(new_order())
    assert time.monotonic() - begun < 4
    assert caught.value.remedy
    assert len(line.calls("tools/call")) == 1
    assert (exchanges[-1].operation, exchanges[-1].status) == ("create", None)
    assert gateway.create(new_order()).code_url is not None


def test_one_lost_call_does_not_take_its_neighbours_along(build: Build, line: Disturbance) -> None:
    gateway = build()
    gateway.handshake()
    only_calls(line)
    line.plan = [drop] * 5

    def place(_: int) -> str:
        try:
            return gateway.create(new_order()).code_url or ""
        except UnknownOutcome:
            return "lost"

    with ThreadPoolExecutor(20) as threads:
        ends = list(threads.map(place, range(20)))
    assert ends.count("lost") == 5
    assert len(set(ends)) == 16


@pytest.mark.parametrize("era", ["auto", "legacy"])
def test_twenty_threads_share_one_session(
    build: Build, line: Disturbance, service: Service, era: Era
) -> None:
    gateway = build(era=era)
    orders = [new_order() for _ in range(20)]
    with ThreadPoolExecutor(20) as threads:
        made = list(threads.map(gateway.create, orders))
    assert [prepared.out_trade_no for prepared in made] == [order.out_trade_no for order in orders]
    assert len({prepared.code_url for prepared in made}) == 20
    assert len({prepared.request_id for prepared in made}) == 20
    assert len(line.calls("tools/list")) == 1
    assert sum(thread.name.startswith("golive-mcp") for thread in threading.enumerate()) == 1


def test_nothing_listening_means_nothing_was_sent(build: Build, exchanges: list[Exchange]) -> None:
    gateway = build(base_url=refused_address(), retry_count=3)
    begun = time.monotonic()
    with pytest.raises(EnvironmentUnreachable) as caught:
        gateway.create(new_order())
    assert time.monotonic() - begun < 4
    assert caught.value.remedy
    assert [exchange.operation for exchange in exchanges] == ["handshake"] * 3
    assert not gateway.probe().reachable
    assert not gateway.status().wechat


def test_a_host_that_has_no_address_means_nothing_was_sent(
    merchant_key: RSAPrivateKey, platform_key: RSAPrivateKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    settings = mcp_settings("https://nowhere.invalid", merchant_key, platform_key)
    gateway = McpGateway(settings, appid=APPID)
    with pytest.raises(EnvironmentUnreachable):
        gateway.create(new_order())
    gateway.close_connections()


@pytest.mark.parametrize("mishap", [hang, drop, reset, trickle])
def test_a_mute_handshake_ends_in_time_and_no_order_was_sent(
    build: Build, line: Disturbance, service: Service, mishap: Mishap
) -> None:
    line.always = mishap
    gateway = build(timeout_ms=1000)
    begun = time.monotonic()
    with pytest.raises(EnvironmentUnreachable):
        gateway.create(new_order())
    assert time.monotonic() - begun < 3
    assert not service.creates
    line.always = None
    assert gateway.create(new_order()).code_url is not None


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (401, b""),
        (401, b'{"error":"invalid_token"}'),
        (404, b""),
        (405, b"<html>"),
        (500, b""),
        (503, b"{}"),
        (200, b"<html>hello</html>"),
        (200, b'{"jsonrpc":"2.0","id":1,"result":7}'),
    ],
)
def test_a_broken_handshake_is_the_channels_refusal(
    build: Build, line: Disturbance, service: Service, status: int, body: bytes
) -> None:
    line.always = says(status, body, **{"Content-Type": "application/json"})
    gateway = build()
    with pytest.raises(ChannelRefusal) as caught:
        gateway.create(new_order())
    assert caught.value.status == status
    assert not service.creates
    assert gateway.probe().reachable


@pytest.mark.parametrize("status", [401, 405, 429])
def test_a_status_about_the_channel_is_the_channels_refusal(
    build: Build, line: Disturbance, status: int
) -> None:
    only_calls(line)
    line.plan = [says(status, b'{"code":"FREQUENCY_LIMITED","message":"slow down"}')]
    gateway = build()
    with pytest.raises(ChannelRefusal) as caught:
        gateway.create(new_order())
    assert caught.value.status == status


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_5xx_says_nothing_of_what_was_done(build: Build, line: Disturbance, status: int) -> None:
    only_calls(line)
    line.plan = [says(status, b"<html>")]
    gateway = build(retry_count=3)
    with pytest.raises(PlatformRefusal) as caught:
        gateway.create(new_order())
    assert (caught.value.status, isinstance(caught.value, ChannelRefusal)) == (status, False)
    assert len(line.calls("tools/call")) == 1


def test_no_redirect_is_followed(build: Build, line: Disturbance, service: Service) -> None:
    only_calls(line)
    line.plan = [says(307, b"", Location="/mcp/v1")]
    gateway = build()
    with pytest.raises(UnknownOutcome, match="307"):
        gateway.create(new_order())
    assert not service.creates
    assert len(line.calls("tools/call")) == 1


def test_an_endless_answer_is_cut_off(build: Build, line: Disturbance) -> None:
    only_calls(line)
    line.plan = [says(200, b" " * (2 << 20), **{"Content-Type": "application/json"})]
    with pytest.raises(UnknownOutcome, match="longer"):
        build().create(new_order())


@pytest.mark.parametrize("body", [b"", b"not json", b"[1]", b"[" * 100_000])
def test_an_answer_that_cannot_be_read_is_a_failure_of_the_target(
    build: Build, line: Disturbance, body: bytes
) -> None:
    only_calls(line)
    line.plan = [says(200, body, **{"Content-Type": "application/json"})]
    with pytest.raises(TargetFailure):
        build().create(new_order())


def test_a_forgotten_session_is_opened_again_and_the_call_sent_once_more(
    service: Service, merchant_key: RSAPrivateKey, platform_key: RSAPrivateKey
) -> None:
    with payment_service(service, stateless=False) as base_url, disturbed(base_url) as line:
        settings = mcp_settings(line.base_url, merchant_key, platform_key)
        gateway = McpGateway(settings, appid=APPID, era="legacy")
        gateway.create(new_order())
        only_calls(line)
        line.plan = [says(404)]
        gateway.create(new_order())
        gateway.close_connections()
    assert len(service.creates) == 2
    assert len(line.calls("initialize")) == 2


def test_closing_leaves_nothing_behind(build: Build, line: Disturbance) -> None:
    gateway = build(era="legacy")
    gateway.create(new_order())
    begun = time.monotonic()
    gateway.close_connections()
    gateway.close_connections()
    assert time.monotonic() - begun < 2
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("golive-mcp")]
    with pytest.raises(UsageError):
        gateway.query("GL123456")


def test_a_gateway_that_never_sent_has_no_thread(build: Build) -> None:
    build().close_connections()
    build()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("golive-mcp")]


def test_closing_ends_a_call_that_is_on_its_way(build: Build, line: Disturbance) -> None:
    gateway = build(timeout_ms=20_000)
    gateway.handshake()
    only_calls(line)
    line.always = hang
    with ThreadPoolExecutor(1) as threads:
        call = threads.submit(gateway.create, new_order())
        deadline = time.monotonic() + 5
        while not line.calls("tools/call") and time.monotonic() < deadline:
            threading.Event().wait(0.01)
        gateway.close_connections()
        with pytest.raises(UnknownOutcome):
            call.result(5)


def test_the_service_tells_its_state(gateway: McpGateway) -> None:
    told = gateway.status()
    assert (told.enabled, told.wechat, told.alipay) == (True, True, False)
    probed = gateway.probe()
    assert (probed.reachable, probed.trusted) == (True, True)
    assert abs(probed.clock_skew_s) < 2


@pytest.mark.parametrize("endpoint", ["http://mcp.example.com/mcp/v1", "https://u:p@a.example/mcp/v1"])
def test_an_unsafe_endpoint_is_refused_before_anything_is_sent(
    merchant_key: RSAPrivateKey, platform_key: RSAPrivateKey, endpoint: str
) -> None:
    settings = replace(mcp_settings("http://127.0.0.1", merchant_key, platform_key), endpoint=endpoint)
    with pytest.raises(UnsafeRequest):
        McpGateway(settings, appid=APPID)


def test_loopback_never_goes_through_a_proxy(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", refused_address())
    monkeypatch.setenv("ALL_PROXY", refused_address())
    assert build().create(new_order()).code_url is not None
