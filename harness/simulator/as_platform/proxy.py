"""A proxy on loopback that plays the platforms' hosts and leads nowhere else.

Tunnels (CONNECT) are what clients ask a proxy for when they mean https; some (older axios) have
the proxy send on the request itself, by its whole address.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import urlsplit

from harness.processes.tunnel import hand_on
from harness.simulator.as_platform.routes import Nowhere, Routes

_HEAD_S = 15.0
"""How long a request's head may take."""
HEAD_BYTES = 64 * 1024
_OF_THE_HOP = ("connection:", "proxy-connection:", "keep-alive:", "proxy-authorization:")
_OPEN = b"HTTP/1.1 200 Connection established\r\n\r\n"


class Proxy:
    """Serves the connections of one listener.

    Args:
        routes: what leads where.
        refused: told of every request that led nowhere, with the reason.
    """

    def __init__(self, routes: Routes, refused: Callable[[str], None]) -> None:
        self._routes = routes
        self._refused = refused

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one connection; it ends with the tunnel or the request."""
        try:
            async with asyncio.timeout(_HEAD_S):
                head = await reader.readuntil(b"\r\n\r\n")
            await self._lead(head.decode("latin-1"), reader, writer)
        except Nowhere as why:
            self._refused(str(why))
            writer.write(_answer(HTTPStatus.FORBIDDEN, str(why)))
        except _Malformed:
            writer.write(_answer(HTTPStatus.BAD_REQUEST, "this is a proxy: name a host"))
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, TimeoutError, OSError):
            pass  # it has gone, or never asked anything that can be answered
        except asyncio.CancelledError:
            pass  # the simulator ends; asyncio's streams would take it for a fault of this handler
        finally:
            writer.close()

    async def _lead(self, head: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line, *headers = head.rstrip("\r\n").split("\r\n")
        method, _, rest = line.partition(" ")
        target, _, version = rest.partition(" ")
        if not version.startswith("HTTP/1."):
            raise _Malformed
        if method == "CONNECT":
            _, host, port, _ = _parts(f"//{target}")
            if port is None:
                raise _Malformed
            place, first, opened = self._routes.tunnel(host, port), b"", _OPEN
        else:
            scheme, host, port, path = _parts(target)
            place, opened = self._routes.forward(scheme, host, port), b""
            kept = [each for each in headers if not each.lower().startswith(_OF_THE_HOP)]
            sent = (f"{method} {path} {version}", *kept, "Connection: close", "", "")
            first = "\r\n".join(sent).encode("latin-1")
        try:
            await hand_on(reader, writer, to=place, first=first, opened=opened)
        except OSError as error:
            why = f"{host} does not answer: {error.strerror}"
            writer.write(_answer(HTTPStatus.BAD_GATEWAY, why))


class _Malformed(Exception):
    """What came is no request to a proxy."""


def _parts(target: str) -> tuple[str, str, int | None, str]:
    """Scheme, host, port and the rest of what a proxy is asked for."""
    try:
        parts = urlsplit(target)
        port = parts.port
    except ValueError:
        raise _Malformed from None
    if not parts.hostname:
        raise _Malformed
    _, _, path = target.partition("//")[2].partition("/")
    return parts.scheme, parts.hostname, port, f"/{path}"


def _answer(status: HTTPStatus, why: str) -> bytes:
    """The reason stands in the first line as well: that is all that most clients show of a proxy's answer."""
    body = f"golive: {why}\n".encode()
    return (
        f"HTTP/1.1 {status.value} golive: {why}\r\n"
        f"Content-Type: text/plain\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    ).encode("ascii", "replace") + body
