"""A connection that brings no whole request is cut, a huge head is refused, and names come in capitals."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from harness.processes.connection import LARGEST_HEAD, Connection
from harness.processes.serving import listen, serving
from harness.simulator.account.throwaway_ca import throw_away_ca

REQUEST_S = 0.3
KEEP_ALIVE_S = 0.4
GIVES_UP_S = 10.0
GET = b"GET / HTTP/1.1\r\nHost: x\r\n"
POST = b"POST / HTTP/1.1\r\nHost: x\r\n"


async def taken(request: Request) -> PlainTextResponse:
    body = await request.body()
    return PlainTextResponse(str(len(body)), headers={"request-id": "R", "wechatpay-nonce": "N"})


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, int]]:
    monkeypatch.setattr(Connection, "request_s", REQUEST_S)
    with serving(application(), listen()) as base_url:
        yield host_and_port(base_url)


@pytest.fixture
def over_tls(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[tuple[str, int]]:
    monkeypatch.setattr(Connection, "request_s", REQUEST_S)
    with serving(application(), listen(), throw_away_ca(tmp_path).tls) as base_url:
        yield host_and_port(base_url)


def application() -> Starlette:
    return Starlette(routes=[Route("/", taken, methods=["GET", "POST"])])


def host_and_port(base_url: str) -> tuple[str, int]:
    parts = urlsplit(base_url)
    return str(parts.hostname), int(parts.port or 0)


def trusting() -> ssl.SSLContext:
    """A client's that believes everybody."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def said_until_closed(connection: socket.socket) -> bytes:
    """What the other side says before it closes; it must close before we give up."""
    connection.settimeout(GIVES_UP_S)
    try:
        return b"".join(iter(lambda: connection.recv(65_536), b""))
    except ConnectionResetError:  # it closed with some of ours unread
        return b""


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"G",
        b"\r\n",
        GET,
        GET + b"A: ",
        POST + b"Content-Length: 5\r\n\r\n",
        POST + b"Content-Length: 5\r\n\r\n1234",
        POST + b"Transfer-Encoding: chunked\r\n\r\n2\r\nab",
        POST + b"Transfer-Encoding: chunked\r\n\r\n0\r\nX: y\r\n",
    ],
)
def test_a_request_that_never_becomes_whole_is_cut(address: tuple[str, int], sent: bytes) -> None:
    with socket.create_connection(address) as connection:
        connection.sendall(sent)
        assert said_until_closed(connection) == b""


@pytest.mark.parametrize("begun", [b"\r\n", b"GET", GET + b"A: ", POST + b"Content-Length: 9\r\n\r\n1"])
def test_a_second_request_on_a_connection_is_cut_as_well(address: tuple[str, int], begun: bytes) -> None:
    with socket.create_connection(address) as connection:
        connection.sendall(GET + b"\r\n" + begun)
        assert said_until_closed(connection).count(b"HTTP/1.1 200 OK") == 1


def test_three_hundred_idle_connections_lock_nobody_out_for_good(address: tuple[str, int]) -> None:
    with ExitStack() as stack:
        idle = [stack.enter_context(socket.create_connection(address)) for _ in range(300)]
        assert {said_until_closed(connection) for connection in idle} == {b""}
        assert httpx.get("http://{}:{}/".format(*address), trust_env=False).status_code == 200


@pytest.mark.parametrize("sent", [b"", b"\x16", b"\x16\x03\x01\x02\x00\x01\x00"])
def test_a_handshake_that_never_ends_is_cut(over_tls: tuple[str, int], sent: bytes) -> None:
    with socket.create_connection(over_tls) as connection:
        connection.sendall(sent)
        assert said_until_closed(connection) == b""


@pytest.mark.parametrize("sent", [b"", GET, POST + b"Content-Length: 5\r\n\r\n1234"])
def test_a_request_over_tls_that_never_becomes_whole_is_cut(over_tls: tuple[str, int], sent: bytes) -> None:
    with trusting().wrap_socket(socket.create_connection(over_tls)) as connection:
        connection.sendall(sent)
        assert said_until_closed(connection) == b""


def test_a_client_over_tls_that_says_no_goodbye_is_cut(over_tls: tuple[str, int]) -> None:
    talking = trusting().wrap_socket(socket.create_connection(over_tls))
    with socket.socket(fileno=talking.detach()) as deaf:
        said_until_closed(deaf)


def test_over_tls_a_whole_request_is_answered(over_tls: tuple[str, int]) -> None:
    with httpx.Client(verify=trusting(), trust_env=False) as client:
        assert [client.post("https://{}:{}/".format(*over_tls), content=b"ab").text for _ in range(2)] == [
            "2",
            "2",
        ]


def test_a_connection_that_is_used_lives_on_beyond_the_limit_of_one_request(
    address: tuple[str, int],
) -> None:
    with socket.create_connection(address) as connection:
        for _ in range(4):
            connection.settimeout(REQUEST_S / 2)
            with pytest.raises(TimeoutError):
                connection.recv(1)
            connection.settimeout(GIVES_UP_S)
            connection.sendall(GET + b"\r\n")
            assert connection.recv(65_536).startswith(b"HTTP/1.1 200 OK")


