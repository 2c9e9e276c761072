"""Whoever asks a simulator for anything, out of the settings it writes: signs whatever is to be sent."""

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
from tests.simulator.badinput.message import Message

JSON = "application/json"
FORM = "application/x-www-form-urlencoded;charset=utf-8"
STATELESS = "2026-07-28"
META = {
    "io.modelcontextprotocol/protocolVersion": STATELESS,
    "io.modelcontextprotocol/clientCapabilities": {},
}
HELD = ("appId", "timeStamp", "nonceStr", "package")
"""What `paySign` is over."""


@dataclass(frozen=True, slots=True)
class Customer:
    """Every method makes a request of route, method, target and members, and signs it; members may be broken
    already, and bytes go out as they are.

    Args:
        settings: what `golive simulator --write-env` writes.
        console: the token of the console's page.
    """

    settings: Mapping[str, str]
    console: str
    wechat: RSAPrivateKey
    mcp: RSAPrivateKey
    alipay: RSAPrivateKey

    @classmethod
    def of(cls, settings: Mapping[str, str], console: str) -> Customer:
        """The one whom these settings are for."""
        names = ("WECHAT_PAY_PRIVATE_KEY", "WECHAT_MCP_PRIVATE_KEY", "ALIPAY_PRIVATE_KEY")
        wechat, mcp, alipay = (load_private_key(settings[name]) for name in names)
        return cls(settings, console, wechat, mcp, alipay)

    def apiv3(self, route: str, method: str, target: str, members: object) -> Message:
        """Signed over exactly these bytes."""
        mchid, serial = self.settings["WECHAT_PAY_MCH_ID"], self.settings["WECHAT_PAY_CERT_SERIAL"]
        body = as_json(members)
        said = RequestSigner(mchid, serial, self.wechat).authorization(method, target, body)
        headers = {"authorization": said, "accept": JSON, "user-agent": "merchant/1.0"}
        return _message(route, method, target, body, headers)

    def wechat_envelope(self, route: str, method: str, target: str, members: object) -> Message:
        """WeChat's envelope."""
        number = self.settings["WECHAT_PAY_MCH_ID"]
        return _enveloped(route, method, target, members, self.mcp, {"merchantId": number})

    def alipay_envelope(self, route: str, method: str, target: str, members: object) -> Message:
        """Alipay's envelope."""
        named = {"merchantId": self.settings["ALIPAY_SELLER_ID"], "appId": self.settings["ALIPAY_APP_ID"]}
        return _enveloped(route, method, target, members, self.alipay, named)

    def wechat_tool(self, route: str, method: str, target: str, members: object) -> Message:
        """Under the API key of WeChat's MCP endpoint."""
        return _called(route, method, target, members, self.settings["WECHAT_MCP_API_KEY"])

    def alipay_tool(self, route: str, method: str, target: str, members: object) -> Message:
        """Under the API key of Alipay's MCP endpoint."""
        return _called(route, method, target, members, self.settings["ALIPAY_MCP_API_KEY"])

    def gateway(self, route: str, method: str, target: str, members: object) -> Message:
        """A form whose signature holds, whatever `biz_content` is; its method is the route's last word."""
        given = {
            "app_id": self.settings["ALIPAY_APP_ID"],
            "method": route.rpartition(" ")[2],
            "charset": "utf-8",
            "sign_type": "RSA2",
            "timestamp": time.strftime("%Y-%m-%d %H:%M:%S"),
            "version": "1.0",
        }
        if isinstance(members, dict):
            beside = {name: members[name] for name in ("notify_url", "return_url") if name in members}
            given |= {name: _text(value) for name, value in beside.items()}
            members = {name: value for name, value in members.items() if name not in beside}
        given["biz_content"] = as_json(members).decode("utf-8", "replace")
        given = {name: text.encode("utf-8", "replace").decode() for name, text in given.items()}
        given["sign"] = sign_request(self.alipay, given)
        body = "&".join(f"{name}={quote_plus(value)}" for name, value in given.items()).encode()
        return _message(route, method, target, body, {}, FORM)

    def v3(self, route: str, method: str, target: str, members: object) -> Message:
        """Signed over exactly these bytes, in Alipay's V3 style."""
        now, body = time.time_ns() // 1_000_000, as_json(members)
        auth = f"app_id={self.settings['ALIPAY_APP_ID']},nonce={uuid4()},timestamp={now}"
        held = sign(self.alipay, v3_request_message(auth, method, target, body))
        return _message(route, method, target, body, {"authorization": f"{SCHEME} {auth},sign={held}"})

    def lever(self, route: str, method: str, target: str, members: object) -> Message:
        """Under the token of the levers."""
        said = f"Bearer {self.settings['GOLIVE_LEVERS_TOKEN']}"
        return _message(route, method, target, as_json(members), {"authorization": said})

    def page(self, route: str, method: str, target: str, members: object) -> Message:
        """As the console's page asks, or the bridge of a payer's app."""
        return _message(route, method, target, as_json(members), self._browser(route))

    def bridge(self, route: str, method: str, target: str, members: object) -> Message:
        """As WeChat's bridge asks for a page whose `paySign` holds."""
        if isinstance(members, dict):
            own = {"appId": self.settings["WECHAT_PAY_APP_ID"], "openid": self.settings["GOLIVE_TEST_OPENID"]}
            members = {**own, **members}
            lines = "".join(f"{_text(members.get(name))}\n" for name in HELD)
            members = {**members, "paySign": sign(self.wechat, lines.encode("utf-8", "replace"))}
        return self.page(route, method, target, members)

    def form(self, route: str, method: str, target: str, members: object) -> Message:
        """As a payer's browser sends a form."""
        body = members if isinstance(members, bytes) else b""
        if isinstance(members, dict):
            given = {_plain(name): _plain(_text(value)) for name, value in members.items()}
            body = urlencode(given).encode()
        return _message(route, method, target, body, self._browser(route), FORM)

    def _browser(self, route: str) -> dict[str, str]:
        agent = "AlipayClient/10.5" if " /alipay/" in route else "MicroMessenger/8.0"
        outside = route.startswith("GET /alipay/cashier") or "h5" in route or "checkmweb" in route
        return {
            "user-agent": "Safari" if outside else agent,
            "x-golive-console": self.console,
            "sec-fetch-site": "same-origin",
            "referer": "http://127.0.0.1/",
            "x-forwarded-for": "203.0.113.7",
        }


