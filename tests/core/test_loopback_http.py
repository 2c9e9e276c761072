"""On this machine, plain HTTP goes its own short way, and nobody can tell by what comes of it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import httpx
import pytest

from harness.core.bounded_http import BoundedClient
from harness.core.loopback_http import ADDRESSES, LoopbackTransport
from tests.hostile.misbehaving import misbehaving, says

HEAD = b"HTTP/1.1 200 OK\r\n"
WHOLE = HEAD + b"Content-Length: 2\r\n\r\n{}"
LONG = b"X: " + b"a" * 99_000 + b"\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


class Came(NamedTuple):
    """What came of a request: the answer, or the kind of error."""

    status: int = 0
    headers: tuple[tuple[bytes, bytes], ...] = ()
    content: bytes = b""
    error: str = ""


def came_of(client: httpx.Client, address: str, method: str = "GET") -> Came:
    try:
        answer = client.request(method, address)
    except httpx.TransportError as error:
        return Came(error=type(error).__name__)
    return Came(answer.status_code, tuple(answer.headers.raw), answer.content)


ANSWERS = {
    "with its length": WHOLE,
    "without a length": HEAD + b"\r\nabc",
    "of the old version": b"HTTP/1.0 200 OK\r\n\r\nabc",
    "without a reason": b"HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n",
    "with an empty reason": b"HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n",
    "lines without a return": b"HTTP/1.1 200 OK\nContent-Length: 2\nX-Two: a\n\n{}",
    "a folded line": HEAD + b"X-Long: a\r\n  b\r\nContent-Length: 0\r\n\r\n",
    "blanks around values": HEAD + b"X-A:  b \t\r\nX-B:\r\nContent-Length: 0\r\n\r\n",
    "letters of no alphabet": HEAD + b"X-A: \xe4\xbd\xa0\xff\r\nContent-Length: 0\r\n\r\n",
    "in chunks": CHUNKED + b"3\r\nabc\r\n0A;x=1\r\n0123456789\r\n0\r\n\r\n",
    "in chunks with a trailer": CHUNKED + b"3\r\nabc\r\n0\r\nX-Sum: 1\r\n\r\n",
    "in chunks that are no numbers": CHUNKED + b"xyz\r\nabc\r\n0\r\n\r\n",
    "in chunks longer than they say": CHUNKED + b"2\r\nabc\r\n0\r\n\r\n",
    "in chunks that stop": CHUNKED + b"3\r\nab",
    "in chunks without a last one": CHUNKED + b"3\r\nabc\r\n",
    "in chunks and with a length": HEAD + b"Transfer-Encoding: chunked\r\nContent-Length: 9\r\n\r\n"
    b"1\r\na\r\n0\r\n\r\n",
    "an unknown coding": HEAD + b"Transfer-Encoding: gzip\r\n\r\nabc",
    "shorter than it says": HEAD + b"Content-Length: 5\r\n\r\nabc",
    "longer than it says": HEAD + b"Content-Length: 2\r\n\r\n{}more",
    "two lengths": HEAD + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}x",
    "one length twice": HEAD + b"Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}",
    "one length twice in a line": HEAD + b"Content-Length: 2, 2\r\n\r\n{}",
    "no number for a length": HEAD + b"Content-Length: -2\r\n\r\n{}",
    "no content": b"HTTP/1.1 204 No Content\r\n\r\n",
    "not modified": b"HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n",
    "after an interim answer": b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nLink: </>\r\n\r\n"
    + WHOLE,
    "a change of protocols": b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
    "nothing at all": b"",
    "half a head": b"HTTP/1.1 200 OK\r\nContent-",
    "no HTTP": b"SSH-2.0-OpenSSH_9.6\r\n\r\n",
    "another version of HTTP": b"HTTP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n",
    "no status": b"HTTP/1.1 OK\r\n\r\n",
    "a header without a colon": HEAD + b"nonsense\r\n\r\n",
    "a header without a name": HEAD + b": value\r\nContent-Length: 0\r\n\r\n",
    "a name with a blank": HEAD + b"X A: b\r\nContent-Length: 0\r\n\r\n",
    "a zero byte in a header": HEAD + b"X-A: \x00\r\nContent-Length: 0\r\n\r\n",
    "a head almost too large": HEAD + LONG + b"Content-Length: 0\r\n\r\n",
    "a head that is too large": HEAD + LONG + LONG + b"Content-Length: 0\r\n\r\n",
}


@pytest.mark.parametrize("name", ANSWERS)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_an_answer_is_read_as_the_library_reads_it(name: str, method: str) -> None:
    with (
        misbehaving(says(ANSWERS[name])) as address,
        httpx.Client(trust_env=False, timeout=5.0) as library,
        httpx.Client(transport=LoopbackTransport(), timeout=5.0) as ours,
    ):
        assert came_of(ours, address, method) == came_of(library, address, method)


class Server:
    """Answers each request of each connection, and keeps what it was sent."""

    def __init__(self, answer: bytes, *, most: int) -> None:
        self.received: list[bytes] = []
        self.connections = 0
        self._answer, self._most = answer, most
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._listener.getsockname()[1]}/"

    def __call__(self) -> None:
        while True:
            try:
                line, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            with line:
                for _ in range(self._most):
                    if not (request := line.recv(65536)):
                        break
                    if b"Content-Length: 2" in request and not request.endswith(b"{}"):
                        request += line.recv(65536)
                    self.received.append(request)
                    line.sendall(self._answer)

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


@contextmanager
def server(answer: bytes = WHOLE, *, most: int = 99) -> Iterator[Server]:
    """One connection after the other; `most` requests each."""
    running = Server(answer, most=most)
    thread = threading.Thread(target=running)
    thread.start()
    try:
        yield running
    finally:
        running.close()
        thread.join()


def asked(running: Server, times: int = 3, **options: Any) -> list[int]:
    with httpx.Client(transport=LoopbackTransport()) as client:
        return [client.get(running.address, **options).status_code for _ in range(times)]


def test_a_connection_serves_one_request_after_the_other() -> None:
    with server() as running:
        assert asked(running) == [200] * 3
    assert (running.connections, len(running.received)) == (1, 3)


@pytest.mark.parametrize(
    "answer", [WHOLE.replace(b"1.1", b"1.0"), HEAD + b"Connection: close\r\n" + WHOLE[17:]]
)
def test_a_connection_that_the_server_ends_is_used_once(answer: bytes) -> None:
    with server(answer, most=1) as running:
        assert asked(running) == [200] * 3
    assert running.connections == 3


def test_a_connection_is_ended_where_the_request_says_so() -> None:
    with server() as running:
        asked(running, headers={"Connection": "close"})
    assert running.connections == 3


def test_a_connection_that_was_closed_meanwhile_is_not_used_and_nothing_is_sent_twice() -> None:
    with server(most=1) as running:
        assert asked(running) == [200] * 3
    assert (running.connections, len(running.received)) == (3, 3)


def test_what_is_sent_is_what_the_library_sends() -> None:
    headers = [("X-Mixed-Case", "a  b"), ("x-lower", "1"), ("X-Mixed-Case", "again")]
    with server() as running:
        for options in ({}, {"transport": LoopbackTransport()}):
            with httpx.Client(trust_env=False, **options) as client:  # type: ignore[arg-type]
                client.post(f"{running.address}a%2Fb?q=%E4", content=b"{}", headers=headers)
    of_the_library, ours = running.received
    assert ours == of_the_library
    assert ours.endswith(b"\r\n\r\n{}")


def test_a_body_of_unknown_length_is_sent_in_chunks() -> None:
    with server() as running, httpx.Client(transport=LoopbackTransport()) as client:
        client.post(running.address, content=iter([b"abc", b"", b"0123456789"]))
    assert running.received[0].endswith(b"\r\n\r\n3\r\nabc\r\na\r\n0123456789\r\n0\r\n\r\n")


@pytest.mark.parametrize(
    "headers", [{"X": "a\r\nY: b"}, {"X": " a"}, {"X": "a\n"}, {"X Y": "a"}, {"": "a"}, {"X\n": "a"}]
)
def test_what_is_no_header_is_not_sent(headers: dict[str, str]) -> None:
    with (
        server() as running,
        httpx.Client(transport=LoopbackTransport()) as client,
        pytest.raises(httpx.LocalProtocolError),
    ):
        client.get(running.address, headers=headers)
    assert not running.connections


def test_nobody_there_is_told_from_somebody_mute() -> None:
    with server() as running:
        pass
    with (
        httpx.Client(transport=LoopbackTransport()) as client,
        pytest.raises(httpx.ConnectError, match="refused"),
    ):
        client.get(running.address)
    with (
        socket.create_server(("127.0.0.1", 0)) as mute,
        httpx.Client(transport=LoopbackTransport(), timeout=0.2) as client,
        pytest.raises(httpx.ReadTimeout),
    ):
        client.get(f"http://127.0.0.1:{mute.getsockname()[1]}/")


def test_only_plain_addresses_of_this_machine_go_this_way() -> None:
    with BoundedClient(limit_s=1, verify=False, trust_env=False) as client:
        ways = {
            url: isinstance(client._transport_for_url(httpx.URL(url)), LoopbackTransport)
            for url in (
                *(f"{address}:8765/x" for address in ADDRESSES),
                "https://127.0.0.1/",
                "http://127.0.0.1.example.com/",
                "http://example.com/",
            )
        }
    assert list(ways.values()) == [True] * 3 + [False] * 3


def test_a_cookie_is_kept_and_sent_back() -> None:
    with (
        server(HEAD + b"Set-Cookie: shopper=1\r\n" + WHOLE[17:]) as running,
        BoundedClient(limit_s=5, verify=False, trust_env=False) as client,
    ):
        client.get(running.address)
        assert client.cookies["shopper"] == "1"
        client.get(running.address)
    assert b"Cookie: shopper=1\r\n" in running.received[1]
