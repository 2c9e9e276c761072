"""The merchant's side of the envelope dialect: signs messages, sends them in-process, keeps raw answers."""

from __future__ import annotations

import json
import secrets
import time
from dataclasses import dataclass
from typing import Any

from harness.signing.envelope import SIGNATURE, sign_rsa2, verify_rsa2
from harness.simulator.server import Simulator
from tests.simulator.merchant_side import NOTIFY_URL, NUMBER, SHOPPER, Answer, MerchantSide, RawHeaders

ENDPOINT = "/mcp/v1"
CREATE = f"{ENDPOINT}/wechat/payment/create"
QUERY = f"{ENDPOINT}/wechat/payment/query"
HEALTH = f"{ENDPOINT}/wechat/health"


def now_ms() -> int:
    """The moment a message is signed at."""
    return int(time.time() * 1000)


@dataclass
class EnvelopeSide:
    """Speaks the envelope dialect to one simulator, well or badly as a test wants it."""

    side: MerchantSide

    @property
    def simulator(self) -> Simulator:
        """The platform behind the wire."""
        return self.side.simulator

    def message(self, **members: object) -> dict[str, Any]:
        """A message without its signature; a member set to None is left out."""
        identity = self.side.identity
        whole = {
            "version": "1.0",
            "requestId": f"PAY_{now_ms()}_{secrets.token_hex(3)}",
            "timestamp": now_ms(),
            "merchantId": identity.mchid,
            **members,
        }
        return {name: value for name, value in whole.items() if value is not None}

    def signed(self, **members: object) -> dict[str, Any]:
        """A message with the merchant's signature."""
        plain = self.message(**members)
        return {**plain, SIGNATURE: sign_rsa2(self.side.identity.mcp.private_key, plain)}

    def order(self, kind: str = "qr", **members: object) -> dict[str, Any]:
        """The members of a good order of one paymentType."""
        scene = {"payer_client_ip": "203.0.113.7"} if kind == "h5" else None
        return {
            "outTradeNo": NUMBER,
            "totalAmount": 1990,
            "subject": "龙井 250 克",
            "paymentMethod": "wechat",
            "paymentType": kind,
            "notifyUrl": NOTIFY_URL,
            "openid": SHOPPER if kind == "jsapi" else None,
            "sceneInfo": scene,
            **members,
        }

    def headers(self, body: bytes, **changed: str | None) -> RawHeaders:
        """The headers of a good request, some changed; None leaves one out."""
        values: dict[str, str | None] = {
            "content-type": "application/json",
            "content-length": str(len(body)),
            "x-mcp-version": "1.0",
            "x-merchant-id": self.side.identity.mchid,
            **{name.replace("_", "-"): value for name, value in changed.items()},
        }
        return [
            (name.encode(), value.encode("latin-1")) for name, value in values.items() if value is not None
        ]

    def send(self, target: str, body: object, *, method: str = "POST", **headers: str | None) -> Answer:
        """Send exactly this body; anything but bytes as JSON."""
        raw = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        return self.side.send(method, target, raw, self.headers(raw, **headers))

    def create(self, kind: str = "qr", **members: object) -> Answer:
        """Order something with a correct request."""
        return self.send(CREATE, self.signed(**self.order(kind, **members)))

    def query(self, **members: object) -> Answer:
        """Ask for an order with a correct request."""
        asked = {"outTradeNo": NUMBER, "paymentMethod": "wechat", **members}
        return self.send(QUERY, self.signed(**asked))

    def genuine(self, answer: Answer) -> bool:
        """Whether the platform signed this answer."""
        key = self.side.identity.mcp.platform_key.public_key()
        return verify_rsa2(key, answer.json, answer.json.get(SIGNATURE))

    def orders(self) -> list[str]:
        """The platform's order numbers."""
        return self.simulator.account.orders()