def as_json(value: object) -> bytes:
    """Compact JSON; bytes as they are, and nothing as nothing. Half a surrogate pair becomes an escape."""
    if value is None or isinstance(value, bytes):
        return value or b""
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":")).encode()


def _enveloped(
    route: str, method: str, target: str, members: object, key: RSAPrivateKey, named: Mapping[str, str]
) -> Message:
    if isinstance(members, dict):
        now = int(time.time() * 1000)
        whole = {"version": "1.0", "requestId": f"PAY_{uuid4().hex}", "timestamp": now, **named, **members}
        members = {**whole, SIGNATURE: _signed(key, whole)}
    headers = {"x-mcp-version": "1.0", "x-merchant-id": named["merchantId"]}
    return _message(route, method, target, as_json(members), headers)


def _signed(key: RSAPrivateKey, members: Mapping[str, object]) -> str:
    """A signature, or a word where these members have no text that could be signed."""
    try:
        return sign_rsa2(key, members)
    except (TypeError, ValueError, OverflowError):
        return "nobody can sign this"


def _called(route: str, method: str, target: str, members: object, key: str) -> Message:
    """A message of the Model Context Protocol, of the stateless era but for a handshake."""
    headers = {"accept": "application/json, text/event-stream", "authorization": f"Bearer {key}"}
    if isinstance(members, dict):
        params: Any = members.get("params")
        named = {"mcp-method": members.get("method")}
        if members.get("method") != "initialize":
            headers["mcp-protocol-version"] = STATELESS
            if isinstance(params, dict):
                params = {**params, "_meta": META, **params}
        if isinstance(params, dict):
            named["mcp-name"] = params.get("name")
        members = {"jsonrpc": "2.0", "id": 7, **members, "params": params}
        headers |= {
            name: text
            for name, text in named.items()
            if isinstance(text, str) and text.isascii() and text.isprintable()
        }
    return _message(route, method, target, as_json(members), headers)


def _message(
    route: str, method: str, target: str, body: bytes, headers: Mapping[str, str], kind: str = JSON
) -> Message:
    given = {"host": "127.0.0.1", **headers, **({"content-type": kind} if body else {})}
    pairs = tuple((name.encode(), value.encode("latin-1")) for name, value in given.items())
    return Message(route, method, target, pairs, body)


def _text(value: object) -> str:
    return value if isinstance(value, str) else as_json(value).decode("utf-8", "replace")


def _plain(text: str) -> str:
    return text.encode("utf-8", "replace").decode()
