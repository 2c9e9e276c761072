"""The merchant's side of a simulator under test: signs requests, sends them in-process, keeps raw answers."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, MutableMapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, unquote

from harness.core.money import Fen
from harness.core.payment import Product
from harness.signing.wechat_v3 import RequestSigner, Verifier
from harness.simulator.account.identity import Identity
from harness.simulator.platform.accounts import Account
from harness.simulator.server import Simulator

TRANSACTIONS = "/v3/pay/transactions"
REFUNDS = "/v3/refund/domestic/refunds"
REFUND = "refund-20261123-001"
NOTIFY_URL = "http://127.0.0.1:1/callbacks/wechat"
NUMBER = "order-20261123-001"
SHOPPER = "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"

RawHeaders = list[tuple[bytes, bytes]]


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is no JSON")


@dataclass(frozen=True)
class Answer:
    """An answer as it left the application."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        """A header's value, or None."""
        return next((value for key, value in self.headers if key == name.lower()), None)

    @property
    def json(self) -> Any:
        """The decoded body, read as strictly as RFC 8259 wants: NaN and Infinity are no JSON."""
        return json.loads(self.body, parse_constant=_no_constant)

    @property
    def code(self) -> str:
        """The error code; empty on success."""
        return str(self.json.get("code", "")) if self.body else ""

    @property
    def signed(self) -> bool:
        """Whether there is any Wechatpay-* header at all."""
        return any(name.startswith("wechatpay-") for name, _ in self.headers)


