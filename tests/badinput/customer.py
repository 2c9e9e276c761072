"""A merchant's side of every dialect, out of the settings that a simulator writes: it signs whatever it is given."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus, urlencode
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from harness.signing.alipay import SCHEME, sign_request, v3_request_message
from harness.signing.envelope import SIGNATURE, sign_rsa2
from harness.signing.keys import load_private_key
from harness.signing.wechat_v3 import RequestSigner, sign
from tests.badinput.message import HOST, Message

JSON = b"application/json"
FORM = b"application/x-www-form-urlencoded;charset=utf-8"
STATELESS = "2026-07-28"
META = {
    "io.modelcontextprotocol/protocolVersion": STATELESS,
    "io.modelcontextprotocol/clientCapabilities": {},
}


@dataclass(frozen=True, slots=True)
class Customer:
    """Signs and addresses requests.

    Args:
        settings: what `golive simulator --write-env` writes.
        console: the token of the console's page.
    """

    settings: Mapping[str, str]
    console: str
    wechat: RSAPrivateKey
    envelope: RSAPrivateKey
    alipay: RSAPrivateKey

    @classmethod
    def of(cls, settings: Mapping[str, str], console: str) -> Customer:
        """The customer that these settings are for."""
        keys = ("WECHAT_PAY_PRIVATE_KEY", "WECHAT_MCP_PRIVATE_KEY", "ALIPAY_PRIVATE_KEY")
        return cls(settings, console, *(load_private_key(settings[name]) for name in keys))

    def apiv3(self, route: str, method: str, target: str, members: Any) -> Message:
        """Signed over exactly these bytes."""
        signer = RequestSigner(
            self.settings["WECHAT_PAY_MCH_ID"], self.settings["WECHAT_PAY_CERT_SERIAL"], self.wechat
        )
        body = as_json(members)
        headers = {"authorization": signer.authorization(method, target, body), "accept": "application/json"}
        headers["user-agent"] = "merchant/1.0"
        return _message(route, method, target, body, JSON, headers)

    def enveloped(self, route: str, method: str, target: str, members: Any, *, alipay: bool) -> Message:
        """A signed envelope; what is no object is sent as it is."""
        number = self.settings["ALIPAY_SELLER_ID" if alipay else "WECHAT_PAY_MCH_ID"]
        if isinstance(members, dict):
            now = int(time.time() * 1000)
            whole = {"version": "1.0", "requestId": f"PAY_{uuid4().hex}", "timestamp": now}
            whole |= {"merchantId": number, "appId": self.settings["ALIPAY_APP_ID"] if alipay else None}
            whole = {name: value for name, value in whole.items() if value is not None} | members
            members = {**whole, SIGNATURE: _signed(self.alipay if alipay else self.envelope, whole)}
        headers = {"x-mcp-version": "1.0", "x-merchant-id": number}
        return _message(route, method, target, as_json(members), JSON, headers)

    def tool(self, route: str, method: str, target: str, members: Any, *, alipay: bool) -> Message:
        """A message of the Model Context Protocol, of the stateless era."""
        headers = {
            "accept": "application/json, text/event-stream",
            "authorization": f"Bearer {self.settings['ALIPAY_MCP_API_KEY' if alipay else 'WECHAT_MCP_API_KEY']}",
        }
        if isinstance(members, dict):
            name, params = members.get("method"), members.get("params")
            if name != "initialize":
                headers["mcp-protocol-version"] = STATELESS
                params = {**params, "_meta": META} if isinstance(params, dict) else params
            members = {"jsonrpc": "2.0", "id": 7, **members, "params": params}
            for header, value in (("mcp-method", name), ("mcp-name", (params or {}).get("name") if isinstance(params, dict) else None)):
                if isinstance(value, str) and value.isascii() and value.isprintable():
                    headers[header] = value
        return _message(route, method, target, as_json(members), JSON, headers)

    def gateway(self, route: str, method: str, target: str, members: Any) -> Message:
        """A form whose signature holds, whatever `biz_content` is."""
        given = {
            "app_id": self.settings["ALIPAY_APP_ID"],
            "method": route.rpartition(" ")[2],
            "charset": "utf-8",
            "sign_type": "RSA2",
            "timestamp": time.strftime("%Y-%m-%d %H:%M:%S"),
            "version": "1.0",
            "notify_url": "http://127.0.0.1:1/callbacks",
            "biz_content": as_json(members).decode("utf-8", "replace"),
        }
        given["sign"] = sign_request(self.alipay, given)
        body = "&".join(f"{name}={quote_plus(value)}" for name, value in given.items()).encode()
        return _message(route, method, target, body, FORM, {})

    def v3(self, route: str, method: str, target: str, members: Any) -> Message:
        """Signed over exactly these bytes, in Alipay's V3 style."""
        now, body = time.time_ns() // 1_000_000, as_json(members)
        auth = f"app_id={self.settings['ALIPAY_APP_ID']},nonce={uuid4()},timestamp={now}"
        held = sign(self.alipay, v3_request_message(auth, method, target, body))
        return _message(route, method, target, body, JSON, {"authorization": f"{SCHEME} {auth},sign={held}"})

    def lever(self, route: str, method: str, target: str, members: Any) -> Message:
        """Under the token of the levers."""
        token = self.settings["GOLIVE_LEVERS_TOKEN"]
        return _message(
            route, method, target, as_json(members), JSON, {"authorization": f"Bearer {token}"}
        )

    def page(self, route: str, method: str, target: str, members: Any) -> Message:
        """As the page of the console asks, or a bridge of a payer's app."""
        return _message(route, method, target, as_json(members), JSON, self._browser(route))

    def form(self, route: str, method: str, target: str, members: Any) -> Message:
        """As a payer's browser sends a form."""
        body = members if isinstance(members, bytes) else b""
        if isinstance(members, dict):
            given = {name: value if isinstance(value, str) else json.dumps(value) for name, value in members.items()}
            body = urlencode(given, errors="replace").encode()
        return _message(route, method, target, body, FORM, self._browser(route))

    def _browser(self, route: str) -> dict[str, str]:
        agent = "AlipayClient/10.5" if " /alipay/" in route else "MicroMessenger/8.0"
        if route.startswith("GET /alipay/cashier"):
            agent = "Safari"
        return {"user-agent": f"Mozilla/5.0 {agent}", "x-golive-console": self.console, "sec-fetch-site": "same-origin"}


def as_json(value: object) -> bytes:
    """As compact JSON; bytes as they are, and nothing as nothing. Half a surrogate pair becomes an escape."""
    if isinstance(value, bytes) or value is None:
        return value or b""
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":")).encode()


def _signed(key: RSAPrivateKey, members: Mapping[str, object]) -> str:
    """A signature, or a word where there is no text of these members to sign."""
    try:
        return sign_rsa2(key, members)
    except (ValueError, RecursionError, TypeError):
        return "nothing can be signed"


def _message(
    route: str, method: str, target: str, body: bytes, kind: bytes, headers: Mapping[str, str]
) -> Message:
    given = [(b"host", HOST), *((name.encode(), text.encode("latin-1")) for name, text in headers.items())]
    if body:
        given += [(b"content-type", kind)]
    return Message(route, method, target, tuple(given), body)
