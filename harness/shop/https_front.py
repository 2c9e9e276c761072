"""The shop over https, and what answers plain http beside it: how shoppers on the internet meet it."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import trustme
from starlette.applications import Starlette
from starlette.datastructures import URL
from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from harness.core.clock import wire_now
from harness.processes.serving import Tls, listen, serving
from harness.shop.practices import Practices

_SKEW = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class HttpsFront:
    """Where the shop is met."""

    url: str
    plain_url: str
    """Where plain http is answered."""
    ca_file: Path
    """The authority of this one certificate."""


def origins_of_front(port: int) -> frozenset[str]:
    """The addresses under which pages are opened behind it."""
    return frozenset(f"https://{host}:{port}" for host in ("127.0.0.1", "localhost"))


@contextmanager
def https_front(
    app: Starlette, practices: Practices, folder: Path, listener: socket.socket
) -> Iterator[HttpsFront]:
    """Serve a shop that is up over https as well, until the block ends.

    Args:
        folder: for the certificate and its key, which nobody else may read.
        listener: bound; closed with the front.
    """
    plain = listen()
    tls, ca_file = _certificate(folder, practices)
    with ExitStack() as open_:
        url = open_.enter_context(serving(_Beside(app), listener, tls))
        clear: ASGIApp = _Beside(app) if practices.serves_plain_http else _to_https(listener.getsockname()[1])
        plain_url = open_.enter_context(serving(clear, plain))
        yield HttpsFront(url, plain_url, ca_file)


def _certificate(folder: Path, practices: Practices) -> tuple[Tls, Path]:
    authority = trustme.CA(organization_name="GoLive shop, throw-away CA")
    now = wire_now()
    own = authority.issue_cert(
        "localhost", "127.0.0.1", not_before=now - _SKEW, not_after=now + practices.certificate_lasts
    )
    tls = Tls(folder / "shop.pem", folder / "shop.key", practices.agrees_to)
    tls.certificate.write_bytes(own.cert_chain_pems[0].bytes())
    tls.key.touch(mode=0o600)
    tls.key.write_bytes(own.private_key_pem.bytes())
    ca_file = folder / "shop-ca.pem"
    authority.cert_pem.write_to_path(ca_file)
    return tls, ca_file


class _Beside:
    """The same application once more, which another server has started and will stop."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan":
            await self._app(scope, receive, send)
            return
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})


def _to_https(port: int) -> ASGIApp:
    """Whoever comes over plain http is sent to the same page over https."""

    async def lead(scope: Scope, receive: Receive, send: Send) -> None:
        host = URL(scope=scope).hostname or "127.0.0.1"
        led = Request(scope).url.replace(scheme="https", netloc=f"{host}:{port}")
        await RedirectResponse(str(led), status_code=308)(scope, receive, send)

    return _Beside(lead)
