"""Merchants that answer in their own way: a socket on loopback that does one thing to each who comes."""

from __future__ import annotations

import re
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from harness.processes.serving import base_url, listen

LARGE = 1 << 20
Act = Callable[[socket.socket], None]


@contextmanager
def merchant(act: Act) -> Iterator[str]:
    """Its address; when `act` begins the request has been read, or of a large one the head."""
    over = threading.Event()

    def serve() -> None:
        while not over.is_set():
            with suppress(OSError):
                connection, _ = listener.accept()
                with connection:
                    if not over.is_set() and _came(connection):
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


def _came(connection: socket.socket) -> bool:
    """Read a request, all of it unless it is large: what is closed over unread bytes is reset."""
    read = b""
    while not _whole(read):
        piece = connection.recv(1024)
        if not piece:
            return False
        read += piece
    return True


def _whole(read: bytes) -> bool:
    head, end, body = read.partition(b"\r\n\r\n")
    length = int(re.search(rb"(?i)content-length: (\d+)|$", head)[1] or 0)  # type: ignore[index]
    return bool(end) and (len(body) >= length or length > LARGE)


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
