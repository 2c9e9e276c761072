"""Every wire of one simulator over real sockets, request by request, each answer as its bytes came."""

from __future__ import annotations

import json
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import httpx

from harness.signing.envelope import SIGNATURE, sign_rsa2, verify_rsa2
from harness.simulator.account.environment import ALIPAY_MCP
from harness.simulator.embedded import RunningSimulator
from harness.simulator.wire.mcp import catalogue
from harness.simulator.wire.mcp.routes import PATH
from tests.simulator.alipay_side import AlipaySide, order, told
from tests.simulator.envelope_side import EnvelopeSide
from tests.simulator.mcp_side import CAPABILITIES_KEY, STATELESS, VERSION_KEY
from tests.simulator.merchant_side import Answer, MerchantSide, RawHeaders

NUMBERS = count(1)
AMOUNT = 1990
_NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
_UNSENT = (b"content-length",)


@dataclass
class SocketSide(MerchantSide):
    """A merchant whose requests travel: a connection each."""

    base_url: str = ""
    took_s: float = 0.0

    async def _through(self, method: str, target: str, parts: list[bytes], headers: RawHeaders) -> Answer:
        sent = [each for each in headers if each[0] not in _UNSENT]
        begun = time.monotonic()
        try:
            async with httpx.AsyncClient(trust_env=False, timeout=20, verify=_NO_TLS) as http:
                heard = await http.request(
                    method, self.base_url + target, content=b"".join(parts), headers=sent
                )
        finally:
            self.took_s = time.monotonic() - begun
        return Answer(heard.status_code, [(k.lower(), v) for k, v in heard.headers.items()], heard.content)


class AlipayEnvelopeSide(EnvelopeSide):
    """The same merchant at Alipay's envelope."""

    def signed(self, **members: object) -> dict[str, Any]:
        alipay = self.side.identity.alipay
        plain = self.message(**{"merchantId": alipay.seller_id, **members})
        return {**plain, SIGNATURE: sign_rsa2(alipay.app_key, plain)}


@dataclass
class RawWire:
    """A wire: its requests by operation, each about an order; and whether an answer's signature holds."""

    id: str
    """What it is called here: a dialect has several styles."""
    dialect: str
    asks: Mapping[str, Callable[[str], Answer]]
    """By operation; takes the number of an order that is there, but for `create`."""
    holds: Callable[[Answer], bool] | None
    """None: nothing is signed."""