@dataclass
class MerchantSide:
    """Speaks API v3 to one simulator, well or badly as a test wants it."""

    simulator: Simulator
    runner: asyncio.Runner = field(default_factory=asyncio.Runner)
    peer: str = "127.0.0.1"
    """The address that requests come from."""
    owner: Identity | None = None
    """Of which account; None: the first."""

    @property
    def identity(self) -> Identity:
        """The credentials of the merchant account."""
        return self.owner or self.simulator.identity

    @property
    def account(self) -> Account:
        """What the platform knows of it."""
        return self.simulator.platform.accounts[self.identity.mchid]

    @property
    def signer(self) -> RequestSigner:
        """The merchant account's own signer."""
        identity = self.identity
        return RequestSigner(identity.mchid, identity.merchant_serial, identity.merchant_key)

    @property
    def verifier(self) -> Verifier:
        """Verifies with both of the platform's credentials."""
        identity = self.identity
        return Verifier(
            {
                identity.public_key_id: identity.public_key_private.public_key(),
                identity.certificate.serial: identity.certificate.private_key.public_key(),
            }
        )

    def verify(self, answer: Answer) -> None:
        """Raise unless the answer's signature holds."""
        self.verifier.verify(answer.headers, answer.body)

    def headers(
        self,
        method: str,
        target: str,
        body: bytes,
        *,
        without: Iterable[str] = (),
        **changed: str,
    ) -> RawHeaders:
        """The headers of a good request, some left out, some changed (`content_type="…"`)."""
        values = {
            "authorization": self.signer.authorization(method, target, body),
            "accept": "application/json",
            "user-agent": "merchant/1.0",
            "wechatpay-serial": self.identity.public_key_id,
        }
        if body:
            values |= {"content-type": "application/json", "content-length": str(len(body))}
        values |= {name.replace("_", "-"): value for name, value in changed.items()}
        return [
            (name.encode(), value.encode("latin-1")) for name, value in values.items() if name not in without
        ]

    def send(self, method: str, target: str, body: bytes = b"", headers: RawHeaders | None = None) -> Answer:
        """Send exactly this; a correctly signed request when no headers are given."""
        return self.send_parts(
            method, target, [body], self.headers(method, target, body) if headers is None else headers
        )

    def send_parts(self, method: str, target: str, parts: list[bytes], headers: RawHeaders) -> Answer:
        """Send a body in several messages, as a slow or chunked client does."""
        return self.runner.run(self._through(method, target, parts, headers))

    def send_at_once(
        self, method: str, target: str, requests: Iterable[tuple[bytes, RawHeaders]]
    ) -> list[Answer]:
        """Send bodies with their headers, all of them before the first answer."""

        async def all_of_them() -> list[Answer]:
            sent = [self._through(method, target, [body], headers) for body, headers in requests]
            return await asyncio.gather(*sent)

        return self.runner.run(all_of_them())

    def post(self, target: str, body: object) -> Answer:
        """A correctly signed POST of a JSON value."""
        return self.send("POST", target, json.dumps(body, ensure_ascii=False).encode())

    def order(self, product: Product = Product.NATIVE, **changes: object) -> dict[str, Any]:
        """A minimal order body of a product; a change to None leaves the member out."""
        identity = self.identity
        body: dict[str, Any] = {
            "appid": identity.appid,
            "mchid": identity.mchid,
            "description": "龙井 250 克",
            "out_trade_no": NUMBER,
            "notify_url": NOTIFY_URL,
            "amount": {"total": 1990},
        }
        if product is Product.JSAPI:
            body["payer"] = {"openid": SHOPPER}
        if product is Product.H5:
            body["scene_info"] = {"payer_client_ip": "203.0.113.7", "h5_info": {"type": "Wap"}}
        return {name: value for name, value in {**body, **changes}.items() if value is not None}

    def create(self, product: Product = Product.NATIVE, **changes: object) -> Answer:
        """Order something."""
        return self.post(f"{TRANSACTIONS}/{product.value}", self.order(product, **changes))

    def query(self, number: str = NUMBER) -> Answer:
        """Ask for an order by the merchant's number."""
        target = f"{TRANSACTIONS}/out-trade-no/{quote(number)}?mchid={self.signer.mchid}"
        return self.send("GET", target)

    def close(self, number: str = NUMBER) -> Answer:
        """Close an order."""
        target = f"{TRANSACTIONS}/out-trade-no/{quote(number)}/close"
        return self.post(target, {"mchid": self.signer.mchid})

    def pay(self, number: str = NUMBER, coupon: int = 0) -> None:
        """Pay an order without telling anybody."""
        order = self.account.find(number)
        self.simulator.platform.pay(order, coupon=Fen(coupon))

    def refund_order(self, number: str = REFUND, **changes: object) -> dict[str, Any]:
        """A minimal body of a refund of the whole order; a change to None leaves the member out."""
        body: dict[str, Any] = {
            "out_trade_no": NUMBER,
            "out_refund_no": number,
            "notify_url": NOTIFY_URL,
            "amount": {"refund": 1990, "total": 1990, "currency": "CNY"},
        }
        return {name: value for name, value in {**body, **changes}.items() if value is not None}

    def refund(self, number: str = REFUND, refund: int = 1990, **changes: object) -> Answer:
        """Give money of a paid order back."""
        amount = {"refund": refund, "total": 1990, "currency": "CNY"}
        return self.post(REFUNDS, self.refund_order(number, **{"amount": amount, **changes}))

    def query_refund(self, number: str = REFUND) -> Answer:
        """Ask for a refund by the merchant's number."""
        return self.send("GET", f"{REFUNDS}/{quote(number, safe='')}")

    async def _through(self, method: str, target: str, parts: list[bytes], headers: RawHeaders) -> Answer:
        path, _, query = target.partition("?")
        waiting = list(parts)
        sent: list[MutableMapping[str, Any]] = []

        async def receive() -> MutableMapping[str, Any]:
            if not waiting:
                return {"type": "http.disconnect"}
            part = waiting.pop(0)
            return {"type": "http.request", "body": part, "more_body": bool(waiting)}

        async def send(message: MutableMapping[str, Any]) -> None:
            sent.append(message)

        scope = {
            "type": "http",
            "method": method,
            "path": unquote(path),
            "raw_path": path.encode(),
            "root_path": "",
            "query_string": query.encode(),
            "headers": headers,
            "client": (self.peer, 50000),
            "server": ("127.0.0.1", 8765),
            "scheme": "http",
        }
        await self.simulator(scope, receive, send)
        return Answer(
            status=sent[0]["status"],
            headers=[(name.decode(), value.decode()) for name, value in sent[0]["headers"]],
            body=b"".join(message.get("body", b"") for message in sent[1:]),
        )
