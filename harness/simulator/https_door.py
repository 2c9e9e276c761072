"""The same platform over https, behind a certificate that tests exchange for one that nobody should trust."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable
from datetime import timedelta
from typing import Self

import trustme

from harness.core.clock import wire_now
from harness.levers.models import CertificateKind, Door

_DAY = timedelta(days=1)
_PIECE = 64 * 1024
_HERE = ("localhost", "127.0.0.1")


class HttpsDoor:
    """Takes connections over TLS, and hands on what comes through them.

    Each certificate gets a context of its own, so that no session of an earlier one is resumed; connections
    that were made under another are cut.

    Args:
        listener: bound, and closed with the door.
        behind: the port of the platform itself, on this machine.
    """

    def __init__(self, listener: socket.socket, behind: int) -> None:
        self._listener = listener
        self._behind = behind
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
        _ISSUED[certificate](self._authority).configure_cert(context)
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
        behind: asyncio.StreamWriter | None = None
        try:
            first = await reader.read(_PIECE)
            if not first:
                return
            self._spoken += 1
            answers, behind = await asyncio.open_connection("127.0.0.1", self._behind)
            behind.write(first)
            await asyncio.wait(
                [asyncio.create_task(_pump(*each)) for each in ((reader, behind), (answers, writer))],
                return_when=asyncio.FIRST_COMPLETED,
            )
        except OSError:
            pass  # either side has gone, which the other hears by its connection
        finally:
            self._open.discard(writer)
            for each in (writer, behind):
                if each is not None:
                    each.close()


async def _pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    try:
        while piece := await source.read(_PIECE):
            sink.write(piece)
            await sink.drain()
    except OSError:
        pass  # as above


def _trusted(authority: trustme.CA) -> trustme.LeafCert:
    now = wire_now()
    return authority.issue_cert(*_HERE, not_before=now - _DAY, not_after=now + 7 * _DAY)


def _by_a_stranger(authority: trustme.CA) -> trustme.LeafCert:
    del authority
    return _trusted(trustme.CA(organization_name="An authority that nobody knows"))


def _of_another_host(authority: trustme.CA) -> trustme.LeafCert:
    return authority.issue_cert("pay.example.com")


def _expired(authority: trustme.CA) -> trustme.LeafCert:
    now = wire_now()
    return authority.issue_cert(*_HERE, not_before=now - 30 * _DAY, not_after=now - _DAY)


_ISSUED: dict[CertificateKind, Callable[[trustme.CA], trustme.LeafCert]] = {
    "trusted": _trusted,
    "unknown-authority": _by_a_stranger,
    "other-host": _of_another_host,
    "expired": _expired,
}
