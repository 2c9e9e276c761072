"""Merchants that answer in their own way: a socket on loopback that does one thing to each who comes."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from harness.processes.serving import base_url, listen

Act = Callable[[socket.socket], None]


@contextmanager
def merchant(act: Act) -> Iterator[str]:
    """Its address; `act` has read the head of the request, and closes nothing itself."""
    over = threading.Event()

    def serve() -> None:
        while not over.is_set():
            with suppress(OSError):
                connection, _ = listener.accept()
                with connection:
                    if not over.is_set() and b"\r\n\r\n" in _head(connection):
                        act(connection)

    with listen() as listener:
        thread = threading.Thread(target=serve)
        thread.start()
        address = listener.getsockname()
        try:
            yield f"{base_url(listener)}/notify"
        finally:
            over.set()
            with socket.create_connection(address):
                pass
            thread.join()


def _head(connection: socket.socket) -> bytes:
    read = b""
    while b"\r\n\r\n" not in read and (piece := connection.recv(1024)):
        read += piece
    return read


def says(answer: bytes) -> Act:
    """Answers these bytes and closes."""
    return lambda connection: connection.sendall(answer)


def hangs(connection: socket.socket) -> None:
    """Says nothing until the other side has had enough."""
    while connection.recv(65536):
        pass


def trickles(connection: socket.socket) -> None:
    """Sends a header every now and then, and never the last."""
    connection.settimeout(0.02)
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    while True:
        connection.sendall(b"X: y\r\n")
        with suppress(TimeoutError):
            if not connection.recv(65536):
                return


def resets(connection: socket.socket) -> None:
    """Closes with a TCP RST."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
