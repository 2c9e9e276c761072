"""One order on the platform's side: what was asked for, what was handed out, what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from harness.clock import rfc3339
from harness.money import Fen
from harness.payment import TRADE_STATE_DESC, Product, TradeState
from harness.simulator.audit import Trail

__all__ = ["Handle", "OrderRequest", "PlatformOrder", "Reason", "Refused"]


class Reason(StrEnum):
    """Why the platform will not do what was asked of an order; every wire says it in its own words."""

    UNKNOWN = "unknown"
    EXPIRED = "expired"
    REPLACED = "replaced"
    CLOSED = "closed"
    PAID = "paid"
    NOT_PAID = "not-paid"
    NUMBER_USED = "number-used"
    FOREIGN_PAYER = "foreign-payer"
    INVALID = "invalid"


class Refused(Exception):
    """The platform's business rules say no. Caught by each wire and turned into its error."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRequest:
    """An order as a wire understood it.

    `parameters` holds every effective parameter (nulls dropped, defaults filled in, moments as moments): two
    requests for one number are the same order when product and parameters are equal (facts 3.3), whichever
    dialect brought them. `total` is in fen. `serial` names the credential that signs what it sends out.
    """

    product: Product
    out_trade_no: str
    total: int
    notify_url: str
    parameters: Mapping[str, object]
    serial: str
    openid: str | None = None
    time_expire: datetime | None = None
    attach: str | None = None
    description: str = ""
    device_id: str | None = None


@dataclass(frozen=True, slots=True)
class Handle:
    """What an order call hands out to start a payment with. `issued` is business time."""

    issued: datetime
    prepay_id: str
    code_url: str | None = None
    h5_url: str | None = None


@dataclass(slots=True, kw_only=True)
class PlatformOrder:
    """The state of one order. Changed only by the platform, under its lock."""

    request: OrderRequest
    created: datetime
    payable_until: datetime
    handle: Handle
    state: TradeState = TradeState.NOTPAY
    payer: str | None = None
    """Who may pay: the openid of JSAPI, else the first account that opened the order."""
    transaction_id: str | None = None
    success_time: datetime | None = None
    coupon: int = 0
    trail: Trail = field(default_factory=Trail)
    answers: dict[str, Handle] = field(default_factory=dict)
    """What each single request was answered, so that a replayed one changes nothing."""

    @property
    def out_trade_no(self) -> str:
        """The merchant's number."""
        return self.request.out_trade_no

    @property
    def total(self) -> Fen:
        """The order's amount."""
        return Fen(self.request.total)

    @property
    def money_taken(self) -> bool:
        """Whether the order was paid; a refund does not undo that."""
        return self.state in (TradeState.SUCCESS, TradeState.REFUND)

    def transaction(self, appid: str, mchid: str) -> dict[str, object]:
        """The order as queries and callbacks tell it; most members appear only after payment (facts 3.4)."""
        told: dict[str, object] = {
            "appid": appid,
            "mchid": mchid,
            "out_trade_no": self.out_trade_no,
            "trade_state": self.state.value,
            "trade_state_desc": TRADE_STATE_DESC[self.state.value],
        }
        if self.success_time is None:
            return told
        told |= {
            "transaction_id": self.transaction_id,
            "trade_type": self.request.product.trade_type,
            "bank_type": "OTHERS",
            "success_time": rfc3339(self.success_time),
            "payer": {"openid": self.payer},
            "amount": {
                "total": self.request.total,
                "payer_total": self.request.total - self.coupon,
                "currency": "CNY",
                "payer_currency": "CNY",
            },
        }
        if self.request.attach is not None:
            told["attach"] = self.request.attach
        if self.request.device_id is not None:
            told["scene_info"] = {"device_id": self.request.device_id}
        if self.coupon:
            told["promotion_detail"] = [self._promotion()]
        return told

    def _promotion(self) -> dict[str, object]:
        return {
            "coupon_id": f"{self.transaction_id}1"[-20:],
            "name": "模拟代金券",
            "scope": "GLOBAL",
            "type": "CASH",
            "amount": self.coupon,
            "stock_id": "10000001",
            "wechatpay_contribute": self.coupon,
            "merchant_contribute": 0,
            "other_contribute": 0,
            "currency": "CNY",
        }
