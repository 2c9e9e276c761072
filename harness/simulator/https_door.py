"""The same platform over https, behind a certificate that tests exchange for one that nobody should trust."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Self

import trustme

from harness.core.clock import wire_now
from harness.levers.models import CertificateKind, Door
from harness.processes.tunnel import PIECE, hand_on
from harness.simulator.only_http1 import WHY, farewell, insists_on_http2

_DAY = timedelta(days=1)
FAREWELL_S = 1.0
_HERE = ("localhost", "127.0.0.1")


class HttpsDoor:
    """Takes connections over TLS, and hands on what comes through them.

    Each certificate gets a context of its own, so that no session of an earlier one is resumed; connections
    that were made under another are cut.

    Args:
        listener: bound, and closed with the door.
        behind: the port of the platform itself, on this machine.
        names: whose certificate it shows.
        refused: told why somebody who has believed it gets no further; the same reason as often as it is.
    """

    def __init__(
        self,
        listener: socket.socket,
        behind: int,
        names: Sequence[str] = _HERE,
        refused: Callable[[str], None] = lambda why: None,
    ) -> None:
        self._listener = listener
        self._behind = behind
        self._names = names
        self._refused = refused
        self._authority = trustme.CA(organization_name="GoLive simulator, throw-away CA")
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self._shown: CertificateKind = "trusted"
        self._connections = self._spoken = 0

    @property
    def url(self) -> str:
        """Where it is."""
        return "https://{}:{}".format(*self._listener.getsockname()[:2])

    @property
    def ca_pem(self) -> str:
        """The authority that is to be believed; its key is nowhere else."""
        return self._authority.cert_pem.bytes().decode()

    @property
    def told(self) -> Door:
        """How it stands, since the certificate was last exchanged."""
        return Door(
            url=self.url,
            ca_pem=self.ca_pem,
            certificate=self._shown,
            connections=self._connections,
            spoken=self._spoken,
        )

    async def __aenter__(self) -> Self:
        await self.show("trusted")
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._shut()
        self._listener.close()

    async def show(self, certificate: CertificateKind) -> None:
        """From now on be somebody with this certificate; who was connected has to come again."""
        await self._shut()
        self._shown, self._connections, self._spoken = certificate, 0, 0
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        _ISSUED[certificate](self._authority, self._names).configure_cert(context)
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: self._taken(loop), sock=self._listener.dup(), ssl=context, backlog=1024
        )

    async def _shut(self) -> None:
        """Returns when everybody has been told."""
        if self._server is not None:
            self._server.close()
        cut = tuple(self._open)
        for each in cut:
            each.transport.abort()
        await asyncio.gather(*(each.wait_closed() for each in cut), return_exceptions=True)

    def _taken(self, loop: asyncio.AbstractEventLoop) -> asyncio.StreamReaderProtocol:
        """A connection was made, and TLS is about to begin."""
        self._connections += 1
        return asyncio.StreamReaderProtocol(asyncio.StreamReader(loop=loop), self._hand_on, loop=loop)

    async def _hand_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Whoever got here has believed the certificate."""
        self._open.add(writer)
        try:
            if first := await reader.read(PIECE):
                self._spoken += 1
                if insists_on_http2(first):
                    self._refused(WHY)
                    writer.write(farewell())
                    await self._heard(reader, writer)
                    return
                await hand_on(reader, writer, to=("127.0.0.1", self._behind), first=first)
        except (OSError, asyncio.CancelledError):
            pass  # either side has gone, or the simulator ends; whoever is left hears by its connection
        finally:
            self._open.discard(writer)
            writer.close()

    @staticmethod
    async def _heard(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Give what was said time to be read: to close over bytes that are still coming would cut it off."""
        await writer.drain()
        with suppress(TimeoutError):
            async with asyncio.timeout(FAREWELL_S):
                while await reader.read(PIECE):
                    pass


def _trusted(authority: trustme.CA, names: Sequence[str]) -> trustme.LeafCert:
    now = wire_now()
    return authority.issue_cert(*names, not_before=now - _DAY, not_after=now + 7 * _DAY)


def _by_a_stranger(authority: trustme.CA, names: Sequence[str]) -> trustme.LeafCert:
    del authority
    return _trusted(trustme.CA(organization_name="An authority that nobody knows"), names)


def _of_another_host(authority: trustme.CA, names: Sequence[str]) -> trustme.LeafCert:
    del names
    return authority.issue_cert("pay.example.com")


def _expired(authority: trustme.CA, names: Sequence[str]) -> trustme.LeafCert:
    now = wire_now()
    return authority.issue_cert(*names, not_before=now - 30 * _DAY, not_after=now - _DAY)


_ISSUED: dict[CertificateKind, Callable[[trustme.CA, Sequence[str]], trustme.LeafCert]] = {
    "trusted": _trusted,
    "unknown-authority": _by_a_stranger,
    "other-host": _of_another_host,
    "expired": _expired,
}
