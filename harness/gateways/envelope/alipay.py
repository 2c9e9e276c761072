"""The payment models to and from Alipay's members of the envelope (envelope facts 2, 3). Pure functions.

What an order has and the envelope has no name for travels in `extraParams` under Alipay's own names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from harness.core.errors import GoLiveError, PlatformRefusal
from harness.core.payment import Order, Prepared, Product, Provider, Transaction
from harness.gateways.alipay.mapping import passed_back, subject
from harness.gateways.alipay.refusals import refused_by_tool
from harness.gateways.alipay.transport import beijing
from harness.gateways.answer_members import malformed, moment, nested
from harness.gateways.envelope.mapping import first
from harness.gateways.mcp.alipay import told_trade, unopened
from harness.gateways.mcp.mapping import same_number
from harness.gateways.refusals import NotSold, refusal
from harness.settings.model import AlipaySettings

_SOLD: Mapping[Product, tuple[str, str]] = {
    Product.NATIVE: ("qr", "FACE_TO_FACE_PAYMENT"),
    Product.H5: ("h5", "QUICK_WAP_WAY"),
}
"""`paymentType` and `productCode`."""
_GOODS = "1"


@dataclass(frozen=True, slots=True)
class AlipayOperations:
    """Alipay's; see `Operations`."""

    alipay: AlipaySettings
    dialect: str = "alipay-envelope"
    provider: Provider = Provider.ALIPAY
    success: str = "10000"

    @property
    def headers(self) -> Mapping[str, str]:
        """Which application asks."""
        return {"X-App-Id": self.alipay.app_id}

    def create(self, order: Order) -> dict[str, object]:
        """A code or a link; nothing else is ordered here."""
        if order.product not in _SOLD:
            raise NotSold(self.dialect, order.product)
        kind, code = _SOLD[order.product]
        extra = {
            "time_expire": None if order.time_expire is None else beijing(order.time_expire),
            "passback_params": passed_back(order),
        }
        members: dict[str, object] = {
            "outTradeNo": order.out_trade_no,
            "totalAmount": int(order.amount),
            "subject": subject(order),
            "paymentMethod": "alipay",
            "paymentType": kind,
            "productCode": code,
            "goodsType": _GOODS,
            "notifyUrl": order.notify_url,
        }
        if order.product is Product.H5 and self.alipay.return_url:
            members["returnUrl"] = self.alipay.return_url
        if told := {name: value for name, value in extra.items() if value is not None}:
            members["extraParams"] = told
        return members

    def prepared(self, order: Order, data: Mapping[str, object], *, request_id: str) -> Prepared:
        """The code or the link. None of it is signed: only TLS protects it."""
        same_number(data, "outTradeNo", order.out_trade_no)
        native = order.product is Product.NATIVE
        start = first(data, "qrCode", "codeUrl") if native else first(data, "paymentUrl", "body")
        if not start.startswith(("https://", "http://")):
            raise malformed("what starts the payment is no web address")
        return Prepared(
            out_trade_no=order.out_trade_no,
            code_url=start if native else None,
            h5_url=None if native else start,
            expire_time=moment(data, "expireTime"),
            request_id=request_id,
            dialect=self.dialect,
        )

    def query(self, out_trade_no: str) -> dict[str, object]:
        """By the merchant's own number."""
        return {"outTradeNo": out_trade_no, "paymentMethod": "alipay"}

    def transaction(self, data: Mapping[str, object], *, out_trade_no: str) -> Transaction:
        """How the trade stands; `data` has Alipay's amounts, texts in yuan."""
        buyer = nested(data, "buyerInfo")
        named = {
            "outTradeNo": data.get("outTradeNo"),
            "tradeNo": data.get("tradeNo") or data.get("paymentId"),
            "tradeStatus": data.get("tradeStatus") or data.get("status"),
            "totalAmount": data.get("totalAmount"),
            "buyerPayAmount": data.get("buyerPayAmount"),
            "sendPayDate": data.get("gmtPayment") or data.get("paidTime"),
            "buyerUserId": buyer.get("buyerUserId"),
        }
        members = {name: value for name, value in named.items() if value is not None}
        return told_trade(members, out_trade_no=out_trade_no, app_id=self.alipay.app_id)

    def not_there(self, out_trade_no: str, refused: PlatformRefusal) -> Transaction | None:
        """Not paid: what no payer has opened is no trade so far."""
        return unopened(out_trade_no, refused, app_id=self.alipay.app_id)

    def refused(
        self, status: int, code: str, message: str, *, operation: str, request_id: str
    ) -> GoLiveError:
        """Alipay's codes in the words that every dialect shares; else as the endpoint says it."""
        if "." in code:
            return refused_by_tool(code, message, where=operation, request_id=request_id)
        return refusal(status, code, message, where=operation, request_id=request_id)
