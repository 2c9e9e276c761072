"""The payment models every dialect shares, in the platform's own names (facts 3.2 to 3.4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from harness.core.money import Fen


class Provider(StrEnum):
    """Whose money moves."""

    WECHAT = "wechat"
    ALIPAY = "alipay"


class Product(StrEnum):
    """How a shopper pays; the value is the last part of the order path."""

    JSAPI = "jsapi"
    NATIVE = "native"
    H5 = "h5"
    APP = "app"
    PAGE = "page"
    """A desktop browser is sent to the cashier; Alipay alone has it."""

    @property
    def trade_type(self) -> str:
        """The `trade_type` a paid order of this product reports."""
        return {"h5": "MWEB"}.get(self.value, self.value.upper())


class TradeState(StrEnum):
    """The seven states the platform documents (facts 4.1)."""

    SUCCESS = "SUCCESS"
    REFUND = "REFUND"
    NOTPAY = "NOTPAY"
    CLOSED = "CLOSED"
    REVOKED = "REVOKED"
    USERPAYING = "USERPAYING"
    PAYERROR = "PAYERROR"

    @classmethod
    def known(cls, wire: str) -> TradeState | None:
        """The state a wire text names, or None: an unknown state is surfaced, never guessed."""
        return cls(wire) if wire in cls.__members__ else None


class RefundStatus(StrEnum):
    """The four states of a refund (facts 4.2); a callback calls the member `refund_status`."""

    PROCESSING = "PROCESSING"
    SUCCESS = "SUCCESS"
    CLOSED = "CLOSED"
    ABNORMAL = "ABNORMAL"

    @property
    def final(self) -> bool:
        """Whether nothing follows: of an abnormal one the money still waits for a way back."""
        return self in (RefundStatus.SUCCESS, RefundStatus.CLOSED)

    @classmethod
    def known(cls, wire: str) -> RefundStatus | None:
        """The status a wire text names, or None: an unknown one is surfaced, never guessed."""
        return cls(wire) if wire in cls.__members__ else None


TRADE_STATE_DESC: Mapping[str, str] = {
    "SUCCESS": "支付成功",
    "REFUND": "转入退款",
    "NOTPAY": "订单未支付",
    "CLOSED": "订单已关闭",
    "REVOKED": "已撤销",
    "USERPAYING": "用户支付中",
    "PAYERROR": "支付失败",
}
"""What the platform writes into `trade_state_desc` beside each state."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a merchant asks the platform for. The same order again must be equal in every member.

    `amount` is in fen; `time_expire` is aware; `openid` is required for JSAPI (of Alipay's payers
    their user number or open id), `payer_client_ip` and `h5_type` for WeChat's H5 (facts 3.2).
    """

    out_trade_no: str
    product: Product
    amount: Fen
    description: str
    notify_url: str
    time_expire: datetime | None = None
    attach: str | None = None
    openid: str | None = None
    payer_client_ip: str | None = None
    h5_type: str | None = None
    return_url: str | None = None
    """Where Alipay's H5 and page send the payer back to; None: as the settings say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JsapiParameters:
    """The six parameters of `getBrandWCPayRequest`, under the names the bridge wants (facts 7.2)."""

    appid: str
    """`appId` at the bridge."""
    timestamp: str
    """`timeStamp`: Unix seconds as text."""
    nonce: str
    """`nonceStr`."""
    package: str
    """`prepay_id=…`."""
    sign_type: str
    """`signType`: RSA."""
    pay_sign: str
    """`paySign`: over the first four lines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """The platform's answer to an order: one of its handles starts the payment.

    WeChat's are `prepay_id`, `code_url`, `h5_url` or `jsapi`. Alipay's are `code_url`; `h5_url` and
    `page_url`, signed addresses of which the platform hears when the payer opens them; `trade_no`, which its
    bridge's `tradePay` takes; `order_string`, which an app hands to Alipay's.

    `dialect` is the wire that brought the order in the end; `jsapi` is set where the endpoint signs the
    bridge's parameters itself; `expire_time` is when an experience edition's order ends.
    """

    out_trade_no: str
    prepay_id: str | None = None
    code_url: str | None = None
    h5_url: str | None = None
    page_url: str | None = None
    trade_no: str | None = None
    order_string: str | None = None
    jsapi: JsapiParameters | None = None
    expire_time: datetime | None = None
    request_id: str = ""
    dialect: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transaction:
    """What a query or a callback says of an order. `trade_state` is the wire's own text.

    `transaction_id`, `success_time` and the amounts are present once money was taken. `total` is the
    order's amount in fen; `payer_total` is what the payer's own purse gave (less with coupons).
    """

    out_trade_no: str
    trade_state: str
    mchid: str = ""
    appid: str = ""
    transaction_id: str | None = None
    trade_type: str | None = None
    success_time: datetime | None = None
    total: Fen | None = None
    payer_total: Fen | None = None
    currency: str | None = None
    openid: str | None = None
    attach: str | None = None

    @property
    def state(self) -> TradeState | None:
        """The documented state, or None when the wire named one we do not know."""
        return TradeState.known(self.trade_state)

    @property
    def money_taken(self) -> bool:
        """Whether money was taken: SUCCESS, or REFUND, which a partial refund also reports (facts 4.1)."""
        return self.state in (TradeState.SUCCESS, TradeState.REFUND)


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundOrder:
    """What a merchant asks the platform to give back. The same number again is the same refund (facts 3.7).

    Amounts are fen: `refund` is this part, `total` the whole order's.
    """

    out_refund_no: str
    out_trade_no: str
    refund: Fen
    total: Fen
    notify_url: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PayersCard:
    """Where an abnormal refund is to go: a debit card of the payer's. Personal: never written down."""

    bank_type: str
    """The platform's code of the bank, e.g. `CMB_DEBIT`."""
    account: str = field(repr=False)
    name: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    """What an answer, a query or a callback says of a refund. `status` is the wire's own text.

    `payer_refund` is what of `refund` the payer's own purse gets back; a coupon gets the rest.
    """

    out_refund_no: str
    out_trade_no: str
    refund_id: str
    status: str
    mchid: str = ""
    transaction_id: str | None = None
    refund: Fen | None = None
    total: Fen | None = None
    payer_refund: Fen | None = None
    created: datetime | None = None
    """When the platform accepted it; a callback does not say."""
    success_time: datetime | None = None
    user_received_account: str = ""

    @property
    def state(self) -> RefundStatus | None:
        """The documented status, or None when the wire named one we do not know."""
        return RefundStatus.known(self.status)
