"""Runs an ASGI application on a thread of its own, on loopback, and says when it is up.

The simulator and the shop both run this way inside a test process; a command runs them in the foreground.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import uvicorn

from harness.errors import EnvironmentUnreachable

START_S = 20.0


class Tls(NamedTuple):
    """What a server shows of itself over https: PEM files."""

    certificate: Path
    """Its certificate and the chain behind it."""
    key: Path


def listen(port: int = 0, host: str = "127.0.0.1") -> socket.socket:
    """Bind a listening socket; port 0 takes a free one.

    Raises:
        EnvironmentUnreachable: the port is taken or may not be bound.
    """
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(1024)
    except OSError as error:
        listener.close()
        raise EnvironmentUnreachable(
            f"cannot listen on {host}:{port}: {error.strerror}",
            where=f"{host}:{port}",
            remedy="stop the program that holds the port, or choose another with --port (0 takes a free one)",
        ) from error
    return listener


def base_url(listener: socket.socket, tls: Tls | None = None) -> str:
    """The http address of a bound socket; https where there is a certificate."""
    host, port = listener.getsockname()[:2]
    return f"{'https' if tls else 'http'}://{host}:{port}"


def configuration(app: Any, tls: Tls | None = None) -> uvicorn.Config:
    """How every server of ours runs: quiet, no lifespan surprises, no proxy headers believed."""
    return uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        lifespan="on",
        ws="none",
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=2,
        ssl_certfile=tls.certificate if tls else None,
        ssl_keyfile=tls.key if tls else None,
    )


@contextmanager
def serving(app: Any, listener: socket.socket, tls: Tls | None = None) -> Iterator[str]:
    """Serve `app` on `listener` from a thread until the block ends; yields its address.

    Raises:
        EnvironmentUnreachable: the application did not come up within 20 seconds.
    """
    server = uvicorn.Server(configuration(app, tls))
    started = threading.Event()
    announce = server.startup

    async def startup(sockets: list[socket.socket] | None = None) -> None:
        await announce(sockets=sockets)
        started.set()

    server.startup = startup  # type: ignore[method-assign]
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    if not started.wait(START_S) or not server.started:
        raise EnvironmentUnreachable(
            "the server did not start", where=base_url(listener, tls), remedy="see the log lines above"
        )
    try:
        yield base_url(listener, tls)
    finally:
        server.should_exit = True
        thread.join(timeout=10)
        listener.close()
