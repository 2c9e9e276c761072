"""Reads a request's body: never more of it than a limit, and never longer than a while.

Without the second bound a client that sends its headers and then dribbles would hold its connection, and
whoever waits for the request to end, for ever.
"""

from __future__ import annotations

import asyncio
import time

from starlette.exceptions import HTTPException
from starlette.types import Message, Receive, Scope, Send

LIMIT = 1024 * 1024
"""Bytes; the largest legal request of any wire is far below a tenth of it."""

PATIENCE_S = 10.0
"""How long a whole body may take; a payment request is one packet or two."""

_MOST_DIGITS = 18


class Disconnected(Exception):
    """The client went away before its request was complete."""


class TooLarge(Exception):
    """The body is announced or turns out to be larger than the limit."""


class TooSlow(HTTPException):
    """The body was not complete in time. Where nobody says it in a wire's own words, the answer is a 408."""

    def __init__(self, patience_s: float) -> None:
        super().__init__(408, f"the request body was not complete after {patience_s:g} s")


class Patience:
    """A request's `receive` that waits so long for the whole body, and for ever for what comes after it.

    Args:
        receive: the server's.
        seconds: from now on.
    """

    def __init__(self, receive: Receive, seconds: float) -> None:
        self._receive = receive
        self._seconds = seconds
        self._until = time.monotonic() + seconds
        self._complete = False
        self._lost = False

    async def receive(self) -> Message:
        """The next message.

        Raises:
            TooSlow: the body is not complete, and time is up.
        """
        if self._complete:
            return await self._receive()
        try:
            async with asyncio.timeout(max(self._until - time.monotonic(), 0)):
                message = await self._receive()
        except TimeoutError:
            self._lost = True
            raise TooSlow(self._seconds) from None
        self._complete = not message.get("more_body", False)
        return message

    def part(self, send: Send) -> None:
        """Close the connection once the answer is out, if the rest of the body may still come.

        ASGI has no such message, so this reaches through `send` to the connection where there is one.
        """
        transport = getattr(getattr(send, "__self__", None), "transport", None)
        if self._lost and transport is not None:
            transport.close()


def is_complete(send: Send) -> bool:
    """Whether the whole body is here already, as that of almost every request is: then nobody has to wait.

    ASGI does not tell, so this reaches through `send`; where it finds nothing, the body may be to come.
    """
    return getattr(getattr(send, "__self__", None), "more_body", True) is False


def announces_more(length: bytes, limit: int) -> bool:
    """Whether a Content-Length is more than so many bytes, or no number that anybody could mean."""
    return not length.isdigit() or len(length) > _MOST_DIGITS or int(length) > limit


async def read_body(scope: Scope, receive: Receive, *, limit: int = LIMIT) -> bytes:
    """The body, never more than `limit` bytes in memory.

    Raises:
        TooLarge: announced, or in fact.
        TooSlow: as `Patience` says.
        Disconnected: the client went away.
    """
    for name, value in scope["headers"]:
        if name == b"content-length" and announces_more(value, limit):
            raise TooLarge
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Disconnected
        part: bytes = message.get("body", b"")
        size += len(part)
        if size > limit:
            raise TooLarge
        parts.append(part)
        if not message.get("more_body", False):
            return parts[0] if len(parts) == 1 else b"".join(parts)
