"""A proxy that stands in front of a rightful server and answers some of its requests in its place."""

from __future__ import annotations

import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

from harness.processes.serving import Tls
from tests.hostile.misbehaving import Behaviour, answered_by

Rule = Callable[[str, bytes], Behaviour | None]
"""What answers a request, told by `METHOD /path` and its whole head; None: the rightful server."""

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_CONNECTION = re.compile(rb"\r\nconnection:[^\r]*", re.IGNORECASE)


@contextmanager
def between(upstream: str, rule: Rule, tls: Tls | None = None) -> Iterator[str]:
    """Stand in front of `upstream` (plain http) on loopback; yields the address in front.

    Args:
        tls: serve https with this certificate.
    """
    over = threading.Event()
    listener = socket.create_server(("127.0.0.1", 0), backlog=256)
    theirs = urlsplit(upstream).netloc
    ours = f"127.0.0.1:{listener.getsockname()[1]}"
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH) if tls else None
    if context is not None and tls is not None:
        context.load_cert_chain(tls.certificate, tls.key)

    def answer(line: socket.socket) -> None:
        with suppress(OSError):
            line = context.wrap_socket(line, server_side=True) if context else line
            with line:
                head, body = _request(line)
                method, path, _ = head.split(b" ", 2)
                asked = f"{method.decode()} {path.decode()}"
                behaviour = rule(asked, head)
                if behaviour is not None:
                    behaviour(line, over)
                    return
                head = _CONNECTION.sub(b"", head).replace(ours.encode(), theirs.encode())
                with socket.create_connection(tuple(theirs.split(":"))) as behind:  # type: ignore[arg-type]
                    behind.sendall(head + b"\r\nConnection: close\r\n\r\n" + body)
                    while piece := behind.recv(65536):
                        line.sendall(piece)

    with answered_by(listener, answer, over):
        yield f"{'https' if tls else 'http'}://{ours}"


def _request(line: socket.socket) -> tuple[bytes, bytes]:
    """Head without its last empty line, and body, of one request."""
    read = b""
    while b"\r\n\r\n" not in read:
        piece = line.recv(65536)
        if not piece:
            raise ConnectionError
        read += piece
    head, _, body = read.partition(b"\r\n\r\n")
    length = _LENGTH.search(head)
    while length and len(body) < int(length[1]):
        body += line.recv(65536)
    return head, body
