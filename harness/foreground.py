"""Serves in the foreground until Ctrl-C or SIGTERM, and ends in order: what the commands do that serve."""

from __future__ import annotations

import logging
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import uvicorn

from harness.serving import Tls, configuration

__all__ = ["serve_until_stopped"]


def serve_until_stopped(
    app: Any, listener: socket.socket, *, ready: Callable[[], object], tls: Tls | None = None
) -> None:
    """Return when it was told to stop; whoever called may then tidy up.

    Args:
        ready: called when requests are answered.
    """
    server = _Server(configuration(app, tls), ready)
    with _stopping(server):
        server.run(sockets=[listener])


class _Server(uvicorn.Server):
    """Says when it is ready, and stops without a traceback."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], object]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # Requests that still wait are cut off: that is what stopping means, and no error to print.
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
        await super().shutdown(sockets)


@contextmanager
def _stopping(server: uvicorn.Server) -> Iterator[None]:
    """Let Ctrl-C and SIGTERM end the server at any moment, and raise nothing.

    uvicorn raises the signals it caught once more when it has ended; here they then meet deaf ears, where the
    default would be a KeyboardInterrupt in the middle of tidying up, or death by SIGTERM.
    """

    def stop(number: int, frame: FrameType | None) -> None:
        server.should_exit = True

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
