"""Two hundred clients that never finish, and bodies of ten megabytes, keep nobody else waiting."""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from urllib.parse import urlsplit

import psutil
import pytest

from harness.processes.connection import Connection
from harness.processes.serving import listen, serving
from harness.simulator.account.identity import Identity
from harness.simulator.server import Simulator

HALF_OPEN = 200
PATIENCE_S = 0.6
SOON_S = 2.0
GIVES_UP_S = 10.0
LARGE = 10 * 1024 * 1024
MOST_GROWN = 20 * 1024 * 1024
DOORS = ("/v3/pay/transactions/native", "/alipay/gateway.do", "/cashier/jsapi", "/_golive/pay")
Address = tuple[str, int]


@pytest.fixture
def address(identity: Identity, monkeypatch: pytest.MonkeyPatch) -> Iterator[Address]:
    monkeypatch.setattr(Connection, "request_s", 2 * PATIENCE_S)
    with serving(Simulator(identity=identity, body_patience_s=PATIENCE_S), listen()) as base_url:
        parts = urlsplit(base_url)
        yield str(parts.hostname), int(parts.port or 0)


def head(path: str, *more: str) -> bytes:
    lines = (f"POST {path} HTTP/1.1", "Host: 127.0.0.1", "Content-Type: application/json", *more)
    return "".join(f"{line}\r\n" for line in lines).encode()


def healthy(address: Address, identity: Identity) -> float:
    """Seconds until a whole request is answered."""
    began = time.monotonic()
    with socket.create_connection(address, timeout=GIVES_UP_S) as client:
        client.sendall(
            b"GET /_golive/health HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
            b"Authorization: Bearer " + identity.levers_token.encode() + b"\r\n\r\n"
        )
        assert b" 200 " in client.recv(65_536)
    return time.monotonic() - began


def test_two_hundred_half_sent_requests_lock_nobody_out_and_are_cut(
    address: Address, identity: Identity
) -> None:
    begun = (
        head("/v3/pay/transactions/native"),
        head("/v3/pay/transactions/native", "Content-Length: 100") + b"\r\n{",
        head("/cashier/jsapi", "User-Agent: MicroMessenger", "Content-Length: 100") + b"\r\n{",
        head("/alipay/gateway.do", "Transfer-Encoding: chunked") + b"\r\n5\r\na",
    )
    with ExitStack() as stack:
        clients: list[socket.socket] = []
        for n in range(HALF_OPEN):
            clients.append(stack.enter_context(socket.create_connection(address, timeout=GIVES_UP_S)))
            clients[n].sendall(begun[n % len(begun)])
        assert healthy(address, identity) < SOON_S
        for client in clients:
            while client.recv(65_536):
                pass
    assert healthy(address, identity) < SOON_S


@pytest.mark.parametrize("path", DOORS)
@pytest.mark.parametrize("announced", [True, False], ids=["announced", "in chunks"])
def test_ten_megabytes_are_refused_and_not_kept(
    address: Address, identity: Identity, path: str, announced: bool
) -> None:
    before = psutil.Process().memory_info().rss
    length = f"Content-Length: {LARGE}" if announced else "Transfer-Encoding: chunked"
    more = (length, "User-Agent: MicroMessenger", f"Authorization: Bearer {identity.levers_token}")
    piece = b" " * 65_536
    sent = piece if announced else b"10000\r\n" + piece + b"\r\n"
    with socket.create_connection(address, timeout=GIVES_UP_S) as client:
        client.sendall(head(path, *more) + b"\r\n")
        for _ in range(LARGE // len(piece)):
            if select.select([client], [], [], 0)[0]:
                break
            client.sendall(sent)
        first = client.recv(65_536).split(b"\r\n", 1)[0]
    # The gateway refuses with 200, as it refuses everything.
    assert int(first.split()[1]) in ((200,) if "gateway" in path else (400, 413)), first
    assert psutil.Process().memory_info().rss - before < MOST_GROWN
    assert healthy(address, identity) < SOON_S