@dataclass
class Wires:
    """All of them, with the merchant behind each."""

    running: RunningSimulator
    notify_url: str
    side: SocketSide = field(init=False)

    def __post_init__(self) -> None:
        self.side = SocketSide(self.running.simulator, base_url=self.running.base_url)

    def all(self) -> list[RawWire]:
        """In the order of the table of dialects."""
        return [
            self._apiv3(),
            self._gateway(),
            self._v3(),
            self._envelope(),
            self._alipay_envelope(),
            self._mcp(),
            self._alipay_mcp(),
        ]

    def _apiv3(self) -> RawWire:
        side = self.side

        def holds(answer: Answer) -> bool:
            return _passes(lambda: side.verify(answer))

        target = "/v3/bill/tradebill?bill_date=" + _yesterday()
        return RawWire(
            "apiv3",
            "apiv3",
            {
                "create": lambda n: side.create(out_trade_no=n, notify_url=self.notify_url),
                "query": side.query,
                "close": side.close,
                "refund": lambda n: side.refund(f"R{n}", 100, out_trade_no=n, notify_url=self.notify_url),
                "refund-query": lambda n: side.query_refund(f"R{n}"),
                "bill": lambda n: side.send("GET", target),
                "certificates": lambda n: side.send("GET", "/v3/certificates"),
            },
            holds,
        )

    def _alipay(self) -> AlipaySide:
        return AlipaySide(self.side)

    def _gateway(self) -> RawWire:
        alipay = self._alipay()

        def holds(answer: Answer) -> bool:
            return _passes(lambda: alipay.verify(told(answer)))

        def call(method: str, biz: object, **more: str) -> Answer:
            return alipay.post({}, alipay.parameters(method, biz, **more))

        return RawWire(
            "alipay",
            "alipay",
            {
                "create": lambda n: call(
                    "alipay.trade.create",
                    order(n, buyer_id=alipay.identity.buyer_id),
                    notify_url=self.notify_url,
                ),
                "query": lambda n: call("alipay.trade.query", {"out_trade_no": n}),
                "close": lambda n: call("alipay.trade.close", {"out_trade_no": n}),
                "refund": lambda n: call("alipay.trade.refund", _refund(n)),
                "refund-query": lambda n: call("alipay.trade.fastpay.refund.query", _refund_query(n)),
                "bill": lambda n: call(
                    "alipay.data.dataservice.bill.downloadurl.query",
                    {"bill_type": "trade", "bill_date": _yesterday()},
                ),
            },
            holds,
        )

    def _v3(self) -> RawWire:
        alipay = self._alipay()

        def holds(answer: Answer) -> bool:
            return _passes(lambda: alipay.verify_v3(answer))

        buyer = alipay.identity.buyer_id
        return RawWire(
            "alipay-v3",
            "alipay",
            {
                "create": lambda n: alipay.v3(
                    "create", {**order(n, buyer_id=buyer), "notify_url": self.notify_url}
                ),
                "query": lambda n: alipay.v3("query", {"out_trade_no": n}),
                "close": lambda n: alipay.v3("close", {"out_trade_no": n}),
                "refund": lambda n: alipay.v3("refund", _refund(n)),
                "refund-query": lambda n: alipay.v3("fastpay/refund/query", _refund_query(n)),
            },
            holds,
        )

    def _envelope(self) -> RawWire:
        side = EnvelopeSide(self.side)

        def say(path: str, **members: object) -> Answer:
            return side.send(f"/mcp/v1/wechat/payment/{path}", side.signed(paymentMethod="wechat", **members))

        def create(n: str) -> Answer:
            return side.create(outTradeNo=n, notifyUrl=self.notify_url)

        key = self.side.identity.mcp.platform_key.public_key()
        return RawWire("envelope", "envelope", _enveloped(say, create), _sealed(key))

    def _alipay_envelope(self) -> RawWire:
        side, alipay = AlipayEnvelopeSide(self.side), self.side.identity.alipay

        def say(path: str, **members: object) -> Answer:
            message = side.signed(paymentMethod="alipay", **members)
            target = f"/alipay/mcp/v1/alipay/payment/{path}"
            return side.send(target, message, x_merchant_id=alipay.seller_id, x_app_id=alipay.app_id)

        def create(n: str) -> Answer:
            return say(
                "create",
                outTradeNo=n,
                totalAmount=AMOUNT,
                subject="龙井",
                paymentType="qr",
                notifyUrl=self.notify_url,
            )

        key = alipay.platform_key.public_key()
        return RawWire("alipay-envelope", "alipay-envelope", _enveloped(say, create), _sealed(key))

    def _tool(self, path: str, key: str) -> Callable[[str, Mapping[str, object]], Answer]:
        def call(tool: str, given: Mapping[str, object]) -> Answer:
            meta = {VERSION_KEY: STATELESS, CAPABILITIES_KEY: {}}
            params = {"name": tool, "arguments": given, "_meta": meta}
            body = json.dumps({"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": params}).encode()
            headers = {
                "accept": "application/json, text/event-stream",
                "content-type": "application/json",
                "mcp-protocol-version": STATELESS,
                "mcp-method": "tools/call",
                "mcp-name": tool,
                "authorization": f"Bearer {key}",
            }
            return self.side.send("POST", path, body, [(k.encode(), v.encode()) for k, v in headers.items()])

        return call

    def _mcp(self) -> RawWire:
        call = self._tool(PATH, self.side.identity.mcp_api_key)
        bought = {"amount": AMOUNT, "description": "tea", "notify_url": self.notify_url}
        return RawWire(
            "mcp",
            "mcp",
            {
                "create": lambda n: call(catalogue.CREATE_NATIVE, {"out_trade_no": n, **bought}),
                "query": lambda n: call("query-order-by-out-trade-no", {"out_trade_no": n}),
                "close": lambda n: call("close-order", {"out_trade_no": n}),
                "refund": lambda n: call(
                    "refund-order", {"out_trade_no": n, "out_refund_no": f"R{n}", "amount": 100}
                ),
                "refund-query": lambda n: call("query-refund-by-out-refund-no", {"out_refund_no": f"R{n}"}),
            },
            None,
        )

    def _alipay_mcp(self) -> RawWire:
        alipay = self.side.identity.alipay
        call = self._tool(ALIPAY_MCP, alipay.mcp_api_key)
        bought = {"totalAmount": 19.9, "orderTitle": "tea", "notifyUrl": self.notify_url}
        return RawWire(
            "alipay-mcp",
            "alipay-mcp",
            {
                "create": lambda n: call("create-mobile-alipay-payment", {"outTradeNo": n, **bought}),
                "query": lambda n: call("query-alipay-payment", {"outTradeNo": n}),
                "refund": lambda n: call(
                    "refund-alipay-payment", {"outTradeNo": n, "outRequestNo": f"R{n}", "refundAmount": 1}
                ),
                "refund-query": lambda n: call(
                    "query-alipay-refund", {"outTradeNo": n, "outRequestNo": f"R{n}"}
                ),
            },
            None,
        )


def numbered() -> str:
    """A number that no order has."""
    return f"raw{next(NUMBERS):06d}"


def _refund(number: str) -> dict[str, object]:
    return {"out_trade_no": number, "refund_amount": "1.00", "out_request_no": f"R{number}"}


def _refund_query(number: str) -> dict[str, object]:
    return {"out_trade_no": number, "out_request_no": f"R{number}"}


def _enveloped(
    say: Callable[..., Answer], create: Callable[[str], Answer]
) -> dict[str, Callable[[str], Answer]]:
    return {
        "create": create,
        "query": lambda n: say("query", outTradeNo=n),
        "refund": lambda n: say("refund", outTradeNo=n, outRefundNo=f"R{n}", refundAmount=100),
        "refund-query": lambda n: say("refund/query", outTradeNo=n, outRefundNo=f"R{n}"),
    }


def _sealed(key: Any) -> Callable[[Answer], bool]:
    return lambda answer: bool(verify_rsa2(key, answer.json, answer.json.get(SIGNATURE)))


def _passes(check: Callable[[], object]) -> bool:
    try:
        check()
    except Exception:  # noqa: BLE001 - whatever is wrong with it, it does not hold
        return False
    return True


def _yesterday() -> str:
    return time.strftime("%Y-%m-%d", time.gmtime(time.time() + 8 * 3600 - 86400))
