"""Servers that break every promise of HTTP, on a bare socket: what no framework would let one send."""

from __future__ import annotations

import gzip
import socket
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

Behaviour = Callable[[socket.socket, threading.Event], None]
"""Answers one request whose head has been read, until it likes or until it is told that the test is over."""

BEAT_S = 0.2
"""Between two bytes: far below every client's patience with one read."""
OK = b"HTTP/1.1 200 OK\r\n"
JSON = OK + b"Content-Type: application/json\r\n"
FLOOD_BYTES = 256 << 20
"""Of what a server sends as fast as it can: enough to be seen in a process, and no danger to the machine."""


def says(*pieces: bytes) -> Behaviour:
    """This, and closes."""

    def behave(line: socket.socket, over: threading.Event) -> None:
        for piece in pieces:
            line.sendall(piece)

    return behave


def repeats(head: bytes, piece: bytes, *, every_s: float) -> Behaviour:
    """A beginning, and then the same for ever."""

    def behave(line: socket.socket, over: threading.Event) -> None:
        line.sendall(head)
        while not over.wait(every_s):
            line.sendall(piece)

    return behave


def floods(head: bytes, piece: bytes) -> Behaviour:
    """A beginning, and then the same as fast as it goes; whoever takes all of it waits for more."""

    def behave(line: socket.socket, over: threading.Event) -> None:
        line.sendall(head)
        for _ in range(FLOOD_BYTES // len(piece)):
            line.sendall(piece)
        over.wait()

    return behave


def packed(body: bytes, coding: str) -> bytes:
    """A whole answer with a packed body."""
    return JSON + f"Content-Encoding: {coding}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def bomb() -> bytes:
    """A gzip stream of a few hundred kilobytes that unpacks into as much as a flood brings."""
    block = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    megabyte = block.compress(bytes(1 << 20)) + block.flush(zlib.Z_FULL_FLUSH)
    return gzip.compress(b"")[:10] + megabyte * (FLOOD_BYTES >> 20) + block.flush()


def mute(line: socket.socket, over: threading.Event) -> None:
    """Not a byte, and the line stays open."""
    over.wait()


OVERDUE: dict[str, Behaviour] = {
    "mute": mute,
    "a status line that never ends": repeats(b"HTTP/1.1 2", b"0", every_s=BEAT_S),
    "a header that never ends": repeats(OK + b"X-Slow: ", b"x", every_s=BEAT_S),
    "headers without end": repeats(OK, b"X: y\r\n", every_s=BEAT_S),
    "interim answers without end": repeats(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n", every_s=BEAT_S),
    "a flood of interim answers": floods(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 1000),
    "a body that dribbles": repeats(JSON + b"Content-Length: 100000\r\n\r\n", b" ", every_s=BEAT_S),
    "chunks that dribble": repeats(
        JSON + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n", every_s=BEAT_S
    ),
    "heartbeats and no answer": repeats(
        OK + b"Content-Type: text/event-stream\r\n\r\n", b": beat\n\n", every_s=BEAT_S
    ),
}
"""No whole answer, ever."""

UNFIT: dict[str, Behaviour] = {
    "a body without end": floods(JSON + b"\r\n", b" " * 65536),
    "a body of two gigabytes": floods(JSON + b"Content-Length: 2000000000\r\n\r\n", b" " * 65536),
    "a body packed twice": says(packed(gzip.compress(bomb()), "gzip, gzip")),
    "a body that unpacks into gigabytes": says(packed(bomb(), "gzip")),
    "a packing nobody knows": says(packed(b"x", "br")),
    "a packing that is none": says(packed(b"plain", "gzip")),
    "headers of a megabyte": floods(OK, b"X: " + b"y" * 65536 + b"\r\n"),
    "no HTTP at all": says(b"SSH-2.0-OpenSSH_9.6\r\n"),
    "an answer cut off": says(JSON + b"Content-Length: 100\r\n\r\n{"),
    "a line that breaks": says(),
}
"""An answer that nobody should take."""


@contextmanager
def answered_by(
    listener: socket.socket, answer: Callable[[socket.socket], None], over: threading.Event
) -> Iterator[None]:
    """Answer each connection in a thread of its own, until `over`, which is set at the end."""

    def serve() -> None:
        while not over.is_set():
            with suppress(OSError):
                line, _ = listener.accept()
                threading.Thread(target=answer, args=(line,), daemon=True).start()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)


@contextmanager
def misbehaving(behaviour: Behaviour) -> Iterator[str]:
    """Serve like this on loopback; yields the address."""
    over = threading.Event()
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)

    def answer(line: socket.socket) -> None:
        with line, suppress(OSError):
            head = b""
            while b"\r\n\r\n" not in head and (piece := line.recv(65536)):
                head += piece
            behaviour(line, over)

    with answered_by(listener, answer, over):
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
