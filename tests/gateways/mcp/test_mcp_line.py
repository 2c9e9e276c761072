"""Every way in which the line to an MCP endpoint can let one down, and sessions that end."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from harness.core.errors import (
    EnvironmentUnreachable,
    PlatformRefusal,
    TargetFailure,
    UnknownOutcome,
    UnsafeRequest,
    UsageError,
)
from harness.core.exchange import Exchange
from harness.gateways.mcp.gateway import Era, McpGateway
from harness.gateways.mcp.mapping import WeChatTools
from harness.gateways.refusals import ChannelRefusal
from tests.gateways.mcp.conftest import Build, only_calls
from tests.gateways.mcp_settings import mcp_settings, new_order
from tests.gateways.payment_service import (
    APPID,
    Disturbance,
    Line,
    LineFault,
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
    streamed,
    trickle,
)


@pytest.mark.parametrize("fault", [drop, reset, hang, trickle, drop_after])
def test_after_an_unclear_ending_the_outcome_is_unknown_and_nothing_is_sent_twice(
    build: Build, line: Disturbance, fault: LineFault, exchanges: list[Exchange]
) -> None:
    only_calls(line)
    gateway = build(timeout_ms=1500, retry_count=3)
    gateway.handshake()
    line.plan = [fault]
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


def lines() -> set[threading.Thread]:
    """The threads that gateways send over MCP with, those of other tests among them."""
    return {thread for thread in threading.enumerate() if thread.name.startswith("golive-mcp")}


@pytest.mark.parametrize("era", ["auto", "legacy"])
def test_twenty_threads_share_one_session(
    build: Build, line: Disturbance, service: Service, era: Era
) -> None:
    before = lines()
    gateway = build(era=era)
    orders = [new_order() for _ in range(20)]
    with ThreadPoolExecutor(20) as threads:
        made = list(threads.map(gateway.create, orders))
    assert [prepared.out_trade_no for prepared in made] == [order.out_trade_no for order in orders]
    assert len({prepared.code_url for prepared in made}) == 20
    assert len({prepared.request_id for prepared in made}) == 20
    assert len(line.calls("tools/list")) == 1
    assert len(lines() - before) == 1


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
    gateway = McpGateway(settings, tools=WeChatTools(APPID))
    with pytest.raises(EnvironmentUnreachable):
        gateway.create(new_order())
    gateway.close_connections()


@pytest.mark.parametrize("fault", [hang, drop, reset, trickle])
def test_a_mute_handshake_ends_in_time_and_no_order_was_sent(
    build: Build, line: Disturbance, service: Service, fault: LineFault
) -> None:
    line.always = fault
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


@pytest.mark.parametrize("era", ["auto", "legacy"])
@pytest.mark.parametrize("stateless", [True, False])
def test_answers_may_come_as_a_stream_of_events_that_never_ends(
    era: Era,
    stateless: bool,
    service: Service,
    merchant_key: RSAPrivateKey,
    platform_key: RSAPrivateKey,
) -> None:
    order = new_order()
    with payment_service(service, stateless=stateless) as base_url, disturbed(base_url) as line:
        # A goodbye and what only informs are answered without a word.
        line.applies = lambda request: request.method == "POST" and b'"id"' in request.body
        line.always = streamed
        gateway = McpGateway(
            mcp_settings(line.base_url, merchant_key, platform_key), tools=WeChatTools(APPID), era=era
        )
        begun = time.monotonic()
        assert gateway.create(order).code_url is not None
        assert gateway.query(order.out_trade_no).trade_state == "NOTPAY"
        assert time.monotonic() - begun < 4
        service.answers["query"] = lambda: refused("SYSTEM_ERROR")
        with pytest.raises(PlatformRefusal, match="SYSTEM_ERROR"):
            gateway.query(order.out_trade_no)
        gateway.close_connections()


@pytest.mark.parametrize("body", [b"", b": heartbeat\n\n", b"id: 1\ndata:\n\n", b"data: {}\n\n"])
def test_a_stream_that_ends_without_an_answer_leaves_the_outcome_unknown(
    build: Build, line: Disturbance, body: bytes
) -> None:
    only_calls(line)
    line.plan = [says(200, body, **{"Content-Type": "text/event-stream"})]
    with pytest.raises(UnknownOutcome, match="without an answer"):
        build().create(new_order())
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
        gateway = McpGateway(settings, tools=WeChatTools(APPID), era="legacy")
        gateway.create(new_order())
        only_calls(line)
        line.plan = [says(404)]
        gateway.create(new_order())
        gateway.close_connections()
    assert len(service.creates) == 2
    assert len(line.calls("initialize")) == 2


def test_closing_leaves_nothing_behind(build: Build, line: Disturbance) -> None:
    before = lines()
    gateway = build(era="legacy")
    gateway.create(new_order())
    begun = time.monotonic()
    gateway.close_connections()
    gateway.close_connections()
    assert time.monotonic() - begun < 2
    assert not lines() - before
    with pytest.raises(UsageError):
        gateway.query("GL123456")


def test_closing_waits_for_a_session_that_was_given_up_to_say_goodbye(
    service: Service, merchant_key: RSAPrivateKey, platform_key: RSAPrivateKey
) -> None:
    said: list[str] = []

    def slowly(request: Line) -> None:
        request.over.wait(0.3)
        said.append(request.method)
        request.answer(200, b"", {})

    with payment_service(service, stateless=False) as base_url, disturbed(base_url) as line:
        gateway = McpGateway(
            mcp_settings(line.base_url, merchant_key, platform_key), tools=WeChatTools(APPID), era="legacy"
        )
        line.applies = lambda request: request.called == "tools/call" or request.method == "DELETE"
        line.plan, line.always = [says(500)], slowly
        with pytest.raises(PlatformRefusal):
            gateway.create(new_order())
        gateway.close_connections()
        assert said == ["DELETE"]


def test_a_gateway_that_never_sent_has_no_thread(build: Build) -> None:
    before = lines()
    build().close_connections()
    build()
    assert not lines() - before


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


@pytest.mark.parametrize("endpoint", ["http://mcp.example.com/mcp/v1", "https://u:p@a.example/mcp/v1"])
def test_an_unsafe_endpoint_is_refused_before_anything_is_sent(
    merchant_key: RSAPrivateKey, platform_key: RSAPrivateKey, endpoint: str
) -> None:
    settings = replace(mcp_settings("http://127.0.0.1", merchant_key, platform_key), endpoint=endpoint)
    with pytest.raises(UnsafeRequest):
        McpGateway(settings, tools=WeChatTools(APPID))


def test_loopback_never_goes_through_a_proxy(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", refused_address())
    monkeypatch.setenv("ALL_PROXY", refused_address())
    assert build().create(new_order()).code_url is not None
