"""Closing a gateway lets every session leave, retired ones, too, and no socket stays open."""

from __future__ import annotations

import asyncio
import gc
import threading
import time
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from harness.core.errors import UnknownOutcome, UsageError
from harness.gateways.guard import UNGUARDED
from harness.gateways.loop_thread import LoopThread
from harness.gateways.mcp.gateway import McpGateway
from harness.gateways.mcp.mapping import WeChatTools
from harness.gateways.mcp.session import Endpoint, Session
from tests.gateways.mcp.conftest import only_calls
from tests.gateways.mcp_settings import mcp_settings, new_order
from tests.gateways.payment_service import (
    APPID,
    Disturbance,
    Line,
    Service,
    disturbed,
    drop,
    hang,
    payment_service,
)

CONNECTIONS = 8
"""Of a session: as many calls are made at once."""


@pytest.fixture
def remembering(service: Service) -> Iterator[Disturbance]:
    """A line to a service that has sessions, to which one says goodbye."""
    with payment_service(service, stateless=False) as base_url, disturbed(base_url) as line:
        yield line


@pytest.fixture
def gateway(
    remembering: Disturbance, merchant_key: RSAPrivateKey, platform_key: RSAPrivateKey
) -> Iterator[McpGateway]:
    settings = mcp_settings(remembering.base_url, merchant_key, platform_key)
    gateway = McpGateway(settings, tools=WeChatTools(APPID), era="legacy")
    yield gateway
    gateway.close_connections()


def retire(gateway: McpGateway, line: Disturbance) -> None:
    """Lose a call, after which the gateway trusts its session no more and opens another when it needs one."""
    only_calls(line)
    line.plan = [drop]
    with pytest.raises(UnknownOutcome):
        gateway.create(new_order())


def goodbyes(line: Disturbance) -> list[Line]:
    return [request for request in line.seen if request.method == "DELETE"]


def test_closing_waits_for_the_goodbye_of_a_retired_session(
    gateway: McpGateway, remembering: Disturbance
) -> None:
    asked, answered = threading.Event(), threading.Event()

    def slowly(request: Line) -> None:
        asked.set()
        answered.wait(1)  # less than a goodbye may take
        request.answer(200, b"", {})

    gateway.handshake()
    retire(gateway, remembering)
    remembering.applies = lambda request: request.method == "DELETE"
    remembering.always = slowly
    with ThreadPoolExecutor(1) as threads:
        closing = threads.submit(gateway.close_connections)
        assert asked.wait(5)
        with pytest.raises(TimeoutError):
            closing.result(0.1)
        answered.set()
        closing.result(5)


def test_every_session_says_goodbye(gateway: McpGateway, remembering: Disturbance) -> None:
    for _ in range(3):
        gateway.handshake()
        retire(gateway, remembering)
    gateway.handshake()
    gateway.close_connections()
    assert len({request.headers["mcp-session-id"] for request in goodbyes(remembering)}) == 4


def test_goodbyes_that_nobody_answers_are_waited_for_together_and_not_for_long(
    gateway: McpGateway, remembering: Disturbance
) -> None:
    for _ in range(3):
        gateway.handshake()
        retire(gateway, remembering)
        remembering.applies = lambda request: request.method == "DELETE"
        remembering.always = hang
    begun = time.monotonic()
    gateway.close_connections()
    assert time.monotonic() - begun < 4


def test_a_session_that_was_closed_opens_no_other(remembering: Disturbance) -> None:
    thread = LoopThread("golive-mcp test")
    session = Session(endpoint_of(remembering))
    thread.run(session.handshake)
    thread.run(session.close)
    asked = len(remembering.seen)
    with pytest.raises(UsageError):
        thread.run(session.handshake)
    assert len(remembering.seen) == asked
    thread.close()


def endpoint_of(line: Disturbance) -> Endpoint:
    return Endpoint(
        url=f"{line.base_url}/mcp/v1",
        host="127.0.0.1",
        api_key="an-api-key",
        mode="auto",
        timeout_s=5,
        trust_env=False,
        listeners=(),
        guard=UNGUARDED,
        dialect="mcp",
    )


def left_open(line: Disturbance, rounds: int) -> list[str]:
    """What Python says of sockets nobody closed, when a session is closed that has been leaving for as many
    rounds of its event loop."""
    thread = LoopThread("golive-mcp test")
    session = Session(endpoint_of(line))

    async def ask() -> None:
        await session.call("get-service-status", {}, request_id="GL1", operation="status", out_trade_no=None)

    async def ask_at_once() -> None:
        await asyncio.gather(*(ask() for _ in range(CONNECTIONS)))

    async def lose_a_call_and_close() -> None:
        with pytest.raises(UnknownOutcome):
            await ask()
        for _ in range(rounds):
            await asyncio.sleep(0)
        await session.close()

    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always", ResourceWarning)
        thread.run(ask_at_once)
        only_calls(line)
        line.plan = [drop]
        thread.close(lose_a_call_and_close)
        gc.collect()
    return [str(each.message) for each in said]


def test_no_socket_stays_open_wherever_closing_meets_a_session_that_leaves(line: Disturbance) -> None:
    assert not [found for rounds in range(20) for found in left_open(line, rounds)]
