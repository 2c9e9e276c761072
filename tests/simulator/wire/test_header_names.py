"""Header names as they stand on the wire: the official SDK for Java looks them up in a map that knows case.

wechatpay-java keeps an answer's headers in a plain HashMap and asks for these very names; where one is spelt
otherwise, every good answer is "unsigned" to it. HTTP libraries hide that, so here the bytes are read.
"""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest

from harness.levers.client import LeversClient
from harness.processes.serving import listen
from harness.simulator.embedded import RunningSimulator, running_simulator
from tests.simulator.merchant_side import NUMBER, TRANSACTIONS, MerchantSide

NATIVE = f"{TRANSACTIONS}/native"
SIGNED = ("Wechatpay-Timestamp", "Wechatpay-Nonce", "Wechatpay-Signature", "Wechatpay-Serial")
GIVES_UP_S = 10.0


@pytest.fixture(scope="module")
def running() -> Iterator[RunningSimulator]:
    with running_simulator(experience=False) as running:
        yield running


@pytest.fixture(scope="module")
def side(running: RunningSimulator) -> Iterator[MerchantSide]:
    side = MerchantSide(running.simulator)
    with side.runner:
        yield side


def told(message: bytes) -> tuple[str, dict[str, str], bytes]:
    """First line, headers by their exact names, and body of a message in bytes."""
    head, _, body = message.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    return first, dict(line.split(": ", 1) for line in lines), body


def sent(
    running: RunningSimulator, side: MerchantSide, method: str, target: str, body: bytes = b"", **changed: str
) -> tuple[str, dict[str, str], bytes]:
    """A signed request over a socket of its own, and the answer's bytes."""
    address = urlsplit(running.base_url)
    lines = side.headers(method, target, body, **changed)
    head = b"".join(b"%s: %s\r\n" % line for line in lines)
    with socket.create_connection((str(address.hostname), int(address.port or 0)), GIVES_UP_S) as connection:
        connection.sendall(
            b"%s %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" % (method.encode(), target.encode())
        )
        connection.sendall(head + b"\r\n" + body)
        return told(b"".join(iter(lambda: connection.recv(65_536), b"")))


def canonical(headers: Mapping[str, str]) -> bool:
    """Whether each name is spelt as the gateway spells it."""
    return all(
        name == "-".join("ID" if word == "Id" else word for word in name.title().split("-"))
        for name in headers
    )


def verify_as_java(side: MerchantSide, headers: Mapping[str, str], body: bytes) -> None:
    """Look up the four headers by their exact names, and verify over the raw body."""
    side.verifier.verify([(name, headers[name]) for name in SIGNED], body)


def test_every_good_answer_verifies_by_exact_names(running: RunningSimulator, side: MerchantSide) -> None:
    query = f"{TRANSACTIONS}/out-trade-no/{NUMBER}?mchid={side.identity.mchid}"
    close = f"{TRANSACTIONS}/out-trade-no/{NUMBER}/close"
    mchid = json.dumps({"mchid": side.identity.mchid}).encode()
    for method, target, body, status in (
        ("POST", NATIVE, json.dumps(side.order()).encode(), 200),
        ("GET", query, b"", 200),
        ("POST", close, mchid, 204),
        ("POST", "/v3/security/echo", b'{"echo_message":"x"}', 200),
        ("GET", "/v3/certificates", b"", 200),
    ):
        first, headers, answered = sent(running, side, method, target, body)
        assert int(first.split()[1]) == status
        verify_as_java(side, headers, answered)
        assert headers["Request-ID"].endswith("-0")
        assert canonical(headers), headers


def test_every_refusal_spells_its_names_in_the_same_way(
    running: RunningSimulator, side: MerchantSide
) -> None:
    unknown = f"{TRANSACTIONS}/out-trade-no/no-such-order?mchid={side.identity.mchid}"
    for method, target, body, changed in (
        ("POST", NATIVE, b"{}", {}),
        ("GET", unknown, b"", {}),
        ("GET", "/v3/certificates", b"", {"authorization": "Bearer x"}),
        ("GET", NATIVE, b"", {}),
        ("GET", "/v3/nowhere", b"", {}),
        ("POST", "/mcp/v1", b"{}", {}),
        ("POST", "/mcp/v1/wechat/payment/query", b"{}", {}),
        ("GET", "/_golive/health", b"", {}),
        ("GET", "/cashier/scan", b"", {}),
    ):
        first, headers, answered = sent(running, side, method, target, body, **changed)
        assert int(first.split()[1]) >= 400, (target, first)
        headers.pop("WWW-Authenticate", None)
        assert canonical(headers), headers
        if target.startswith("/v3/") and answered:
            assert "Request-ID" in headers, target


@contextmanager
def one_callback() -> Iterator[tuple[str, Future[bytes]]]:
    """An address, and the raw bytes of the first request that comes to it."""
    listener = listen()
    listener.settimeout(GIVES_UP_S)

    def take() -> bytes:
        connection, _ = listener.accept()
        with connection:
            connection.settimeout(GIVES_UP_S)
            message = b""
            while b"\r\n\r\n" not in message or len(told(message)[2]) < int(
                told(message)[1]["Content-Length"]
            ):
                message += connection.recv(65_536)
            connection.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")
            return message

    with listener, ThreadPoolExecutor(1) as pool:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/notify", pool.submit(take)


def test_a_callback_verifies_by_exact_names(running: RunningSimulator, side: MerchantSide) -> None:
    with one_callback() as (url, arrived):
        body = json.dumps(side.order(out_trade_no="java-0001", notify_url=url)).encode()
        assert sent(running, side, "POST", NATIVE, body)[0].startswith("HTTP/1.1 200")
        with LeversClient(running.levers_url, running.levers_token) as levers:
            levers.pay(out_trade_no="java-0001")
        _, headers, payload = told(arrived.result(GIVES_UP_S))
    verify_as_java(side, headers, payload)
    assert canonical(headers), headers
