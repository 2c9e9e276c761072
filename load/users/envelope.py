"""Requests of the envelope dialect; answers are believed only when their top level is signed."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Mapping
from typing import Any

from harness.core.errors import UsageError
from harness.core.money import Fen
from harness.core.payment import Product
from harness.settings import Settings
from harness.settings.addresses import parse_address
from harness.settings.model import McpSettings
from harness.signing.envelope import SIGNATURE, VERSION, WINDOW_MS, signed, verify_rsa2
from load.key import Key
from load.users.answers import Answer, Wrong, judged_handle, judged_state, read_object, refused, same
from load.users.wire import DESCRIPTION, H5_TYPE, PAYER_IP, USER_AGENT, Request

ID = "envelope"
SUCCESS = "0000"
_TYPE: Mapping[Product, str] = {Product.NATIVE: "qr", Product.H5: "h5", Product.JSAPI: "jsapi"}
_HANDLES: Mapping[Product, tuple[str, ...]] = {
    Product.NATIVE: ("qrCode", "codeUrl"),
    Product.H5: ("mwebUrl", "paymentUrl"),
    Product.JSAPI: ("paySign",),
}


class EnvelopeWire:
    """One merchant on an endpoint of this dialect, whosever operations it has.

    Args:
        own: the endpoint and its keys.
        dialect: which row of the table this is.
        provider: what its paths begin with.
        success: what `code` says when it went well.
        headers: beside the dialect's own.
    """

    def __init__(
        self,
        own: McpSettings,
        dialect: str,
        *,
        provider: str,
        success: str,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        address = parse_address(own.endpoint)
        self.origin = address.origin
        self._path = f"{address.path}/{provider}/payment"
        self._dialect, self._success = dialect, success
        self._settings = own
        self._headers = {
            "Accept": "application/json",
            "Authorization": f"Bearer {own.api_key}",
            "Content-Type": "application/json",
            "User-Agent": USER_AGENT,
            "X-MCP-Version": VERSION,
            "X-Merchant-Id": own.merchant_id,
            **(headers or {}),
        }

    def told_anyway(self, code: str) -> Mapping[str, Any] | None:
        """What a signed refusal of that code says, where it is an answer, too."""
        del code
        return None

    def request(self, operation: str, product: Product, members: Mapping[str, Any], judge: Any) -> Request:
        """One signed request, whose answer is believed only when its top level is signed."""
        now_ms = time.time_ns() // 1_000_000
        request_id = f"MCP_{now_ms}_{secrets.token_hex(6)}"
        plain = {
            "version": VERSION,
            "requestId": request_id,
            "timestamp": now_ms,
            "merchantId": self._settings.merchant_id,
            **members,
        }
        body = json.dumps(
            signed(self._settings.private_key, plain), ensure_ascii=False, separators=(",", ":")
        ).encode()
        return Request(
            key=Key(operation, product.value, self._dialect),
            method="POST",
            path=f"{self._path}/{operation}",
            headers=self._headers,
            body=body,
            judge=lambda answer: judge(self._believed(answer, request_id)),
        )

    def _believed(self, answer: Answer, request_id: str) -> Mapping[str, Any]:
        """The data of a success: signed by the platform, fresh, and an answer to this very request."""
        told = None
        try:
            members = read_object(answer.body)
        except Wrong:
            if answer.status != 200:
                raise refused(answer) from None
            raise
        if answer.status != 200:
            told = self.told_anyway(str(members.get("code")))
            if told is None:
                raise refused(answer)
        if not verify_rsa2(self._settings.public_key, members, members.get(SIGNATURE)):
            raise Wrong("bad signature")
        stamp = members.get("timestamp")
        if members.get("requestId") != request_id:
            raise Wrong("answer to another request")
        if not isinstance(stamp, int) or abs(time.time() * 1000 - stamp) > WINDOW_MS:
            raise Wrong("stale answer")
        if told is not None:
            return told
        if members.get("code") != self._success:
            raise Wrong("refused inside HTTP 200")
        data = members.get("data")
        if not isinstance(data, dict):
            raise Wrong("no data")
        return data


class LoadWire(EnvelopeWire):
    """WeChat's operations.

    Args:
        settings: of which the endpoint and its keys are used.
        openid: of the payer of JSAPI orders.
        notify_url: of every order.
        amount: of every order.
    """

    def __init__(self, settings: Settings, *, openid: str, notify_url: str, amount: Fen) -> None:
        super().__init__(settings.mcp, ID, provider="wechat", success=SUCCESS)
        self._notify_url = notify_url
        self._amount = int(amount)
        self._scene: Mapping[Product, Mapping[str, Any]] = {
            Product.JSAPI: {"openid": openid},
            Product.H5: {
                "sceneInfo": {"payer_client_ip": PAYER_IP},
                "extraParams": {"h5_type": H5_TYPE},
            },
        }

    def create(self, out_trade_no: str, product: Product) -> Request:
        """Places an order: native is this dialect's `qr`."""
        members = {
            "outTradeNo": out_trade_no,
            "totalAmount": self._amount,
            "subject": DESCRIPTION,
            "paymentMethod": "wechat",
            "paymentType": _TYPE[product],
            "notifyUrl": self._notify_url,
            **self._scene.get(product, {}),
        }
        return self.request(
            "create",
            product,
            members,
            lambda data: judged_handle(same(data, "outTradeNo", out_trade_no), *_HANDLES[product]),
        )

    def query(self, out_trade_no: str, product: Product, states: frozenset[str]) -> Request:
        """Asks by the merchant's own number."""
        return self.request(
            "query",
            product,
            {"outTradeNo": out_trade_no, "paymentMethod": "wechat"},
            lambda data: judged_state(same(data, "outTradeNo", out_trade_no), states, "tradeState", "status"),
        )

    def close(self, out_trade_no: str, product: Product) -> Request:
        """The dialect has no such operation.

        Raises:
            UsageError: always.
        """
        raise UsageError(
            "the envelope dialect cannot close an order", where="load", remedy="use mcp or apiv3 for it"
        )
