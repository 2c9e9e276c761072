"""Ends a connection without an answer, politely or not: what every wire's faults do."""

from __future__ import annotations

import socket
import struct
from contextlib import suppress

from starlette.types import Receive, Send

from harness.core.errors import HarnessError

_AT_ONCE = struct.pack("ii", 1, 0)
"""SO_LINGER on, for zero seconds: closing then sends RST instead of FIN."""


async def hang_up(receive: Receive, send: Send, *, reset: bool = False) -> None:
    """Close the connection without a word: what a client sees of a lost request or a lost answer.

    ASGI has no such message, so this reaches through `send` to the transport of the uvicorn connection.

    Args:
        reset: end it with a TCP RST, as a crashed peer or a firewall does, and not with an orderly FIN.

    Raises:
        HarnessError: another server, or a middleware, stands between us and the connection.
    """
    transport = getattr(getattr(send, "__self__", None), "transport", None)
    if transport is None:
        raise HarnessError("cannot hang up: `send` is not uvicorn's own", where="simulator")
    if reset:
        connection = transport.get_extra_info("socket")
        if connection is not None:
            # The peer may have gone already; then there is nobody left to reset.
            with suppress(OSError):
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
        transport.abort()
    else:
        transport.close()
    while (await receive())["type"] != "http.disconnect":
        pass
