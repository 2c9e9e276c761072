"""What a shop shows of itself over https, and to who comes over plain http."""

from __future__ import annotations

import socket
import ssl
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

import httpx
from cryptography import x509

from harness.core.clock import wire_now
from harness.processes.serving import listen
from harness.shop.app import create_app
from harness.shop.embedded import RunningShop
from harness.shop.https_front import https_front
from tests.shop.conftest import Trade


class Shown(NamedTuple):
    """By one shop."""

    old_protocol: bool
    lasts: timedelta
    plain: int
    headers: httpx.Headers
    cookie: str


_LOOKED_AT: WeakKeyDictionary[object, Shown] = WeakKeyDictionary()


def shown_over_https(trade: Trade) -> Shown:
    """Looked at once a shop: it takes two servers."""
    running = trade.running
    kept = _LOOKED_AT.get(trade.merchant)
    if kept is None:
        kept = _LOOKED_AT[trade.merchant] = _look(running, trade)
    return kept


def _look(running: RunningShop, trade: Trade) -> Shown:
    app, who = create_app(running.shop), trade.profile.credentials
    with (
        tempfile.TemporaryDirectory() as folder,
        listen() as listener,
        https_front(app, running.shop.practices, Path(folder), listener) as front,
        httpx.Client(verify=ssl.create_default_context(cafile=str(front.ca_file)), trust_env=False) as client,
    ):
        certificate = x509.load_pem_x509_certificate((Path(folder) / "shop.pem").read_bytes())
        answer = client.get(f"{front.url}/login")
        signed_in = client.post(
            f"{front.url}/api/user/login",
            json={"email": who.email, "password": who.password},
            headers={"Origin": running.base_url},
        )
        return Shown(
            old_protocol=_agrees_to_old_tls(urlsplit(front.url).port or 0),
            lasts=certificate.not_valid_after_utc - wire_now(),
            plain=client.get(f"{front.plain_url}/login").status_code,
            headers=answer.headers,
            cookie=signed_in.headers["set-cookie"],
        )


def _agrees_to_old_tls(port: int) -> bool:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("eNULL:aNULL:@SECLEVEL=0")
    try:
        with (
            socket.create_connection(("127.0.0.1", port), 5) as plain,
            context.wrap_socket(plain) as agreed,
        ):
            return agreed.version() is not None
    except ssl.SSLError:
        return False


SHOWN_BY: dict[str, Callable[[Trade], bool]] = {
    "old-tls-taken": lambda trade: shown_over_https(trade).old_protocol,
    "certificate-runs-out": lambda trade: shown_over_https(trade).lasts < timedelta(days=30),
    "plain-http-answered": lambda trade: shown_over_https(trade).plain == 200,
    "browsers-not-kept-on-https": lambda trade: (
        "Strict-Transport-Security" not in shown_over_https(trade).headers
    ),
    "session-cookie-in-the-clear": lambda trade: "secure" not in shown_over_https(trade).cookie.lower(),
    "payment-page-framed": lambda trade: (
        "frame-ancestors" not in shown_over_https(trade).headers["Content-Security-Policy"]
    ),
}
