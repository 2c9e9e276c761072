"""The payment models to and from the envelope's members (envelope facts 2, 3). Pure functions.

What an order has and the envelope has no name for travels in `extraParams` under the platform's names, so
that the order is the same order whichever dialect brings it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from harness.core.clock import BEIJING, rfc3339
from harness.core.errors import GoLiveError, PlatformRefusal, TargetFailure
from harness.core.payment import Order, Prepared, Product, Provider, TradeState, Transaction
from harness.gateways.answer_members import fen, malformed, moment, nested, text
from harness.gateways.apiv3.mapping import payer, scene
from harness.gateways.mcp.mapping import bridge, same_number
from harness.gateways.refusals import refusal
from harness.settings.model import WeChatSettings

PAYMENT_TYPE: Mapping[Product, str] = {
    Product.NATIVE: "qr",
    Product.H5: "h5",
    Product.JSAPI: "jsapi",
    Product.APP: "app",
}

_COMPACT = re.compile(r"[0-9]{14}")


@dataclass(frozen=True, slots=True)
class WeChatOperations:
    """WeChat's; see `Operations`. `wechat`: the merchant account, which the envelope does not name."""

    wechat: WeChatSettings
    dialect: str = "envelope"
    provider: Provider = Provider.WECHAT
    success: str = "0000"
    headers: Mapping[str, str] = field(default_factory=dict)

    def create(self, order: Order) -> dict[str, object]:
        """An order of any product."""
        return create_members(order)

    def prepared(self, order: Order, data: Mapping[str, object], *, request_id: str) -> Prepared:
        """What starts the payment."""
        return envelope_prepared(order, data, appid=self.wechat.appid, request_id=request_id)

    def query(self, out_trade_no: str) -> dict[str, object]:
        """By the merchant's own number."""
        return query_members(out_trade_no)

    def transaction(self, data: Mapping[str, object], *, out_trade_no: str) -> Transaction:
        """How the order stands."""
        mchid, appid = self.wechat.mchid, self.wechat.appid
        return envelope_transaction(data, out_trade_no=out_trade_no, mchid=mchid, appid=appid)

    def not_there(self, out_trade_no: str, refused: PlatformRefusal) -> Transaction | None:
        """Nothing: an order exists from the moment that it is placed."""
        del out_trade_no, refused
        return None

    def refused(
        self, status: int, code: str, message: str, *, operation: str, request_id: str
    ) -> GoLiveError:
        """In the platform's own words."""
        return refusal(status, code, message, where=operation, request_id=request_id)


def create_members(order: Order) -> dict[str, object]:
    """What a create adds to the envelope; absent members are left out.

    Raises:
        UsageError: JSAPI without openid, or H5 without the payer's address and kind of scene.
    """
    members: dict[str, object] = {
        "outTradeNo": order.out_trade_no,
        "totalAmount": int(order.amount),
        "subject": order.description,
        "paymentMethod": "wechat",
        "paymentType": PAYMENT_TYPE[order.product],
        "notifyUrl": order.notify_url,
    }
    extra: dict[str, object] = {}
    if order.time_expire is not None:
        extra["time_expire"] = rfc3339(order.time_expire)
    if order.attach:
        extra["attach"] = order.attach
    if order.product is Product.JSAPI:
        members["openid"] = payer(order)
    if order.product is Product.H5:
        address, extra["h5_type"] = scene(order)
        members["sceneInfo"] = {"payer_client_ip": address}
    if extra:
        members["extraParams"] = extra
    return members


def query_members(out_trade_no: str) -> dict[str, object]:
    """What a query adds to the envelope."""
    return {"outTradeNo": out_trade_no, "paymentMethod": "wechat"}


def envelope_prepared(order: Order, data: Mapping[str, object], *, appid: str, request_id: str) -> Prepared:
    """The answer to a create. None of it is signed: only TLS protects it.

    Raises:
        TargetFailure: a member that the product promises is missing, or it speaks of another order.
    """
    same_number(data, "outTradeNo", order.out_trade_no)
    code_url = h5_url = prepay_id = None
    jsapi = bridge(data, appid=appid) if order.product is Product.JSAPI else None
    if order.product is Product.NATIVE:
        code_url = first(data, "qrCode", "codeUrl")
    elif order.product is Product.H5:
        h5_url = first(data, "mwebUrl", "paymentUrl")
        if not h5_url.startswith(("https://", "http://")):
            raise malformed("mwebUrl is no web address")
    elif jsapi is not None:
        prepay_id = jsapi.package.removeprefix("prepay_id=")
    else:
        prepay_id = first(data, "prepayId", "paymentId")
    return Prepared(
        out_trade_no=order.out_trade_no,
        prepay_id=prepay_id,
        code_url=code_url,
        h5_url=h5_url,
        jsapi=jsapi,
        expire_time=moment(data, "expireTime"),
        request_id=request_id,
        dialect="envelope",
    )


def envelope_transaction(
    data: Mapping[str, object], *, out_trade_no: str, mchid: str, appid: str
) -> Transaction:
    """The answer to a query. A state nobody documents is kept as its text, never taken for pending.

    Args:
        data: of the answer.
        out_trade_no: which order was asked for.
        mchid: the envelope names no account; its key stands for this one.
        appid: the same.

    Raises:
        TargetFailure: it speaks of another order, or a member is missing or not what it must be.
    """
    same_number(data, "outTradeNo", out_trade_no)
    state = first(data, "tradeState", "status")
    paid = state in (TradeState.SUCCESS, TradeState.REFUND)
    total = fen(data, "totalFee") if "totalFee" in data else fen(data, "totalAmount")
    found = Transaction(
        out_trade_no=out_trade_no,
        trade_state=state,
        mchid=mchid,
        appid=appid,
        transaction_id=text(data, "transactionId") or (text(data, "paymentId") if paid else None) or None,
        success_time=_paid_at(data),
        total=total,
        payer_total=fen(data, "cashFee") if "cashFee" in data else fen(data, "paidAmount"),
        currency=None if total is None else "CNY",
        openid=text(nested(data, "buyerInfo"), "openid") or None,
        attach=text(data, "attach"),
    )
    if paid and not (found.transaction_id and total is not None):
        raise malformed("a paid order without its transactionId or its amount")
    return found


def same_merchant(data: Mapping[str, object], merchant_id: str) -> None:
    """Refuse an answer about another merchant's order; most do not say whose it is (envelope facts 3).

    Raises:
        TargetFailure: it names another merchant.
    """
    if text(data, "merchantId") not in (None, "", merchant_id):
        raise TargetFailure(
            "the answer speaks of another merchant account",
            where="query",
            remedy="do not use it; compare the merchant number in the settings with the endpoint",
        )


def first(data: Mapping[str, object], *names: str) -> str:
    """The first of these members that is there.

    Raises:
        TargetFailure: none is.
    """
    for name in names:
        if value := text(data, name):
            return value
    raise malformed(f"the answer carries no {names[0]}")


def _paid_at(data: Mapping[str, object]) -> datetime | None:
    name = "timeEnd" if data.get("timeEnd") else "paidTime"
    written = text(data, name)
    if written and _COMPACT.fullmatch(written):
        # The classic v2 form, which is Beijing time without saying so.
        try:
            return datetime.strptime(written, "%Y%m%d%H%M%S").replace(tzinfo=BEIJING)
        except ValueError:
            raise malformed(f"{name} is no time") from None
    return moment(data, name)
