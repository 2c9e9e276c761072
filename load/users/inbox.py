"""Receives the callbacks of a load's own journeys, and verifies before it believes."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from gevent.pywsgi import WSGIServer

from harness.core.errors import SignatureInvalid
from harness.core.redelivery import SUCCESS
from harness.settings import Settings
from harness.signing.alipay import NotifyVerifier
from harness.signing.envelope import SIGNATURE, WINDOW_MS, verify_rsa2
from harness.signing.wechat_v3 import Verifier, decrypt_resource

LONGEST = 64 * 1024
_FORM = "application/x-www-form-urlencoded"
_NAMES = ("TIMESTAMP", "NONCE", "SIGNATURE", "SERIAL", "SIGNATURE_TYPE")


class Inbox:
    """Listens on loopback until `close`; understands every form: API v3's, the envelope's, Alipay's."""

    def __init__(self, settings: Settings) -> None:
        wechat = settings.wechat
        self._apiv3_key = wechat.apiv3_key
        self._verifier = Verifier({wechat.platform_key_id: wechat.platform_public_key})
        self._mcp_key = settings.mcp.public_key
        self._alipay = NotifyVerifier(settings.alipay.public_key) if settings.alipay else None
        self._letters: dict[str, float] = {}
        self._server = WSGIServer(("127.0.0.1", 0), self._answer, log=None, error_log=None)
        self._server.start()

    @property
    def url(self) -> str:
        """The notify_url of orders whose callbacks are to arrive here."""
        return f"http://127.0.0.1:{self._server.server_port}/golive-load/callback"

    def take(self, out_trade_no: str) -> float | None:
        """When a believed callback about an order arrived (`time.perf_counter`); it is forgotten here."""
        return self._letters.pop(out_trade_no, None)

    def close(self) -> None:
        """Listen no more."""
        self._server.stop(timeout=1)

    def _answer(
        self, environ: Mapping[str, Any], start: Callable[[str, list[tuple[str, str]]], object]
    ) -> Iterable[bytes]:
        arrived = time.perf_counter()
        body = environ["wsgi.input"].read(min(int(environ.get("CONTENT_LENGTH") or 0), LONGEST))
        try:
            number, answer = self._read(environ, body)
        except (SignatureInvalid, ValueError, KeyError, TypeError):
            start("401 Unauthorized", [("Content-Length", "0")])
            return []
        self._letters.setdefault(number, arrived)
        start("200 OK" if answer else "204 No Content", [("Content-Length", str(len(answer)))])
        return [answer]

    def _read(self, environ: Mapping[str, Any], body: bytes) -> tuple[str, bytes]:
        """Which order is paid, and what its platform wants to read."""
        if environ.get("CONTENT_TYPE", "").startswith(_FORM):
            return self._form(body), SUCCESS
        if b'"notifyType"' in body:
            return self._envelope(body), b""
        return self._classic(environ, body), b""

    def _classic(self, environ: Mapping[str, Any], body: bytes) -> str:
        found = ((name, environ.get(f"HTTP_WECHATPAY_{name}")) for name in _NAMES)
        headers = [(f"Wechatpay-{name.replace('_', '-')}", value) for name, value in found if value]
        self._verifier.verify(headers, body)
        resource = json.loads(decrypt_resource(self._apiv3_key, json.loads(body)["resource"]))
        return _paid(resource["out_trade_no"], resource["trade_state"])

    def _envelope(self, body: bytes) -> str:
        members = json.loads(body)
        stale = abs(time.time() * 1000 - members["timestamp"]) > WINDOW_MS
        if stale or not verify_rsa2(self._mcp_key, members, members[SIGNATURE]):
            raise ValueError("an envelope that is not believed")
        return _paid(members["outTradeNo"], members["status"])

    def _form(self, body: bytes) -> str:
        if self._alipay is None:
            raise ValueError("a notify of a platform that is not in the settings")
        members = dict(parse_qsl(body.decode("ascii"), strict_parsing=True))
        self._alipay.verify(members)
        return _paid(members["out_trade_no"], members["trade_status"].removeprefix("TRADE_"))


def _paid(out_trade_no: str, state: str) -> str:
    if state != "SUCCESS":
        raise ValueError("a callback that speaks of no payment")
    return out_trade_no
