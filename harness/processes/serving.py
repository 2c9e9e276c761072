"""Serves an ASGI application on loopback: on a thread of its own, or in the foreground until told to stop.

The simulator and the shop run the first way inside a test process, and the second way as commands.
"""

from __future__ import annotations

import asyncio
import logging
import random
import signal
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple

import uvicorn

from harness.core.errors import EnvironmentUnreachable
from harness.processes.connection import Connection
from harness.processes.interrupts import handling_signals

START_S = 20.0
_NOT_HANDED_OUT = range(20_000, 32_000)
"""Below the ephemeral ports of Linux (32768 on), macOS and Windows (49152 on)."""
_TRIES = 50
FAREWELL_S = 1.0
"""How long a client over TLS may take to say goodbye as well, before its connection is cut."""


class Tls(NamedTuple):
    """What a server shows of itself over https: PEM files."""

    certificate: Path
    """Its certificate and the chain behind it."""
    key: Path
    agrees_to: Callable[[ssl.SSLContext], None] | None = None
    """Sets what is agreed with clients; None: as Python's own defaults have it."""


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


def port_for_a_program() -> int:
    """A free port for a program that binds it itself, now and whenever it is started again.

    It is none of those that the system hands out by itself: what was free a moment ago could be somebody
    else's by then, and the program would be mistaken for them.

    Raises:
        EnvironmentUnreachable: no port is free.
    """
    for port in random.sample(_NOT_HANDED_OUT, _TRIES):
        with suppress(EnvironmentUnreachable), listen(port):
            return port
    with listen() as free:
        return int(free.getsockname()[1])


def base_url(listener: socket.socket, tls: Tls | None = None) -> str:
    """The http address of a bound socket; https where there is a certificate."""
    host, port = listener.getsockname()[:2]
    return f"{'https' if tls else 'http'}://{host}:{port}"


def configuration(app: Any, tls: Tls | None = None) -> uvicorn.Config:
    """How every server of ours runs: quiet, no lifespan surprises, no proxy headers believed."""
    return uvicorn.Config(
        app,
        http=Connection,
        log_level="warning",
        access_log=False,
        lifespan="on",
        ws="none",
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=2,
        ssl_certfile=tls.certificate if tls else None,
        ssl_keyfile=tls.key if tls else None,
        ssl_context_factory=partial(_context, tls.agrees_to) if tls and tls.agrees_to else None,
    )


def _context(
    agrees_to: Callable[[ssl.SSLContext], None],
    config: uvicorn.Config,
    default: Callable[[], ssl.SSLContext],
) -> ssl.SSLContext:
    """As uvicorn would make it, and then as whoever serves wants it."""
    del config
    context = default()
    agrees_to(context)
    return context


@contextmanager
def serving(app: Any, listener: socket.socket, tls: Tls | None = None) -> Iterator[str]:
    """Serve `app` on `listener` from a thread until the block ends; yields its address.

    Raises:
        EnvironmentUnreachable: the application did not come up within 20 seconds.
    """
    started = threading.Event()
    server = _Server(configuration(app, tls), ready=started.set)
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


def serve_until_stopped(
    app: Any, listener: socket.socket, *, ready: Callable[[], object], tls: Tls | None = None
) -> None:
    """Return when it was told to stop; whoever called may then tidy up.

    Args:
        ready: called when requests are answered.
    """
    server = _Command(configuration(app, tls), ready)

    def stop(number: int, frame: FrameType | None) -> None:
        server.should_exit = True

    # uvicorn raises the signals it caught once more when it has ended; here they then meet deaf ears, where
    # the default would be a KeyboardInterrupt in the middle of tidying up, or death by SIGTERM.
    with handling_signals(stop, signal.SIGINT, signal.SIGTERM):
        server.run(sockets=[listener])


class _Server(uvicorn.Server):
    """Says when it is ready."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], object]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        if sockets is None or not self.config.is_ssl:
            await super().startup(sockets)
        else:
            await super().startup([])
            self.servers = [await self._over_tls(listener) for listener in sockets]
        self._ready()

    async def _over_tls(self, listener: socket.socket) -> asyncio.Server:
        """As uvicorn would open it, but for the time limits, of which it has none of its own."""
        config = self.config
        state, app_state = self.server_state, self.lifespan.state
        return await asyncio.get_running_loop().create_server(
            partial(Connection, config, state, app_state),
            sock=listener,
            ssl=config.ssl,
            backlog=config.backlog,
            ssl_handshake_timeout=Connection.request_s,
            ssl_shutdown_timeout=FAREWELL_S,
        )


class _Command(_Server):
    """Stops without a traceback."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # Requests that still wait are cut off: that is what stopping means, and no error to print.
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
        await super().shutdown(sockets)