@pytest.mark.parametrize("requests", [1, 3])
def test_an_idle_connection_is_let_go_once_its_time_is_over(
    monkeypatch: pytest.MonkeyPatch, requests: int
) -> None:
    limit: Any = KEEP_ALIVE_S  # uvicorn's own is in whole seconds
    monkeypatch.setattr(uvicorn, "Config", partial(uvicorn.Config, timeout_keep_alive=limit))
    with (
        serving(application(), listen()) as base_url,
        socket.create_connection(host_and_port(base_url)) as line,
    ):
        for _ in range(requests):
            line.settimeout(KEEP_ALIVE_S / 2)
            with pytest.raises(TimeoutError):  # nobody hangs up before
                line.recv(1)
            line.settimeout(GIVES_UP_S)
            line.sendall(GET + b"\r\n")
            assert line.recv(65_536).startswith(b"HTTP/1.1 200 OK")
        answered = time.monotonic()
        assert said_until_closed(line) == b""
    assert KEEP_ALIVE_S / 2 < time.monotonic() - answered < GIVES_UP_S


@pytest.mark.parametrize(
    "head",
    [
        GET + b"A: " + b"a" * LARGEST_HEAD,
        GET + b"".join(b"A%d: %s\r\n" % (number, b"a" * 1000) for number in range(70)),
        GET + b"a: b\r\n" * (LARGEST_HEAD // 6),
        b"GET /" + b"a" * LARGEST_HEAD + b" HTTP/1.1\r\nHost: x\r\n",
    ],
    ids=["one", "many", "tiny", "path"],
)
def test_a_huge_head_is_refused(address: tuple[str, int], head: bytes) -> None:
    with socket.create_connection(address) as connection:
        connection.sendall(head + b"\r\n\r\n")
        assert said_until_closed(connection).startswith(b"HTTP/1.1 400 ")


def test_an_endless_header_is_not_kept(address: tuple[str, int]) -> None:
    with socket.create_connection(address) as connection, pytest.raises(ConnectionError):
        connection.sendall(GET + b"A: " + b"a" * 200_000_000)


def test_a_large_body_is_no_large_head(address: tuple[str, int]) -> None:
    body = b"b" * 900_000
    answer = httpx.post("http://{}:{}/".format(*address), content=body, trust_env=False)
    assert answer.text == "900000"
    chunked = httpx.post("http://{}:{}/".format(*address), content=iter([body]), trust_env=False)
    assert chunked.text == "900000"


def test_the_end_of_a_large_body_is_no_part_of_the_next_head(address: tuple[str, int]) -> None:
    body = b"x" * (LARGEST_HEAD + 1000)
    with socket.create_connection(address) as connection:
        large = POST + b"Content-Length: %d\r\n\r\n" % len(body) + body
        connection.sendall(large + GET + b"A: ")
        connection.sendall(b"b\r\nConnection: close\r\n\r\n")
        told = said_until_closed(connection)
    assert told.count(b"HTTP/1.1 200 OK") == 2, told


@pytest.mark.parametrize("offered", ["h2c", "websocket"])
def test_an_upgrade_that_is_offered_is_passed_over_without_a_word(
    address: tuple[str, int], offered: str, caplog: pytest.LogCaptureFixture
) -> None:
    asks = f"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: {offered}\r\nHTTP2-Settings: AAEAAEAA\r\n\r\n"
    with socket.create_connection(address) as connection:
        connection.sendall(GET + asks.encode())
        assert b"HTTP/1.1 200 OK" in said_until_closed(connection)
    assert caplog.messages == []


def test_every_header_name_comes_in_capitals(address: tuple[str, int]) -> None:
    with socket.create_connection(address) as connection:
        connection.sendall(GET + b"Connection: close\r\n\r\n")
        head = said_until_closed(connection).partition(b"\r\n\r\n")[0]
    names = [line.partition(b":")[0] for line in head.split(b"\r\n")[1:]]
    assert {b"Request-ID", b"Wechatpay-Nonce", b"Content-Length", b"Content-Type", b"Date"} <= set(names)
    assert not [name for name in names if name.islower()]


@pytest.mark.parametrize("connection", ["keep-alive", "close"])
def test_an_answer_is_the_same_whoever_writes_it(address: tuple[str, int], connection: str) -> None:
    with httpx.Client(trust_env=False) as client:
        url = "http://{}:{}/".format(*address)
        answers = [client.post(url, content=b"ab", headers={"connection": connection}) for _ in range(2)]
    for answer in answers:
        names = [name for name, _ in answer.headers.raw if name != b"Connection"]
        assert sorted(names) == [
            b"Content-Length",
            b"Content-Type",
            b"Date",
            b"Request-ID",
            b"Wechatpay-Nonce",
        ]
        assert (answer.status_code, answer.text) == (200, "2")


@pytest.mark.parametrize(
    ("header", "body", "said"),
    [
        (b"a", b"a" * 5, b"HTTP/1.1 200 OK"),
        (b"a\r\nSet-Cookie: b", b"a" * 5, b"HTTP/1.1 500 Internal Server Error"),
        (b"a\x00", b"a" * 5, b"HTTP/1.1 500 Internal Server Error"),
        (b"a", b"a" * 4, b"HTTP/1.1 200 OK"),
        (b"a", b"a" * 6, b"HTTP/1.1 200 OK"),
    ],
    ids=["fine", "two lines", "control", "short", "long"],
)
def test_what_is_no_answer_is_not_written_as_one(header: bytes, body: bytes, said: bytes) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            while (await receive())["type"] != "lifespan.shutdown":
                await send({"type": "lifespan.startup.complete"})
            await send({"type": "lifespan.shutdown.complete"})
            return
        headers = [(b"x-told", header), (b"content-length", b"5")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    with serving(app, listen()) as base_url, socket.create_connection(host_and_port(base_url)) as connection:
        connection.settimeout(GIVES_UP_S)
        connection.sendall(GET + b"\r\n")
        connection.shutdown(socket.SHUT_WR)
        told = said_until_closed(connection)
    assert told.startswith(said)
    assert b"Set-Cookie" not in told
    assert told.endswith(b"aaaaa") is (header == b"a" and len(body) == 5)
